//! The hash chain over the acts of one device: two histories that share a number but not their acts are told apart.
//!
//! A device counts its acts from 1 and links each to all before it. With `‖` for concatenation and integers big-endian:
//!
//! ```text
//! chain(0) = SHA-256("guildhall chain 1" ‖ device id, 16 bytes)
//! chain(n) = SHA-256(chain(n - 1), 32 bytes ‖ seq, u64 ‖ act id, 16 bytes ‖ at, i64 ‖ length of name, u32 ‖ name, UTF-8 ‖ args)
//! ```
//!
//! `args` are the bytes of the JSON value as they stand in the push, with the spaces in them and without those around them: both sides
//! keep them as they were sent and never write them anew. The wire has a chain as 64 lower-case hexadecimal digits.
//!
//! A test vector: device `00000000-0000-0000-0000-0000000000de`, one act with seq 1, id `00000000-0000-7000-8000-000000000001`,
//! at 1795000000000, name `request.pause`, args `{"id": "00000000-0000-7000-8000-000000000002"}`:
//!
//! ```text
//! chain(0) = 05e55476391bef52523b69bbd872caae3637e6bc5cba03dc4a03163e30f12ced
//! chain(1) = 2a82a544bddfc7d000734d7530f2275f97b3e3a61382a5e4f61034609c57caed
//! ```

use super::push::Envelope;
use guildhall_domain::id::DeviceId;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::str::FromStr;

/// Everything a device has numbered so far, in 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Chain(pub [u8; 32]);

/// Not 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a chain is written as 64 lower-case hexadecimal digits")]
pub struct NoChain;

impl Chain {
    /// The chain of a device that has numbered nothing.
    pub fn start(device: DeviceId) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"guildhall chain 1");
        hash.update(device.0.as_bytes());
        Self(hash.finalize().into())
    }

    /// The chain with one more act.
    #[must_use]
    pub fn and(self, act: &Envelope) -> Self {
        let name = act.name.as_bytes();
        let length = u32::try_from(name.len()).unwrap_or(u32::MAX);
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(act.seq.to_be_bytes());
        hash.update(act.id.0.as_bytes());
        hash.update(act.at.0.to_be_bytes());
        hash.update(length.to_be_bytes());
        hash.update(name);
        hash.update(act.args.get().as_bytes());
        Self(hash.finalize().into())
    }
}

/// Where an act stands in the chain of its device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Its number.
    pub seq: u64,
    /// Everything before it.
    pub before: Chain,
    /// The same with it.
    pub after: Chain,
}

impl Link {
    /// The links of acts, given everything before the first.
    pub fn all(before: Chain, acts: &[Envelope]) -> impl Iterator<Item = Self> + '_ {
        acts.iter().scan(before, |chain, act| {
            let before = std::mem::replace(chain, chain.and(act));
            Some(Self {
                seq: act.seq,
                before,
                after: *chain,
            })
        })
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0 {
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Chain({self})")
    }
}

impl From<Chain> for String {
    fn from(chain: Chain) -> Self {
        chain.to_string()
    }
}

impl TryFrom<String> for Chain {
    type Error = NoChain;

    fn try_from(text: String) -> Result<Self, NoChain> {
        text.parse()
    }
}

impl FromStr for Chain {
    type Err = NoChain;

    fn from_str(text: &str) -> Result<Self, NoChain> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return Err(NoChain);
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Ok(Self(bytes))
    }
}

fn digit(character: u8) -> Result<u8, NoChain> {
    match character {
        b'0'..=b'9' => Ok(character - b'0'),
        b'a'..=b'f' => Ok(character - b'a' + 10),
        _ => Err(NoChain),
    }
}
