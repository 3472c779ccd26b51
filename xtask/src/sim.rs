//! The simulator: whole desktops and a whole server on virtual time, many seeds side by side.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::Args;

use crate::cargo::cargo;
use crate::command::Job;
use crate::process;
use crate::workspace::Workspace;

/// A night is long.
const LIMIT: Duration = Duration::from_hours(24);

/// What to run; all of it is handed to the simulator.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How many seeds to run; 500 when left out, or until each planted bug is caught
    #[arg(long)]
    seeds: Option<u64>,
    /// The first seed
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// How many acts people do in each run; 2,000 when left out, or 200 with planted bugs
    #[arg(long)]
    acts: Option<u64>,
    /// Run each seed twice and compare what happened
    #[arg(long)]
    twice: bool,
    /// Plant each bug in turn and print which invariant caught it, at which seed
    #[arg(long)]
    planted: bool,
    /// Plant this bug
    #[arg(long)]
    bug: Option<String>,
    /// Print what one run does, event by event
    #[arg(long)]
    tell: bool,
}

/// Builds the simulator, runs it and prints what it prints.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    process::end_all_on_interrupt()?;
    let package = ["--profile", "simulation", "-p", "guildhall-simulation"];
    let build = [&["build"], package.as_slice()].concat();
    Job::new("build", cargo(workspace, &build)).must(workspace)?;
    let mut command = cargo(workspace, &[&["run"], package.as_slice()].concat());
    command.args(["--quiet", "--", "--from", &options.from.to_string()]);
    let usual = (!options.planted).then_some((500, 2_000));
    for (flag, count) in [
        ("--seeds", options.seeds.or(usual.map(|(seeds, _)| seeds))),
        ("--acts", options.acts.or(usual.map(|(_, acts)| acts))),
    ] {
        if let Some(count) = count {
            command.args([flag, &count.to_string()]);
        }
    }
    for (wanted, flag) in [
        (options.twice, "--twice"),
        (options.planted, "--planted"),
        (options.tell, "--tell"),
    ] {
        command.args(wanted.then_some(flag));
    }
    if let Some(bug) = &options.bug {
        command.args(["--bug", bug]);
    }
    let done = Job::new("sim", command).within(LIMIT).run(workspace)?;
    println!("{}", done.output.trim_end());
    Ok(if done.ok {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
