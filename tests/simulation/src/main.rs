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
    /// How many seeds to run; 20, or 1,000 at most for each planted bug, when left out
    #[arg(long)]
    seeds: Option<u64>,
    /// The first seed
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// How many acts people do in each run; 500, or 200 with planted bugs, when left out
    #[arg(long)]
    acts: Option<u64>,
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
    let usual = if cli.planted {
        Campaign::hunting(at_once)
    } else {
        Campaign {
            from: cli.from,
            seeds: 20,
            acts: 500,
            at_once,
            planted: bug,
            twice: cli.twice,
        }
    };
    let campaign = Campaign {
        from: cli.from,
        seeds: cli.seeds.unwrap_or(usual.seeds),
        acts: cli.acts.unwrap_or(usual.acts),
        ..usual
    };
    if cli.tell {
        let outcome = run(Options {
            seed: campaign.from,
            acts: campaign.acts,
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
    let begun = Instant::now();
    if cli.planted {
        let bugs = bug.map_or_else(|| Planted::ALL.to_vec(), |bug| vec![bug]);
        let found = hunt(&campaign, &bugs);
        print!("{}", Found::table(&found));
        let all = found.iter().all(|found| found.at.is_some());
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
        campaign.acts,
        begun.elapsed().as_secs_f64()
    );
    for (seed, broken) in &result.broken {
        print!("{}", explain(*seed, campaign.acts, bug, broken));
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
