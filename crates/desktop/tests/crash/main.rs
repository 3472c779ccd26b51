//! Kill -9 of the server and of the desktop's core at seeded instants, and power cuts, against the real programs: nothing that was
//! acknowledged is lost, and nothing happens twice.
//!
//! The test command kills each ten times, the desktop ten times more while it renews its tokens, and cuts the power of each forty times.
//! `GUILDHALL_CRASH_SERVER_KILLS`, `GUILDHALL_CRASH_DESKTOP_KILLS`, `GUILDHALL_CRASH_REFRESH_KILLS`, `GUILDHALL_POWER_CUTS` and
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
#[cfg(target_os = "linux")]
mod power;
mod program;
mod refresh_kills;
mod report;
mod server_kills;
mod server_process;
mod tap;
mod typist;
mod wire;
mod writer;
