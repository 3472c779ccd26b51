//! What the three charts find in hand-made events.

use guildhall_analytics::{
    Chart, ChartId, Event, Kind, Now, Role, funnel, jobs_by_month, response_time,
};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Friday 2025-11-21, 12:00 UTC.
const NOON: i64 = 1_763_726_400_000;
const UTC: Now = Now {
    at_ms: NOON,
    utc_offset_minutes: 0,
};
const ROLES: [Role; 3] = [Role::Freelancer, Role::Client, Role::Admin];

fn event(at_ms: i64, kind: Kind, identity: u128) -> Event {
    Event {
        at_ms,
        kind,
        request: identity,
        application: Some(identity),
        weight: 1,
    }
}

fn many(count: u128, kind: Kind) -> Vec<Event> {
    (0..count).map(|id| event(NOON - DAY, kind, id)).collect()
}

fn exchange(thread: u128, at_ms: i64, wait: i64) -> [Event; 2] {
    [
        event(at_ms, Kind::MessageReceived { thread }, thread),
        event(at_ms + wait, Kind::MessageSent { thread }, thread),
    ]
}

fn column(chart: &Chart, index: usize) -> Vec<&str> {
    chart.rows.iter().map(|row| row[index].as_str()).collect()
}

fn last_row(chart: &Chart) -> Vec<&str> {
    chart
        .rows
        .last()
        .expect("a row")
        .iter()
        .map(String::as_str)
        .collect()
}

#[test]
fn a_freelancers_funnel_counts_each_request_viewed_once() {
    let mut events = many(50, Kind::Viewed);
    events.extend(many(50, Kind::Viewed));
    events.extend(many(10, Kind::Applied));
    events.extend(many(2, Kind::Accepted));

    let chart = funnel(&events, Role::Freelancer, UTC);

    assert_eq!(chart.id, ChartId::Funnel);
    assert_eq!(chart.title, "Every fifth application gets you hired");
    assert_eq!(column(&chart, 0), ["Viewed", "Applied", "Hired"]);
    assert_eq!(column(&chart, 1), ["50", "10", "2"]);
    assert_eq!(column(&chart, 2), ["–", "20 %", "20 %"]);
    assert_eq!(
        chart.summary,
        "Last 90 days: 50 requests viewed, 10 applications, 2 hires. Every fifth request you view \
         becomes an application. Every fifth application gets you hired."
    );
    assert_eq!(chart.as_of_ms, NOON);
}

#[test]
fn a_clients_funnel_counts_every_view_and_each_application_once() {
    let mut events = many(50, Kind::Viewed);
    events.extend(many(50, Kind::Viewed));
    events.extend(many(20, Kind::Applied));
    events.extend(many(20, Kind::Applied));

    let chart = funnel(&events, Role::Client, UTC);

    assert_eq!(column(&chart, 1), ["100", "20", "0"]);
    assert_eq!(
        chart.title,
        "Every fifth view of your requests becomes an application"
    );
}

#[test]
fn four_cases_are_too_few_for_a_rate_and_five_are_enough() {
    let mut events = many(4, Kind::Viewed);
    events.extend(many(2, Kind::Applied));
    let four = funnel(&events, Role::Admin, UTC);
    events.push(event(NOON, Kind::Viewed, 99));
    let five = funnel(&events, Role::Admin, UTC);

    assert_eq!(four.title, "4 views, 2 applications, no hires");
    assert_eq!(column(&four, 2), ["–", "too few to say", "too few to say"]);
    assert_eq!(five.title, "About every third view becomes an application");
    assert_eq!(column(&five, 2), ["–", "40 %", "too few to say"]);
}

#[test]
fn more_applications_than_views_are_counted_without_a_rate() {
    let mut events = many(5, Kind::Viewed);
    events.extend(many(7, Kind::Applied));

    let chart = funnel(&events, Role::Freelancer, UTC);

    assert_eq!(chart.title, "5 requests viewed, 7 applications, no hires");
    assert_eq!(column(&chart, 2), ["–", "more than before", "0 %"]);
}

#[test]
fn the_funnel_looks_back_ninety_days_and_forgives_a_clock_ahead() {
    let events = [
        event(NOON - 90 * DAY - 1, Kind::Viewed, 1),
        event(NOON - 90 * DAY, Kind::Viewed, 2),
        event(NOON + 3 * MINUTE, Kind::Viewed, 3),
        event(NOON + 2 * DAY, Kind::Viewed, 4),
    ];

    assert_eq!(column(&funnel(&events, Role::Admin, UTC), 1)[0], "2");
    assert_eq!(
        funnel(&events[..1], Role::Freelancer, UTC).title,
        "No requests viewed in the last 90 days"
    );
}

