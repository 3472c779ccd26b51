//! Many seeds side by side, and what they reached in words.

use crate::counts::{Counts, Edge};
use crate::sim::{Broken, Options, run};
use guildhall_domain::denied::Code;
use guildhall_sync_core::simulation::{Planted, Point};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Which seeds to run, and how.
#[derive(Debug, Clone, Copy)]
pub struct Campaign {
    /// The first seed.
    pub from: u64,
    /// How many.
    pub seeds: u64,
    /// Acts in each run.
    pub acts: u64,
    /// How many run at a time.
    pub at_once: usize,
    /// A bug to plant in all of them.
    pub planted: Option<Planted>,
    /// Run each seed twice and compare.
    pub twice: bool,
}

/// What a campaign came to.
#[derive(Debug, Default)]
pub struct CampaignResult {
    /// What the runs reached.
    pub counts: Counts,
    /// The seeds that broke something, in their order.
    pub broken: Vec<(u64, Broken)>,
}

impl CampaignResult {
    /// How many seeds failed.
    pub fn failed(&self) -> u64 {
        u64::try_from(self.broken.len()).unwrap_or(u64::MAX)
    }
}

impl Campaign {
    /// What it takes to catch every planted bug: short runs, most of them broken by the first seeds.
    pub fn hunting(at_once: usize) -> Self {
        Self {
            from: 1,
            seeds: 1_000,
            acts: 200,
            at_once,
            planted: None,
            twice: false,
        }
    }

    /// Runs all seeds.
    pub fn run(&self) -> CampaignResult {
        let next = AtomicU64::new(self.from);
        let result = Mutex::new(CampaignResult::default());
        std::thread::scope(|scope| {
            for _ in 0..self.at_once.max(1) {
                scope.spawn(|| {
                    loop {
                        let seed = next.fetch_add(1, Ordering::Relaxed);
                        if seed >= self.from + self.seeds {
                            return;
                        }
                        let (counts, broken) = self.run_one(seed);
                        let mut result = result.lock().unwrap_or_else(PoisonError::into_inner);
                        result.counts.add(&counts);
                        result.broken.extend(broken.map(|broken| (seed, broken)));
                    }
                });
            }
        });
        let mut result = result.into_inner().unwrap_or_else(PoisonError::into_inner);
        result.broken.sort_by_key(|(seed, _)| *seed);
        result
    }

    /// Runs seeds with this bug until its invariant is broken.
    fn hunt_one(&self, bug: Planted) -> Found {
        let planted = Self {
            planted: Some(bug),
            ..*self
        };
        let mut found = Found {
            bug,
            at: None,
            others: BTreeMap::new(),
        };
        for seed in self.from..self.from + self.seeds {
            let Some(broken) = planted.run_one(seed).1 else {
                continue;
            };
            if broken.invariant == Some(bug.breaks()) {
                found.at = Some(seed);
                break;
            }
            let other = broken.invariant.unwrap_or("the simulator");
            found.others.entry(other).or_insert(seed);
        }
        found
    }

    fn run_one(&self, seed: u64) -> (Counts, Option<Broken>) {
        let options = Options {
            seed,
            acts: self.acts,
            planted: self.planted,
            keep: 60,
        };
        let outcome = run(options);
        let mut broken = outcome.broken;
        if self.twice && broken.is_none() {
            let again = run(options);
            if again.trace != outcome.trace {
                broken = Some(Broken {
                    invariant: None,
                    what: format!("the seed gave {} and then {}", outcome.trace, again.trace),
                    last: Vec::new(),
                });
            }
        }
        (outcome.counts, broken)
    }
}

/// Where a planted bug was found.
#[derive(Debug)]
pub struct Found {
    /// Which.
    pub bug: Planted,
    /// The first seed at which the invariant it breaks caught it.
    pub at: Option<u64>,
    /// What else it broke before, at which seed first.
    pub others: BTreeMap<&'static str, u64>,
}

