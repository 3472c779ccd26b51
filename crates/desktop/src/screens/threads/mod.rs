//! Conversations: application, messages, offers, contract and reviews of two people, on one page.

mod entries;
mod offers;

use super::world::possible;
use super::{contracts, drafts, files, fits, people, stages, words};
use crate::snapshot::Snapshot;
use crate::view::RoleView;
use crate::view::thread::{ThreadReviewView, ThreadRow, ThreadView};
use guildhall_domain::application::Application;
use guildhall_domain::contract::Contract;
use guildhall_domain::denied::Denied;
use guildhall_domain::id::{ApplicationId, ContractId, MessageId, OfferId};
use guildhall_domain::message::{Message, ReadMark};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::offer::Offer;
use guildhall_domain::request::Request;
use guildhall_domain::review::Review;
use guildhall_domain::time::Timestamp;
use guildhall_matching::Side;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use uuid::Uuid;

pub(super) use offers::offer_probe;

/// Characters of the last line in a list.
const LAST_LINE: usize = 120;

/// The messages of every thread, oldest first.
pub(super) type Messages<'a> = BTreeMap<ApplicationId, Vec<&'a Message>>;

/// My threads under one hat, the latest first. An admin has none.
pub fn threads(snapshot: &Snapshot, role: RoleView) -> Vec<ThreadRow> {
    let messages = messages(snapshot);
    let mut rows: Vec<(Reverse<Timestamp>, ThreadRow)> = mine(snapshot, role)
        .map(|application| {
            let row = row(snapshot, application, &messages);
            (Reverse(latest(snapshot, application, &messages)), row)
        })
        .collect();
    rows.sort_by_key(|(at, _)| *at);
    rows.into_iter().map(|(_, row)| row).collect()
}

/// A thread opened.
///
/// # Errors
/// `not_found` where this person is not one of the two.
pub fn thread(snapshot: &Snapshot, id: ApplicationId) -> Result<ThreadView, Denied> {
    let application = snapshot
        .find::<Application>(id)
        .filter(|application| [application.client, application.freelancer].contains(&snapshot.me))
        .ok_or_else(|| Denied::not_found("conversation"))?;
    let messages = messages(snapshot);
    let side = side(snapshot, application);
    let contract = contracts::of_thread(snapshot, id);
    let acts = acts(snapshot, application, contract);
    Ok(ThreadView {
        row: row(snapshot, application, &messages),
        price: words::rate(application.price),
        fit: fits::of_pair(snapshot, application.request, application.freelancer, side)
            .map(|pair| fits::view(snapshot, pair, side)),
        entries: entries::of(snapshot, application, &messages),
        offer: offers::latest(snapshot, id).map(|offer| offers::view(snapshot, offer)),
        contract: contract.map(|contract| contracts::view(snapshot, contract)),
        draft: drafts::message(snapshot, id).unwrap_or_default(),
        draft_files: files::views(snapshot, &drafts::files_in(&snapshot.drafts, id), true),
        suggested_terms: acts.iter().any(|act| act == "offer").then(|| {
            drafts::offer(snapshot, id).unwrap_or_else(|| offers::suggested(snapshot, application))
        }),
        review_draft: contract.and_then(|contract| drafts::review(snapshot, contract.id)),
        written: written(snapshot, application, contract),
        acts,
        reviews: reviews(snapshot, id),
    })
}

/// The applications I am in under one hat.
pub(super) fn mine(snapshot: &Snapshot, role: RoleView) -> impl Iterator<Item = &Application> {
    let me = snapshot.me;
    snapshot
        .all::<Application>()
        .filter(move |application| match role {
            RoleView::Freelancer => application.freelancer == me,
            RoleView::Client => application.client == me,
            RoleView::Moderator | RoleView::Admin => false,
        })
}

/// What the thread's request is called.
pub(super) fn title(snapshot: &Snapshot, application: &Application) -> String {
    if let Some(request) = snapshot.find::<Request>(application.request) {
        return request.text.title.clone();
    }
    contracts::of_thread(snapshot, application.id)
        .map_or_else(|| "A request".to_owned(), |contract| contract.title.clone())
}

/// Sorts the messages by thread; one's own unsent ones last, as they will arrive last.
pub(super) fn messages(snapshot: &Snapshot) -> Messages<'_> {
    let mut found: Messages<'_> = BTreeMap::new();
    for message in snapshot.all::<Message>() {
        found.entry(message.application).or_default().push(message);
    }
    for thread in found.values_mut() {
        thread.sort_by_key(|message| {
            let waiting = snapshot.is_waiting::<Message>(message.id);
            (waiting, message.at, message.id)
        });
    }
    found
}

pub(super) fn row(
    snapshot: &Snapshot,
    application: &Application,
    messages: &Messages<'_>,
) -> ThreadRow {
    ThreadRow {
        id: application.id.to_string(),
        request: application.request.to_string(),
        title: title(snapshot, application),
        other: people::view(snapshot, application.other(snapshot.me)),
        as_freelancer: application.freelancer == snapshot.me,
        stage: stages::of_application(snapshot, application),
        last_line: last_line(snapshot, application, messages),
        at: people::ms(latest(snapshot, application, messages)),
        unread: u32::try_from(unread(snapshot, application.id, messages).len()).unwrap_or(u32::MAX),
        delivery: people::delivery(is_waiting(snapshot, application, messages)),
    }
}

