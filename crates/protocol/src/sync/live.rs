//! Live: what is said over the socket.

use super::pull::{Cursor, Delta, Pull};
use serde::{Deserialize, Serialize};

/// From the server over the live socket, as text. To a desktop that named its dictionaries a delta comes alone, as a binary
/// message (see [`pack`](super::pack)).
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
#[serde(tag = "type", rename_all = "snake_case", try_from = "Asked")]
pub enum FromDesktop {
    /// Opens the session.
    Hello {
        /// As for a pull.
        pull: Pull,
        /// Asks for deltas as packed binary messages, with one of these dictionaries. Without, they come as text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dictionaries: Option<Vec<u32>>,
    },
    /// The delta is stored, or laid aside until the last page of its pull has come.
    Ack {
        /// The delta's cursor.
        cursor: Cursor,
    },
}

/// [`FromDesktop`] as it is read: the buffer of a tagged enum takes many times as much memory as what it holds.
#[derive(Deserialize)]
struct Asked {
    #[serde(rename = "type")]
    kind: String,
    pull: Option<Pull>,
    #[serde(default)]
    dictionaries: Option<Vec<u32>>,
    cursor: Option<Cursor>,
}

impl TryFrom<Asked> for FromDesktop {
    type Error = &'static str;

    fn try_from(asked: Asked) -> Result<Self, &'static str> {
        match (asked.kind.as_str(), asked.pull, asked.cursor) {
            ("hello", Some(pull), None) => Ok(Self::Hello {
                pull,
                dictionaries: asked.dictionaries,
            }),
            ("ack", None, Some(cursor)) => Ok(Self::Ack { cursor }),
            (_, _, _) => Err("this is nothing that a desktop says"),
        }
    }
}
