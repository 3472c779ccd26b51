//! The funnel: how many views become applications, and how many applications become hires.

use crate::MINIMUM_CASES;
use crate::calendar::DAY_MS;
use crate::chart::{Chart, ChartId, Entry, Head, Point, Shape};
use crate::event::{Event, Kind, Now, Role};
use crate::words::{Becoming, counted, how_often, number, share, short_number};
use std::collections::BTreeSet;

const DAYS: i64 = 90;

/// Says how views, applications and hires of the last 90 days follow from each other.
///
/// A freelancer's views are the requests looked at, each once; a client's and an admin's are all
/// views. What lies up to a day ahead of `now` counts too, since two clocks seldom agree.
pub fn funnel(events: &[Event], role: Role, now: Now) -> Chart {
    let counts = Counts::of(events, role, now);
    let words = Words::of(role);

    let steps = [
        (words.labels[0], counts.viewed, None),
        (words.labels[1], counts.applied, Some(counts.viewed)),
        (words.labels[2], counts.hired, Some(counts.applied)),
    ];
    let subject = counts.subject();
    let series = steps
        .into_iter()
        .enumerate()
        .map(|(index, (label, count, before))| entry(label, count, before, subject == Some(index)))
        .collect();

    let head = Head {
        id: ChartId::Funnel,
        shape: Shape::Bars,
        title: counts.title(&words),
        definition: words.definition.to_owned(),
        range: format!("Last {DAYS} days"),
        summary: counts.summary(&words),
        columns: ["Step", "Count", "Share of the step before"]
            .map(str::to_owned)
            .to_vec(),
        ticks: Vec::new(),
    };
    Chart::from_series(head, series, now)
}

fn entry(label: &str, count: u64, before: Option<u64>, emphasised: bool) -> Entry {
    let (rate, rate_text) = match before {
        None => ("–".to_owned(), String::new()),
        Some(whole) if whole < MINIMUM_CASES => {
            let few = "too few to say".to_owned();
            (few.clone(), format!(", share of the step before: {few}"))
        }
        // More than there were before: these came another way, and a share would mislead.
        Some(whole) if count > whole => {
            let more = "more than before".to_owned();
            (more.clone(), format!(", {more}"))
        }
        Some(whole) => {
            let rate = share(count, whole);
            (rate.clone(), format!(", {rate} of the step before"))
        }
    };
    let written = number(count);
    Entry {
        point: Point {
            label: label.to_owned(),
            short: label.to_owned(),
            value: Some(as_value(count)),
            mark: short_number(count),
            reach: None,
            reach_mark: String::new(),
            singles: Vec::new(),
            text: format!("{label}: {written}{rate_text}"),
            emphasised,
        },
        cells: vec![label.to_owned(), written, rate],
    }
}

/// A count as a length; beyond 2^53 neighbours may look alike.
#[expect(
    clippy::cast_precision_loss,
    reason = "a drawing does not resolve 53 bits"
)]
pub(crate) fn as_value(count: u64) -> f64 {
    count as f64
}

struct Counts {
    viewed: u64,
    applied: u64,
    hired: u64,
    any_view_ever: bool,
}

impl Counts {
    fn of(events: &[Event], role: Role, now: Now) -> Self {
        let since = now.at_ms.saturating_sub(DAYS * DAY_MS);
        let until = now.at_ms.saturating_add(DAY_MS);
        let (mut viewed, mut applied, mut hired) =
            (Tally::default(), Tally::default(), Tally::default());
        let mut any_view_ever = false;

        for event in events.iter().filter(|event| event.weight > 0) {
            let is_view = event.kind == Kind::Viewed;
            any_view_ever |= is_view;
            if event.at_ms < since || event.at_ms > until {
                continue;
            }
            match event.kind {
                Kind::Viewed => match role {
                    Role::Freelancer => viewed.add(Some(event.request), event.weight),
                    Role::Client | Role::Admin => viewed.add(None, event.weight),
                },
                Kind::Applied => applied.add(event.application, event.weight),
                Kind::Accepted => hired.add(event.application, event.weight),
                Kind::Published
                | Kind::Offered
                | Kind::Completed
                | Kind::MessageReceived { .. }
                | Kind::MessageSent { .. }
                | Kind::Reviewed => {}
            }
        }
        Self {
            viewed: viewed.total(),
            applied: applied.total(),
            hired: hired.total(),
            any_view_ever,
        }
    }

    fn is_empty(&self) -> bool {
        self.viewed == 0 && self.applied == 0 && self.hired == 0
    }

