//! Histories in length: many clients at several processes over real databases, and a checker behind them.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::cargo::cargo;
use crate::command::Job;
use crate::workspace::Workspace;
use crate::{needs, process};

/// How long a history.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Acts that are sent, on each database
    #[arg(long, default_value_t = 1_000_000)]
    acts: u64,
    /// Only the history on this database
    #[arg(long, value_parser = ["postgresql", "file"])]
    only: Option<String>,
}

/// Lets them happen and prints what the checker found.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    process::end_all_on_interrupt()?;
    needs::packages(workspace, needs::Purpose::QuickTest)?;
    let arguments = [
        "test",
        "--profile",
        "simulation",
        "-p",
        "guildhall-storage",
        "--test",
        "histories",
        "--",
        "--nocapture",
        options.only.as_deref().unwrap_or("one_history"),
    ];
    let mut command = cargo(workspace, &arguments);
    command.env("GUILDHALL_HISTORY_ACTS", options.acts.to_string());
    let done = Job::new("histories", command).run(workspace)?;
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
