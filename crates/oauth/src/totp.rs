//! Codes that an app makes out of a secret and the time (RFC 6238 over RFC 4226): SHA-1, 30 seconds, six digits, which is what every
//! app knows.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

use crate::Millis;

/// How many random bytes go into a secret: as many as the hash has.
pub const TOTP_ENTROPY: usize = 20;

const STEP_MS: Millis = 30_000;
const DIGITS: u32 = 6;

/// How many steps a phone's clock may be off, each way.
const DRIFT: i64 = 1;

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What an app and the server share. It is shown once, while it is set up, and written to no log.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret([u8; TOTP_ENTROPY]);

impl TotpSecret {
    /// Makes a secret out of random bytes.
    pub fn mint(chance: [u8; TOTP_ENTROPY]) -> Self {
        Self(chance)
    }

    /// Takes back a secret that was stored; `None` if it has another length.
    pub fn from_stored(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The bytes to be stored.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As people type it into an app.
    pub fn reveal(&self) -> String {
        base32(&self.0)
    }

    /// The address that an app reads from a picture.
    pub fn address(&self, market: &str, account: &str) -> String {
        let (market, account) = (encoded(market), encoded(account));
        let secret = self.reveal();
        format!("otpauth://totp/{market}:{account}?secret={secret}&issuer={market}")
    }

    /// The step that a typed code belongs to: one around now and after the last that was used, so that a code is good once.
    pub fn matching_step(&self, typed: &str, now: Millis, last_used: i64) -> Option<i64> {
        let typed: String = typed
            .chars()
            .filter(|letter| !letter.is_whitespace())
            .collect();
        if typed.len() != DIGITS as usize || !typed.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let typed: u32 = typed.parse().ok()?;
        let here = now.div_euclid(STEP_MS);
        // All are compared, so that time does not tell which was near.
        let mut found = None;
        for step in here - DRIFT..=here + DRIFT {
            if self.code(step, DIGITS) == typed && step > last_used {
                found = Some(step);
            }
        }
        found
    }

    /// The code at a moment, as an app shows it.
    pub fn shown_at(&self, now: Millis) -> String {
        format!("{:06}", self.code(now.div_euclid(STEP_MS), DIGITS))
    }

    fn code(&self, step: i64, digits: u32) -> u32 {
        let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(&self.0) else {
            // A key may have any length.
            return u32::MAX;
        };
        mac.update(&step.to_be_bytes());
        let digest = mac.finalize().into_bytes();
        let start = usize::from(digest[19] & 0x0F);
        let number = digest[start..start + 4]
            .iter()
            .fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
        (number & 0x7FFF_FFFF) % 10_u32.pow(digits)
    }
}

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("TotpSecret(…)")
    }
}

/// RFC 4648 without the equals signs at the end.
pub(crate) fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut held, mut bits) = (0_u32, 0);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(letter(held >> bits));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(letter(held << (5 - bits)));
    }
    text
}

fn letter(value: u32) -> char {
    char::from(BASE32[(value & 31) as usize])
}

/// A part of an address. Apps read a plus as a plus, so blanks are written otherwise.
fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes())
        .collect::<String>()
        .replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: Millis = 1_000;

    fn secret() -> TotpSecret {
        TotpSecret::mint(*b"12345678901234567890")
    }

    #[test]
    fn the_codes_are_those_of_rfc_6238() {
        for (seconds, code) in [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ] {
            assert_eq!(secret().code(seconds / 30, 8), code, "{seconds}");
            let six = format!("{:06}", code % 1_000_000);
            assert_eq!(secret().shown_at(seconds * SECOND), six);
        }
    }

    #[test]
    fn the_codes_are_those_of_rfc_4226() {
        let codes = [
            755_224, 287_082, 359_152, 969_429, 338_314, 254_676, 287_922, 162_583, 399_871,
            520_489,
        ];
        for (step, code) in (0..).zip(codes) {
            assert_eq!(secret().code(step, 6), code, "{step}");
        }
    }

    #[test]
    fn a_code_is_good_one_step_early_and_late_and_no_more() {
        let code = secret().shown_at(100 * STEP_MS);

        for (now, is_good) in [
            (98, false),
            (99, true),
            (100, true),
            (101, true),
            (102, false),
        ] {
            let found = secret().matching_step(&code, now * STEP_MS, i64::MIN);
            assert_eq!(found, is_good.then_some(100), "{now}");
        }
        let late = secret().matching_step(&code, 102 * STEP_MS - 1, i64::MIN);
        assert_eq!(late, Some(100));
    }

    #[test]
    fn a_used_step_and_those_before_it_are_good_no_more() {
        let (now, code) = (100 * STEP_MS, secret().shown_at(100 * STEP_MS));

        assert_eq!(secret().matching_step(&code, now, 99), Some(100));
        assert_eq!(secret().matching_step(&code, now, 100), None);
        assert_eq!(secret().matching_step(&code, now, 101), None);
    }

    #[test]
    fn blanks_are_overlooked_and_everything_else_is_no_code() {
        let now = 59 * SECOND;

        assert!(secret().matching_step(" 287 082 ", now, -1).is_some());
        for typed in ["", "28708", "2870820", "28708a", "+87082", "٢٨٧٠٨٢"] {
            assert_eq!(secret().matching_step(typed, now, -1), None, "{typed}");
        }
    }

    #[test]
    fn the_secret_is_written_as_rfc_4648_says() {
        for (bytes, text) in [
            (&b""[..], ""),
            (b"f", "MY"),
            (b"fo", "MZXQ"),
            (b"foo", "MZXW6"),
            (b"foob", "MZXW6YQ"),
            (b"fooba", "MZXW6YTB"),
            (b"foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes), text);
        }
        assert_eq!(
            secret().address("Märkte & Co", "a+b@example.org"),
            "otpauth://totp/M%C3%A4rkte%20%26%20Co:a%2Bb%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=M%C3%A4rkte%20%26%20Co"
        );
        assert_eq!(format!("{:?}", secret()), "TotpSecret(…)");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(typed in "\\PC{0,12}", now: i64, last: i64) {
            let _ = secret().matching_step(&typed, now, last);
        }
    }
}
