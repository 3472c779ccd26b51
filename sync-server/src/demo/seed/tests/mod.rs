//! What a made-up market keeps.

mod members;
mod skills;

use super::*;
use crate::demo::words::Words;
use guildhall_catalog::Catalog;
use guildhall_domain::activity::ActivityKind;
use guildhall_domain::activity::{Activity, Tally};
use guildhall_domain::application::{Application, ApplicationStage};
use guildhall_domain::contract::{Contract, ContractStage};
use guildhall_domain::message::{Message, ReadMark};
use guildhall_domain::profile::Level;
use guildhall_domain::request::{RequestStage, RequestText, WantedSkill};
use guildhall_domain::review::Review;
use guildhall_matching::{
    FreelancerFacts, Weights, freelancer_facts, rank_freelancers, relations, request_facts,
};
use std::sync::LazyLock;

const NOW: Timestamp = Timestamp(1_795_000_000_000);
const SMALL: Size = Size {
    freelancers: 250,
    requests: 40,
    seed: 7,
};

static MARKET: LazyLock<History> =
    LazyLock::new(|| history(Size::default(), NOW).expect("is legal"));

fn all<N: Noun + 'static>() -> impl Iterator<Item = &'static N> {
    MARKET.rows.iter().filter_map(N::in_row)
}

fn written(history: &History) -> Vec<String> {
    let encode = |row: &Row| format!("{:?} {}", row.table(), row.encode().expect("is JSON"));
    history.rows.iter().map(encode).collect()
}

#[test]
fn the_same_seed_makes_the_same_market_to_the_letter() {
    let first = history(SMALL, NOW).expect("is legal");
    let again = history(SMALL, NOW).expect("is legal");
    let other = history(Size { seed: 8, ..SMALL }, NOW).expect("is legal");

    assert_eq!(written(&first), written(&again));
    assert_eq!(first.inhabitants, again.inhabitants);
    assert_ne!(written(&first), written(&other));
}

#[test]
fn no_seed_and_no_day_makes_an_act_that_a_rule_refuses() {
    for seed in 0..12 {
        let now = NOW.plus_ms(i64::try_from(seed).expect("is small") * 37 * DAY_MS + 3_600_000 * 5);
        let history = history(Size { seed, ..SMALL }, now);
        assert!(history.is_ok(), "seed {seed}: {history:?}");
    }
}

#[test]
fn it_is_as_large_as_was_asked_for() {
    assert_eq!(all::<Profile>().count(), 2_001);
    assert_eq!(MARKET.inhabitants.len(), 2_000 + 120);
    let requests = all::<Request>().count();
    assert!((315..=330).contains(&requests), "{requests}");
    let names: BTreeSet<&str> = all::<Person>().map(|person| person.name.as_str()).collect();
    assert_eq!(names.len(), all::<Person>().count(), "a name twice");
    let emails: BTreeSet<&str> = MARKET
        .inhabitants
        .iter()
        .map(|one| one.email.as_str())
        .collect();
    assert_eq!(emails.len(), MARKET.inhabitants.len(), "an address twice");
}

#[test]
fn requests_are_mostly_open_filled_or_closed() {
    let share = |is: fn(&RequestStage) -> bool| {
        let count = all::<Request>()
            .filter(|request| is(&request.stage))
            .count();
        count * 100 / all::<Request>().count()
    };
    let open = share(|stage| matches!(stage, RequestStage::Open));
    let filled = share(|stage| matches!(stage, RequestStage::Filled { .. }));
    let closed = share(|stage| matches!(stage, RequestStage::Closed { .. }));
    let removed = share(|stage| matches!(stage, RequestStage::Removed { .. }));
    assert!((20..=45).contains(&open), "open {open}");
    assert!((4..=25).contains(&filled), "filled {filled}");
    assert!((25..=55).contains(&closed), "closed {closed}");
    assert!(removed <= 6, "removed {removed}");
}

#[test]
fn open_requests_find_people_and_lie_ahead() {
    let mut found: BTreeMap<_, usize> = BTreeMap::new();
    for pair in all::<guildhall_domain::recommendation::Recommendation>() {
        *found.entry(pair.request).or_default() += usize::from(pair.for_client);
        assert!(pair.at <= NOW);
    }
    let open: Vec<&Request> = all::<Request>()
        .filter(|request| request.is_open())
        .collect();
    let without = open
        .iter()
        .filter(|request| !found.contains_key(&request.id))
        .count();
    assert!(
        without * 10 <= open.len(),
        "{without} of {} find nobody",
        open.len()
    );
    for request in open {
        assert!(
            request.text.end >= NOW.day(),
            "{} has passed",
            request.text.title
        );
    }
}

#[test]
fn ratings_have_the_shape_of_a_j() {
    let mut stars: BTreeMap<u8, usize> = BTreeMap::new();
    for review in all::<Review>() {
        *stars.entry(review.stars).or_default() += 1;
    }
    let count = |of: u8| stars.get(&of).copied().unwrap_or_default();
    assert!(count(5) > 2 * count(4), "{stars:?}");
    assert!(count(4) > count(3) && count(4) > count(1), "{stars:?}");
    assert!(
        count(1) > 0 && count(1) + count(2) < count(5) / 3,
        "{stars:?}"
    );
}

#[test]
fn charts_show_a_year() {
    let ago = |at: Timestamp| (NOW.0 - at.0) / DAY_MS;
    let finished: BTreeSet<i64> = all::<Contract>()
        .filter_map(|contract| match contract.stage {
            ContractStage::Completed { at } => Some(ago(at) / 30),
            ContractStage::Active { .. }
            | ContractStage::Delivered { .. }
            | ContractStage::Cancelled { .. } => None,
        })
        .collect();
    assert!(finished.len() >= 11, "jobs finished in months {finished:?}");
    let recent = |kind: ActivityKind| {
        all::<Activity>()
            .filter(|line| line.kind == kind && ago(line.at) < 90)
            .count()
    };
    let steps = [
        ActivityKind::RequestViewed,
        ActivityKind::Applied,
        ActivityKind::OfferAccepted,
    ]
    .map(recent);
    assert!(
        steps[0] > steps[1] && steps[1] > steps[2] && steps[2] > 10,
        "{steps:?}"
    );
    let weeks: BTreeSet<i64> = all::<Message>()
        .map(|message| ago(message.at) / 7)
        .collect();
    assert!(weeks.len() > 45, "messages in {} weeks", weeks.len());
    let lines = all::<Activity>().filter(|line| ago(line.at) < 366).count();
    assert!(
        lines < 45_000,
        "{lines} lines are more than the charts read"
    );
}

#[test]
fn the_callings_are_spread_over_all_kinds_of_service() {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for profile in all::<Profile>() {
        *kinds.entry(profile.text.category.as_str()).or_default() += 1;
    }
    assert_eq!(kinds.len(), Catalog::get().categories().len());
    assert!(kinds.values().all(|count| *count >= 10), "{kinds:?}");
    let headlines: BTreeSet<&str> = all::<Profile>()
        .map(|profile| profile.text.headline.as_str())
        .collect();
    assert!(headlines.len() > 900, "{} headlines", headlines.len());
    assert!(Words::get().callings.len() > 90);
}
