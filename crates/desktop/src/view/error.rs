//! The one shape in which a failure reaches a screen.

use serde::{Deserialize, Serialize};
use specta::Type;

/// A failure that a screen can show: what happened, and which fields to mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ErrorView {
    /// Stable code the screen switches on, e.g. `validation`, `offline`, `already_filled`.
    pub code: String,
    /// One plain sentence with what to do next.
    pub message: String,
    /// The fields concerned; the same shape as in the server's problems (RFC 9457).
    pub errors: Vec<FieldErrorView>,
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FieldErrorView {
    /// JSON pointer into the form, e.g. `/title` or `/skills/3/level`.
    pub pointer: String,
    /// Stable code, e.g. `too_long`.
    pub code: String,
    /// One plain sentence.
    pub message: String,
}
