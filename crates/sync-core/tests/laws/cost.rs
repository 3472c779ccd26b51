//! What working the overlay out anew costs. A measurement, run by hand:
//! `cargo test --release -p guildhall-sync-core --test laws -- --ignored --nocapture`.

use crate::acts::publish;
use crate::ledger::{Ledger, NOW, Rows, cursor};
use guildhall_domain::id::{AccountId, ApplicationId, MessageId, MutationId, RequestId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::row::{Key, Row};
use guildhall_domain::scope::placements;
use guildhall_protocol::sync::Delta;
use guildhall_sync_core::pull::Cut;
use guildhall_sync_core::replica::Replica;
use serde_json::json;
use std::time::Instant;
use uuid::Uuid;

const ME: AccountId = AccountId(Uuid::from_u128(1));
const REQUESTS: u128 = 40;
const APPLICANTS: u128 = 20;

fn request(number: u128) -> RequestId {
    RequestId(Uuid::from_u128(0x1000 + number))
}

fn applicant(number: u128) -> AccountId {
    AccountId(Uuid::from_u128(0x2000 + number))
}

fn thread(number: u128) -> ApplicationId {
    ApplicationId::of(
        request(number % REQUESTS),
        applicant(number / REQUESTS % APPLICANTS),
    )
}

fn say(number: u128) -> Mutation {
    Mutation::SendMessage {
        id: MessageId(Uuid::from_u128(0x5000_0000 + number)),
        application: thread(number),
        body: "A few words about the work that lies ahead of us.".into(),
        attachments: Vec::new(),
    }
}

/// A client's 5,000 rows: 40 requests, 800 applications, the rest messages.
fn rows() -> Rows {
    let mut people = vec![ME];
    people.extend((0..APPLICANTS).map(applicant));
    let mut ledger = Ledger::of(&people);
    let mut number = 0;
    let mut id = || {
        number += 1;
        MutationId(Uuid::from_u128(0x9000_0000 + number))
    };
    for each in 0..REQUESTS {
        let act = publish(request(each).0, 1);
        ledger.decide(ME, id(), &act).expect("is allowed");
    }
    let first = ledger.now().clone();
    let mut rows = first.clone();
    let price = json!({ "minor": 5_000, "currency": "EUR" });
    for each in 0..REQUESTS * APPLICANTS {
        let application = json!({
            "id": thread(each),
            "request": request(each % REQUESTS),
            "client": ME,
            "freelancer": applicant(each / REQUESTS),
            "message": "I have done this many times before.",
            "price": price,
            "terms_version": 1,
            "submitted": NOW,
            "stage": "submitted",
        });
        let row = Row::Application(serde_json::from_value(application).expect("is one"));
        rows.insert(row.key(), row);
    }
    let mut each = 0;
    while rows.len() < 5_000 {
        let message = json!({
            "id": Uuid::from_u128(0x6000_0000 + each),
            "application": thread(each),
            "author": ME,
            "body": "A few words about the work that lies ahead of us.",
            "at": NOW,
        });
        let row = Row::Message(serde_json::from_value(message).expect("is one"));
        rows.insert(row.key(), row);
        each += 1;
    }
    rows
}

/// A thousand acts of every sort a client queues on a long journey.
fn journey() -> Vec<Mutation> {
    let mut acts = Vec::new();
    for number in 0..700 {
        acts.push(say(number));
    }
    for number in 0..200 {
        acts.push(Mutation::ShortlistApplication {
            id: thread(number),
            on: true,
        });
    }
    for number in 0..70 {
        let Mutation::PublishRequest { id, mut text } = publish(request(number % 30).0, 1) else {
            continue;
        };
        text.hours_per_week = 30;
        acts.push(Mutation::EditRequest { id, text });
    }
    for number in 30..40 {
        acts.push(Mutation::CancelRequest {
            id: request(number),
            reason: "Plans have changed.".into(),
        });
    }
    for number in 0..10 {
        acts.push(publish(Uuid::from_u128(0x7000_0000 + number), 1));
    }
    for number in 0..10 {
        acts.push(Mutation::PauseRequest {
            id: request(number),
        });
    }
    acts
}

/// The middle of eleven runs, in milliseconds.
fn replaying(acts: Vec<Mutation>) -> (usize, f64) {
    let rows = rows();
    let reasons: Vec<_> = rows
        .values()
        .flat_map(|row| placements(row).into_iter().map(|scope| (scope, row.key())))
        .collect::<Vec<(_, Key)>>();
    let mut replica = Replica::new(
        ME,
        rows.into_values().map(|row| (row, 1)),
        reasons,
        Some(cursor(1)),
        Vec::new(),
    );
    for (act, number) in acts.into_iter().zip(1..) {
        let id = MutationId(Uuid::from_u128(0x8000_0000 + number));
        replica.act(id, NOW, act).expect("is allowed");
    }
    let mut times = Vec::new();
    for _ in 0..11 {
        let begun = Instant::now();
        replica.apply(Cut::read(nothing()).expect("can be read"));
        times.push(begun.elapsed().as_secs_f64() * 1_000.0);
    }
    times.sort_by(f64::total_cmp);
    (replica.pending().len(), times[5])
}

fn nothing() -> Delta {
    Delta::nothing(cursor(1))
}

#[test]
#[ignore = "a measurement"]
fn replaying_a_thousand_pending_acts_over_five_thousand_rows() {
    for (name, acts) in [
        ("no act", Vec::new()),
        ("20 acts", journey().into_iter().step_by(50).collect()),
        ("1,000 messages", (0..1_000).map(say).collect()),
        ("1,000 acts of every sort", journey()),
    ] {
        let (pending, middle) = replaying(acts);
        println!("{name}: {pending} pending, {middle:.2} ms");
    }
}
