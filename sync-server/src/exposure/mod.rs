//! Who is seen: the share of places for newcomers, as the operator decided.

mod share;

/// So many days it is remembered who stood where.
pub const MEMORY_DAYS: i32 = 90;

pub use share::{Share, keep, kept};
