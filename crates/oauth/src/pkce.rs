//! Proof key for code exchange (RFC 7636), S256 only: a code is worth nothing to whoever finds it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::OAuthError;

/// What the client shows when it asks for a code: the hash of a secret that it keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge(String);

impl Challenge {
    /// Accepts a challenge and its method. `plain`, the default of the RFC, is refused.
    pub fn parse(challenge: Option<&str>, method: Option<&str>) -> Result<Self, OAuthError> {
        let challenge =
            challenge.ok_or(OAuthError::invalid_request("code_challenge is missing"))?;
        if method != Some("S256") {
            return Err(OAuthError::invalid_request(
                "code_challenge_method must be S256",
            ));
        }
        // A SHA-256 is 32 bytes, so every true challenge has 43 characters.
        if URL_SAFE_NO_PAD.decode(challenge).map(|hash| hash.len()) != Ok(32) {
            return Err(OAuthError::invalid_request(
                "code_challenge is not a SHA-256 in base64url",
            ));
        }
        Ok(Self(challenge.to_owned()))
    }

    /// Takes back a challenge that was parsed when it was stored.
    pub fn from_stored(challenge: String) -> Self {
        Self(challenge)
    }

    /// The challenge as text, to be stored with the code.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Tells whether a verifier is the secret behind this challenge.
    pub fn is_answered_by(&self, verifier: &Verifier) -> bool {
        verifier.challenge() == *self
    }
}

/// What the client shows when it exchanges the code: the secret itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Verifier(String);

impl Verifier {
    /// Accepts 43 to 128 unreserved characters.
    pub fn parse(verifier: &str) -> Result<Self, OAuthError> {
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(unreserved) {
            return Err(OAuthError::invalid_request("code_verifier is malformed"));
        }
        Ok(Self(verifier.to_owned()))
    }

    /// The challenge that belongs to this verifier.
    pub fn challenge(&self) -> Challenge {
        Challenge(URL_SAFE_NO_PAD.encode(Sha256::digest(self.0.as_bytes())))
    }
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Verifier(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_example_of_the_rfc_fits() {
        let challenge = Challenge::parse(Some(CHALLENGE), Some("S256")).expect("is well formed");

        let right = Verifier::parse(VERIFIER).expect("is well formed");
        let wrong = Verifier::parse(&VERIFIER.replace('d', "e")).expect("is well formed");

        assert!(challenge.is_answered_by(&right));
        assert!(!challenge.is_answered_by(&wrong));
    }

    #[test]
    fn anything_but_s256_is_refused() {
        for method in [None, Some("plain"), Some("s256"), Some("")] {
            assert!(
                Challenge::parse(Some(CHALLENGE), method).is_err(),
                "{method:?}"
            );
        }
        assert!(Challenge::parse(None, Some("S256")).is_err());
        assert!(Challenge::parse(Some(VERIFIER.trim_end_matches('k')), Some("S256")).is_err());
        assert!(Challenge::parse(Some("a+b/"), Some("S256")).is_err());
    }

    #[test]
    fn a_verifier_has_43_to_128_unreserved_characters() {
        for (verifier, is_good) in [
            ("a".repeat(42), false),
            ("a".repeat(43), true),
            ("~".repeat(128), true),
            ("a".repeat(129), false),
            (format!("{}+", "a".repeat(43)), false),
            (format!("{}é", "a".repeat(43)), false),
        ] {
            assert_eq!(Verifier::parse(&verifier).is_ok(), is_good, "{verifier}");
        }
    }
}
