//! A broken invariant.

/// An invariant that did not hold, and what shows it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{invariant} is broken: {what}")]
pub struct Violation {
    /// Its number, e.g. `I9`.
    pub invariant: &'static str,
    /// What was seen.
    pub what: String,
}

impl Violation {
    pub(crate) fn new(invariant: &'static str, what: impl Into<String>) -> Self {
        Self {
            invariant,
            what: what.into(),
        }
    }
}

/// What a check answers.
pub(crate) type Checked = Result<(), Violation>;

/// Breaks an invariant unless the condition holds.
pub(crate) fn must(holds: bool, invariant: &'static str, what: impl FnOnce() -> String) -> Checked {
    if holds {
        Ok(())
    } else {
        Err(Violation::new(invariant, what()))
    }
}