impl Found {
    /// The table of all.
    pub fn table(all: &[Self]) -> String {
        let mut text = String::from(
            "| invariant | planted | what is wrong | caught at seed | other invariants that it broke before |\n|---|---|---|---|---|\n",
        );
        let mut sorted: Vec<&Self> = all.iter().collect();
        sorted.sort_by_key(|found| (number(found.bug.breaks()), found.bug));
        for found in sorted {
            let at = found
                .at
                .map_or_else(|| "never".to_owned(), |seed| seed.to_string());
            let others: Vec<String> = found
                .others
                .iter()
                .map(|(invariant, seed)| format!("{invariant} at {seed}"))
                .collect();
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "| {} | `{}` | {} | {at} | {} |",
                found.bug.breaks(),
                found.bug.name(),
                found.bug.text(),
                others.join(", ")
            );
        }
        let caught = all.iter().filter(|found| found.at.is_some()).count();
        let _ = writeln!(
            text,
            "\n{caught} of {} are caught by the invariant they break",
            all.len()
        );
        text
    }
}

fn number(invariant: &str) -> u32 {
    invariant[1..].parse().unwrap_or(u32::MAX)
}

/// Plants bugs, one after the other on each processor, and looks for the first seed at which the invariant of each is broken.
pub fn hunt(campaign: &Campaign, bugs: &[Planted]) -> Vec<Found> {
    let next = AtomicUsize::new(0);
    let all = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..campaign.at_once.max(1) {
            scope.spawn(|| {
                while let Some(bug) = bugs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = campaign.hunt_one(*bug);
                    let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
                    all.push(found);
                }
            });
        }
    });
    all.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// What failed, and how to see it again.
pub fn explain(seed: u64, acts: u64, bug: Option<Planted>, broken: &Broken) -> String {
    let mut text = String::new();
    for event in &broken.last {
        let _ = writeln!(text, "    {event}");
    }
    let bug = bug.map_or_else(String::new, |bug| format!(" --bug {}", bug.name()));
    let _ = writeln!(text, "seed {seed}: {}", broken.what);
    let _ = writeln!(
        text,
        "replay: cargo xtask sim --from {seed} --seeds 1 --acts {acts}{bug} --tell\nkeep it: echo {seed} {acts} >> tests/simulation/seeds/kept.txt"
    );
    text
}

/// What runs reached, and what they did not.
pub fn report(counts: &Counts) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{} events, {} acts, {} of them taken on their device, {} pushes, {} deltas with {} rows, {} of them pages that others followed",
        counts.events,
        counts.acts,
        counts.taken,
        counts.pushes,
        counts.deltas,
        counts.rows,
        counts.pages
    );
    let mut never = Vec::new();
    let _ = writeln!(
        text,
        "fault points (passed; crashes, full, io, constraints):"
    );
    for point in Point::ALL {
        let passed = counts.passed.get(point).copied().unwrap_or(0);
        let faults: Vec<String> = counts
            .faults
            .iter()
            .filter(|((at, _), _)| at == point)
            .map(|((_, fault), count)| format!("{count} {fault:?}"))
            .collect();
        if faults.is_empty() {
            never.push(point.name());
        }
        let _ = writeln!(
            text,
            "  {:34} {passed:>9}  {}",
            point.name(),
            faults.join(", ").to_lowercase()
        );
    }
    let _ = writeln!(text, "edges:");
    for edge in Edge::ALL {
        let count = counts.edges.get(edge).copied().unwrap_or(0);
        if count == 0 {
            never.push(edge.name());
        }
        let _ = writeln!(text, "  {:34} {count:>9}", edge.name());
    }
    let _ = writeln!(text, "refusals (on the device, by the server):");
    for code in Code::ALL {
        let here = counts.denied_here.get(&code).copied().unwrap_or(0);
        let there = counts.denied_there.get(&code).copied().unwrap_or(0);
        if there == 0 {
            never.push(code.as_str());
        }
        let _ = writeln!(text, "  {:34} {here:>9} {there:>9}", code.as_str());
    }
    let checked: Vec<String> = counts
        .checked
        .iter()
        .map(|(invariant, count)| format!("{invariant} {count}"))
        .collect();
    let _ = writeln!(text, "checked: {}", checked.join(", "));
    let _ = writeln!(
        text,
        "never reached: {}",
        if never.is_empty() {
            "nothing".to_owned()
        } else {
            never.join(", ")
        }
    );
    text
}
