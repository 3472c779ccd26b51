//! A recommendation: a request and a freelancer that the server found to fit.

use crate::id::{AccountId, RequestId, derive};
use crate::time::{Date, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A matched pair. Only the server writes it; both sides see the same numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recommendation {
    /// Derived from the pair.
    pub id: Uuid,
    /// The request.
    pub request: RequestId,
    /// Whose request it is.
    pub client: AccountId,
    /// The freelancer.
    pub freelancer: AccountId,
    /// Version of the score.
    pub score_version: u16,
    /// The fit, 0 to 65535 · 65536.
    pub score: u32,
    /// Skills, rating, place, availability, budget; their sum is the score.
    pub parts: [u32; 5],
    /// In the client's list.
    pub for_client: bool,
    /// In the freelancer's list.
    pub for_freelancer: bool,
    /// When the pair was first found.
    pub at: Timestamp,
    /// The place kept for newcomers that was drawn for them in the client's list, if one was. It is no part of the score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newcomer: Option<NewcomerPlace>,
}

/// A place kept for newcomers, with all that it takes to draw it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewcomerPlace {
    /// The day of the draw.
    pub day: Date,
    /// The place by fit alone, from 0.
    pub from: u16,
    /// Places that were drawn for.
    pub places: u16,
    /// Newcomers that they were drawn among.
    pub among: u16,
}

impl Recommendation {
    /// The one row of a pair.
    pub fn id_of(request: RequestId, freelancer: AccountId) -> Uuid {
        derive("recommendation", &[request.0, freelancer.0])
    }
}
