//! A market of people with tastes, abilities and habits that no score can see, to judge ranking policies by who is hired.
//!
//! A seed fixes a [`World`]: freelancers, requests week by week, and what both sides of every pair would feel. [`play`] lets one
//! [`Policy`] rank in it for a year: freelancers look at what they are shown and apply or not, clients read some of the
//! applications in the list's order and hire or not, work ends and leaves stars behind, which the policies see. What came of it is
//! the [`Outcome`]. The market's numbers were fixed before any score was measured in it; `docs/MARKET.md` gives them and why.
//!
//! Arithmetic is in a fixed order and free of functions that systems round differently, so a seed gives the same outcome to
//! the bit everywhere.

#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts are small, and what is drawn lies in known bounds"
)]

mod chance;
mod demand;
mod market;
mod metrics;
mod params;
mod people;
mod policy;
mod stats;
mod truth;
mod vocabulary;
mod world;

pub use market::play;
pub use metrics::{Outcome, Slots};
pub use params::{FIRST_TEN, Params};
pub use policy::Policy;
pub use stats::Interval;
pub use world::World;
