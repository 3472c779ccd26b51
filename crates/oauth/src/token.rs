//! The secrets that are handed out: what they look like, and what is kept of them.
//!
//! `gdha_` + 43 characters of chance + `_` + 6 characters of checksum. The prefix lets a scanner
//! of leaked secrets know one; the checksum lets the server refuse rubbish without a look into the
//! database. Only the SHA-256 is kept: with 256 bits of chance a slow hash would add nothing.

use sha2::{Digest as _, Sha256};

/// How many random bytes go into a token.
pub const TOKEN_ENTROPY: usize = 32;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const PREFIX_LENGTH: usize = 5;
const BODY_LENGTH: usize = 43;
const CHECKSUM_LENGTH: usize = 6;
const TOKEN_LENGTH: usize = PREFIX_LENGTH + BODY_LENGTH + 1 + CHECKSUM_LENGTH;

/// What a token is for. One kind is never taken for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TokenKind {
    /// Opens the API for some minutes.
    Access,
    /// Fetches the next pair of tokens.
    Refresh,
    /// An authorization code.
    Code,
    /// A browser's session on the sign-in pages.
    Browser,
    /// Part of a link that was sent to somebody's address.
    Link,
    /// Opens a part of the API for a person's own programs, for months.
    Personal,
}

impl TokenKind {
    const ALL: [Self; 6] = [
        Self::Access,
        Self::Refresh,
        Self::Code,
        Self::Browser,
        Self::Link,
        Self::Personal,
    ];

    /// The five characters that a token of this kind begins with.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Access => "gdha_",
            Self::Refresh => "gdhr_",
            Self::Code => "gdhc_",
            Self::Browser => "gdhb_",
            Self::Link => "gdhl_",
            Self::Personal => "gdhp_",
        }
    }
}

/// A secret on its way to its owner, or back. It is written to no log and no table.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    kind: TokenKind,
    text: String,
}

/// Text that cannot be a token of this server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not a token of this server")]
pub struct TokenError;

impl Token {
    /// Makes a token out of random bytes.
    pub fn mint(kind: TokenKind, chance: [u8; TOKEN_ENTROPY]) -> Self {
        let mut text = String::with_capacity(TOKEN_LENGTH);
        text.push_str(kind.prefix());
        push_base62(&mut text, chance);
        let checksum = checksum(text.as_bytes());
        text.push('_');
        text.push_str(&checksum);
        Self { kind, text }
    }

    /// Recognises a token by prefix, length, alphabet and checksum.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let kind = TokenKind::ALL
            .into_iter()
            .find(|kind| text.starts_with(kind.prefix()))
            .ok_or(TokenError)?;
        if text.len() != TOKEN_LENGTH || !text.is_ascii() {
            return Err(TokenError);
        }
        let (secret, tail) = text.split_at(PREFIX_LENGTH + BODY_LENGTH);
        let is_body = secret
            .bytes()
            .skip(PREFIX_LENGTH)
            .all(|byte| byte.is_ascii_alphanumeric());
        if !is_body || tail.strip_prefix('_') != Some(checksum(secret.as_bytes()).as_str()) {
            return Err(TokenError);
        }
        Ok(Self {
            kind,
            text: text.to_owned(),
        })
    }

    /// Recognises a token of one kind and no other.
    pub fn parse_as(kind: TokenKind, text: &str) -> Result<Self, TokenError> {
        Self::parse(text).and_then(|token| (token.kind == kind).then_some(token).ok_or(TokenError))
    }

    /// What the token is for.
    pub fn kind(&self) -> TokenKind {
        self.kind
    }

    /// What is kept of it.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.text.as_bytes()).into())
    }

    /// The secret itself, for its owner only.
    pub fn reveal(&self) -> &str {
        &self.text
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}…", self.kind.prefix())
    }
}

/// The SHA-256 of a secret: enough to know it again, useless to whoever reads the database.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    pub(crate) fn of(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// Takes back a hash that was stored; `None` if it has not 32 bytes.
    pub fn from_stored(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The bytes, for keeping.
    pub fn to_bytes(self) -> [u8; 32] {
        self.0
    }

    /// The bytes to be stored and looked up.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for TokenHash {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:02x}{:02x}…", self.0[0], self.0[1])
    }
}

/// Appends the bytes, read as one number, as 43 digits of base 62.
fn push_base62(text: &mut String, mut number: [u8; TOKEN_ENTROPY]) {
    let mut digits = [0_u8; BODY_LENGTH];
    for digit in digits.iter_mut().rev() {
        let mut rest = 0_u16;
        for byte in &mut number {
            let value = (rest << 8) | u16::from(*byte);
            // The rest stays below 62, so the quotient is below 256.
            *byte = u8::try_from(value / 62).unwrap_or(u8::MAX);
            rest = value % 62;
        }
        *digit = ALPHABET[usize::from(rest)];
    }
    text.extend(digits.iter().map(|digit| char::from(*digit)));
}

/// The CRC-32 of the secret part as six digits of base 62.
fn checksum(secret: &[u8]) -> String {
    let mut rest = crc32(secret);
    let mut digits = [0_u8; CHECKSUM_LENGTH];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[(rest % 62) as usize];
        rest /= 62;
    }
    digits.iter().map(|digit| char::from(*digit)).collect()
}

/// CRC-32 as in zip and PNG, bit by bit: 48 bytes do not earn a table.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            let is_odd = crc & 1 == 1;
            crc >>= 1;
            if is_odd {
                crc ^= 0xEDB8_8320;
            }
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_checksum_is_the_common_crc32() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(crc32(b""), 0);
    }

    #[test]
    fn the_greatest_number_still_fits() {
        let token = Token::mint(TokenKind::Access, [0xFF; TOKEN_ENTROPY]);

        assert_eq!(token.reveal().len(), TOKEN_LENGTH);
        assert_eq!(Token::parse(token.reveal()), Ok(token));
    }

    #[test]
    fn a_token_shows_nothing_of_itself_in_a_log() {
        let token = Token::mint(TokenKind::Refresh, [7; TOKEN_ENTROPY]);

        assert_eq!(format!("{token:?}"), "gdhr_…");
    }

    #[test]
    fn one_kind_is_never_taken_for_another() {
        for kind in TokenKind::ALL {
            let token = Token::mint(kind, [1; TOKEN_ENTROPY]);
            for other in TokenKind::ALL {
                assert_eq!(
                    Token::parse_as(other, token.reveal()).is_ok(),
                    kind == other
                );
            }
        }
    }

    proptest! {
        #[test]
        fn every_minted_token_is_recognised(chance: [u8; 32]) {
            let token = Token::mint(TokenKind::Code, chance);
            prop_assert_eq!(Token::parse(token.reveal()), Ok(token.clone()));
        }

        #[test]
        fn different_chance_gives_different_tokens(one: [u8; 32], other: [u8; 32]) {
            let [first, second] = [one, other].map(|chance| Token::mint(TokenKind::Code, chance));
            prop_assert_eq!(first == second, one == other);
        }

        #[test]
        fn a_slip_of_one_character_is_noticed(chance: [u8; 32], at in 0_usize..TOKEN_LENGTH, to in 0x20_u8..0x7F) {
            let token = Token::mint(TokenKind::Access, chance);
            let mut bytes = token.reveal().as_bytes().to_vec();
            prop_assume!(bytes[at] != to);
            bytes[at] = to;
            let slipped = String::from_utf8(bytes).expect("is ASCII");
            prop_assert!(Token::parse(&slipped).is_err());
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,80}|gdha_\\PC{0,60}") {
            prop_assert!(Token::parse(&text).is_err());
        }
    }
}
