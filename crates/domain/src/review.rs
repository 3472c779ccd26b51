//! A review: stars and words after a finished contract, sealed until both have written.

use crate::id::{AccountId, ContractId, ReviewId};
use crate::time::{DAY_MS, Timestamp};
use serde::{Deserialize, Serialize};

/// How long both sides may write after the contract was completed: 14 days.
pub const REVIEW_WINDOW_MS: i64 = 14 * DAY_MS;

/// A review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Its id, derived from contract and author.
    pub id: ReviewId,
    /// Of which contract.
    pub contract: ContractId,
    /// Who wrote it.
    pub author: AccountId,
    /// About whom.
    pub subject: AccountId,
    /// What the job was called.
    pub title: String,
    /// 1 to 5.
    pub stars: u8,
    /// 20 to 2,000 characters.
    pub text: String,
    /// When it was written.
    pub at: Timestamp,
    /// True until both sides have written or the window is over: only the author sees it.
    pub sealed: bool,
}
