//! The bodies of rows: stored on the server, carried as they are, read by every desktop.

use crate::stays;
use guildhall_domain::activity::{Activity, ActivityKind, Tally};
use guildhall_domain::application::Application;
use guildhall_domain::bookmark::Bookmark;
use guildhall_domain::contract::Contract;
use guildhall_domain::message::{Message, ReadMark};
use guildhall_domain::offer::Offer;
use guildhall_domain::person::Person;
use guildhall_domain::profile::Profile;
use guildhall_domain::recommendation::Recommendation;
use guildhall_domain::request::Request;
use guildhall_domain::review::Review;
use guildhall_domain::row::{Row, Table};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;

const ID: &str = "00000000-0000-7000-8000-000000000001";

/// A body with these stages, one after the other; `ID` stands for an id.
#[track_caller]
fn stages<T: Serialize + DeserializeOwned>(table: Table, body: &str, stages: &[&str]) {
    for stage in stages {
        let written = body.replace("STAGE", stage).replace("ID", ID);
        stays::<T>(&written);
        let row = Row::decode(table, &written).expect("is a row of its table");
        assert_eq!((row.table(), row.id().to_string().as_str()), (table, ID));
    }
}

#[test]
fn every_table_keeps_its_name_and_its_number() {
    let written = [
        (Table::Person, "person", 1),
        (Table::Profile, "profile", 2),
        (Table::Request, "request", 3),
        (Table::Application, "application", 4),
        (Table::Offer, "offer", 5),
        (Table::Contract, "contract", 6),
        (Table::Message, "message", 7),
        (Table::ReadMark, "read_mark", 8),
        (Table::Review, "review", 9),
        (Table::Recommendation, "recommendation", 10),
        (Table::Activity, "activity", 11),
        (Table::Tally, "tally", 12),
        (Table::Bookmark, "bookmark", 13),
    ];

    assert_eq!(Table::ALL.len(), written.len());
    for (table, name, number) in written {
        assert_eq!(stays::<Table>(&format!("\"{name}\"")), table);
        assert_eq!((table.name(), table.number()), (name, number));
        assert_eq!(Table::from_number(number), Some(table));
        assert_eq!(Table::from_name(name), Some(table));
    }
    assert_eq!((Table::from_number(0), Table::from_name("")), (None, None));
}

#[test]
fn people_and_profiles() {
    stages::<Person>(
        Table::Person,
        r#"{"id": "ID", "name": "Ada", "roles": {"freelancer": true, "client": false, "moderator": false, "admin": false},
            "status": STAGE, "standing": {"stars": 9, "reviews": 2, "completed": 3, "cancelled": 1}, "joined": 1}"#,
        &[
            r#"{"kind": "active"}"#,
            r#"{"kind": "suspended", "at": 2, "reason": "Wrote to strangers."}"#,
        ],
    );
    stages::<Profile>(
        Table::Profile,
        r#"{"id": "ID", "photo": null, "headline": "Builds ledgers", "bio": "", "category": "software",
            "skills": [], "portfolio": [], "languages": [], "rate": null, "place": null, "remote_only": true,
            "travel_radius_km": 0, "time_zone": "UTC", "hours_per_week": 0, "free_from": null, "saved": 1}"#,
        &[""],
    );
}

#[test]
fn a_request_at_each_stage() {
    stages::<Request>(
        Table::Request,
        r#"{"id": "ID", "client": "ID", "title": "A ledger in Rust", "description": "", "category": "software",
            "skills": [], "work": "remote", "place": null, "start": "2026-12-01", "end": "2026-12-31",
            "hours_per_week": 20, "budget": null, "time_zone": "UTC", "languages": [], "terms_version": 1,
            "places": 1, "hired": 0, STAGE, "published": 1, "changed": 2}"#,
        &[
            r#""stage": "open""#,
            r#""stage": "paused", "at": 3"#,
            r#""stage": "filled", "at": 3"#,
            r#""stage": "closed", "at": 3"#,
            r#""stage": "cancelled", "at": 3, "reason": """#,
            r#""stage": "removed", "at": 3, "reason": "It sells something.""#,
        ],
    );
}

#[test]
fn an_application_at_each_stage() {
    stages::<Application>(
        Table::Application,
        r#"{"id": "ID", "request": "ID", "client": "ID", "freelancer": "ID", "message": "Because.",
            "price": {"minor": 5000, "currency": "EUR"}, "terms_version": 1, "submitted": 1, STAGE}"#,
        &[
            r#""stage": "submitted""#,
            r#""stage": "viewed", "at": 2"#,
            r#""stage": "shortlisted", "at": 2"#,
            r#""stage": "offered", "at": 2, "offer": "ID""#,
            r#""stage": "hired", "at": 2, "contract": "ID""#,
            r#""stage": "declined", "at": 2, "reason": "No.""#,
            r#""stage": "withdrawn", "at": 2"#,
            r#""stage": "closed", "at": 2, "because": "filled""#,
            r#""stage": "closed", "at": 2, "because": "cancelled""#,
            r#""stage": "closed", "at": 2, "because": "removed""#,
        ],
    );
}

