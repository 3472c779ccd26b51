//! Each act by name, with its arguments.

use crate::{is_refused, stays};
use guildhall_domain::id::MutationId;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::{Envelope, Unreadable};
use std::collections::BTreeSet;
use uuid::Uuid;

const REQUEST: &str = r#"{
    "title": "A ledger in Rust", "description": "Double entry.", "category": "software",
    "skills": [{"skill": 12, "name": "Rust", "must": true, "level": "advanced"},
               {"skill": null, "name": "Abacus", "must": false, "level": "beginner"}],
    "work": "on_site", "place": 2950159, "start": "2026-12-01", "end": "2027-02-28",
    "hours_per_week": 20, "budget": {"minor": 7000, "currency": "EUR"},
    "time_zone": "Europe/Berlin", "languages": ["de"]
}"#;

const PROFILE: &str = r#"{
    "photo": "data:image/png;base64,AA==", "headline": "Builds ledgers", "bio": "Ten years.",
    "category": "software",
    "skills": [{"skill": 12, "name": "Rust", "level": "expert", "years": 9},
               {"skill": null, "name": "Abacus", "level": "intermediate", "years": 1}],
    "portfolio": [{"title": "A bank", "text": "Its books.", "link": "https://example.org", "year": 2024}],
    "languages": [{"code": "de", "fluency": "native"}, {"code": "en", "fluency": "conversational"}],
    "rate": {"minor": 6500, "currency": "EUR"}, "place": 2950159, "remote_only": false,
    "travel_radius_km": 50, "time_zone": "Europe/Berlin", "hours_per_week": 30, "free_from": "2026-12-01"
}"#;

const TERMS: &str = r#"{
    "scope": "Everything in the description.", "rate": {"minor": 6500, "currency": "EUR"},
    "hours_per_week": 20, "start": "2026-12-01", "end": "2027-02-28"
}"#;

