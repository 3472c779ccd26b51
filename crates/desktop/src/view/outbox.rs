//! What waits to be sent, and what came back and needs the person.

use super::error::FieldErrorView;
use serde::{Deserialize, Serialize};
use specta::Type;

/// The outbox panel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct OutboxView {
    /// In the order they will be sent.
    pub waiting: Vec<WaitingView>,
    /// Held for the person first, in order; then refused, newest first.
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
    /// True when there are words in it that can be changed before it is sent.
    pub can_edit: bool,
    /// The person's own words in it, to copy.
    pub text: String,
    /// The names of its files; they are kept on this device.
    pub files: Vec<String>,
    /// Where it can be looked at.
    pub route: String,
}

/// An act that needs the person: refused by the server, or held here because something changed. Its text is kept until the
/// person discards it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct AttentionView {
    /// Mutation id.
    pub id: String,
    /// What it would have done.
    pub what: String,
    /// When it was done here (Unix ms).
    pub at: f64,
    /// True while it has not been sent: it waits on this device for a word of the person.
    pub held: bool,
    /// Stable refusal code, or the kind of hold.
    pub code: String,
    /// What happened, that the text is safe, what can be done.
    pub message: String,
    /// Fields concerned.
    pub errors: Vec<FieldErrorView>,
    /// What stands against what, where that is the point.
    pub differences: Vec<DifferenceView>,
    /// The person's own words in it, to copy.
    pub text: String,
    /// The names of its files; they are kept on this device.
    pub files: Vec<String>,
    /// What can be done, the likeliest first. Copying and discarding are always possible.
    pub steps: Vec<StepView>,
    /// Open requests like the one that is gone.
    pub similar: Vec<SimilarView>,
}

/// One field in two versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DifferenceView {
    /// E.g. "Budget".
    pub field: String,
    /// What the person read, or what stands on the server.
    pub theirs: String,
    /// What it is now, or what the person wrote.
    pub mine: String,
    /// True when `mine` is what the person wrote; else it is what changed meanwhile.
    pub is_own: bool,
}

/// Something that can be done with an act that needs the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct StepView {
    /// How it is done.
    pub kind: StepKind,
    /// The words on the button.
    pub label: String,
    /// Where it leads, for [`StepKind::Open`].
    pub route: String,
}

/// How a step is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// Let the held act go, as things stand now.
    Confirm,
    /// Send the refused act again.
    Resend,
    /// Open the form or composer with the words in it.
    Edit,
    /// Look at something.
    Open,
    /// Open the conversation with a fitting message in the composer.
    Ask,
}

/// An open request like the one that is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SimilarView {
    /// What it is called.
    pub title: String,
    /// Place and time in words.
    pub line: String,
    /// Where it can be read.
    pub route: String,
}
