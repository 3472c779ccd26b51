//! Bodies of the admin's endpoints and of `/v1/me`.

use guildhall_domain::activity::ActivityKind;
use guildhall_domain::id::{AccountId, MutationId, RequestId};
use guildhall_domain::person::{Person, Roles};
use guildhall_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

/// Who the bearer of a token is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Me {
    /// The person.
    pub person: Person,
}

/// Whether the server answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Health {
    /// Always `ok`.
    pub status: String,
    /// Protocol spoken.
    pub protocol: u16,
    /// Version of the program.
    pub version: String,
}

/// The one-time secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Claim {
    /// As printed by the server.
    pub secret: String,
}

/// An act of moderation: executed at once, never queued.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AdminAct {
    /// The same id twice has one effect.
    pub id: MutationId,
    /// `person.suspend`, `person.restore` or `request.remove`.
    pub name: String,
    /// Arguments of the name, as they came: a tree of them could take a hundred times their size.
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub args: Box<RawValue>,
}

/// Counts of the marketplace.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AdminHome {
    /// Accounts.
    pub people: u32,
    /// Of these, suspended.
    pub suspended: u32,
    /// Requests that take applications.
    pub open_requests: u32,
    /// All requests ever published.
    pub requests: u32,
    /// All applications.
    pub applications: u32,
    /// Contracts that run.
    pub running: u32,
    /// Contracts completed.
    pub completed: u32,
    /// Server's clock.
    pub at: Timestamp,
}

/// A person in the admin's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AdminPerson {
    /// Account.
    pub id: AccountId,
    /// Name.
    pub name: String,
    /// Roles.
    pub roles: Roles,
    /// Since when.
    pub joined: Timestamp,
    /// Reason, while suspended.
    pub suspended: Option<String>,
}

/// Why somebody is signed out, on one computer or everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AdminSignOut {
    /// For the audit log.
    pub reason: String,
}

/// A request in the admin's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AdminRequest {
    /// Its id.
    pub id: RequestId,
    /// Its title.
    pub title: String,
    /// Client's name.
    pub client: String,
    /// `open`, `paused`, `filled`, `closed`, `cancelled`, `removed`.
    pub stage: String,
    /// Applications received.
    pub applications: u32,
    /// Since when.
    pub published: Timestamp,
    /// Reason, once removed.
    pub removed: Option<String>,
}

/// A line of the activity log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AdminActivity {
    /// Its id.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Who, by name.
    pub who: String,
    /// What was done.
    pub kind: ActivityKind,
    /// The name of the other person, if any.
    pub other: Option<String>,
    /// Title of the request, if any.
    pub title: Option<String>,
    /// A reason or the like.
    pub note: String,
}

/// A line of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AdminAudit {
    /// Its number.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// What happened; a later server may know more kinds.
    pub kind: String,
    /// Who did it, by name; none where nobody was signed in.
    pub who: Option<String>,
    /// Whom or what it was done to, by name.
    pub whom: Option<String>,
    /// A reason, a role, a count.
    pub note: String,
}

/// An event for the admin's charts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AdminEvent {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: ActivityKind,
    /// Who.
    pub actor: AccountId,
    /// Whom it concerns beside the actor.
    pub other: Option<AccountId>,
    /// Which request.
    pub request: Option<RequestId>,
    /// Which thread.
    pub application: Option<Uuid>,
}
