//! What was done without a network says so, and nothing binding is shown as done.

use crate::market::{Pair, predict};
use guildhall_desktop::screens::{contracts, freelancer_home, opportunity, thread, threads};
use guildhall_desktop::view::matching::ApplicationStageView;
use guildhall_desktop::view::request::RequestStageView;
use guildhall_desktop::view::{Delivery, RoleView};
use guildhall_domain::id::{ContractId, MessageId};
use guildhall_domain::mutation::Mutation;
use uuid::Uuid;

#[test]
fn an_unsent_message_stands_at_the_end_and_is_marked() {
    let mut pair = Pair::new();
    let application = pair.apply();
    let mut snapshot = pair.on_freelancer();
    let body = "The 3rd works.".to_owned();
    let id = MessageId(Uuid::from_u128(5));
    predict(
        &mut snapshot,
        1,
        &Mutation::SendMessage {
            id,
            application,
            body,
            attachments: Vec::new(),
        },
    );
    // Meanwhile the client writes, and this device is told.
    pair.market.later(60_000);
    let answer = pair
        .market
        .say(pair.client, application, "Would the 3rd work?");
    let row = pair.market.find(answer).expect("a message");
    snapshot.put(guildhall_domain::row::Row::Message(row));

    let view = thread(&snapshot, application).expect("mine");

    let seen: Vec<(&str, Delivery)> = view
        .entries
        .iter()
        .filter(|entry| entry.kind == "message")
        .map(|entry| (entry.text.as_str(), entry.delivery))
        .collect();
    assert_eq!(
        seen,
        [
            ("Would the 3rd work?", Delivery::Synced),
            ("The 3rd works.", Delivery::Waiting)
        ]
    );
    assert_eq!(view.row.delivery, Delivery::Waiting);
    assert_eq!(view.row.last_line, "You: The 3rd works.");
    assert_eq!(view.row.unread, 1);
}

#[test]
fn an_acceptance_that_waits_is_no_contract() {
    let mut pair = Pair::new();
    let application = pair.apply();
    let id = pair.market.offer(pair.client, application);
    let mut snapshot = pair.on_freelancer();
    let contract = ContractId(Uuid::from_u128(5));
    predict(&mut snapshot, 1, &Mutation::AcceptOffer { id, contract });

    let view = thread(&snapshot, application).expect("mine");

    assert_eq!(view.row.stage, ApplicationStageView::Offered);
    assert_eq!(view.row.delivery, Delivery::Waiting);
    assert_eq!(view.contract, None);
    assert_eq!(view.acts, ["message"]);
    let offer = view.offer.expect("the offer");
    assert_eq!(
        (offer.stage.as_str(), offer.delivery),
        ("accepted", Delivery::Waiting)
    );
    assert!(!offer.mine_to_answer);
    let last = view.entries.last().expect("a line");
    assert_eq!(
        last.text,
        "Your acceptance is sent when you are online; nothing is agreed before"
    );
    assert_eq!(last.delivery, Delivery::Waiting);

    assert!(contracts(&snapshot, RoleView::Freelancer).is_empty());
    let home = freelancer_home(&snapshot, 0);
    assert!(home.in_progress.is_empty());
    assert!(home.needs.iter().all(|need| need.kind != "offer"));
    assert_eq!(home.applied.len(), 1);
    let request = opportunity(&snapshot, pair.request).expect("visible");
    assert_eq!(request.stage, RequestStageView::Open);
}

#[test]
fn an_application_sent_offline_waits() {
    let pair = Pair::new();
    let mut snapshot = pair.on_freelancer();
    let application = crate::market::application(&pair.market, pair.request);
    predict(&mut snapshot, 1, &application);

    let [row] = threads(&snapshot, RoleView::Freelancer)
        .try_into()
        .expect("one thread");

    assert_eq!(row.delivery, Delivery::Waiting);
    assert_eq!(row.stage, ApplicationStageView::Submitted);
    let id = row.id.parse().expect("an id");
    let view = thread(&snapshot, id).expect("mine");
    assert_eq!(view.entries[0].delivery, Delivery::Waiting);
}

#[test]
fn a_delivery_that_waits_says_so() {
    let mut pair = Pair::new();
    let (application, id) = pair.hire();
    let mut snapshot = pair.on_freelancer();
    let note = "Done.".to_owned();
    predict(&mut snapshot, 1, &Mutation::Deliver { id, note });

    let [contract] = contracts(&snapshot, RoleView::Freelancer)
        .try_into()
        .expect("one");

    assert_eq!(
        (contract.stage.as_str(), contract.delivery),
        ("delivered", Delivery::Waiting)
    );
    let view = thread(&snapshot, application).expect("mine");
    assert_eq!(view.row.delivery, Delivery::Waiting);
    assert_eq!(view.row.stage, ApplicationStageView::Delivered);
}
