//! Calls to Cargo, the same one that runs this program.

use std::process::Command;

use anyhow::Result;

use crate::command::{Finished, Job};
use crate::workspace::{Profile, Workspace};

/// The Cargo that started us, or the one on the path.
pub(crate) fn program() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// A Cargo command at the top of the checkout.
pub(crate) fn cargo(workspace: &Workspace, arguments: &[&str]) -> Command {
    let mut command = Command::new(program());
    command
        .args(arguments)
        .current_dir(workspace.root())
        // Set for this program by `cargo run`; they would make the inner Cargo see changed inputs.
        .env_remove("CARGO_MANIFEST_DIR")
        .env_remove("CARGO_PKG_NAME")
        .env_remove("CARGO_PKG_VERSION")
        // Its progress bar is how we know how far it has come.
        .env("CARGO_TERM_PROGRESS_WHEN", "always")
        .env("CARGO_TERM_PROGRESS_WIDTH", "100")
        .env("CARGO_TERM_COLOR", "never");
    command
}

/// Builds both programs.
pub(crate) fn build_programs(workspace: &Workspace, profile: Profile) -> Result<Finished> {
    let mut arguments = vec!["build", "-p", "guildhall-server", "-p", "guildhall"];
    match profile {
        Profile::Dev => {}
        Profile::Release => arguments.push("--release"),
    }
    Job::new("build", cargo(workspace, &arguments)).must(workspace)
}
