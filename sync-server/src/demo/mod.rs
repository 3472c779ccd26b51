//! The demo market: people, a year of their work, and inhabitants who answer.
//!
//! Everything here is made up. Nothing of it runs unless the operator asks for a demo.

pub mod cast;
mod chance;
mod desk;
mod found;
mod hand_over;
mod inhabitants;
mod letters;
mod money;
mod seed;
mod words;

pub use desk::sign_in_desk;
pub use found::{FoundError, Ground, found, ground};
pub use hand_over::{HandOverError, LIFE_MS, REDIRECT, hand_over};
pub use inhabitants::{Pace, settle};
pub use seed::{History, Inhabitant, Refused, Size, history};
