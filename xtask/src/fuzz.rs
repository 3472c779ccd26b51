//! Decoders on bytes that nobody meant to send, for longer than the tests do it.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::cargo::cargo;
use crate::command::Job;
use crate::process;
use crate::workspace::Workspace;

/// For how long, and from where.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How long each decoder is tried
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Only decoders whose name holds this
    #[arg(default_value = "")]
    name: String,
    /// The same inputs as in an earlier run, which has printed this
    #[arg(long)]
    seed: Option<String>,
}

/// Tries every decoder; a failure prints the smallest input that was found and its seed.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    process::end_all_on_interrupt()?;
    let arguments = [
        "test",
        "--profile",
        "simulation",
        "-p",
        "guildhall-desktop",
        "--test",
        "fuzz",
        "--",
        &options.name,
    ];
    let mut command = cargo(workspace, &arguments);
    command.env("GUILDHALL_FUZZ_SECONDS", options.seconds.to_string());
    if let Some(seed) = &options.seed {
        command.env("BOLERO_RANDOM_SEED", seed);
    }
    let done = Job::new("fuzz", command).run(workspace)?;
    for line in done.output.lines().filter(|line| line.starts_with("test ")) {
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
