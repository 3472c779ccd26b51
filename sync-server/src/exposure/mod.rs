//! Who is seen: the share of places for newcomers, as the operator decided.

mod share;

pub use share::{Share, keep, kept};