#[test]
fn months_end_by_the_readers_clock() {
    // 2025-10-31, 23:30 UTC.
    let late = event(
        NOON - 20 * DAY - 12 * HOUR - 30 * MINUTE,
        Kind::Completed,
        1,
    );
    let ahead = Now {
        utc_offset_minutes: 60,
        ..UTC
    };

    let utc = jobs_by_month(&[late], Role::Freelancer, UTC);
    let berlin = jobs_by_month(&[late], Role::Freelancer, ahead);

    assert_eq!(utc.title, "You finished 1 job in October");
    assert_eq!(berlin.title, "You finished 1 job in November");
    assert_eq!(utc.rows[10], ["October 2025", "1"]);
    assert_eq!(berlin.rows[11], ["November 2025", "1"]);
}

#[test]
fn twelve_months_are_shown_and_the_thirteenth_is_not() {
    let events = [
        // 2024-11-30 and 2024-12-01, noon.
        event(NOON - 356 * DAY, Kind::Completed, 1),
        event(NOON - 355 * DAY, Kind::Completed, 2),
    ];

    let chart = jobs_by_month(&events, Role::Freelancer, UTC);
    let older = jobs_by_month(&events[..1], Role::Freelancer, UTC);

    assert_eq!(chart.rows.len(), 12);
    assert_eq!(chart.rows[0], ["December 2024", "1"]);
    assert_eq!(chart.title, "You finished 1 job in December 2024");
    assert_eq!(older.title, "No finished jobs in the last 12 months");
}

#[test]
fn the_best_month_is_the_finding_and_the_emphasised_point() {
    let mut events: Vec<Event> = (0..3)
        .map(|id| event(NOON - 30 * DAY, Kind::Completed, id))
        .collect();
    events.push(event(NOON, Kind::Completed, 10));
    let chart = jobs_by_month(&events, Role::Freelancer, UTC);
    events.push(event(NOON, Kind::Completed, 11));
    events.push(event(NOON, Kind::Completed, 12));
    let level = jobs_by_month(&events, Role::Freelancer, UTC);

    assert_eq!(
        chart.title,
        "You finished 3 jobs in October, the most in 12 months"
    );
    assert!(chart.points[10].emphasised);
    assert_eq!(
        level.title,
        "You finished 3 jobs in November, as many as in the best month before"
    );
    assert!(level.points[11].emphasised);
}

#[test]
fn a_job_written_down_by_both_sides_is_one_job() {
    let twice = [
        event(NOON, Kind::Completed, 7),
        event(NOON - 30 * DAY, Kind::Completed, 7),
    ];

    let chart = jobs_by_month(&twice, Role::Admin, UTC);

    assert_eq!(chart.rows[10][1], "1");
    assert_eq!(chart.rows[11][1], "0");
}

#[test]
fn the_median_and_the_ninth_decile_of_a_week_are_those_counted_by_hand() {
    let waits = [10, 20, 30, 40, 50, 60, 70, 80, 90, 600];
    let events: Vec<Event> = (0..)
        .zip(waits)
        .flat_map(|(thread, minutes)| exchange(thread, NOON - DAY, minutes * MINUTE))
        .collect();

    let chart = response_time(&events, Role::Freelancer, UTC);

    assert_eq!(
        last_row(&chart),
        ["Week of 17 Nov", "10", "10", "55 min", "1 h 30 min"]
    );
    assert_eq!(chart.title, "Half of your replies come within 55 min");
    assert!(chart.points[11].emphasised);
}

#[test]
fn the_wait_begins_with_the_first_message_that_has_no_answer() {
    let received = Kind::MessageReceived { thread: 1 };
    let sent = Kind::MessageSent { thread: 1 };
    let start = NOON - 2 * DAY;
    let events = [
        // Out of order on purpose; the reader's own first message answers nothing.
        event(start + 40 * MINUTE, sent, 1),
        event(start - HOUR, sent, 1),
        event(start + 10 * MINUTE, received, 1),
        event(start, received, 1),
        event(start + 50 * MINUTE, sent, 1),
        event(start + 60 * MINUTE, received, 1),
    ];

    let chart = response_time(&events, Role::Client, UTC);

    assert_eq!(
        last_row(&chart),
        [
            "Week of 17 Nov",
            "2",
            "1",
            "too few to say",
            "too few to say"
        ]
    );
    assert_eq!(chart.points[11].singles, [40.0]);
    assert_eq!(
        chart.title,
        "1 of 2 messages answered, too few for a median"
    );
}

