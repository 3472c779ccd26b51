//! The command line of the simulator; `cargo xtask sim` builds and runs it.

use anyhow::{Result, bail};
use clap::Parser;
use guildhall_simulation::{Campaign, Found, Options, explain, hunt, report, run};
use guildhall_sync_core::simulation::Planted;
use std::process::ExitCode;
use std::time::Instant;

/// Runs seeds and checks the invariants of sync.
#[derive(Debug, Parser)]
#[command(name = "sim")]
struct Cli {
    /// How many seeds to run
    #[arg(long, default_value_t = 20)]
    seeds: u64,
    /// The first seed
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// How many acts people do in each run
    #[arg(long, default_value_t = 500)]
    acts: u64,
    /// How many runs at a time; as many as there are processors when left out
    #[arg(long)]
    at_once: Option<usize>,
    /// Run each seed twice and compare the traces
    #[arg(long)]
    twice: bool,
    /// Plant each bug in turn and print which invariant caught it at which seed
    #[arg(long)]
    planted: bool,
    /// Plant this bug
    #[arg(long)]
    bug: Option<String>,
    /// Print what one run did, event by event, to its end
    #[arg(long)]
    tell: bool,
}

fn main() -> Result<ExitCode> {
    let cli = Cli::parse();
    let at_once = cli
        .at_once
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get));
    let bug = match &cli.bug {
        None => None,
        Some(name) => match Planted::ALL.iter().find(|bug| bug.name() == name) {
            Some(bug) => Some(*bug),
            None => bail!("no bug is called {name}"),
        },
    };
    if cli.tell {
        let outcome = run(Options {
            seed: cli.from,
            acts: cli.acts,
            planted: bug,
            keep: usize::MAX,
        });
        for event in &outcome.last {
            println!("{event}");
        }
        println!("trace {}", outcome.trace);
        return Ok(match outcome.broken {
            None => ExitCode::SUCCESS,
            Some(broken) => {
                println!("{}", broken.what);
                ExitCode::FAILURE
            }
        });
    }
    let campaign = Campaign {
        from: cli.from,
        seeds: cli.seeds,
        acts: cli.acts,
        at_once,
        planted: bug,
        twice: cli.twice,
    };
    let begun = Instant::now();
    if cli.planted {
        let table = hunt(&campaign);
        print!("{}", Found::table(&table));
        let all = table.iter().all(Found::is_caught_by_the_right_one);
        println!("{:.0} s", begun.elapsed().as_secs_f64());
        return Ok(if all {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        });
    }
    let result = campaign.run();
    print!("{}", report(&result.counts));
    println!(
        "{} seeds of {} acts in {:.1} s",
        result.counts.seeds,
        cli.acts,
        begun.elapsed().as_secs_f64()
    );
    for (seed, broken) in &result.broken {
        print!("{}", explain(*seed, cli.acts, bug, broken));
    }
    println!(
        "{} passed, {} failed",
        result.counts.seeds - result.failed(),
        result.failed()
    );
    Ok(if result.broken.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