/// Name and arguments of every act; `ID` stands for an id.
fn acts() -> Vec<(&'static str, String)> {
    let id = r#"{"id": "ID"}"#.to_owned();
    let why = r#"{"id": "ID", "reason": "It has to be."}"#.to_owned();
    let note = r#"{"id": "ID", "note": "All in the folder."}"#.to_owned();
    let whom = r#"{"person": "ID", "reason": "It has to be."}"#.to_owned();
    let trust = r#"{"person": "ID", "role": "moderator", "reason": "It has to be."}"#.to_owned();
    let request = format!(r#"{{"id": "ID", "text": {REQUEST}}}"#);
    vec![
        (
            "person.register",
            r#"{"name": "Ada", "roles": {"freelancer": true, "client": false, "moderator": false, "admin": false}}"#.into(),
        ),
        ("person.add_role", r#"{"role": "freelancer"}"#.into()),
        ("person.grant_role", trust.clone()),
        ("person.revoke_role", trust),
        ("person.erase", "{}".into()),
        ("person.suspend", whom.clone()),
        ("person.restore", whom),
        ("profile.save", format!(r#"{{"text": {PROFILE}}}"#)),
        (
            "profile.change",
            r#"{"changes": {"rate": {"was": null, "now": {"minor": 6800, "currency": "EUR"}}}}"#.into(),
        ),
        ("profile.view", r#"{"freelancer": "ID"}"#.into()),
        ("request.publish", request.clone()),
        ("request.edit", request),
        (
            "request.change",
            r#"{"id": "ID", "changes": {"hours_per_week": {"was": 20, "now": 30}}}"#.into(),
        ),
        ("request.pause", id.clone()),
        ("request.resume", id.clone()),
        ("request.renew", id.clone()),
        ("request.expire", id.clone()),
        ("request.cancel", why.clone()),
        ("request.remove", why.clone()),
        ("request.view", id.clone()),
        (
            "bookmark.put",
            r#"{"subject": {"kind": "request", "request": "ID", "client": "ID"}, "stance": {"stance": "saved"}}"#.into(),
        ),
        (
            "bookmark.put",
            r#"{"subject": {"kind": "freelancer", "freelancer": "ID"}, "stance": {"stance": "hidden", "because": "rate"}}"#
                .into(),
        ),
        ("bookmark.remove", r#"{"about": "ID"}"#.into()),
        (
            "application.submit",
            r#"{"request": "ID", "message": "Because.", "price": {"minor": 1, "currency": "USD"}, "terms_version": 3}"#
                .into(),
        ),
        ("application.withdraw", id.clone()),
        ("application.view", id.clone()),
        ("application.shortlist", r#"{"id": "ID", "on": true}"#.into()),
        ("application.decline", why.clone()),
        (
            "offer.make",
            format!(r#"{{"id": "ID", "application": "ID", "terms": {TERMS}}}"#),
        ),
        ("offer.revoke", id.clone()),
        ("offer.accept", r#"{"id": "ID", "contract": "ID"}"#.into()),
        ("offer.decline", why.clone()),
        ("contract.deliver", note.clone()),
        ("contract.request_changes", note),
        ("contract.accept_delivery", id.clone()),
        ("review.reveal", id),
        ("contract.cancel", why),
        (
            "message.send",
            r#"{"id": "ID", "application": "ID", "body": "Hello!"}"#.into(),
        ),
        (
            "thread.read",
            r#"{"application": "ID", "up_to": 1795000000000}"#.into(),
        ),
        (
            "review.write",
            r#"{"contract": "ID", "stars": 5, "text": "Good."}"#.into(),
        ),
    ]
}

fn written(name: &str, args: &str) -> String {
    let args = args.replace("ID", "00000000-0000-7000-8000-000000000001");
    format!(r#"{{"name": "{name}", "args": {args}}}"#)
}

#[test]
fn each_act_keeps_its_name_and_its_arguments() {
    for (name, args) in acts() {
        let act: Mutation = stays(&written(name, &args));

        let id = MutationId(Uuid::nil());
        let envelope = Envelope::seal(7, id, Timestamp(1), &act).expect("can be written");
        assert_eq!(envelope.name, name);
        assert_eq!(envelope.open(), Ok(act), "{name}");
    }
}

#[test]
fn a_message_names_its_files_by_their_hash() {
    let files =
        r#"[{"blob": "BLOB", "name": "plan.pdf", "size": 9, "media_type": "application/pdf"}]"#
            .replace("BLOB", &"0af9".repeat(16));
    let args =
        format!(r#"{{"id": "ID", "application": "ID", "body": "", "attachments": {files}}}"#);

    let act: Mutation = stays(&written("message.send", &args));

    assert_eq!(act.attachments().len(), 1);
    is_refused::<Mutation>(&written("message.send", &args.replace("0af9", "0AF9")));
}

#[test]
fn a_message_with_files_is_one_that_an_older_server_keeps_waiting() {
    let say = |attachments: &str| -> Mutation {
        let args = format!(r#"{{"id": "ID", "application": "ID", "body": "Hello!"{attachments}}}"#);
        serde_json::from_str(&written("message.send", &args)).expect("is an act")
    };
    let files = format!(
        r#", "attachments": [{{"blob": "{}", "name": "plan.pdf", "size": 9, "media_type": "application/pdf"}}]"#,
        "0af9".repeat(16)
    );
    let seal = |act: &Mutation| {
        Envelope::seal(1, MutationId(Uuid::nil()), Timestamp(1), act).expect("can be written")
    };

    let words = seal(&say(""));
    let mut with_files = seal(&say(&files));

    assert_eq!(words.name, "message.send");
    assert_eq!(words.open(), Ok(say("")));
    assert_eq!(with_files.name, "message.send@2");
    assert_eq!(with_files.open(), Ok(say(&files)));
    // The first version has no files: nobody may slip them in under its name.
    "message.send".clone_into(&mut with_files.name);
    assert!(matches!(
        with_files.open(),
        Err(Unreadable::BadArguments(_))
    ));
    "message.send@3".clone_into(&mut with_files.name);
    assert_eq!(with_files.open(), Err(Unreadable::UnknownName));
}

#[test]
fn no_act_is_missing_here() {
    let error = serde_json::from_str::<Mutation>(&written("", "{}")).expect_err("has no name");
    let error = error.to_string();
    let known: BTreeSet<&str> = error.split('`').filter(|part| part.contains('.')).collect();

    let acts = acts();
    let here: BTreeSet<&str> = acts.iter().map(|(name, _)| *name).collect();
    assert_eq!(here, known);
}

#[test]
fn an_act_with_something_more_is_not_guessed_at() {
    for (name, args) in acts() {
        let more = args
            .replacen('{', r#"{"surprise": 1, "#, 1)
            .replace(", }", "}");
        is_refused::<Mutation>(&written(name, &more));
    }
}

#[test]
fn an_unknown_name_is_told_from_arguments_that_do_not_fit() {
    let envelope = |name: &str, args: &str| Envelope {
        seq: 1,
        id: MutationId(Uuid::nil()),
        at: Timestamp(1),
        name: name.to_owned(),
        args: serde_json::from_str(args).expect("is JSON"),
    };
    let unknown = [
        ("", "{}"),
        ("request.auction", "{}"),
        ("request.auction", "null"),
        ("Request.publish", "{}"),
    ];
    for (name, args) in unknown {
        assert_eq!(
            envelope(name, args).open(),
            Err(Unreadable::UnknownName),
            "{name}"
        );
    }
    let moon = format!(r#"{{"id": "{}", "text": {REQUEST}}}"#, Uuid::nil())
        .replace("on_site", "on_the_moon");
    let bad = [
        ("request.publish", moon.as_str()),
        ("person.add_role", r#"{"role": "admin"}"#),
        ("request.pause", "{}"),
        ("request.pause", "null"),
        ("request.pause", "[]"),
        ("request.pause", r#"{"id": "unknown variant"}"#),
        (
            "person.grant_role",
            r#"{"person": "ID", "role": "freelancer", "reason": "No."}"#,
        ),
    ];
    for (name, args) in bad {
        let opened = envelope(name, args).open();
        assert!(
            matches!(opened, Err(Unreadable::BadArguments(_))),
            "{name} {args}: {opened:?}"
        );
    }
}
