//! Every check of the project as a named step: each runs to its end, a table and one plain line close the run.

mod count;
mod steps;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use clap::Args;

use crate::workspace::Workspace;
use crate::{frontend, needs, process};

use count::Count;
use steps::{Lane, Plan, Step};

/// Which checks to run.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Leave out what needs a window
    #[arg(long)]
    quick: bool,
    /// Run only this step; may be given several times
    #[arg(long, value_enum, value_name = "NAME")]
    only: Vec<Step>,
    /// Of the stories in windows, run only those whose file name holds this
    #[arg(long, value_name = "PART")]
    story: Option<String>,
}

/// What became of a step.
struct Outcome {
    step: Step,
    count: Count,
    took: Duration,
    log: Option<PathBuf>,
    why: Option<String>,
}

/// Runs the chosen steps.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    process::end_all_on_interrupt()?;
    let chosen: Vec<Step> = Step::ALL
        .into_iter()
        .filter(|step| match options.only.as_slice() {
            [] => step.is_default() && !(options.quick && step.needs_window()),
            only => only.contains(step),
        })
        .collect();
    ensure!(!chosen.is_empty(), "no step was chosen");

    let began = Instant::now();
    let purpose = if chosen.iter().any(|step| step.needs_window()) {
        needs::Purpose::Test
    } else {
        needs::Purpose::QuickTest
    };
    needs::run(workspace, purpose, true)?;
    if chosen.iter().any(|step| step.needs_screens()) {
        println!("Screens");
        frontend::build_screens(workspace)?;
    }

    let plan = Plan {
        built: chosen.contains(&Step::Build),
        story: options.story.clone(),
    };
    println!("Checks");
    let lane = |lane: Lane| -> Vec<Outcome> {
        chosen
            .iter()
            .filter(|step| step.lane() == lane)
            .map(|step| run_step(workspace, *step, &plan))
            .collect()
    };
    let mut outcomes = std::thread::scope(|scope| {
        let screens = scope.spawn(|| lane(Lane::Screens));
        let mut outcomes = lane(Lane::Rust);
        outcomes.extend(screens.join().unwrap_or_default());
        outcomes
    });
    outcomes.extend(lane(Lane::Window));
    Ok(conclude(workspace, &outcomes, began.elapsed()))
}

fn run_step(workspace: &Workspace, step: Step, plan: &Plan) -> Outcome {
    println!("  {} …", step.name());
    let began = Instant::now();
    let (count, log, why) = match step.run(workspace, plan) {
        Ok(done) => (done.count, done.log, done.why),
        Err(error) => (Count::one(false), None, Some(format!("{error:#}"))),
    };
    let took = began.elapsed();
    let verdict = if count.failed == 0 { "ok" } else { "FAILED" };
    println!(
        "  {} {verdict}, {count} ({:.0} s)",
        step.name(),
        took.as_secs_f64()
    );
    Outcome {
        step,
        count,
        took,
        log,
        why,
    }
}

fn conclude(workspace: &Workspace, outcomes: &[Outcome], took: Duration) -> ExitCode {
    for outcome in outcomes.iter().filter(|outcome| outcome.count.failed > 0) {
        println!("\n── {} failed ──", outcome.step.name());
        if let Some(why) = &outcome.why {
            println!("{why}");
        }
        if let Some(log) = &outcome.log {
            println!("(all of it: {})", workspace.shown(log));
        }
    }
    println!(
        "\n{:<12} {:>7} {:>7} {:>8}",
        "step", "passed", "failed", "time"
    );
    let mut total = Count::default();
    for outcome in outcomes {
        println!(
            "{:<12} {:>7} {:>7} {:>6.0} s",
            outcome.step.name(),
            outcome.count.passed,
            outcome.count.failed,
            outcome.took.as_secs_f64()
        );
        total = total.plus(outcome.count);
    }
    println!("took {:.0} s", took.as_secs_f64());
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
