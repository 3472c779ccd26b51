//! What waits for a person, the most urgent first, each with exactly one act.

use super::{contracts, people, requests, stages, threads, words};
use crate::snapshot::Snapshot;
use crate::view::RoleView;
use crate::view::home::NeedView;
use guildhall_domain::application::{Application, ApplicationStage};
use guildhall_domain::contract::{Contract, ContractStage};
use guildhall_domain::offer::{Offer, OfferStage};
use guildhall_domain::profile::Profile;
use guildhall_domain::review::REVIEW_WINDOW_MS;
use guildhall_domain::time::Timestamp;

/// Characters of somebody's words in a need.
const QUOTE: usize = 100;

/// A need with what decides its place among those of its kind: a deadline or a beginning.
type Dated = (Timestamp, NeedView);

pub(super) fn of_freelancer(snapshot: &Snapshot, refused: usize) -> Vec<NeedView> {
    let role = RoleView::Freelancer;
    in_order([
        attention(refused),
        offers(snapshot),
        changes(snapshot),
        messages(snapshot, role),
        reviews(snapshot, role),
        missing_profile(snapshot),
    ])
}

pub(super) fn of_client(snapshot: &Snapshot, refused: usize) -> Vec<NeedView> {
    let role = RoleView::Client;
    in_order([
        attention(refused),
        deliveries(snapshot),
        applications(snapshot),
        messages(snapshot, role),
        reviews(snapshot, role),
    ])
}

/// Kind after kind as given; within a kind what came or ends first.
fn in_order<const N: usize>(kinds: [Vec<Dated>; N]) -> Vec<NeedView> {
    kinds
        .into_iter()
        .flat_map(|mut kind| {
            kind.sort_by_key(|(at, _)| *at);
            kind
        })
        .map(|(_, need)| need)
        .collect()
}

fn need(
    kind: &str,
    act: &str,
    route: String,
    title: String,
    line: String,
    tag: String,
) -> NeedView {
    NeedView {
        kind: kind.to_owned(),
        title,
        line,
        tag,
        act: act.to_owned(),
        route,
    }
}

fn attention(refused: usize) -> Vec<Dated> {
    if refused == 0 {
        return Vec::new();
    }
    let title = format!(
        "{} not be carried out",
        words::count(refused, "act could", "acts could")
    );
    let line = "Nothing you wrote is lost".to_owned();
    let found = need(
        "attention",
        "Look at it",
        "/outbox".to_owned(),
        title,
        line,
        String::new(),
    );
    vec![(Timestamp(0), found)]
}

fn offers(snapshot: &Snapshot) -> Vec<Dated> {
    snapshot
        .all::<Offer>()
        .filter(|offer| offer.freelancer == snapshot.me && offer.is_live(snapshot.now))
        .filter_map(|offer| {
            let OfferStage::Sent { expires } = offer.stage else {
                return None;
            };
            let application = snapshot.find::<Application>(offer.application)?;
            let title = format!(
                "Offer from {}: {}",
                people::name(snapshot, offer.client),
                threads::title(snapshot, application)
            );
            let line = format!(
                "{} · {} h a week · your answer decides",
                words::rate(offer.terms.rate),
                offer.terms.hours_per_week
            );
            let route = format!("/threads/{}", offer.application);
            let tag = words::left(expires, snapshot.now);
            Some((
                expires,
                need("offer", "Review offer", route, title, line, tag),
            ))
        })
        .collect()
}

fn deliveries(snapshot: &Snapshot) -> Vec<Dated> {
    contracts::mine(snapshot, RoleView::Client)
        .filter_map(|contract| {
            let ContractStage::Delivered { at, note } = &contract.stage else {
                return None;
            };
            let who = people::name(snapshot, contract.freelancer);
            let title = format!("{who} delivered {}", words::quoted(&contract.title));
            let line = quoted_or(note, "Look at it, then accept it or ask for changes");
            let tag = words::ago(*at, snapshot.now);
            let route = thread_of(contract);
            Some((*at, need("delivery", "Look at it", route, title, line, tag)))
        })
        .collect()
}

fn changes(snapshot: &Snapshot) -> Vec<Dated> {
    contracts::mine(snapshot, RoleView::Freelancer)
        .filter_map(|contract| {
            let ContractStage::Active { at, changes } = &contract.stage else {
                return None;
            };
            if changes.is_empty() {
                return None;
            }
            let who = people::name(snapshot, contract.client);
            let title = format!(
                "{who} asked for changes to {}",
                words::quoted(&contract.title)
            );
            let line = words::shortened(changes, QUOTE);
            let tag = words::ago(*at, snapshot.now);
            let route = thread_of(contract);
            Some((*at, need("changes", "Open", route, title, line, tag)))
        })
        .collect()
}

