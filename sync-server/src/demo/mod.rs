//! The demo market: people, a year of their work, and inhabitants who answer.
//!
//! Everything here is made up. Nothing of it runs unless the operator asks for a demo.

pub mod cast;
mod chance;
mod money;
mod seed;
mod words;

pub use seed::{History, Inhabitant, Refused, Size, history};
