//! What must be true of a market before anything that it says of a score is worth reading.

use guildhall_market::{Interval, Outcome, Params, Policy, World, play};

fn worlds(seeds: std::ops::Range<u64>) -> Vec<World> {
    seeds
        .map(|seed| World::new(seed, Params::small()))
        .collect()
}

fn outcomes(policy: Policy, worlds: &[World]) -> Vec<Outcome> {
    worlds.iter().map(|world| play(world, policy)).collect()
}

fn mean(outcomes: &[Outcome], of: fn(&Outcome) -> f64) -> f64 {
    Interval::of(outcomes.iter().map(of)).mean
}

#[test]
fn a_seed_gives_the_same_market_to_the_bit_and_another_seed_another() {
    for policy in [Policy::Random, Policy::Bm25, Policy::Fit, Policy::Oracle] {
        let one = play(&World::new(3, Params::small()), policy);
        let again = play(&World::new(3, Params::small()), policy);
        let other = play(&World::new(4, Params::small()), policy);
        assert_eq!(one, again);
        assert_ne!(one, other);
    }
}

#[test]
fn the_oracle_is_the_best_and_the_lot_the_worst() {
    let worlds = worlds(0..2);
    let by_lot = outcomes(Policy::Random, &worlds);
    let known = outcomes(Policy::Oracle, &worlds);
    for outcome in &known {
        assert_eq!(
            outcome.hit10.to_bits(),
            outcome.possible.to_bits(),
            "it finds what is there"
        );
    }
    for policy in [
        Policy::Popularity,
        Policy::Overlap,
        Policy::Bm25,
        Policy::Fit,
    ] {
        let judged = outcomes(policy, &worlds);
        let hits = |outcomes: &[Outcome]| mean(outcomes, |outcome| outcome.hit10);
        assert!(hits(&known) > hits(&judged), "{}", policy.name());
        assert!(hits(&judged) > hits(&by_lot), "{}", policy.name());
        let hires = |outcomes: &[Outcome]| mean(outcomes, |outcome| outcome.hires);
        assert!(hires(&known) > hires(&judged), "{}", policy.name());
    }
    assert!(mean(&known, |outcome| outcome.shared) > mean(&by_lot, |outcome| outcome.shared));
}

#[test]
fn shares_are_shares() {
    let worlds = worlds(5..6);
    for policy in [Policy::Random, Policy::Popularity, Policy::Oracle] {
        for outcome in outcomes(policy, &worlds) {
            let shares = [
                outcome.hit10,
                outcome.possible,
                outcome.filled,
                outcome.unread,
                outcome.gini,
                outcome.newcomers,
            ];
            for share in shares.into_iter().chain(outcome.qualified) {
                assert!((0.0..=1.0).contains(&share), "{outcome:?}");
            }
            assert!(outcome.hit10 <= outcome.possible);
            assert!((outcome.qualified.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        }
    }
}

#[test]
fn places_for_newcomers_bring_newcomers_and_telling_a_few_first_keeps_crowds_away() {
    let worlds = worlds(8..9);
    let fit = outcomes(Policy::Fit, &worlds);
    let newcomers = |outcomes: &[Outcome]| mean(outcomes, |outcome| outcome.newcomers);
    let with_places = outcomes(Policy::Newcomers { percent: 50 }, &worlds);
    assert!(newcomers(&with_places) > newcomers(&fit));
    let drawn = |outcome: &Outcome| outcome.slots.lists;
    assert!(mean(&with_places, drawn) > 0.0 && mean(&fit, drawn).abs() < f64::EPSILON);
    let none = outcomes(Policy::Newcomers { percent: 0 }, &worlds);
    let same = |one: &Outcome, other: &Outcome| {
        (one.hires, one.newcomers) == (other.hires, other.newcomers)
    };
    assert!(fit.iter().zip(&none).all(|(one, other)| same(one, other)));

    let gradual = outcomes(Policy::Gradual, &worlds);
    let applications = |outcomes: &[Outcome]| mean(outcomes, |outcome| outcome.applications);
    assert!(applications(&gradual) < applications(&fit));
    let unread = |outcomes: &[Outcome]| mean(outcomes, |outcome| outcome.unread);
    assert!(unread(&gradual) < unread(&fit));
}