/// Applications nobody has answered yet, one need for each request.
fn applications(snapshot: &Snapshot) -> Vec<Dated> {
    requests::mine(snapshot)
        .filter(|request| request.is_live())
        .filter_map(|request| {
            let waiting: Vec<&Application> = snapshot
                .all::<Application>()
                .filter(|application| application.request == request.id)
                .filter(|application| is_unanswered(application))
                .collect();
            let oldest = waiting
                .iter()
                .map(|application| application.submitted)
                .min()?;
            let title = format!(
                "{} to {}",
                words::count(waiting.len(), "application", "applications"),
                words::quoted(&request.text.title)
            );
            let line = match waiting.as_slice() {
                [only] => format!(
                    "{} · {} · no answer yet",
                    people::name(snapshot, only.freelancer),
                    words::rate(only.price)
                ),
                _ => "No answer yet".to_owned(),
            };
            let age = words::age(oldest, snapshot.now);
            let tag = if waiting.len() == 1 {
                format!("{age} old")
            } else {
                format!("oldest {age}")
            };
            let route = format!("/requests/{}", request.id);
            Some((oldest, need("application", "Read", route, title, line, tag)))
        })
        .collect()
}

fn is_unanswered(application: &Application) -> bool {
    match application.stage {
        ApplicationStage::Submitted | ApplicationStage::Viewed { .. } => true,
        ApplicationStage::Shortlisted { .. }
        | ApplicationStage::Offered { .. }
        | ApplicationStage::Hired { .. }
        | ApplicationStage::Declined { .. }
        | ApplicationStage::Withdrawn { .. }
        | ApplicationStage::Closed { .. } => false,
    }
}

fn messages(snapshot: &Snapshot, role: RoleView) -> Vec<Dated> {
    let messages = threads::messages(snapshot);
    threads::mine(snapshot, role)
        .filter_map(|application| {
            let unread = threads::unread(snapshot, application.id, &messages);
            let (first, last) = (unread.first()?, unread.last()?);
            let title = format!(
                "{} from {}",
                words::count(unread.len(), "new message", "new messages"),
                people::name(snapshot, application.other(snapshot.me))
            );
            let line = words::shortened(&last.body, QUOTE);
            let tag = words::ago(last.at, snapshot.now);
            let route = format!("/threads/{}", application.id);
            Some((first.at, need("message", "Read", route, title, line, tag)))
        })
        .collect()
}

fn reviews(snapshot: &Snapshot, role: RoleView) -> Vec<Dated> {
    contracts::mine(snapshot, role)
        .filter(|contract| contracts::is_review_due(snapshot, contract))
        .map(|contract| {
            let other = people::name(snapshot, contract.other(snapshot.me));
            let title = format!("Rate your work with {other}");
            let line = format!(
                "{} · they see yours once both are written",
                words::quoted(&contract.title)
            );
            let until = stages::contract_since(contract).plus_ms(REVIEW_WINDOW_MS);
            let tag = words::left(until, snapshot.now);
            let route = thread_of(contract);
            (
                until,
                need("review", "Write review", route, title, line, tag),
            )
        })
        .collect()
}

fn missing_profile(snapshot: &Snapshot) -> Vec<Dated> {
    let is_there = snapshot.find::<Profile>(snapshot.me).is_some();
    // Before the first download nobody knows whether there is one.
    let is_known = snapshot
        .person()
        .is_some_and(|person| person.roles.freelancer);
    if is_there || !is_known {
        return Vec::new();
    }
    let title = "Say what you can do".to_owned();
    let line = "Requests are matched with your profile; without one nobody finds you".to_owned();
    let act = "Fill in your profile";
    let found = need(
        "profile",
        act,
        "/profile".to_owned(),
        title,
        line,
        String::new(),
    );
    vec![(Timestamp(0), found)]
}

fn quoted_or(text: &str, otherwise: &str) -> String {
    let text = words::shortened(text, QUOTE);
    if text.is_empty() {
        otherwise.to_owned()
    } else {
        text
    }
}

fn thread_of(contract: &Contract) -> String {
    format!("/threads/{}", contract.application)
}
