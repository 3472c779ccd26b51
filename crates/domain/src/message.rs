//! A message in a thread, and how far a person has read.

use crate::attachment::Attachment;
use crate::id::{AccountId, ApplicationId, MessageId, derive};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A message. The server's time orders a thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The thread, which is the application.
    pub application: ApplicationId,
    /// Who wrote it.
    pub author: AccountId,
    /// The words, up to 8,000 characters; none only where there are files.
    pub body: String,
    /// The files that go with the words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// When the server took it; on the writer's device, until then, when it was written.
    pub at: Timestamp,
}

/// How far a person has read a thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadMark {
    /// Derived from thread and reader.
    pub id: Uuid,
    /// The thread.
    pub application: ApplicationId,
    /// Who read.
    pub reader: AccountId,
    /// Everything up to here.
    pub up_to: Timestamp,
}

impl ReadMark {
    /// The one mark of a reader in a thread.
    pub fn id_of(application: ApplicationId, reader: AccountId) -> Uuid {
        derive("read", &[application.0, reader.0])
    }
}
