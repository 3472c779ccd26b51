//! Messages as they are sent.

use guildhall_domain::activity::ActivityKind;
use guildhall_domain::id::{AccountId, ApplicationId, DeviceId, MessageId, MutationId, OfferId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::row::Table;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::{Envelope, PROTOCOL};
use serde_json::{Value, json};
use uuid::Uuid;

fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0194_0000_0000_7000_8000_0000_0000_0000 + number)
}

/// A person's row.
pub(crate) fn person() -> Value {
    json!({
        "id": AccountId(id(1)), "name": "Mira Kern",
        "roles": { "freelancer": true, "client": false, "admin": false },
        "status": { "kind": "suspended", "at": 1, "reason": "spam" },
        "standing": { "stars": 9, "reviews": 2, "completed": 2, "cancelled": 0 },
        "joined": 1_795_000_000_000_u64,
    })
}

/// A message's row.
pub(crate) fn message() -> Value {
    json!({
        "id": MessageId(id(2)), "application": ApplicationId(id(3)), "author": AccountId(id(1)),
        "body": "Grüße \u{1f600} from here", "at": 1_795_000_000_000_u64, "attachments": [],
    })
}

/// A line of the log.
pub(crate) fn activity() -> Value {
    json!({
        "id": id(4), "actor": AccountId(id(1)), "kind": ActivityKind::MessageSent, "at": 1_795_000_000_000_u64,
        "note": "Where it begins", "request": id(5), "application": null, "other": null,
    })
}

/// A push of two acts, as the desktop writes it.
pub(crate) fn push() -> Value {
    let acts = [
        Mutation::SendMessage {
            id: MessageId(id(2)),
            application: ApplicationId(id(3)),
            body: "Grüße \u{1f600} from here".to_owned(),
            attachments: Vec::new(),
        },
        Mutation::DeclineOffer {
            id: OfferId(id(6)),
            reason: "Too little time".to_owned(),
        },
    ];
    let seal = |(mutation, seq): (&Mutation, u64)| {
        let at = Timestamp(1_795_000_000_000);
        Envelope::seal(seq, MutationId(id(7 + u128::from(seq))), at, mutation).expect("is JSON")
    };
    let mutations: Vec<Envelope> = acts.iter().zip(1..).map(seal).collect();
    json!({ "protocol": PROTOCOL, "device": DeviceId(id(8)), "chain": "0".repeat(64), "mutations": mutations })
}

/// What asks for a pull.
pub(crate) fn pull() -> Value {
    json!({
        "protocol": PROTOCOL, "device": DeviceId(id(8)), "cursor": { "epoch": id(9), "version": 17 },
        "after": { "epoch": id(9), "begun": 19, "base": 3, "place": { "version": 5, "scope": id(10), "row": ["message", id(2)] } },
        "refetch": [id(10)], "rows": 500,
    })
}

/// A delta with a row of each kind above.
pub(crate) fn delta() -> Value {
    let row = |table: Table, number: u128, body: Value| json!({ "table": table, "id": id(number), "version": 17, "scopes": [id(10)], "body": body });
    json!({
        "whole": false, "cursor": { "epoch": id(9), "version": 17 }, "last_seq": 3, "reset": [id(11)], "next": null,
        "rows": [row(Table::Person, 1, person()), row(Table::Message, 2, message()), row(Table::Activity, 4, activity())],
        "left": [{ "scope": id(10), "table": Table::Message, "id": id(12) }],
        "server_time": 1_795_000_000_000_u64,
    })
}

/// The answer to a push.
pub(crate) fn answer() -> Value {
    json!({
        "decisions": [
            { "seq": 1, "id": id(8), "verdict": "applied", "version": 17 },
            { "seq": 2, "id": id(9), "verdict": "rejected", "denied": {
                "code": "validation", "message": "No.", "errors": [{ "pointer": "/body", "code": "empty", "message": "Say something." }],
            } },
        ],
        "last_seq": 2, "rest": { "rest": "retry", "after_ms": 2_000 },
    })
}

/// A résumé.
pub(crate) fn resume() -> Value {
    json!({
        "basics": { "name": "Mira Kern", "label": "Backend engineer", "summary": "Ten years.",
            "location": { "city": "Leipzig", "countryCode": "DE" }, "profiles": [{ "network": "x", "url": "https://example.org" }] },
        "skills": [{ "name": "Rust", "level": "Master", "keywords": ["tokio", "SQLite"] }],
        "languages": [{ "language": "German", "fluency": "Native speaker" }],
        "work": [{ "name": "Tessel", "position": "Engineer", "startDate": "2019-02", "summary": "Bookings." }],
        "projects": [{ "name": "Guildhall", "url": "https://example.org", "description": "A market." }],
    })
}