#[test]
fn four_replies_are_shown_singly_and_the_fifth_makes_a_median() {
    let mut events: Vec<Event> = (0..4)
        .flat_map(|thread| exchange(thread, NOON - DAY, 20 * MINUTE))
        .collect();
    let four = response_time(&events, Role::Freelancer, UTC);
    events.extend(exchange(9, NOON - DAY, 20 * MINUTE));
    let five = response_time(&events, Role::Freelancer, UTC);

    assert_eq!(four.points[11].value, None);
    assert_eq!(four.points[11].singles.len(), 4);
    assert_eq!(last_row(&five)[3], "20 min");
    assert_eq!(five.points[11].value, Some(20.0));
    assert!(five.points[11].singles.is_empty());
}

#[test]
fn a_reply_after_thirty_days_is_no_reply() {
    let start = NOON - 40 * DAY;
    let in_time = response_time(&exchange(1, start, 30 * DAY), Role::Freelancer, UTC);
    let too_late = response_time(&exchange(1, start, 30 * DAY + 1), Role::Freelancer, UTC);

    assert_eq!(column(&in_time, 2).join(""), "000001000000");
    assert_eq!(column(&too_late, 2).join(""), "0".repeat(12));
    assert_eq!(too_late.title, "1 message has no answer yet");
}

#[test]
fn faster_and_slower_replies_are_the_finding() {
    let weeks_ago = |weeks: i64, wait: i64| {
        (0..5_u128).flat_map(move |thread| {
            let thread = thread + 100 * u128::try_from(weeks).expect("a positive number");
            exchange(thread, NOON - weeks * 7 * DAY - DAY, wait)
        })
    };
    let title = |before: i64, now: i64| {
        let events: Vec<Event> = weeks_ago(6, before).chain(weeks_ago(0, now)).collect();
        response_time(&events, Role::Freelancer, UTC).title
    };

    assert_eq!(
        title(5 * HOUR, 2 * HOUR),
        "Half of your replies now come within 2 h, down from 5 h"
    );
    assert_eq!(
        title(2 * HOUR, 5 * HOUR),
        "Half of your replies now take 5 h or longer, up from 2 h"
    );
    assert_eq!(
        title(100 * MINUTE, 90 * MINUTE),
        "Half of your replies come within 1 h 30 min"
    );
}

#[test]
fn nothing_at_all_is_said_plainly() {
    for role in ROLES {
        let charts = [
            funnel(&[], role, UTC),
            response_time(&[], role, UTC),
            jobs_by_month(&[], role, UTC),
        ];
        for chart in charts {
            assert!(chart.title.ends_with(" yet"), "{}", chart.title);
            assert!(chart.is_bare());
            assert!(!chart.points.iter().any(|point| point.emphasised));
            assert!(!chart.definition.is_empty());
            assert_eq!(chart.points.len(), chart.rows.len());
        }
    }
}

#[test]
fn huge_counts_neither_overflow_nor_lose_their_digits() {
    let huge = |kind| Event {
        at_ms: NOON,
        kind,
        request: 1,
        application: None,
        weight: u32::MAX,
    };
    let events = [huge(Kind::Viewed), huge(Kind::Viewed), huge(Kind::Applied)];

    let chart = funnel(&events, Role::Admin, UTC);
    let jobs = jobs_by_month(&[huge(Kind::Completed)], Role::Admin, UTC);

    assert_eq!(column(&chart, 1), ["8,589,934,590", "4,294,967,295", "0"]);
    assert_eq!(chart.points[0].mark, "8.5 bn");
    assert_eq!(chart.title, "Every second view becomes an application");
    assert_eq!(jobs.rows[11][1], "4,294,967,295");
}

#[test]
fn what_weighs_nothing_did_not_happen() {
    let weightless = |kind| Event {
        weight: 0,
        ..event(NOON, kind, 1)
    };
    let events = [
        weightless(Kind::Viewed),
        weightless(Kind::Completed),
        weightless(Kind::MessageReceived { thread: 1 }),
    ];

    assert_eq!(
        funnel(&events, Role::Client, UTC),
        funnel(&[], Role::Client, UTC)
    );
    assert_eq!(
        jobs_by_month(&events, Role::Client, UTC),
        jobs_by_month(&[], Role::Client, UTC)
    );
    assert_eq!(
        response_time(&events, Role::Client, UTC),
        response_time(&[], Role::Client, UTC)
    );
}
