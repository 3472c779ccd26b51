//! Response time: how long messages wait for the first reply, week by week.

use crate::MINIMUM_CASES;
use crate::calendar::{DAY_MS, Week};
use crate::chart::{Chart, ChartId, Entry, Head, Point, Shape, Tick};
use crate::event::{Event, Kind, Now, Role};
use crate::words::{counted, duration, number};
use std::collections::BTreeMap;

const WEEKS: usize = 12;
const RECENT_WEEKS: usize = 4;
const LONGEST_DAYS: i64 = 30;

/// Says how long messages of the last twelve weeks waited for the first reply.
///
/// The wait begins with the first message that has no answer and ends with the reader's next
/// message in the same thread, if that comes within 30 days.
pub fn response_time(events: &[Event], role: Role, now: Now) -> Chart {
    let this = Week::of(now.at_ms, now);
    let weeks = weeks(events, this.before(11), now);

    let subject = subject(&weeks);
    let series = weeks
        .iter()
        .enumerate()
        .map(|(index, week)| {
            let back = i64::try_from(WEEKS - 1 - index).unwrap_or_default();
            week.entry(this.before(back), subject == Some(index))
        })
        .collect();

    let all = Waits::together(&weeks);
    let head = Head {
        id: ChartId::ResponseTime,
        shape: Shape::Tails,
        title: title(&weeks, subject, &all, role),
        definition: definition(role).to_owned(),
        range: format!("Last {WEEKS} weeks"),
        summary: summary(&all),
        columns: ["Week", "Messages", "Answered", "Median", "9 in 10 within"]
            .map(str::to_owned)
            .to_vec(),
        ticks: ticks(&weeks),
    };
    Chart::from_series(head, series, now)
}

/// The round waits up to the longest that is drawn: the last of them, and the last below half of it.
fn ticks(weeks: &[Waits]) -> Vec<Tick> {
    const MINUTE_MS: i64 = 60_000;
    const HOUR_MS: i64 = 60 * MINUTE_MS;
    const ROUND: [i64; 13] = [
        MINUTE_MS,
        5 * MINUTE_MS,
        15 * MINUTE_MS,
        30 * MINUTE_MS,
        HOUR_MS,
        2 * HOUR_MS,
        4 * HOUR_MS,
        8 * HOUR_MS,
        DAY_MS,
        2 * DAY_MS,
        5 * DAY_MS,
        10 * DAY_MS,
        20 * DAY_MS,
    ];
    let drawn = weeks.iter().filter_map(|week| match week.ninth_decile() {
        Some(reach) => Some(reach),
        None => week.answered_ms.last().copied(),
    });
    let longest = drawn.max().unwrap_or_default();
    let last_up_to = |most: i64| ROUND.into_iter().rfind(|round| *round <= most);
    let high = last_up_to(longest);
    let low = high.and_then(|high| last_up_to(high / 2));
    let tick = |ms: i64| Tick {
        value: minutes(ms),
        label: duration(ms),
    };
    [low, high].into_iter().flatten().map(tick).collect()
}

/// The waits that began in one stretch of time.
#[derive(Default, Clone)]
struct Waits {
    begun: u64,
    /// How long the answered ones took, shortest first.
    answered_ms: Vec<i64>,
}

impl Waits {
    fn together(weeks: &[Self]) -> Self {
        let mut all = Self::default();
        for week in weeks {
            all.begun += week.begun;
            all.answered_ms.extend(&week.answered_ms);
        }
        all.answered_ms.sort_unstable();
        all
    }

    fn answered(&self) -> u64 {
        u64::try_from(self.answered_ms.len()).unwrap_or(u64::MAX)
    }

    /// The middle wait, if enough were answered.
    fn median(&self) -> Option<i64> {
        if self.answered() < MINIMUM_CASES {
            return None;
        }
        let middle = self.answered_ms.len() / 2;
        let upper = *self.answered_ms.get(middle)?;
        if self.answered_ms.len() % 2 == 1 {
            return Some(upper);
        }
        let lower = *self.answered_ms.get(middle.checked_sub(1)?)?;
        Some(i64::midpoint(lower, upper))
    }

    /// The wait that nine in ten do not exceed (nearest rank), if enough were answered.
    fn ninth_decile(&self) -> Option<i64> {
        if self.answered() < MINIMUM_CASES {
            return None;
        }
        let rank = (self.answered_ms.len() * 9).div_ceil(10);
        self.answered_ms.get(rank.checked_sub(1)?).copied()
    }

    fn entry(&self, week: Week, emphasised: bool) -> Entry {
        let monday = week.monday();
        let label = format!("Week of {monday}");
        let (begun, answered) = (number(self.begun), number(self.answered()));
        let plainly = format!(
            "{label}: {}, {answered} answered",
            counted_messages(self.begun)
        );
        let (median, reach, text) = match (self.median(), self.ninth_decile()) {
            (Some(median), Some(reach)) => {
                let (median, reach) = (duration(median), duration(reach));
                let text = format!("{plainly}, median {median}, 9 in 10 within {reach}");
                (median, reach, text)
            }
            _ if self.begun == 0 => ("–".to_owned(), "–".to_owned(), plainly),
            _ => {
                let few = "too few to say".to_owned();
                (few.clone(), few.clone(), format!("{plainly}, {few}"))
            }
        };
        Entry {
            point: Point {
                label: label.clone(),
                short: monday,
                value: self.median().map(minutes),
                mark: format!("half: {median}"),
                reach: self.ninth_decile().map(minutes),
                reach_mark: format!("9 in 10: {reach}"),
                singles: if self.median().is_some() {
                    Vec::new()
                } else {
                    self.answered_ms.iter().copied().map(minutes).collect()
                },
                text,
                emphasised,
            },
            cells: vec![label, begun, answered, median, reach],
        }
    }
}

