//! Markets made by chance, and a second way to answer questions: by looking at every entry.

pub(crate) mod chance;
#[allow(dead_code, reason = "not every test compares")]
pub(crate) mod oracle;
