//! Push: what a person did, and what became of it.

use guildhall_domain::denied::Denied;
use guildhall_domain::id::{DeviceId, MutationId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The most mutations in one push.
pub const MAXIMUM_PUSH: usize = 500;

/// Mutations of one device, in the order of their numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Push {
    /// [`PROTOCOL`] of the sender.
    pub protocol: u16,
    /// Which device.
    pub device: DeviceId,
    /// Contiguous by `seq`.
    pub mutations: Vec<Envelope>,
}

/// A mutation on the wire. Name and arguments stay open, so that a server can tell an unknown name from a broken body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// Number on this device, counted from 1 without gaps.
    pub seq: u64,
    /// The same id twice has one effect and the same answer.
    pub id: MutationId,
    /// When it was done, by the device's clock: shown, never used for order.
    pub at: Timestamp,
    /// E.g. `request.publish`.
    pub name: String,
    /// Arguments of the name.
    pub args: serde_json::Value,
}

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
        let mut value = serde_json::to_value(mutation)?;
        let name = value["name"].as_str().unwrap_or_default().to_owned();
        Ok(Self {
            seq,
            id,
            at,
            name,
            args: value["args"].take(),
        })
    }

    /// Takes the mutation out.
    ///
    /// # Errors
    /// [`Unreadable`] when this version does not know the name, or the arguments do not fit.
    pub fn open(&self) -> Result<Mutation, Unreadable> {
        let value = serde_json::json!({ "name": self.name, "args": self.args });
        serde_json::from_value(value).map_err(|error| {
            if is_known(&self.name) {
                Unreadable::BadArguments(error.to_string())
            } else {
                Unreadable::UnknownName
            }
        })
    }
}

/// True for the name of an act of this version. Asked of the name alone, because an unknown word inside the arguments gives
/// the same error as an unknown name, and must be refused instead of holding up the queue.
fn is_known(name: &str) -> bool {
    let alone = serde_json::json!({ "name": name });
    match serde_json::from_value::<Mutation>(alone) {
        Ok(_) => true,
        Err(error) => !error.to_string().starts_with("unknown variant"),
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
}
