//! What ranking policies do in the simulated market. `cargo xtask bench quality` runs this program on a release build.
//!
//! `quality_bench [NAME] [--seeds N]`: figures whose names begin so, over so many markets, one JSON object a line.

mod figure;

use figure::Figure;
use guildhall_market::{Interval, Outcome, Params, Policy, World, play};

/// Every policy, as the figures list them.
const POLICIES: [Policy; 11] = [
    Policy::Random,
    Policy::Popularity,
    Policy::Overlap,
    Policy::Bm25,
    Policy::GatedOverlap,
    Policy::Fit,
    NEWCOMERS,
    HALF_NEWCOMERS,
    Policy::Congestion,
    Policy::Gradual,
    Policy::Oracle,
];

/// The share that a server begins with.
const NEWCOMERS: Policy = Policy::Newcomers { percent: 15 };
/// The largest share there may be: one that takes effect in nearly every list.
const HALF_NEWCOMERS: Policy = Policy::Newcomers { percent: 50 };

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
    figures.extend(newcomers(runs, NEWCOMERS, "quality.newcomer", 0.15, true));
    figures.extend(newcomers(
        runs,
        HALF_NEWCOMERS,
        "quality.newcomer_50",
        0.5,
        false,
    ));
    figures.extend(crowds(runs));
    figures.extend(POLICIES.map(|policy| market(runs, policy)));
    figures
}

/// What places for newcomers give and cost.
fn newcomers(
    runs: &Runs,
    policy: Policy,
    name: &str,
    setting: f64,
    has_goals: bool,
) -> [Figure; 2] {
    let of = |of: fn(&Outcome) -> f64| runs.interval(policy, of);
    let share = of(|outcome| outcome.newcomers);
    let (over, loss) = (share.mean / setting, of(|outcome| outcome.slots.ndcg_loss));
    let goal = |goal: f64| has_goals.then_some(goal);
    [
        Figure::new(
            &format!("{name}_share_over_setting"),
            over,
            goal(1.0),
            format!(
                "newcomers have {share} of the first ten, {} without; somebody was drawn in {} of lists",
                of(|outcome| outcome.slots.newcomers_without),
                of(|outcome| outcome.slots.lists),
            ),
        ),
        Figure::new(
            &format!("{name}_ndcg_loss"),
            loss.mean,
            goal(0.01),
            format!("NDCG@10 against the list of the same moment without places: {loss}"),
        ),
    ]
}

/// How many qualified people apply, where crowds are led elsewhere.
fn crowds(runs: &Runs) -> [Figure; 2] {
    let few = |outcome: &Outcome| outcome.qualified[2];
    let many = |outcome: &Outcome| outcome.qualified[3] + outcome.qualified[4];
    let (ours, fit) = (Policy::Gradual, Policy::Fit);
    let share = runs.interval(ours, few);
    let hires = runs.ratio(ours, fit, |outcome| outcome.hires);
    [
        Figure::new(
            "quality.requests_3_to_15",
            share.mean,
            Some(0.6),
            format!(
                "{share} have 3 to 15 qualified applicants, {} by the fit alone; more than 15: {} against {}; three or more \
                 would apply for {}",
                runs.interval(fit, few),
                runs.interval(ours, many),
                runs.interval(fit, many),
                runs.interval(fit, |outcome| outcome.enough),
            ),
        ),
        Figure::new(
            "quality.gradual_hires_vs_fit",
            hires.mean,
            Some(1.0),
            format!("hires with gradual telling over those by the fit alone: {hires}"),
        ),
    ]
}

/// Everything about one policy.
fn market(runs: &Runs, policy: Policy) -> Figure {
    let name = match policy {
        HALF_NEWCOMERS => "fit_newcomers_50",
        _ => policy.name(),
    };
    let of = |of: fn(&Outcome) -> f64| runs.interval(policy, of);
    let hit10 = of(|outcome| outcome.hit10);
    let note = format!(
        "hit rate @10 {hit10} where {} have a match anywhere; places filled {}, hires {}, weeks to hire {}, of use to both {}; \
         applications a request {}, unread {}; qualified applicants 0: {}, 1 or 2: {}, 3 to 15: {}, 16 to 30: {}, over 30: {} (three or more would apply for {}); \
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
        of(|outcome| outcome.qualified[3]),
        of(|outcome| outcome.qualified[4]),
        of(|outcome| outcome.enough),
        of(|outcome| outcome.gini),
        of(|outcome| outcome.newcomers),
    );
    Figure::new(&format!("quality.market_{name}"), hit10.mean, None, note)
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