fn counted_messages(count: u64) -> String {
    match count {
        1 => "1 message".to_owned(),
        count => format!("{} messages", number(count)),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a wait is at most 30 days, far below 53 bits"
)]
fn minutes(ms: i64) -> f64 {
    ms as f64 / 60_000.0
}

/// Sorts the waits of all threads into the weeks in which they began.
fn weeks(events: &[Event], first: Week, now: Now) -> Vec<Waits> {
    let mut threads: BTreeMap<u128, Vec<(i64, bool)>> = BTreeMap::new();
    for event in events.iter().filter(|event| event.weight > 0) {
        let (thread, is_reply) = match event.kind {
            Kind::MessageReceived { thread } => (thread, false),
            Kind::MessageSent { thread } => (thread, true),
            Kind::Published
            | Kind::Viewed
            | Kind::Applied
            | Kind::Offered
            | Kind::Accepted
            | Kind::Completed
            | Kind::Reviewed => continue,
        };
        threads
            .entry(thread)
            .or_default()
            .push((event.at_ms, is_reply));
    }

    let mut weeks = vec![Waits::default(); WEEKS];
    for messages in threads.values_mut() {
        messages.sort_unstable();
        let mut waiting_since = None;
        for (at_ms, is_reply) in messages.iter().copied() {
            if !is_reply {
                if waiting_since.is_none() {
                    waiting_since = Some(at_ms);
                    if let Some(week) = week_of(&mut weeks, at_ms, first, now) {
                        week.begun += 1;
                    }
                }
            } else if let Some(since) = waiting_since.take() {
                let took = at_ms.saturating_sub(since);
                if took <= LONGEST_DAYS * DAY_MS
                    && let Some(week) = week_of(&mut weeks, since, first, now)
                {
                    week.answered_ms.push(took);
                }
            }
        }
    }
    for week in &mut weeks {
        week.answered_ms.sort_unstable();
    }
    weeks
}

fn week_of(weeks: &mut [Waits], at_ms: i64, first: Week, now: Now) -> Option<&mut Waits> {
    let index = usize::try_from(Week::of(at_ms, now).since(first)).ok()?;
    weeks.get_mut(index)
}

/// The week the title speaks of: the last one with a median, unless it is long ago.
fn subject(weeks: &[Waits]) -> Option<usize> {
    weeks
        .iter()
        .rposition(|week| week.median().is_some())
        .filter(|index| index + RECENT_WEEKS >= WEEKS)
}

fn title(weeks: &[Waits], subject: Option<usize>, all: &Waits, role: Role) -> String {
    let replies = match role {
        Role::Freelancer | Role::Client => "your replies",
        Role::Admin => "all replies",
    };
    let before = weeks.get(..subject.unwrap_or_default()).unwrap_or_default();
    let before = Waits::together(before).median();
    let recent = subject.and_then(|index| weeks.get(index)?.median());
    match (recent, before) {
        // A change is told from a quarter on.
        (Some(recent), Some(before)) if recent < before && recent <= before / 5 * 4 => format!(
            "Half of {replies} now come within {}, down from {}",
            duration(recent),
            duration(before)
        ),
        (Some(recent), Some(before)) if recent > before && before <= recent / 5 * 4 => format!(
            "Half of {replies} now take {} or longer, up from {}",
            duration(recent),
            duration(before)
        ),
        (Some(recent), _) => format!("Half of {replies} come within {}", duration(recent)),
        (None, _) => match all.median() {
            Some(median) => format!("Half of {replies} came within {}", duration(median)),
            None => few(all),
        },
    }
}

fn few(all: &Waits) -> String {
    match (all.begun, all.answered()) {
        (0, _) => "No messages to answer yet".to_owned(),
        (1, 0) => "1 message has no answer yet".to_owned(),
        (begun, 0) => format!("{} messages have no answer yet", number(begun)),
        (begun, answered) => format!(
            "{} of {} answered, too few for a median",
            number(answered),
            counted(begun, "message", "messages")
        ),
    }
}

fn summary(all: &Waits) -> String {
    let counts = format!(
        "Last {WEEKS} weeks: {} of {} answered",
        number(all.answered()),
        counted_messages(all.begun)
    );
    match (all.median(), all.ninth_decile()) {
        (Some(median), Some(reach)) => format!(
            "{counts}, half within {}, 9 in 10 within {}.",
            duration(median),
            duration(reach)
        ),
        _ => format!("{counts}."),
    }
}

fn definition(role: Role) -> &'static str {
    match role {
        Role::Freelancer | Role::Client => {
            "From the first message you have not answered to your next message in the same \
             thread, if it comes within 30 days; by the week in which the wait began. Median and \
             9 in 10 are of the answered ones and shown from 5 on."
        }
        Role::Admin => {
            "From the first unanswered message to the answer in the same thread, if it comes \
             within 30 days; by the week in which the wait began. Median and 9 in 10 are of the \
             answered ones and shown from 5 on."
        }
    }
}
