//! The project's commands: `cargo xtask demo`, `test`, `bench`, `check` and `desktop`.

mod bench;
mod cargo;
mod command;
mod demo;
mod desktop_kit;
mod frontend;
mod fuzz;
mod histories;
mod needs;
mod power;
mod process;
mod sim;
mod test;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// What can be asked for on the command line.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "The commands of this project", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Open the demo market: a server, a freelancer's window and a client's window
    Demo(demo::Options),
    /// Run every check and end with one line `N passed, N failed`
    Test(test::Options),
    /// Print the figures of a release build, one a line
    Bench(bench::Options),
    /// Try every decoder on bytes that nobody meant to send
    Fuzz(fuzz::Options),
    /// Cut the power of recorded servers and desktops, and look at what is left
    Power(power::Options),
    /// Run whole desktops and a whole server on virtual time with faults, and check the invariants of sync
    Sim(sim::Options),
    /// Let many clients act at several server processes, and look for what must not be
    Histories(histories::Options),
    /// List what this machine has and lacks, and install what may be installed
    Check {
        /// Only look: install nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Run a command in a throw-away desktop: display, bus, keychain, tray and notifications of its own
    Desktop {
        /// Where the desktop's home and its records go; a new folder under `target` when left out
        #[arg(long)]
        dir: Option<PathBuf>,
        /// Sessions to start; the command runs in the first. The one called `bare` has no keychain
        #[arg(long, value_delimiter = ',', default_value = "person")]
        sessions: Vec<String>,
        /// The command and its arguments
        #[arg(trailing_var_arg = true, required = true)]
        command: Vec<String>,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = Workspace::find().and_then(|workspace| match cli.command {
        Command::Demo(options) => demo::run(&workspace, &options),
        Command::Test(options) => test::run(&workspace, &options),
        Command::Bench(options) => bench::run(&workspace, &options),
        Command::Fuzz(options) => fuzz::run(&workspace, &options),
        Command::Histories(options) => histories::run(&workspace, &options),
        Command::Power(options) => power::run(&workspace, &options),
        Command::Sim(options) => sim::run(&workspace, &options),
        Command::Check { dry_run } => needs::run(&workspace, needs::Purpose::Test, !dry_run),
        Command::Desktop {
            dir,
            sessions,
            command,
        } => desktop_kit::run(&workspace, dir, &sessions, &command),
    });
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
