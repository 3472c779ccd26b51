//! What a person thinks of something that the market shows them: kept for later, or put out of sight. Nobody else sees it.

use crate::id::{AccountId, RequestId, derive};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How many bookmarks a person has at most: each opens what it is about to them.
pub const MAXIMUM_BOOKMARKS: usize = 2_000;

/// A person's word on one request or one freelancer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bookmark {
    /// Derived from the person and what it is about.
    pub id: Uuid,
    /// Whose it is.
    pub owner: AccountId,
    /// What it is about.
    #[serde(flatten)]
    pub subject: Subject,
    /// What they think of it.
    #[serde(flatten)]
    pub stance: Stance,
    /// Since when.
    pub at: Timestamp,
}

/// What a bookmark is about, with everybody whose card it opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Subject {
    /// A request, for a freelancer.
    Request {
        /// Which.
        request: RequestId,
        /// Whose it is.
        client: AccountId,
    },
    /// A freelancer, for a client.
    Freelancer {
        /// Who.
        freelancer: AccountId,
    },
}

/// What a person thinks of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stance", rename_all = "snake_case")]
pub enum Stance {
    /// To come back to.
    Saved,
    /// Not to be recommended any more.
    Hidden {
        /// Why, if they said.
        because: Option<Because>,
    },
}

/// Why somebody is not interested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// The skills are others.
    Skills,
    /// It is too far, or the hours of the day do not meet.
    Place,
    /// The time does not suit.
    Time,
    /// The money does not.
    Rate,
    /// The person on the other side.
    Person,
}

impl Subject {
    /// The request or the person that it is about.
    pub fn id(&self) -> Uuid {
        match self {
            Self::Request { request, .. } => request.0,
            Self::Freelancer { freelancer } => freelancer.0,
        }
    }

    /// Whose card it opens: the client's, or the freelancer's.
    pub fn person(&self) -> AccountId {
        match self {
            Self::Request { client, .. } => *client,
            Self::Freelancer { freelancer } => *freelancer,
        }
    }
}

impl Bookmark {
    /// The one bookmark of a person on a request or a freelancer.
    pub fn id_of(owner: AccountId, about: impl Into<Uuid>) -> Uuid {
        derive("bookmark", &[owner.0, about.into()])
    }

    /// Whether it is there to come back to.
    pub fn is_saved(&self) -> bool {
        self.stance == Stance::Saved
    }
}
