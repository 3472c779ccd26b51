//! The project's figures, measured on release builds and printed one a line.

mod app;
mod figure;
mod screen;

use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::workspace::{Profile, Workspace};
use crate::{cargo, frontend, needs, process};

use crate::command::Job;
use figure::Figure;

/// Which figures to measure, and how to print them.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// A group such as `road` or `sync`, or the beginning of a figure's name such as `road.match`; all when left out
    group: Option<String>,
    /// Print each figure as a JSON object
    #[arg(long)]
    json: bool,
}

/// The figures that need a window are measured here, all others by the server's own bench program.
const WINDOW_FIGURES: [&str; 2] = ["road.cold_start_ms", "road.app_pss_mb"];

/// Measures and prints.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    process::end_all_on_interrupt()?;
    let group = options.group.as_deref().unwrap_or_default();
    let mut printed = 0;
    let mut print = |figure: &Figure| -> Result<()> {
        println!("{}", figure.line(options.json)?);
        printed += 1;
        Ok(())
    };
    let is_window = WINDOW_FIGURES.iter().any(|name| name.starts_with(group));
    // A whole group holds figures of both kinds; anything longer names one of a kind.
    let is_group = !group.contains('.');
    if is_group || !is_window {
        let arguments = [
            "run",
            "--release",
            "-p",
            "guildhall-server",
            "--example",
            "bench",
            "--",
            "--json",
        ];
        let mut command = cargo::cargo(workspace, &arguments);
        command.args(options.group.as_slice());
        let done = Job::new("bench", command).must(workspace)?;
        for line in done.output.lines().filter(|line| line.starts_with('{')) {
            let figure: Figure =
                serde_json::from_str(line).with_context(|| format!("not a figure: {line}"))?;
            print(&figure)?;
        }
    }
    if is_window {
        if cfg!(target_os = "linux") {
            needs::packages(workspace, needs::Purpose::HeadlessDemo)?;
            frontend::build_screens(workspace)?;
            cargo::build_programs(workspace, Profile::Release)?;
            for figure in app::measure(workspace)? {
                if figure.name().starts_with(group) {
                    print(&figure)?;
                }
            }
        } else {
            eprintln!(
                "{} are measured on Linux only",
                WINDOW_FIGURES.join(" and ")
            );
        }
    }
    ensure!(printed > 0, "no figure is called {group:?}");
    Ok(ExitCode::SUCCESS)
}
