//! Push: what a person did, and what became of it.

use super::act;
use super::chain::Chain;
use guildhall_domain::denied::Denied;
use guildhall_domain::id::{DeviceId, MutationId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The most mutations in one push.
pub const MAXIMUM_PUSH: usize = 500;

/// The most bytes of one push.
pub const MAXIMUM_PUSH_BYTES: usize = 1024 * 1024;

/// Mutations of one device, in the order of their numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Push {
    /// [`PROTOCOL`](super::PROTOCOL) of the sender.
    pub protocol: u16,
    /// Which device.
    pub device: DeviceId,
    /// Everything this device numbered before these.
    pub chain: Chain,
    /// Contiguous by `seq`.
    pub mutations: Vec<Envelope>,
}

/// A mutation on the wire. Name and arguments stay open, so that a server can tell an unknown name from a broken body, and are kept
/// as the bytes that were sent, so that both sides hash the same.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Envelope {
    /// Number on this device, counted from 1 without gaps.
    pub seq: u64,
    /// The same id twice has one effect and the same answer.
    pub id: MutationId,
    /// When it was done, by the device's clock: shown, never used for order.
    pub at: Timestamp,
    /// E.g. `request.publish`, or `message.send@2`.
    pub name: String,
    /// Arguments of the name.
    pub args: Box<RawValue>,
}

impl PartialEq for Envelope {
    fn eq(&self, other: &Self) -> bool {
        let parts = |one: &Self| (one.seq, one.id, one.at);
        parts(self) == parts(other)
            && self.name == other.name
            && self.args.get() == other.args.get()
    }
}

impl Eq for Envelope {}

/// Why an envelope could not be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// This version knows no such act.
    UnknownName,
    /// The arguments are not those of the name.
    BadArguments(String),
}

impl Envelope {
    /// Wraps a mutation.
    ///
    /// # Errors
    /// When the arguments cannot be written as JSON.
    pub fn seal(
        seq: u64,
        id: MutationId,
        at: Timestamp,
        mutation: &Mutation,
    ) -> serde_json::Result<Self> {
        let (name, args) = act::write(mutation)?;
        Ok(Self {
            seq,
            id,
            at,
            name,
            args,
        })
    }

    /// Takes the mutation out.
    ///
    /// # Errors
    /// [`Unreadable`] when this version does not know the name, or the arguments do not fit.
    pub fn open(&self) -> Result<Mutation, Unreadable> {
        act::read(&self.name, self.args.get())
    }
}

/// What became of a push.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushAnswer {
    /// One for each mutation that was decided, in order.
    pub decisions: Vec<Decision>,
    /// The highest number of this device that has been decided.
    pub last_seq: u64,
    /// What to do with the rest, if not all were decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rest: Option<Rest>,
}

/// A decided mutation. Durable before it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Its number.
    pub seq: u64,
    /// Its id.
    pub id: MutationId,
    /// What became of it.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// What became of a mutation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// It took effect.
    Applied {
        /// A delta up to this version contains the effect.
        version: u64,
    },
    /// It was refused.
    Rejected {
        /// Why.
        denied: Denied,
    },
}

/// What to do with mutations that were not decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rest", rename_all = "snake_case")]
pub enum Rest {
    /// Send them again later.
    Retry {
        /// Not before.
        after_ms: u64,
    },
    /// This server does not know the next act: keep it until one of both is updated.
    Upgrade,
    /// A number is missing: send from this one on.
    Gap {
        /// The number that comes next.
        want_seq: u64,
    },
    /// The chain is another than the server holds: these files were copied or set back, and another history went on under the same
    /// numbers. Nothing of this push was decided. Take a fresh device id and new numbers; ids stay.
    Fork,
}
