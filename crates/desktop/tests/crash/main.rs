//! Kill -9 of the server and of the desktop's core at seeded instants, against the real programs: nothing that was acknowledged
//! is lost, and nothing happens twice.
//!
//! The test command kills each ten times. `GUILDHALL_CRASH_SERVER_KILLS`, `GUILDHALL_CRASH_DESKTOP_KILLS` and
//! `GUILDHALL_CRASH_SEED` ask for more, or for the same instants again.

mod audit;
#[path = "../road/browser.rs"]
mod browser;
mod core_kills;
mod core_process;
mod deeds;
mod disk;
mod ground;
mod plan;
mod program;
mod report;
mod server_kills;
mod server_process;
mod typist;
mod wire;
mod writer;
