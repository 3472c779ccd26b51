//! Writes a page with every chart, empty, small and full, in light and in dark, to look at.
//!
//! `cargo run -p guildhall-analytics --example gallery -- TOKENS.css > gallery.html`

use guildhall_analytics::{
    Chart, Event, Kind, Now, Role, Size, draw, funnel, jobs_by_month, response_time,
};
use std::error::Error;

const NOW: Now = Now {
    at_ms: 1_763_650_000_000,
    utc_offset_minutes: 60,
};
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

fn main() -> Result<(), Box<dyn Error>> {
    let tokens = match std::env::args().nth(1) {
        Some(path) => std::fs::read_to_string(path)?,
        None => String::new(),
    };
    println!(
        "<!doctype html><meta charset=utf-8><style>{tokens}{}{PAGE}</style>",
        include_str!("../chart.css")
    );
    for theme in ["light", "dark"] {
        println!("<main data-theme={theme}>");
        for events in [year(1, 1), year(3, 40), Vec::new()] {
            println!("<section>");
            for chart in [
                funnel(&events, Role::Freelancer, NOW),
                response_time(&events, Role::Freelancer, NOW),
                jobs_by_month(&events, Role::Freelancer, NOW),
            ] {
                print(&chart)?;
            }
            println!("</section>");
        }
        println!("</main>");
    }
    Ok(())
}

fn print(chart: &Chart) -> Result<(), Box<dyn Error>> {
    let drawing = draw(chart, Size::for_width(chart, 322))?;
    println!(
        "<figure><h2>{}</h2><p>{} · as of 14:32</p><div>{}",
        chart.title, chart.range, drawing.svg
    );
    for spot in &drawing.hotspots {
        println!(
            "<button title=\"{}\" style=\"left:{}%;top:{}%;width:{}%;height:{}%\"></button>",
            spot.label,
            spot.x * 100.0,
            spot.y * 100.0,
            spot.width * 100.0,
            spot.height * 100.0
        );
    }
    println!("</div></figure>");
    Ok(())
}

/// A plausible year, without chance: the same at every run.
fn year(seed: u128, scale: u32) -> Vec<Event> {
    let mut events = Vec::new();
    let mut add = |days: i64, hours: i64, kind, identity: u128| {
        events.push(Event {
            at_ms: NOW.at_ms - days * DAY_MS + hours * HOUR_MS,
            kind,
            request: identity,
            application: Some(identity),
            weight: 1,
        });
    };
    for step in 0..u128::from(96 * scale) {
        let days = i64::try_from(step * 7 % 89).unwrap_or_default();
        add(days, 0, Kind::Viewed, step);
        if step % 5 == 0 {
            add(days, 2, Kind::Applied, step);
        }
        if step % 32 == seed {
            add(days, 9, Kind::Accepted, step);
        }
    }
    for (month, jobs) in [1_u128, 3, 2, 4, 5, 4, 6, 5, 7, 6, 9, 6]
        .into_iter()
        .enumerate()
    {
        let days = i64::try_from(11 - month).unwrap_or_default() * 30;
        for job in 0..jobs * u128::from(scale) {
            let month = u128::try_from(month).unwrap_or_default();
            add(days, 0, Kind::Completed, 10_000 + month * 1_000 + job);
        }
    }
    for week in 0..12_i64 {
        let messages = if week == 5 || scale > 1 && week != 3 {
            3
        } else {
            9
        };
        for message in 0..messages {
            let thread = u128::try_from(week * 100 + message).unwrap_or_default();
            let wait = 1 + (message * message * (13 - (11 - week))) / 12 + week % 3;
            add(week * 7 + 1, 0, Kind::MessageReceived { thread }, thread);
            add(week * 7 + 1, wait, Kind::MessageSent { thread }, thread);
        }
    }
    events
}

const PAGE: &str = "
body { margin: 0; font: 400 13px/1.45 var(--font); }
main { background: var(--surface); color: var(--ink); padding: 20px; }
section { display: flex; gap: 40px; margin-bottom: 24px; }
figure { width: 322px; margin: 0; } figure div { position: relative; }
h2 { font-size: 12px; font-weight: 600; margin: 0; color: var(--ink-2); }
p { margin: 2px 0 8px; color: var(--ink-3); }
button { position: absolute; border: 0; background: none; border-radius: 4px; }
button:focus-visible, button:hover { outline: 2px solid var(--accent); }
";
