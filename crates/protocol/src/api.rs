//! What people's own programs are told, below `/api/v1`.

use guildhall_domain::id::AccountId;
use guildhall_domain::person::Roles;
use guildhall_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Who a token belongs to, and the token itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ApiMe {
    /// Its owner's account.
    pub account: AccountId,
    /// Their name.
    pub name: String,
    /// Their roles. Tokens read what these may read, never what only admins may.
    pub roles: Roles,
    /// The token that asks.
    pub token: ApiToken,
}

/// A token as its owner made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ApiToken {
    /// What its owner calls it.
    pub name: String,
    /// What it opens, such as `read:requests`.
    pub scopes: Vec<String>,
    /// Since when it is good.
    pub made: Timestamp,
    /// Until when it is good.
    pub expires: Timestamp,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// Its items, the greatest id first.
    pub items: Vec<T>,
    /// Where the next part begins, as `after`; none at the end.
    pub next: Option<Uuid>,
}
