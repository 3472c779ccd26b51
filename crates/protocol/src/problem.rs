//! How the server says no over HTTP (RFC 9457).

use guildhall_domain::denied::FieldError;
use serde::{Deserialize, Serialize};

/// A problem document, `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemDocument {
    /// URI reference of the kind of problem, e.g. `/problems/not-found`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What happened this time and what can be done.
    #[serde(default)]
    pub detail: String,
    /// Stable code a program switches on.
    #[serde(default)]
    pub code: String,
    /// The fields concerned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}
