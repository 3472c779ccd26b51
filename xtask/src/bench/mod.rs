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

/// Groups that come from a program of their own, with its package; all land in one folder, so no two have the same name.
const OWN_BENCHES: [(&str, [&str; 2]); 3] = [
    ("match.", ["guildhall-matching", "match_bench"]),
    ("match.search_", ["guildhall-search", "search_bench"]),
    ("quality.", ["guildhall-market", "quality_bench"]),
];
const SERVER_BENCH: [&str; 2] = ["guildhall-server", "bench"];
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
    let mut is_servers = true;
    for (name, program) in OWN_BENCHES {
        if name.starts_with(group) || group.starts_with(name) {
            is_servers &= group.is_empty();
            for figure in measured(workspace, program, options)? {
                if figure.name().starts_with(group) {
                    print(&figure)?;
                }
            }
        }
    }
    if is_servers && (is_group || !is_window) {
        for figure in measured(workspace, SERVER_BENCH, options)? {
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

/// Runs a package's bench program on a release build.
fn measured(
    workspace: &Workspace,
    [package, program]: [&str; 2],
    options: &Options,
) -> Result<Vec<Figure>> {
    let arguments = [
        "run",
        "--release",
        "-p",
        package,
        "--example",
        program,
        "--",
        "--json",
    ];
    let mut command = cargo::cargo(workspace, &arguments);
    command.args(options.group.as_slice());
    let done = Job::new("bench", command).must(workspace)?;
    let lines = done.output.lines().filter(|line| line.starts_with('{'));
    lines
        .map(|line| serde_json::from_str(line).with_context(|| format!("not a figure: {line}")))
        .collect()
}
