//! The figures that need no window: matching, durable acts a second, and how long an act takes to be seen.
//!
//! `cargo xtask bench` runs this program on a release build. Started with `--desktop` it is one of the two desktops of the
//! visibility figures: a process of its own that takes orders on standard input.

mod bed;
mod browser;
mod desktop;
mod figure;
mod goals;
mod identity;
mod matching;
mod mutations;
mod orders;
mod process;
mod server;
mod slow;
mod sync;
mod visible;

use crate::figure::Figure;
use anyhow::{Context as _, Result};
use clap::Parser;
use std::path::PathBuf;

/// Measures the server and two desktops.
#[derive(Debug, Parser)]
struct Cli {
    /// The beginning of the names of the figures to measure; all when left out.
    #[arg(default_value = "")]
    group: String,
    /// Print each figure as a JSON object.
    #[arg(long)]
    json: bool,
    /// Be a desktop over the files in this folder.
    #[arg(long, hide = true)]
    desktop: Option<PathBuf>,
}

fn main() -> Result<()> {
    let cli = Cli::parse();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("GUILDHALL_LOG")
                .unwrap_or_else(|_| "warn".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    let runtime = tokio::runtime::Runtime::new().context("no threads")?;
    runtime.block_on(async {
        match &cli.desktop {
            Some(folder) => desktop::obey(folder).await,
            None => measure(&cli).await,
        }
    })
}

async fn measure(cli: &Cli) -> Result<()> {
    let wanted = |name: &str| name.starts_with(&cli.group);
    let print = |figures: Vec<Figure>| -> Result<()> {
        for figure in figures.iter().filter(|figure| wanted(figure.name())) {
            figure.print(cli.json)?;
        }
        Ok(())
    };
    for (name, freelancers) in [(matching::SMALL, 2_000), (matching::LARGE, 20_000)] {
        if wanted(name) {
            print(vec![matching::measure(name, freelancers).await?])?;
        }
    }
    if wanted(mutations::NAME) {
        print(vec![mutations::measure().await?])?;
    }
    if visible::NAMES.iter().any(|name| wanted(name)) {
        print(visible::measure().await?)?;
    }
    if identity::NAMES.iter().any(|name| wanted(name)) {
        print(identity::measure().await?)?;
    }
    if wanted(slow::NAME) {
        print(vec![slow::measure().await?])?;
    }
    sync::measure(wanted, print).await
}
