//! What ranking policies do in the simulated market. `cargo xtask bench quality` runs this program on a release build.
//!
//! `quality_bench [NAME] [--seeds N]`: figures whose names begin so, over so many markets, one JSON object a line.

mod figure;

use figure::Figure;
use guildhall_market::{Interval, Outcome, Params, Policy, World, play};

/// Every policy, as the figures list them.
const POLICIES: [Policy; 7] = [
    Policy::Random,
    Policy::Popularity,
    Policy::Overlap,
    Policy::Bm25,
    Policy::GatedOverlap,
    Policy::Fit,
    Policy::Oracle,
];

/// What every policy did, seed by seed.
struct Runs(Vec<(Policy, Vec<Outcome>)>);

impl Runs {
    fn play(seeds: u64) -> Self {
        let mut runs: Vec<(Policy, Vec<Outcome>)> =
            POLICIES.map(|policy| (policy, Vec::new())).into();
        for seed in 1..=seeds {
            let world = World::new(seed, Params::frozen());
            for (policy, outcomes) in &mut runs {
                outcomes.push(play(&world, *policy));
            }
        }
        Self(runs)
    }

    fn of(&self, policy: Policy) -> &[Outcome] {
        let mut runs = self.0.iter();
        runs.find(|(known, _)| *known == policy)
            .map_or(&[], |(_, outcomes)| outcomes)
    }

    fn interval(&self, policy: Policy, of: fn(&Outcome) -> f64) -> Interval {
        Interval::of(self.of(policy).iter().map(of))
    }

    /// One policy over another, seed by seed.
    fn ratio(&self, over: Policy, under: Policy, of: fn(&Outcome) -> f64) -> Interval {
        let pairs = self.of(over).iter().zip(self.of(under));
        Interval::of(pairs.map(|(over, under)| of(over) / of(under)))
    }
}

fn main() {
    let (name, seeds) = asked();
    let runs = Runs::play(seeds);
    for figure in figures(&runs, seeds) {
        if figure.name.starts_with(&name) {
            figure.print();
        }
    }
}

fn figures(runs: &Runs, seeds: u64) -> Vec<Figure> {
    let hit10 = |outcome: &Outcome| outcome.hit10;
    let requests: f64 = runs
        .of(Policy::Fit)
        .iter()
        .map(|outcome| outcome.requests)
        .sum();
    let over = format!("{requests} requests of {seeds} markets");
    let versus = |name: &str, under: Policy, goal: Option<f64>| {
        let ratio = runs.ratio(Policy::Fit, under, hit10);
        let note = format!(
            "{ratio}; {} against {} of {over} with a mutual match among the first ten",
            runs.interval(Policy::Fit, hit10),
            runs.interval(under, hit10)
        );
        Figure::new(name, ratio.mean, goal, note)
    };
    let mut figures = vec![
        versus("quality.hit10_vs_overlap", Policy::Overlap, Some(1.5)),
        versus("quality.hit10_vs_gated_overlap", Policy::GatedOverlap, None),
        versus("quality.hit10_vs_oracle", Policy::Oracle, Some(0.85)),
    ];
    figures.extend(POLICIES.map(|policy| market(runs, policy)));
    figures
}

/// Everything about one policy.
fn market(runs: &Runs, policy: Policy) -> Figure {
    let of = |of: fn(&Outcome) -> f64| runs.interval(policy, of);
    let hit10 = of(|outcome| outcome.hit10);
    let note = format!(
        "hit rate @10 {hit10} where {} have a match anywhere; places filled {}, hires {}, weeks to hire {}, of use to both {}; \
         applications a request {}, unread {}; qualified applicants 0: {}, 3 to 15: {}, over 30: {}; \
         Gini of exposure {}, newcomers among the first ten {}",
        of(|outcome| outcome.possible),
        of(|outcome| outcome.filled),
        of(|outcome| outcome.hires),
        of(|outcome| outcome.weeks_to_hire),
        of(|outcome| outcome.shared),
        of(|outcome| outcome.applications),
        of(|outcome| outcome.unread),
        of(|outcome| outcome.qualified[0]),
        of(|outcome| outcome.qualified[1]),
        of(|outcome| outcome.qualified[2]),
        of(|outcome| outcome.gini),
        of(|outcome| outcome.newcomers),
    );
    Figure::new(
        &format!("quality.market_{}", policy.name()),
        hit10.mean,
        None,
        note,
    )
}

fn asked() -> (String, u64) {
    let (mut name, mut seeds) = (String::new(), 20);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--seeds" => {
                let number = arguments.next().and_then(|number| number.parse().ok());
                seeds = number.unwrap_or(seeds);
            }
            // The figures are always printed as JSON.
            "--json" => {}
            _ => name = argument,
        }
    }
    (name, seeds)
}
