//! Jobs finished in each of the last twelve months.

use crate::calendar::Month;
use crate::chart::{Chart, ChartId, Entry, Head, Point, Shape};
use crate::event::{Event, Kind, Now, Role};
use crate::funnel::as_value;
use crate::words::{counted, number, short_number};
use std::collections::BTreeMap;

const MONTHS: usize = 12;

/// Counts the jobs finished in each of the last twelve months, this one included.
///
/// A job with an application counts once, when it was first finished.
pub fn jobs_by_month(events: &[Event], role: Role, now: Now) -> Chart {
    let this = Month::of(now.at_ms, now);
    let first = this.before(11);
    let (counts, any_ever) = count(events, first, now);
    let months: Vec<(Month, u64)> = (0..)
        .map(|back| this.before(11 - back))
        .zip(counts)
        .collect();

    // Of equals the latest: that is the month one remembers.
    let best = months
        .iter()
        .copied()
        .filter(|(_, count)| *count > 0)
        .max_by_key(|(month, count)| (*count, *month));

    let series = months
        .iter()
        .map(|(month, count)| {
            let emphasised = best.is_some_and(|(best, _)| best == *month);
            entry(*month, *count, emphasised)
        })
        .collect();

    let total = months
        .iter()
        .fold(0_u64, |total, (_, count)| total.saturating_add(*count));
    let title = best.map_or_else(
        || nothing(role, any_ever),
        |best| finding(&months, best, total, this, role),
    );
    let head = Head {
        id: ChartId::JobsByMonth,
        shape: Shape::Columns,
        summary: format!(
            "Last {MONTHS} months: {} finished, {} of them this month.",
            counted(total, "job", "jobs"),
            months
                .last()
                .map_or_else(|| "0".to_owned(), |(_, count)| number(*count)),
        ),
        title,
        definition: definition(role).to_owned(),
        range: format!("Last {MONTHS} months"),
        columns: ["Month", "Jobs finished"].map(str::to_owned).to_vec(),
        ticks: Vec::new(),
    };
    Chart::from_series(head, series, now)
}

/// How many jobs each month saw, and whether there was ever one.
fn count(events: &[Event], first: Month, now: Now) -> ([u64; MONTHS], bool) {
    let mut counts = [0_u64; MONTHS];
    let mut any_ever = false;
    let mut finished: BTreeMap<u128, i64> = BTreeMap::new();
    let mut add = |at_ms: i64, jobs: u64| {
        let index = usize::try_from(Month::of(at_ms, now).since(first)).ok();
        if let Some(count) = index.and_then(|index| counts.get_mut(index)) {
            *count = count.saturating_add(jobs);
        }
    };

    for event in events
        .iter()
        .filter(|event| event.kind == Kind::Completed && event.weight > 0)
    {
        any_ever = true;
        match event.application {
            Some(application) => {
                let at_ms = finished.entry(application).or_insert(event.at_ms);
                *at_ms = event.at_ms.min(*at_ms);
            }
            None => add(event.at_ms, u64::from(event.weight)),
        }
    }
    for at_ms in finished.into_values() {
        add(at_ms, 1);
    }
    (counts, any_ever)
}

fn entry(month: Month, count: u64, emphasised: bool) -> Entry {
    let label = format!("{} {}", month.name(), month.year());
    let written = number(count);
    Entry {
        point: Point {
            short: month.initial().to_owned(),
            value: Some(as_value(count)),
            mark: short_number(count),
            reach: None,
            reach_mark: String::new(),
            singles: Vec::new(),
            text: if count == 1 {
                format!("{label}: 1 job finished")
            } else {
                format!("{label}: {written} jobs finished")
            },
            emphasised,
            label: label.clone(),
        },
        cells: vec![label, written],
    }
}

fn nothing(role: Role, any_ever: bool) -> String {
    let nothing = match role {
        Role::Freelancer | Role::Admin => "No finished jobs",
        Role::Client => "No jobs finished for you",
    };
    if any_ever {
        format!("{nothing} in the last {MONTHS} months")
    } else {
        format!("{nothing} yet")
    }
}

fn finding(
    months: &[(Month, u64)],
    (best, count): (Month, u64),
    total: u64,
    this: Month,
    role: Role,
) -> String {
    let jobs = counted(count, "job", "jobs");
    let month = if best.year() == this.year() {
        best.name().to_owned()
    } else {
        format!("{} {}", best.name(), best.year())
    };
    let done = match role {
        Role::Freelancer => format!("You finished {jobs} in {month}"),
        Role::Client if count == 1 => format!("{jobs} was finished for you in {month}"),
        Role::Client => format!("{jobs} were finished for you in {month}"),
        Role::Admin if count == 1 => format!("{jobs} was finished in {month}"),
        Role::Admin => format!("{jobs} were finished in {month}"),
    };
    let equals = months.iter().filter(|(_, other)| *other == count).count();
    if total == count {
        done
    } else if equals == 1 {
        format!("{done}, the most in {MONTHS} months")
    } else {
        format!("{done}, as many as in the best month before")
    }
}

fn definition(role: Role) -> &'static str {
    match role {
        Role::Freelancer => {
            "Jobs you delivered and the client accepted, by the month of acceptance on your clock."
        }
        Role::Client => {
            "Jobs delivered to you that you accepted, by the month of acceptance on your clock."
        }
        Role::Admin => {
            "Jobs delivered and accepted on this server, by the month of acceptance on your clock."
        }
    }
}
