//! Power cuts in number: recorded writes played back to disks that lose what was not synced.

use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::Args;

use crate::cargo::cargo;
use crate::command::Job;
use crate::workspace::Workspace;
use crate::{needs, process};

/// How many cuts, and which.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Cuts of the server's power, and as many of the desktop's
    #[arg(long, default_value_t = 1_000)]
    cuts: u32,
    /// What decides when the power goes and what that does to the disk
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Cuts and prints a table of what came of it.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    ensure!(
        cfg!(target_os = "linux"),
        "system calls are recorded on Linux only"
    );
    process::end_all_on_interrupt()?;
    needs::packages(workspace, needs::Purpose::QuickTest)?;
    let arguments = [
        "test",
        "--profile",
        "simulation",
        "-p",
        "guildhall-desktop",
        "--test",
        "crash",
        "power::",
    ];
    let mut command = cargo(workspace, &arguments);
    command
        .env("GUILDHALL_POWER_CUTS", options.cuts.to_string())
        .env("GUILDHALL_CRASH_SEED", options.seed.to_string());
    let done = Job::new("power", command).run(workspace)?;
    for line in done.output.lines().filter(|line| line.starts_with("| ")) {
        println!("{line}");
    }
    if done.ok {
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "{}\n(all of it: {})",
        done.tail(),
        workspace.shown(&done.log)
    );
    Ok(ExitCode::FAILURE)
}
