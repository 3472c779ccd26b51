//! A deterministic simulator: the shipped desktops' engine and the shipped server, on virtual time, with faults of network, disk,
//! clock and program; and the invariants of sync as named checks. The same seed gives the same run, event by event.
//!
//! `docs/SIMULATION.md` tells how it works, what is checked, and how to replay a seed.

mod books;
mod campaign;
mod cast;
mod checks;
mod counts;
mod desk;
mod digests;
mod mirror;
mod model;
mod node;
mod person;
mod rest;
mod restore;
mod server;
mod sim;
mod talk;
mod texts;
mod trace;
mod trouble;
mod violation;
mod wire;
mod workload;

pub use campaign::{Campaign, CampaignResult, Found, explain, hunt, report};
pub use counts::{Counts, Edge};
pub use sim::{Broken, Options, Outcome, run};
pub use violation::Violation;
