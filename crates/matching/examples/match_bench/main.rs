//! How fast the best of a market are found. `cargo xtask bench match` runs this program on a release build.
//!
//! `match_bench [NAME] [--rows N] [--queries N]`: figures whose names begin so, over so many freelancers, one JSON object a line.

mod figure;
mod measure;
mod workload;

use figure::Figure;
use measure::{Ground, changes, compared, keystrokes, latencies, reverse, together};
use std::time::Instant;
use workload::Mix;

/// What the command line asks for.
struct Asked {
    name: String,
    rows: u32,
    queries: u32,
}

fn main() {
    let asked = asked();
    let wanted = |names: &[&str]| names.iter().any(|name| name.starts_with(&asked.name));
    let print = |figures: Vec<Figure>| {
        let mine = figures
            .iter()
            .filter(|figure| figure.name.starts_with(&asked.name));
        mine.for_each(Figure::print);
    };
    if wanted(&[
        "match.a_p50_ms",
        "match.a_p99_ms",
        "match.qps_2_threads",
        "match.vs_scan",
    ]) || wanted(&[
        "match.bytes_per_freelancer",
        "match.rebuild_s",
        "match.updates_per_s",
        "match.update_visible_ms",
    ]) {
        let (mut ground, rebuild) = Ground::timed(Mix::A, asked.rows);
        print(vec![
            Figure::new("match.rebuild_s", rebuild.as_secs_f64(), "s", 1.0, format!("{} freelancers from their facts, one thread", asked.rows)),
            Figure::new("match.bytes_per_freelancer", ground.bytes(), "B", 140.0, "segments, with ids and calendars; the facts that they are made from stand beside them".to_owned()),
        ]);
        let took = latencies(&ground, asked.queries);
        print(vec![
            Figure::new(
                "match.a_p50_ms",
                took.permille(500),
                "ms",
                0.12,
                took.note(),
            ),
            Figure::new("match.a_p99_ms", took.permille(990), "ms", 0.8, took.note()),
        ]);
        if wanted(&["match.vs_scan"]) {
            print(vec![compared(&ground, took.permille(500))]);
        }
        if wanted(&["match.qps_2_threads"]) {
            print(vec![together(&ground, asked.queries)]);
        }
        if wanted(&["match.updates_per_s", "match.update_visible_ms"]) {
            print(changes(&mut ground, asked.queries));
        }
    }
    if wanted(&["match.b_p99_ms"]) {
        let took = latencies(&Ground::new(Mix::B, asked.rows), asked.queries);
        print(vec![Figure::new(
            "match.b_p99_ms",
            took.permille(990),
            "ms",
            2.5,
            took.note(),
        )]);
    }
    if wanted(&["match.reverse_p50_ms", "match.reverse_p99_ms"]) {
        print(reverse(100_000, asked.queries));
    }
    if wanted(&["match.autocomplete_p99_ms"]) {
        let took = keystrokes();
        print(vec![Figure::new(
            "match.autocomplete_p99_ms",
            took.permille(990),
            "ms",
            5.0,
            took.note(),
        )]);
    }
    if wanted(&["match.desktop_p99_ms"]) {
        let took = latencies(&Ground::new(Mix::A, 20_000), asked.queries);
        print(vec![Figure::new(
            "match.desktop_p99_ms",
            took.permille(990),
            "ms",
            0.15,
            took.note(),
        )]);
    }
    for (name, rows) in [
        ("match.curve_10k_p99_ms", 10_000),
        ("match.curve_100k_p99_ms", 100_000),
    ] {
        if wanted(&[name]) {
            let begun = Instant::now();
            let ground = Ground::new(Mix::A, rows);
            let took = latencies(&ground, asked.queries);
            let note = format!(
                "{}; {:.1} B each, {:.2} s with making it",
                took.note(),
                ground.bytes(),
                begun.elapsed().as_secs_f64()
            );
            print(vec![Figure::without_goal(
                name,
                took.permille(990),
                "ms",
                note,
            )]);
        }
    }
}

fn asked() -> Asked {
    let mut asked = Asked {
        name: String::new(),
        rows: 1_000_000,
        queries: 3_000,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = |of: &mut u32| {
            *of = arguments
                .next()
                .and_then(|number| number.parse().ok())
                .unwrap_or(*of);
        };
        match argument.as_str() {
            "--rows" => number(&mut asked.rows),
            "--queries" => number(&mut asked.queries),
            // The figures are always printed as JSON.
            "--json" => {}
            _ => asked.name = argument,
        }
    }
    asked
}
