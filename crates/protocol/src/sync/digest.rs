//! Digests: what lies in a scope, in 64 bits, so that server and device can tell whether they hold the same.
//!
//! With `‖` for concatenation and integers big-endian, a row of a scope counts as the first 8 bytes, read as a big-endian number, of
//!
//! ```text
//! SHA-256("guildhall row" ‖ scope, 16 bytes ‖ number of the table, u8 ‖ row id, 16 bytes ‖ version, u64)
//! ```
//!
//! and the digest of a scope is the exclusive or of what its rows count; without rows it is 0. So a row that comes, changes or goes is
//! one or two operations, in any order. The digests of several scopes are put together in the same way: since the scope is in what a
//! row counts, a row in two of them does not cancel itself out. The wire has a digest as 16 lower-case hexadecimal digits: not every
//! reader of JSON has whole numbers of 64 bits.
//!
//! A test vector: scope `00000000-0000-0000-0000-0000000000a1`, table `message` (7), row `00000000-0000-7000-8000-000000000001`, version
//! 300: `eb0f86ff2513d860`.

use guildhall_domain::row::Key;
use guildhall_domain::scope::Scope;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::iter::Sum;
use std::ops::{BitXor, BitXorAssign};

/// What lies in one scope, or in several.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub struct Digest(pub u64);

/// Not 16 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a digest is written as 16 lower-case hexadecimal digits")]
pub struct NoDigest;

impl Digest {
    /// Of nothing.
    pub const NOTHING: Self = Self(0);

    /// What a row counts in a scope.
    pub fn of(scope: Scope, key: Key, version: u64) -> Self {
        // Short enough for one block of the hash.
        let mut text = [0; 54];
        text[..13].copy_from_slice(b"guildhall row");
        text[13..29].copy_from_slice(scope.0.as_bytes());
        text[29] = u8::try_from(key.table.number()).unwrap_or(u8::MAX);
        text[30..46].copy_from_slice(key.id.as_bytes());
        text[46..].copy_from_slice(&version.to_be_bytes());
        let hash: [u8; 32] = Sha256::digest(text).into();
        let mut first = [0; 8];
        first.copy_from_slice(&hash[..8]);
        Self(u64::from_be_bytes(first))
    }

    /// True for that of nothing.
    pub fn is_nothing(self) -> bool {
        self == Self::NOTHING
    }
}

impl BitXor for Digest {
    type Output = Self;

    fn bitxor(self, other: Self) -> Self {
        Self(self.0 ^ other.0)
    }
}

impl BitXorAssign for Digest {
    fn bitxor_assign(&mut self, other: Self) {
        self.0 ^= other.0;
    }
}

impl Sum for Digest {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::NOTHING, Self::bitxor)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

impl TryFrom<String> for Digest {
    type Error = NoDigest;

    fn try_from(text: String) -> Result<Self, NoDigest> {
        let is_digit = |digit: u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != 16 || !text.bytes().all(is_digit) {
            return Err(NoDigest);
        }
        u64::from_str_radix(&text, 16)
            .map(Self)
            .map_err(|_| NoDigest)
    }
}
