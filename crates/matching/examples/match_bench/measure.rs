//! The measurements: one question at a time, two threads asking, a scan beside the index, and changes with merges behind them.

use crate::figure::{Figure, Sample};
use crate::workload::{Families, Mix, Workload};
use guildhall_matching::{
    FreelancerFacts, Market, Match, Merged, RequestFacts, Requests, Weights, rank_freelancers,
};
use std::hint::black_box;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// How many are asked for.
const BEST: usize = 20;
/// How many lists are compared with the scan, which takes its time.
const COMPARED: usize = 40;
const UPDATES: u32 = 300_000;

/// A market and what is needed to ask it.
pub(crate) struct Ground {
    market: Market,
    relations: Families,
    weights: Weights,
    mix: Mix,
}

impl Ground {
    pub(crate) fn new(mix: Mix, rows: u32) -> Self {
        Self::timed(mix, rows).0
    }

    /// The same, and how long the market took to be made from facts in memory.
    pub(crate) fn timed(mix: Mix, rows: u32) -> (Self, Duration) {
        let mut workload = Workload::new(mix, 1);
        let facts: Vec<FreelancerFacts> = (0..rows)
            .map(|number| workload.freelancer(number))
            .collect();
        let begun = Instant::now();
        let market: Market = facts.into_iter().collect();
        let took = begun.elapsed();
        let ground = Self {
            market,
            relations: Families::new(),
            weights: Weights::default(),
            mix,
        };
        (ground, took)
    }

    fn requests(&self, count: u32) -> Vec<RequestFacts> {
        let mut workload = Workload::new(self.mix, 2);
        (0..count).map(|number| workload.request(number)).collect()
    }

    fn best(&self, request: &RequestFacts) -> Vec<Match> {
        self.market
            .best(request, &self.relations, &self.weights, BEST)
    }

    #[expect(clippy::cast_precision_loss, reason = "far fewer bytes than that")]
    pub(crate) fn bytes(&self) -> f64 {
        self.market.packed_bytes() as f64 / self.market.len().max(1) as f64
    }
}

/// Asks one question after the other.
pub(crate) fn latencies(ground: &Ground, queries: u32) -> Sample {
    let requests = ground.requests(queries);
    for request in requests.iter().take(200) {
        black_box(ground.best(request));
    }
    Sample::new(requests.iter().map(|request| {
        let begun = Instant::now();
        black_box(ground.best(black_box(request)));
        begun.elapsed()
    }))
}

/// The scan over the same rows, by its median; fails the run if a list differs.
pub(crate) fn compared(ground: &Ground, ours_ms: f64) -> Figure {
    let requests = ground.requests(u32::try_from(COMPARED).unwrap_or(0));
    let theirs = Sample::new(requests.iter().map(|request| {
        let begun = Instant::now();
        let scanned = rank_freelancers(
            request,
            ground.market.iter(),
            &ground.relations,
            &ground.weights,
            BEST,
        );
        let took = begun.elapsed();
        assert_eq!(
            scanned.matches,
            ground.best(request),
            "the index differs from the scan"
        );
        took
    }));
    let median = theirs.permille(500);
    let note = format!(
        "median of the plain scan {median:.1} ms over that of the index, {COMPARED} lists compared and equal"
    );
    Figure::without_goal("match.vs_scan", median / ours_ms, "x", note)
}

/// The requests that fit one freelancer after the other, of so many open ones: all of them with their parts, in order.
pub(crate) fn reverse(open: u32, queries: u32) -> Vec<Figure> {
    let (relations, weights) = (Families::new(), Weights::default());
    let mut workload = Workload::new(Mix::A, 2);
    let mut requests = Requests::new();
    for number in 0..open {
        requests.put(Arc::new(workload.request(number)), &relations);
    }
    let mut workload = Workload::new(Mix::A, 1);
    let people: Vec<FreelancerFacts> = (0..queries)
        .map(|number| workload.freelancer(number))
        .collect();
    let mut found = 0;
    let took = Sample::new(people.iter().map(|freelancer| {
        let begun = Instant::now();
        let fitting = requests.fitting(black_box(freelancer), &weights);
        let took = begun.elapsed();
        found += black_box(fitting).len();
        took
    }));
    let note = format!(
        "{open} open requests, {} of them fit on average; {}",
        found / people.len().max(1),
        took.note()
    );
    [
        ("match.reverse_p50_ms", 500, 0.08),
        ("match.reverse_p99_ms", 990, 0.3),
    ]
    .map(|(name, share, goal)| Figure::new(name, took.permille(share), "ms", goal, note.clone()))
    .into()
}

