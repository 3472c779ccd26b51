//! A share of the seeds on every change, the seeds that once found something, and every planted bug.

use guildhall_simulation::{Campaign, Found, Options, explain, hunt, run};
use guildhall_sync_core::simulation::Planted;

const SEEDS: u64 = 40;
const ACTS: u64 = 500;

fn at_once() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

#[test]
fn no_invariant_is_broken_whatever_goes_wrong() {
    let result = Campaign {
        from: 1,
        seeds: SEEDS,
        acts: ACTS,
        at_once: at_once(),
        planted: None,
        twice: false,
    }
    .run();

    let told: String = result
        .broken
        .iter()
        .map(|(seed, broken)| explain(*seed, ACTS, None, broken))
        .collect();
    assert!(told.is_empty(), "{told}");
    assert_eq!(result.counts.seeds, SEEDS);
}

#[test]
fn a_seed_gives_the_same_run_again() {
    for seed in [2, 3, 5] {
        let options = Options {
            seed,
            acts: 200,
            planted: None,
            keep: 0,
        };
        let (first, second) = (run(options), run(options));
        assert!(first.counts.events > 500, "{:?}", first.broken);
        assert_eq!(first.trace, second.trace, "seed {seed}");
    }
}

#[test]
fn seeds_that_found_something_stay_whole() {
    for line in include_str!("../seeds/kept.txt").lines() {
        let words: Vec<&str> = line
            .split('#')
            .next()
            .unwrap_or_default()
            .split_whitespace()
            .collect();
        let [seed, acts] = words.as_slice() else {
            assert!(words.is_empty(), "{line}");
            continue;
        };
        let (seed, acts) = (
            seed.parse().expect("is a seed"),
            acts.parse().expect("is a number"),
        );
        let outcome = run(Options {
            seed,
            acts,
            planted: None,
            keep: 60,
        });
        if let Some(broken) = outcome.broken {
            panic!("{}", explain(seed, acts, None, &broken));
        }
    }
}

#[test]
fn each_planted_bug_is_caught_by_the_invariant_it_breaks() {
    let found = hunt(&Campaign::hunting(at_once()), Planted::ALL);

    let missed = found.iter().any(|found| found.at.is_none());
    assert!(!missed, "{}", Found::table(&found));
    assert_eq!(found.len(), Planted::ALL.len());
}