/// The messages of the other person after the last one I have read.
pub(super) fn unread<'a>(
    snapshot: &Snapshot,
    thread: ApplicationId,
    messages: &Messages<'a>,
) -> Vec<&'a Message> {
    let read = snapshot
        .find::<ReadMark>(ReadMark::id_of(thread, snapshot.me))
        .map(|mark| mark.up_to);
    messages
        .get(&thread)
        .into_iter()
        .flatten()
        .filter(|message| message.author != snapshot.me)
        .filter(|message| read.is_none_or(|read| message.at > read))
        .copied()
        .collect()
}

fn last_line(snapshot: &Snapshot, application: &Application, messages: &Messages<'_>) -> String {
    let last = messages
        .get(&application.id)
        .and_then(|thread| thread.last());
    let (author, text) = match last {
        Some(message) if message.body.is_empty() => (
            message.author,
            files::names(&message.attachments).join(", "),
        ),
        Some(message) => (message.author, message.body.clone()),
        None => (application.freelancer, application.message.clone()),
    };
    let text = words::shortened(&text, LAST_LINE);
    if author == snapshot.me {
        format!("You: {text}")
    } else {
        text
    }
}

/// When something last happened.
fn latest(snapshot: &Snapshot, application: &Application, messages: &Messages<'_>) -> Timestamp {
    let message = messages
        .get(&application.id)
        .and_then(|thread| thread.iter().map(|message| message.at).max());
    let contract = contracts::of_thread(snapshot, application.id).map(stages::contract_since);
    let offer = offers::latest(snapshot, application.id).map(|offer| offer.sent);
    [message, contract, offer]
        .into_iter()
        .flatten()
        .fold(stages::application_since(application), Timestamp::max)
}

fn is_waiting(snapshot: &Snapshot, application: &Application, messages: &Messages<'_>) -> bool {
    let id = application.id;
    snapshot.is_waiting::<Application>(id)
        || messages
            .get(&id)
            .into_iter()
            .flatten()
            .any(|message| snapshot.is_waiting::<Message>(message.id))
        || offers::latest(snapshot, id).is_some_and(|offer| snapshot.is_waiting::<Offer>(offer.id))
        || contracts::of_thread(snapshot, id)
            .is_some_and(|contract| contracts::is_waiting(snapshot, contract))
}

fn side(snapshot: &Snapshot, application: &Application) -> Side {
    if application.client == snapshot.me {
        Side::Client
    } else {
        Side::Freelancer
    }
}

/// Everything that can be done in the thread now. While an acceptance is on its way, nothing builds on it.
fn acts(
    snapshot: &Snapshot,
    application: &Application,
    contract: Option<&Contract>,
) -> Vec<String> {
    let id = application.id;
    let offer = offers::latest(snapshot, id).map(|offer| offer.id);
    let contract = contract.map(|contract| contract.id);
    let none = String::new;
    possible(
        snapshot,
        [
            (
                "message",
                Some(Mutation::SendMessage {
                    id: MessageId(Uuid::nil()),
                    application: id,
                    body: none(),
                    attachments: Vec::new(),
                }),
            ),
            ("withdraw", Some(Mutation::WithdrawApplication { id })),
            (
                "shortlist",
                Some(Mutation::ShortlistApplication { id, on: true }),
            ),
            (
                "decline",
                Some(Mutation::DeclineApplication { id, reason: none() }),
            ),
            ("offer", Some(offer_probe(snapshot, application))),
            ("accept_offer", offer.map(accept)),
            (
                "decline_offer",
                offer.map(|id| Mutation::DeclineOffer { id, reason: none() }),
            ),
            ("revoke_offer", offer.map(|id| Mutation::RevokeOffer { id })),
            (
                "deliver",
                contract.map(|id| Mutation::Deliver { id, note: none() }),
            ),
            (
                "request_changes",
                contract.map(|id| Mutation::RequestChanges { id, note: none() }),
            ),
            (
                "accept_delivery",
                contract.map(|id| Mutation::AcceptDelivery { id }),
            ),
            (
                "cancel_contract",
                contract.map(|id| Mutation::CancelContract { id, reason: none() }),
            ),
            ("review", contract.map(contracts::review_probe)),
        ],
    )
}

/// What was being written for acts in this thread, by the act's name.
fn written(
    snapshot: &Snapshot,
    application: &Application,
    contract: Option<&Contract>,
) -> BTreeMap<String, String> {
    let offer = offers::latest(snapshot, application.id).map(|offer| offer.id.to_string());
    let contract = contract.map(|contract| contract.id.to_string());
    let ways = [
        ("decline", Some(application.id.to_string())),
        ("decline_offer", offer),
        ("deliver", contract.clone()),
        ("request_changes", contract.clone()),
        ("cancel_contract", contract),
    ];
    ways.into_iter()
        .filter_map(|(way, about)| Some((way.to_owned(), drafts::words(snapshot, way, &about?)?)))
        .collect()
}

fn accept(id: OfferId) -> Mutation {
    Mutation::AcceptOffer {
        id,
        contract: ContractId(Uuid::nil()),
    }
}

/// Mine, and the other person's once both are written. What is sealed is shown to its author only.
fn reviews(snapshot: &Snapshot, thread: ApplicationId) -> Vec<ThreadReviewView> {
    let mut found: Vec<&Review> = snapshot
        .all::<Review>()
        .filter(|review| {
            snapshot
                .find::<Contract>(review.contract)
                .is_some_and(|contract| contract.application == thread)
        })
        .filter(|review| review.author == snapshot.me || !review.sealed)
        .collect();
    found.sort_by_key(|review| (review.at, review.id));
    found
        .into_iter()
        .map(|review| ThreadReviewView {
            mine: review.author == snapshot.me,
            stars: review.stars,
            text: review.text.clone(),
            sealed: review.sealed,
        })
        .collect()
}
