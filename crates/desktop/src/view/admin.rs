//! What an admin sees. Always asked of the server, never kept on the device.

use super::RoleView;
use serde::{Deserialize, Serialize};
use specta::Type;

/// The admin's home.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct AdminHomeView {
    /// Counts in words and numbers, e.g. ("People", 2001).
    pub counts: Vec<CountView>,
    /// Newest first.
    pub activity: Vec<AdminActivityRow>,
    /// Server's time of the answer (Unix ms).
    pub as_of: f64,
}

/// A number with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CountView {
    /// What is counted.
    pub label: String,
    /// How many.
    pub value: u32,
    /// A short line below, may be empty.
    pub line: String,
}

/// A person in the admin's list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct AdminPersonRow {
    /// Account id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Roles.
    pub roles: Vec<RoleView>,
    /// When they joined (Unix ms).
    pub joined: f64,
    /// Reason, while suspended.
    pub suspended: Option<String>,
}

/// A request in the admin's list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct AdminRequestRow {
    /// Request id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Client's name.
    pub client: String,
    /// Stage in words.
    pub stage: String,
    /// Applications received.
    pub applications: u32,
    /// When it was published (Unix ms).
    pub published: f64,
    /// Reason, once removed.
    pub removed: Option<String>,
}

/// A line of the activity log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct AdminActivityRow {
    /// Row id.
    pub id: String,
    /// When (Unix ms).
    pub at: f64,
    /// Who, by name.
    pub who: String,
    /// What, as a sentence, e.g. "applied to “Booking system rebuild”".
    pub what: String,
    /// Kind, e.g. `application`.
    pub kind: String,
}
