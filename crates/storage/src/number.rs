//! Versions and numbers: counted without a sign here, and with one in both databases.

/// As a column holds it.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// As it was meant; what a damaged file makes negative is nothing.
pub(crate) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