const TERMS: &str = r#"{"scope": "All of it.", "rate": {"minor": 1, "currency": "EUR"},
    "hours_per_week": 20, "start": "2026-12-01", "end": "2026-12-31"}"#;

#[test]
fn an_offer_at_each_stage() {
    let body = r#"{"id": "ID", "application": "ID", "request": "ID", "client": "ID", "freelancer": "ID",
        "terms": TERMS, "sent": 1, STAGE}"#;
    stages::<Offer>(
        Table::Offer,
        &body.replace("TERMS", TERMS),
        &[
            r#""stage": "sent", "expires": 9"#,
            r#""stage": "accepted", "at": 2"#,
            r#""stage": "declined", "at": 2, "reason": """#,
            r#""stage": "revoked", "at": 2"#,
            r#""stage": "superseded", "at": 2"#,
        ],
    );
}

#[test]
fn a_contract_at_each_stage() {
    let body = r#"{"id": "ID", "offer": "ID", "application": "ID", "request": "ID", "client": "ID",
        "freelancer": "ID", "title": "A ledger", "terms": TERMS, "began": 1, STAGE}"#;
    stages::<Contract>(
        Table::Contract,
        &body.replace("TERMS", TERMS),
        &[
            r#""stage": "active", "at": 2, "changes": """#,
            r#""stage": "delivered", "at": 2, "note": "Done.""#,
            r#""stage": "completed", "at": 2"#,
            r#""stage": "cancelled", "at": 2, "by": "ID", "reason": "Ill.""#,
        ],
    );
}

#[test]
fn what_people_say_of_and_to_each_other() {
    stages::<Message>(
        Table::Message,
        r#"{"id": "ID", "application": "ID", "author": "ID", "body": "Hello!", "at": 1}"#,
        &[""],
    );
    stages::<ReadMark>(
        Table::ReadMark,
        r#"{"id": "ID", "application": "ID", "reader": "ID", "up_to": 1}"#,
        &[""],
    );
    stages::<Bookmark>(
        Table::Bookmark,
        r#"{"id": "ID", "owner": "ID", STAGE, "at": 1}"#,
        &[
            r#""kind": "request", "request": "ID", "client": "ID", "stance": "saved""#,
            r#""kind": "freelancer", "freelancer": "ID", "stance": "hidden", "because": null"#,
            r#""kind": "freelancer", "freelancer": "ID", "stance": "hidden", "because": "person""#,
        ],
    );
    stages::<Review>(
        Table::Review,
        r#"{"id": "ID", "contract": "ID", "author": "ID", "subject": "ID", "title": "A ledger",
            "stars": 5, "text": "Good.", "at": 1, "sealed": true}"#,
        &[""],
    );
}

#[test]
fn what_the_server_adds() {
    stages::<Recommendation>(
        Table::Recommendation,
        r#"{"id": "ID", "request": "ID", "client": "ID", "freelancer": "ID", "score_version": 1,
            "score": 150, "parts": [10, 20, 30, 40, 50], "for_client": true, "for_freelancer": false, "at": 1STAGE}"#,
        &[
            "",
            r#", "newcomer": {"day": "2026-11-23", "from": 13, "places": 1, "among": 4}"#,
        ],
    );
    stages::<Activity>(
        Table::Activity,
        r#"{"id": "ID", "at": 1, "kind": "applied", "actor": "ID", "other": STAGE, "request": STAGE,
            "application": STAGE, "note": ""}"#,
        &["null", r#""ID""#],
    );
    stages::<Tally>(
        Table::Tally,
        r#"{"id": "ID", "owner": "ID", "subject": "ID", "kind": "request_viewed", "day": "2026-11-22", "count": 3}"#,
        &[""],
    );
}

#[test]
fn every_kind_of_activity() {
    let written = [
        "joined",
        "profile_saved",
        "request_published",
        "request_edited",
        "request_paused",
        "request_resumed",
        "request_cancelled",
        "request_removed",
        "request_expired",
        "request_viewed",
        "profile_viewed",
        "application_viewed",
        "applied",
        "application_withdrawn",
        "application_shortlisted",
        "application_declined",
        "offer_made",
        "offer_revoked",
        "offer_accepted",
        "offer_declined",
        "message_sent",
        "delivered",
        "changes_requested",
        "delivery_accepted",
        "contract_cancelled",
        "reviewed",
        "person_suspended",
        "person_restored",
        "role_changed",
        "role_taken",
    ];
    let error = serde_json::from_str::<ActivityKind>("\"\"").expect_err("is none");
    let error = error.to_string();
    let known: BTreeSet<&str> = error.split('`').skip(3).step_by(2).collect();

    assert_eq!(written.into_iter().collect::<BTreeSet<_>>(), known);
    for kind in written {
        stays::<ActivityKind>(&format!("\"{kind}\""));
    }
}
