//! A person: the name, the roles and the standing of an account, as others see them.

use crate::id::AccountId;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The roles an account has. They live on the server; a desktop only reads them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each role is had or not, whatever the others are"
)]
pub struct Roles {
    /// Does the work.
    pub freelancer: bool,
    /// Hires.
    pub client: bool,
    /// Keeps order on the marketplace.
    #[serde(default)]
    pub moderator: bool,
    /// Runs the marketplace.
    pub admin: bool,
}

impl Roles {
    /// True for whoever keeps order among the others: only an admin acts on them.
    pub fn is_trusted(self) -> bool {
        self.moderator || self.admin
    }
}

/// Whether an account may act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Status {
    /// May act.
    Active,
    /// May read and finish running contracts.
    Suspended {
        /// Since when.
        at: Timestamp,
        /// Told to the person.
        reason: String,
    },
}

/// What has been learnt of a person from their finished work. Only the server writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Standing {
    /// Sum of the stars of published reviews.
    pub stars: u32,
    /// Published reviews.
    pub reviews: u32,
    /// Contracts completed.
    pub completed: u32,
    /// Contracts cancelled.
    pub cancelled: u32,
}

/// What a person is called who has left for good.
pub const FORMER_MEMBER: &str = "A former member";

/// A person as others see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Person {
    /// The account.
    pub id: AccountId,
    /// The name they go by.
    pub name: String,
    /// What they may be.
    pub roles: Roles,
    /// Whether they may act.
    pub status: Status,
    /// From finished work.
    pub standing: Standing,
    /// In how many completed contracts each skill was asked for, by vocabulary id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub proven: BTreeMap<u32, u32>,
    /// When they joined.
    pub joined: Timestamp,
}

impl Person {
    /// True while the account is suspended.
    pub fn is_suspended(&self) -> bool {
        matches!(self.status, Status::Suspended { .. })
    }
}
