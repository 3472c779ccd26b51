//! Codes on paper for whoever has lost the app: each is good once.

use sha2::{Digest as _, Sha256};

use crate::token::TokenHash;
use crate::totp::base32;

/// How many random bytes go into a recovery code: too many to guess, so that a fast hash is enough.
pub const RECOVERY_ENTROPY: usize = 10;

/// How many are handed out at once.
pub const RECOVERY_CODES: usize = 10;

const LENGTH: usize = 16;

/// A recovery code on its way to its owner, or back. Only its hash is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(String);

impl RecoveryCode {
    /// Makes a code out of random bytes.
    pub fn mint(chance: [u8; RECOVERY_ENTROPY]) -> Self {
        Self(base32(&chance))
    }

    /// Reads a code as somebody typed it from paper: with or without dashes, in any case.
    pub fn parse(typed: &str) -> Option<Self> {
        let code: String = typed
            .chars()
            .filter(|letter| !letter.is_whitespace() && *letter != '-')
            .map(|letter| letter.to_ascii_uppercase())
            .collect();
        let is_code = code.len() == LENGTH
            && code
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || (b'2'..=b'7').contains(&byte));
        is_code.then_some(Self(code))
    }

    /// What is kept of it.
    pub fn hash(&self) -> TokenHash {
        let digest = Sha256::new()
            .chain_update("guildhall recovery code ")
            .chain_update(&self.0)
            .finalize();
        TokenHash::of(digest.into())
    }

    /// As it is put on paper, in groups of four.
    pub fn reveal(&self) -> String {
        let mut groups = String::with_capacity(LENGTH + 3);
        for (at, letter) in self.0.chars().enumerate() {
            if at > 0 && at % 4 == 0 {
                groups.push('-');
            }
            groups.push(letter.to_ascii_lowercase());
        }
        groups
    }
}

impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("RecoveryCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_on_paper_is_read_again(chance: [u8; 10]) {
            let code = RecoveryCode::mint(chance);
            let paper = code.reveal();

            prop_assert_eq!(paper.len(), 19);
            for typed in [paper.clone(), paper.to_uppercase(), paper.replace('-', " ")] {
                let read = RecoveryCode::parse(&typed).expect("is read");
                prop_assert_eq!(read.hash(), code.hash());
            }
        }

        #[test]
        fn different_chance_gives_different_hashes(one: [u8; 10], other: [u8; 10]) {
            let [first, second] = [one, other].map(|chance| RecoveryCode::mint(chance).hash());
            prop_assert_eq!(first == second, one == other);
        }

        #[test]
        fn no_text_makes_it_panic(typed in "\\PC{0,40}") {
            let _ = RecoveryCode::parse(&typed);
        }
    }

    #[test]
    fn a_code_shows_nothing_of_itself_in_a_log() {
        assert_eq!(
            format!("{:?}", RecoveryCode::mint([3; 10])),
            "RecoveryCode(…)"
        );
        for typed in ["", "aaaa-aaaa-aaaa-aaa", "aaaa-aaaa-aaaa-aaa1", "123456"] {
            assert!(RecoveryCode::parse(typed).is_none(), "{typed}");
        }
    }
}
