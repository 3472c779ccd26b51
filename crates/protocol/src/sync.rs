//! The sync messages: push, pull, delta, live. JSON; times in Unix milliseconds.

use guildhall_domain::denied::Denied;
use guildhall_domain::id::{DeviceId, MutationId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::row::Table;
use guildhall_domain::scope::Scope;
use guildhall_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

/// The protocol spoken by this version. A server refuses a newer one with `upgrade_required`, and a desktop an older server.
pub const PROTOCOL: u16 = 1;
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

/// Asks for everything since a cursor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pull {
    /// [`PROTOCOL`] of the sender.
    pub protocol: u16,
    /// Which device.
    pub device: DeviceId,
    /// What the device holds; none before the first pull.
    pub cursor: Option<Cursor>,
}

/// A consistent cut of the server's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The history: named when the server's database was made. Versions of different histories say nothing about each other.
    pub epoch: Uuid,
    /// Everything up to and with this version.
    pub version: u64,
}

/// The way from one cut to another, for one person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Delta {
    /// True when the device must drop what it holds first.
    pub whole: bool,
    /// Where the device stands afterwards.
    pub cursor: Cursor,
    /// The highest decided number of this device.
    pub last_seq: u64,
    /// Scopes whose rows the device drops first: lost ones, and those that come anew.
    pub reset: Vec<Scope>,
    /// Rows as they stand.
    pub rows: Vec<DeltaRow>,
    /// Rows that left a scope.
    pub left: Vec<LeftRow>,
    /// The server's clock.
    pub server_time: Timestamp,
}

/// A row with the scopes through which this person sees it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeltaRow {
    /// Its table.
    pub table: Table,
    /// Its id.
    pub id: Uuid,
    /// Its body, as stored: fields a device does not know are kept.
    pub body: Box<RawValue>,
    /// Why this person sees it.
    pub scopes: Vec<Scope>,
}

/// A row that left a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftRow {
    /// The scope it left.
    pub scope: Scope,
    /// Its table.
    pub table: Table,
    /// Its id.
    pub id: Uuid,
}

/// From the server over the live socket.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", try_from = "Said")]
pub enum FromServer {
    /// What has changed. The next one is sent after the acknowledgement.
    Delta {
        /// The change.
        delta: Box<Delta>,
    },
    /// The server ends the session.
    Bye {
        /// `revoked`, `upgrade_required` or `going_away`.
        reason: String,
    },
}

/// [`FromServer`] as it is read. A tagged enum is read through a buffer that cannot hold the bodies of rows as they came.
#[derive(Deserialize)]
struct Said {
    #[serde(rename = "type")]
    kind: String,
    delta: Option<Box<Delta>>,
    reason: Option<String>,
}

impl TryFrom<Said> for FromServer {
    type Error = &'static str;

    fn try_from(said: Said) -> Result<Self, &'static str> {
        match (said.kind.as_str(), said.delta, said.reason) {
            ("delta", Some(delta), None) => Ok(Self::Delta { delta }),
            ("bye", None, Some(reason)) => Ok(Self::Bye { reason }),
            (_, _, _) => Err("this is nothing that a server says"),
        }
    }
}

/// From the desktop over the live socket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FromDesktop {
    /// Opens the session.
    Hello {
        /// As for a pull.
        pull: Pull,
    },
    /// The delta is stored.
    Ack {
        /// Where the device stands.
        cursor: Cursor,
    },
}
