//! The demo market: a server with people in it, a freelancer's window and a client's window, already signed in.

mod cast;
mod market;
mod open;
mod pictures;
mod windows;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::Args;

use crate::workspace::{Profile, Workspace};
use crate::{cargo, frontend, needs, process};

pub(crate) use cast::FREELANCER;
pub(crate) use market::Market;
pub(crate) use windows::command as desktop_command;

/// How to open the demo market.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Start over: forget what happened in the demo market so far
    #[arg(long)]
    reset: bool,
    /// Open no window on this display; take pictures in a throw-away desktop and end
    #[arg(long, requires = "screenshots")]
    headless: bool,
    /// Where the pictures go
    #[arg(long, value_name = "DIR", requires = "headless")]
    screenshots: Option<PathBuf>,
    /// Build with optimisation: slower to build, faster to use
    #[arg(long)]
    release: bool,
}

/// Checks, builds, opens, and waits until somebody has seen enough.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    process::end_all_on_interrupt()?;
    // Before anything is built, or forgotten under a running server.
    Market::refuse_a_second(workspace)?;
    let purpose = if options.headless {
        needs::Purpose::HeadlessDemo
    } else {
        needs::Purpose::Demo
    };
    needs::run(workspace, purpose, true)?;

    println!("Building");
    frontend::build_screens(workspace)?;
    if options.headless {
        frontend::install_packages(workspace, &workspace.e2e())?;
    }
    let profile = if options.release {
        Profile::Release
    } else {
        Profile::Dev
    };
    println!("  the server and the desktop (the first time takes minutes)");
    cargo::build_programs(workspace, profile)?;

    // From here on there is something to end in order.
    process::end_in_order();
    if options.reset {
        Market::forget(workspace)?;
        windows::forget()?;
    }
    println!("Opening the demo market");
    let mut market = Market::open(workspace, profile)?;
    match &options.screenshots {
        Some(folder) => {
            let folder = std::path::absolute(folder)?;
            pictures::take(workspace, profile, &market, &folder)?;
            println!("\nThe pictures are in {}", folder.display());
        }
        None => stay(workspace, profile, &mut market)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn stay(workspace: &Workspace, profile: Profile, market: &mut Market) -> Result<()> {
    let mut windows = windows::open(workspace, profile, market)?;
    market.introduce()?;
    println!("\nCtrl-C stops everything; the next `cargo xtask demo` goes on from here.");
    while !process::interrupted() {
        if market.has_ended() {
            bail!(
                "the server has ended; see {}",
                workspace.shown(market.log())
            );
        }
        if windows.iter_mut().all(process::Running::has_ended) {
            println!("Both windows are closed.");
            break;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    println!("\nStopping");
    Ok(())
}
