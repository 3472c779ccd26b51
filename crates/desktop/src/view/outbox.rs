//! What waits to be sent, and what came back and needs the person.

use super::error::FieldErrorView;
use serde::{Deserialize, Serialize};
use specta::Type;

/// The outbox panel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct OutboxView {
    /// In the order they will be sent.
    pub waiting: Vec<WaitingView>,
    /// Refused, newest first.
    pub attention: Vec<AttentionView>,
}

/// An act that waits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct WaitingView {
    /// Mutation id.
    pub id: String,
    /// What it does, e.g. "Publish “Booking system rebuild”".
    pub what: String,
    /// When it was done here (Unix ms).
    pub at: f64,
    /// Why it waits, e.g. "Waiting for the connection".
    pub why: String,
    /// False once it may already be on its way.
    pub can_cancel: bool,
    /// The person's own words in it, to copy.
    pub text: String,
    /// The names of its files; they are kept on this device.
    pub files: Vec<String>,
    /// Where it can be looked at.
    pub route: String,
}

/// An act that was refused. Its text is kept until the person discards it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct AttentionView {
    /// Mutation id.
    pub id: String,
    /// What it would have done.
    pub what: String,
    /// When it was done here (Unix ms).
    pub at: f64,
    /// Stable refusal code.
    pub code: String,
    /// What happened, that the text is safe, what can be done.
    pub message: String,
    /// Fields concerned.
    pub errors: Vec<FieldErrorView>,
    /// The person's own words in it, to copy.
    pub text: String,
    /// The names of its files; they are kept on this device.
    pub files: Vec<String>,
    /// True when sending the same again may succeed.
    pub can_resend: bool,
    /// Where it can be mended.
    pub route: String,
}
