//! Why a rule refuses: typed, few, and each with a plain sentence.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The stable refusal codes. Screens and programs switch on these, never on text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// There is no such thing, or this person may not know of it.
    NotFound,
    /// This person may not do that.
    Forbidden,
    /// It has changed since this person read it.
    StaleVersion,
    /// It does not stand where the act needs it to.
    InvalidState,
    /// The client takes no applications for now; what waits goes out when they do again.
    Paused,
    /// A limit is reached.
    LimitReached,
    /// The time for it is over.
    Expired,
    /// The form has mistakes; the fields are named.
    Validation,
    /// It was done before.
    AlreadyDone,
    /// Somebody else has the place.
    AlreadyFilled,
    /// The account is suspended.
    Blocked,
    /// This act cannot be carried out by the server and was set aside.
    Quarantined,
}

impl Code {
    /// Every code, for tables and tests.
    pub const ALL: [Self; 12] = [
        Self::NotFound,
        Self::Forbidden,
        Self::StaleVersion,
        Self::InvalidState,
        Self::Paused,
        Self::LimitReached,
        Self::Expired,
        Self::Validation,
        Self::AlreadyDone,
        Self::AlreadyFilled,
        Self::Blocked,
        Self::Quarantined,
    ];

    /// The code as it is written on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Forbidden => "forbidden",
            Self::StaleVersion => "stale_version",
            Self::InvalidState => "invalid_state",
            Self::Paused => "paused",
            Self::LimitReached => "limit_reached",
            Self::Expired => "expired",
            Self::Validation => "validation",
            Self::AlreadyDone => "already_done",
            Self::AlreadyFilled => "already_filled",
            Self::Blocked => "blocked",
            Self::Quarantined => "quarantined",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is wrong with one field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// JSON pointer into the arguments (RFC 6901), e.g. `/skills/3/level`.
    pub pointer: String,
    /// Stable code, e.g. `too_long`.
    pub code: String,
    /// One plain sentence.
    pub message: String,
}

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Denied {
    /// The stable code.
    pub code: Code,
    /// One plain sentence: what happened and what can be done.
    pub message: String,
    /// The fields concerned, for [`Code::Validation`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

impl Denied {
    /// A refusal with its sentence.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            errors: Vec::new(),
        }
    }

    /// Refuses a form, naming its fields.
    pub fn validation(errors: Vec<FieldError>) -> Self {
        let message = match errors.as_slice() {
            [only] => only.message.clone(),
            several => format!("{} fields need another look.", several.len()),
        };
        Self {
            code: Code::Validation,
            message,
            errors,
        }
    }

    /// There is no such thing, as far as this person may know.
    pub fn not_found(what: &str) -> Self {
        Self::new(
            Code::NotFound,
            format!("This {what} does not exist any more, or is not yours to see."),
        )
    }

    /// It does not stand where the act needs it.
    pub fn state(message: impl Into<String>) -> Self {
        Self::new(Code::InvalidState, message)
    }
}

/// Collects what is wrong with a form.
#[derive(Debug, Default)]
pub struct Mistakes(Vec<FieldError>);

impl Mistakes {
    /// Notes a mistake of the field at this pointer unless the condition holds.
    pub fn require(
        &mut self,
        holds: bool,
        pointer: impl Into<String>,
        code: &str,
        message: impl Into<String>,
    ) {
        if !holds {
            self.0.push(FieldError {
                pointer: pointer.into(),
                code: code.to_owned(),
                message: message.into(),
            });
        }
    }

    /// Notes a text that is shorter or longer (in characters, trimmed) than it may be.
    pub fn length(
        &mut self,
        text: &str,
        minimum: usize,
        maximum: usize,
        pointer: impl Into<String>,
        what: &str,
    ) {
        let count = text.trim().chars().count();
        if count < minimum {
            let message = if count == 0 {
                format!("{what} is missing.")
            } else {
                format!("{what} needs at least {minimum} characters.")
            };
            let code = if count == 0 { "missing" } else { "too_short" };
            self.require(false, pointer, code, message);
        } else if count > maximum {
            self.require(
                false,
                pointer,
                "too_long",
                format!("{what} has {count} characters; {maximum} are possible."),
            );
        }
    }

    /// The refusal, if there is a mistake.
    pub fn into_result(self) -> Result<(), Denied> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Denied::validation(self.0))
        }
    }
}