/// Two threads ask the same market.
pub(crate) fn together(ground: &Ground, queries: u32) -> Figure {
    let requests = ground.requests(queries * 2);
    let begun = Instant::now();
    thread::scope(|scope| {
        for half in requests.chunks(requests.len().div_ceil(2).max(1)) {
            scope.spawn(move || {
                for request in half {
                    black_box(ground.best(request));
                }
            });
        }
    });
    let took = begun.elapsed();
    let rate = f64::from(queries * 2) / took.as_secs_f64();
    Figure::new(
        "match.qps_2_threads",
        rate,
        "/s",
        10_000.0,
        format!("mix A, n={}", requests.len()),
    )
}

/// Changes one freelancer after the other while merges run on a thread beside.
pub(crate) fn changes(ground: &mut Ground, queries: u32) -> Vec<Figure> {
    let mut ids: Vec<u128> = ground
        .market
        .iter()
        .map(|freelancer| freelancer.id)
        .collect();
    let mut workload = Workload::new(ground.mix, 3);
    let changed: Vec<FreelancerFacts> = (0..UPDATES)
        .map(|number| {
            let at = (number as usize).wrapping_mul(7_919) % ids.len();
            FreelancerFacts {
                id: std::mem::take(&mut ids[at]),
                ..workload.freelancer(number)
            }
        })
        .filter(|freelancer| freelancer.id != 0)
        .collect();
    let count = changed.len();
    let (send, merged) = mpsc::channel::<Merged>();
    let (mut is_merging, mut adopted) = (false, 0);
    let begun = Instant::now();
    let took = Sample::new(changed.into_iter().map(|freelancer| {
        let begun = Instant::now();
        black_box(ground.market.put(freelancer));
        if let Ok(merged) = merged.try_recv() {
            ground.market.adopt(merged);
            is_merging = false;
            adopted += 1;
        }
        if !is_merging && let Some(merge) = ground.market.merge() {
            let send = send.clone();
            thread::spawn(move || send.send(merge.run()));
            is_merging = true;
        }
        begun.elapsed()
    }));
    #[expect(clippy::cast_precision_loss, reason = "some hundred thousand")]
    let rate = count as f64 / begun.elapsed().as_secs_f64();
    let after = latencies(ground, queries);
    let note = format!(
        "{count} profiles changed one after the other, {adopted} merges beside; then mix A asks in {}",
        after.note()
    );
    let visible = format!(
        "p99 of the change itself, which the next question sees: {}",
        took.note()
    );
    vec![
        Figure::new("match.updates_per_s", rate, "/s", 100_000.0, note),
        Figure::new(
            "match.update_visible_ms",
            took.permille(990),
            "ms",
            1.0,
            visible,
        ),
    ]
}

/// How long each letter takes to be answered with skills, while every eleventh skill and every
/// eleventh mistyped one is written from its first letter to its last.
pub(crate) fn keystrokes() -> Sample {
    const SHOWN: usize = 8;
    let catalog = guildhall_catalog::Catalog::get();
    catalog.warm();
    let written = catalog.skills().iter().step_by(11).flat_map(|skill| {
        let mistyped: String = skill.name.chars().filter(|letter| *letter != 'i').collect();
        [skill.name.to_owned(), mistyped]
    });
    Sample::new(written.flat_map(|text| {
        let ends: Vec<usize> = text.char_indices().skip(1).map(|(at, _)| at).collect();
        let mut took = Vec::with_capacity(ends.len() + 1);
        for end in ends.into_iter().chain([text.len()]) {
            let start = Instant::now();
            black_box(catalog.suggest_skills(&text[..end], SHOWN));
            took.push(start.elapsed());
        }
        took
    }))
}
