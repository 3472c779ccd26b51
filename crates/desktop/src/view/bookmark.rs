//! What a person saved or put out of sight.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What a person thinks of a request or a freelancer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum StanceView {
    /// Nothing was said.
    None,
    /// Saved, to come back to.
    Saved,
    /// Hidden: not interested.
    Hidden,
}

/// What a person says about a request or a freelancer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct BookmarkForm {
    /// The request's or the freelancer's id.
    pub about: String,
    /// The client's id, for a request.
    pub client: Option<String>,
    /// What they think of it from now on; `none` takes back what was said.
    pub stance: StanceView,
    /// Why it is hidden: `skills`, `place`, `time`, `rate`, `person`; empty without a reason.
    pub because: String,
}
