//! Decoders on bytes that nobody meant to send, for longer than the tests do it.

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

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
    /// The same inputs as in an earlier run, which has printed this; other ones each time without it
    #[arg(long)]
    seed: Option<u128>,
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
    let seed = match options.seed {
        Some(seed) => seed,
        None => SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos(),
    };
    println!("seed {seed}");
    command.env("BOLERO_RANDOM_SEED", seed.to_string());
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
