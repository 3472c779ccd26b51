//! How fast a market is searched. `cargo xtask bench match.search` runs this program on a release build.
//!
//! `search_bench [--rows N] [--queries N]`: so many freelancers and a tenth as many requests, one JSON object a line. All figures
//! come from one market, so all are printed whichever is asked for.

mod workload;

use guildhall_search::{Full, Index, Side};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::process::ExitCode;
use std::time::Instant;

/// How many entries change after the questions.
const CHANGES: u32 = 10_000;

fn main() -> ExitCode {
    let (mut rows, mut queries) = (1_000_000_u32, 2_000_u32);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let of = match argument.as_str() {
            "--rows" => &mut rows,
            "--queries" => &mut queries,
            _ => continue,
        };
        let number = arguments.next().and_then(|text| text.parse().ok());
        *of = number.unwrap_or(*of);
    }
    let talent = measured(Side::Talent, rows, "freelancers", queries);
    let work = measured(Side::Work, rows / 10, "requests", queries);
    let (Ok(talent), Ok(work)) = (talent, work) else {
        eprintln!("{Full}");
        return ExitCode::FAILURE;
    };
    let mut all = [talent, work].concat();
    all.sort_by(f64::total_cmp);
    let note = format!("{rows} freelancers and {} requests in turn", rows / 10);
    print(
        "match.search_p99_ms",
        permille(&all, 990),
        "ms",
        Some(50.0),
        &note,
    );
    ExitCode::SUCCESS
}

/// Builds one side, asks, changes; the milliseconds that each question took.
fn measured(side: Side, rows: u32, name: &str, queries: u32) -> Result<Vec<f64>, Full> {
    let figure = |what: &str| format!("match.search_{name}_{what}");
    let mut chance = ChaCha8Rng::seed_from_u64(7);
    let mut index = Index::new(side);
    let built = put(&mut index, &mut chance, rows)?;
    let note = format!("{rows} {name}, one thread");
    print(&figure("build_s"), built, "s", None, &note);
    let bytes = index.bytes() / index.len().max(1);
    let bytes = f64::from(u32::try_from(bytes).unwrap_or(u32::MAX));
    print(
        &figure("bytes"),
        bytes,
        "B",
        None,
        "for each, with its words",
    );

    let mut took = Vec::new();
    let mut found = 0_u64;
    for _ in 0..queries {
        let find = workload::find(&mut chance);
        let begun = Instant::now();
        let answer = index.find(&find, 1);
        took.push(begun.elapsed().as_secs_f64() * 1_000.0);
        match answer {
            Ok(answer) => found += u64::from(answer.page.total),
            Err(denied) => eprintln!("{denied}: {find:?}"),
        }
    }
    let mut sorted = took.clone();
    sorted.sort_by(f64::total_cmp);
    let found = found / u64::from(queries.max(1));
    let note =
        format!("{rows} {name}, {queries} questions, {found} found by each on average, one thread");
    print(&figure("p50_ms"), permille(&sorted, 500), "ms", None, &note);
    print(
        &figure("p99_ms"),
        permille(&sorted, 990),
        "ms",
        Some(50.0),
        &note,
    );
    let per_s = f64::from(CHANGES) / put(&mut index, &mut chance, CHANGES.min(rows))?;
    print(
        &figure("changes_per_s"),
        per_s,
        "1/s",
        None,
        "each found by the next question",
    );
    Ok(took)
}

/// Puts in so many entries; the seconds that took, without making them up.
fn put(index: &mut Index, chance: &mut ChaCha8Rng, rows: u32) -> Result<f64, Full> {
    let mut took = 0.0;
    for id in 0..u128::from(rows) {
        let entry = workload::entry(chance, index.side(), id);
        let begun = Instant::now();
        index.put(&entry)?;
        took += begun.elapsed().as_secs_f64();
    }
    Ok(took)
}

fn permille(sorted: &[f64], which: usize) -> f64 {
    let rank = (sorted.len() * which).div_ceil(1_000).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

fn print(name: &str, value: f64, unit: &str, goal: Option<f64>, note: &str) {
    let goal = goal.map_or(String::new(), |goal| format!(r#", "goal": {goal}"#));
    println!(
        r#"{{"figure": "{name}", "value": {value:.4}, "unit": "{unit}"{goal}, "note": "{note}"}}"#
    );
}
