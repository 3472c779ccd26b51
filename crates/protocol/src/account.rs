//! Bodies of the endpoints about one's own account.

use guildhall_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A desktop that is signed in to the caller's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SignIn {
    /// Its id.
    pub id: Uuid,
    /// What the computer calls itself; may be empty.
    pub device: String,
    /// Its operating system; may be empty.
    pub system: String,
    /// Since when.
    pub began: Timestamp,
    /// The network it began from, never a whole address.
    pub began_network: String,
    /// When it last renewed its access, which an open desktop does every few minutes.
    pub seen: Timestamp,
    /// The network it did that from.
    pub seen_network: String,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// How the caller's account is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Security {
    /// Since when a second factor is asked for; none: none is.
    pub second_factor: Option<Timestamp>,
    /// How many recovery codes are left.
    pub recovery_codes: u32,
}