    /// Whether enough came before a step, and something came of it, to speak of a rate.
    fn says(part: u64, whole: u64) -> bool {
        whole >= MINIMUM_CASES && part > 0 && part <= whole
    }

    /// The step the title speaks of.
    fn subject(&self) -> Option<usize> {
        if Self::says(self.hired, self.applied) {
            Some(2)
        } else if Self::says(self.applied, self.viewed) {
            Some(1)
        } else if self.is_empty() {
            None
        } else {
            Some(0)
        }
    }

    fn title(&self, words: &Words) -> String {
        match self.subject() {
            Some(2) => how_often(self.hired, self.applied, &words.hiring),
            Some(1) => how_often(self.applied, self.viewed, &words.applying),
            Some(_) => self.plainly(words),
            None if self.any_view_ever => {
                format!("{} in the last {DAYS} days", words.nothing)
            }
            None => format!("{} yet", words.nothing),
        }
    }

    fn plainly(&self, words: &Words) -> String {
        let viewed = counted(self.viewed, words.view.0, words.view.1);
        let applied = counted(self.applied, "application", "applications");
        let hired = counted(self.hired, "hire", "hires");
        let mut sentence = format!("{viewed}, {applied}, {hired}");
        if let Some(first) = sentence.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        sentence
    }

    fn summary(&self, words: &Words) -> String {
        let mut summary = format!("Last {DAYS} days: {}.", {
            let plain = self.plainly(words);
            plain
                .strip_prefix("No ")
                .map_or_else(|| plain.clone(), |rest| format!("no {rest}"))
        });
        for (part, whole, step) in [
            (self.applied, self.viewed, &words.applying),
            (self.hired, self.applied, &words.hiring),
        ] {
            if Self::says(part, whole) {
                summary.push(' ');
                summary.push_str(&how_often(part, whole, step));
                summary.push('.');
            }
        }
        summary
    }
}

/// Counts what can be told apart once, and the rest by weight.
#[derive(Default)]
struct Tally {
    known: BTreeSet<u128>,
    anonymous: u64,
}

impl Tally {
    fn add(&mut self, identity: Option<u128>, weight: u32) {
        match identity {
            Some(identity) => {
                self.known.insert(identity);
            }
            None => self.anonymous = self.anonymous.saturating_add(u64::from(weight)),
        }
    }

    fn total(&self) -> u64 {
        let known = u64::try_from(self.known.len()).unwrap_or(u64::MAX);
        self.anonymous.saturating_add(known)
    }
}

/// The funnel in the words of its reader.
struct Words {
    labels: [&'static str; 3],
    view: (&'static str, &'static str),
    applying: Becoming,
    hiring: Becoming,
    nothing: &'static str,
    definition: &'static str,
}

impl Words {
    fn of(role: Role) -> Self {
        match role {
            Role::Freelancer => Self {
                labels: ["Viewed", "Applied", "Hired"],
                view: ("request viewed", "requests viewed"),
                applying: Becoming {
                    one: "request you view",
                    many: "requests you view",
                    becomes: "becomes an application",
                    become_many: "become applications",
                },
                hiring: Becoming {
                    one: "application",
                    many: "applications",
                    becomes: "gets you hired",
                    become_many: "get you hired",
                },
                nothing: "No requests viewed",
                definition: "Requests you looked at, each counted once; applications you sent; \
                             applications that got you hired. The three are counted by when they \
                             happened. A share is shown from 5 cases on.",
            },
            Role::Client => Self {
                labels: ["Views", "Applications", "Hires"],
                view: ("view of your requests", "views of your requests"),
                applying: Becoming {
                    one: "view of your requests",
                    many: "views of your requests",
                    becomes: "becomes an application",
                    become_many: "become applications",
                },
                hiring: Becoming {
                    one: "application to you",
                    many: "applications to you",
                    becomes: "becomes a hire",
                    become_many: "become hires",
                },
                nothing: "No views of your requests",
                definition: "Views of your requests by freelancers; applications you received; \
                             applications you hired. The three are counted by when they happened. \
                             A share is shown from 5 cases on.",
            },
            Role::Admin => Self {
                labels: ["Views", "Applications", "Hires"],
                view: ("view", "views"),
                applying: Becoming {
                    one: "view",
                    many: "views",
                    becomes: "becomes an application",
                    become_many: "become applications",
                },
                hiring: Becoming {
                    one: "application",
                    many: "applications",
                    becomes: "becomes a hire",
                    become_many: "become hires",
                },
                nothing: "No requests viewed",
                definition: "Views of all requests by freelancers; applications sent; \
                             applications hired. The three are counted by when they happened. A \
                             share is shown from 5 cases on.",
            },
        }
    }
}
