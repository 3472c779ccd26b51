//! Who is seen: the share of places for newcomers, as the operator decided, and what came of it.

mod meter;
mod share;

/// So many days it is remembered who stood where.
pub const MEMORY_DAYS: i32 = 90;

pub use meter::{METER_DAYS, Meter, Meters};
pub use share::{Share, keep, kept};
