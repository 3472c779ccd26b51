//! Push, pull and the live socket.

use crate::{is_refused, stays};
use guildhall_domain::denied::Code;
use guildhall_domain::id::{DeviceId, MutationId};
use guildhall_domain::row::{Key, Table};
use guildhall_domain::scope::Scope;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::path;
use guildhall_protocol::problem::ProblemDocument;
use guildhall_protocol::sync::{
    Chain, Compare, Cursor, Delta, Digest, Envelope, FromDesktop, FromServer, Link, PROTOCOL, Pull,
    Push, PushAnswer, Rest, Verdict,
};
use uuid::Uuid;

const DELTA: &str = r#"{
    "cursor": {"epoch": "00000000-0000-0000-0000-0000000000e9", "version": 42},
    "reset": ["00000000-0000-0000-0000-00000000000a"],
    "rows": [{"table": "read_mark", "id": "00000000-0000-0000-0000-000000000001", "version": 41,
              "body": {"id": 1, "a field of tomorrow": [true, null]},
              "scopes": ["00000000-0000-0000-0000-00000000000b"]}],
    "left": [{"scope": "00000000-0000-0000-0000-00000000000c", "table": "offer",
              "id": "00000000-0000-0000-0000-000000000002"}]
}"#;

const PULL: &str = r#"{"protocol": 1, "device": "00000000-0000-0000-0000-0000000000de",
    "cursor": {"epoch": "00000000-0000-0000-0000-0000000000e9", "version": 42}}"#;

#[test]
fn a_push_and_its_answer() {
    let push: Push = stays(
        r#"{"protocol": 1, "device": "00000000-0000-0000-0000-0000000000de",
            "chain": "05e55476391bef52523b69bbd872caae3637e6bc5cba03dc4a03163e30f12ced", "mutations": [
            {"seq": 1, "id": "00000000-0000-0000-0000-000000000001", "at": 1795000000000,
             "name": "an act of tomorrow", "args": {"whatever": 1}}]}"#,
    );
    assert_eq!(push.protocol, PROTOCOL);

    let answer: PushAnswer = stays(
        r#"{"decisions": [
            {"seq": 1, "id": "00000000-0000-0000-0000-000000000001", "verdict": "applied", "version": 42},
            {"seq": 2, "id": "00000000-0000-0000-0000-000000000002", "verdict": "rejected", "denied": {
                "code": "validation", "message": "The end lies before the start.", "errors": [
                    {"pointer": "/end", "code": "before_start", "message": "The end lies before the start."}]}},
            {"seq": 3, "id": "00000000-0000-0000-0000-000000000003", "verdict": "rejected", "denied": {
                "code": "already_filled", "message": "The place has been taken."}}
        ], "last_seq": 3}"#,
    );
    assert!(matches!(
        answer.decisions[0].verdict,
        Verdict::Applied { version: 42 }
    ));
    assert_eq!(answer.rest, None);
}

#[test]
fn what_to_do_with_the_rest() {
    for (written, rest) in [
        (
            r#"{"rest": "retry", "after_ms": 2000}"#,
            Rest::Retry { after_ms: 2_000 },
        ),
        (r#"{"rest": "upgrade"}"#, Rest::Upgrade),
        (r#"{"rest": "fork"}"#, Rest::Fork),
        (
            r#"{"rest": "gap", "want_seq": 4}"#,
            Rest::Gap { want_seq: 4 },
        ),
    ] {
        assert_eq!(stays::<Rest>(written), rest);
        let answer: PushAnswer = stays(&format!(
            r#"{{"decisions": [], "last_seq": 3, "rest": {written}}}"#
        ));
        assert_eq!(answer.rest, Some(rest));
    }
}

#[test]
fn every_code_of_a_refusal() {
    let written = [
        "not_found",
        "forbidden",
        "stale_version",
        "invalid_state",
        "paused",
        "limit_reached",
        "expired",
        "validation",
        "already_done",
        "already_filled",
        "blocked",
        "quarantined",
    ];

    assert_eq!(Code::ALL.len(), written.len());
    for (code, written) in Code::ALL.into_iter().zip(written) {
        assert_eq!(stays::<Code>(&format!("\"{written}\"")), code);
        assert_eq!(code.as_str(), written);
    }
}

#[test]
fn a_pull_and_its_delta() {
    let pull: Pull = stays(PULL);
    let cursor: Option<Cursor> = pull.cursor;
    assert_eq!(cursor.map(|cursor| cursor.version), Some(42));
    let first = PULL.replace(
        r#"{"epoch": "00000000-0000-0000-0000-0000000000e9", "version": 42}"#,
        "null",
    );
    assert_eq!(stays::<Pull>(&first).cursor, None);

    let delta: Delta = stays(DELTA);
    assert_eq!(
        delta.rows[0].body.get(),
        r#"{"id": 1, "a field of tomorrow": [true, null]}"#,
        "a body is handed on byte for byte"
    );
}

#[test]
fn what_is_said_over_the_live_socket() {
    let said: FromServer = stays(&format!(r#"{{"type": "delta", "delta": {DELTA}}}"#));
    let FromServer::Delta { delta } = said else {
        panic!("is a delta");
    };
    assert_eq!(
        delta.rows[0].body.get(),
        r#"{"id": 1, "a field of tomorrow": [true, null]}"#
    );
    stays::<FromServer>(r#"{"type": "bye", "reason": "revoked"}"#);
    stays::<FromDesktop>(&format!(r#"{{"type": "hello", "pull": {PULL}}}"#));
    stays::<FromDesktop>(
        r#"{"type": "ack", "cursor": {"epoch": "00000000-0000-0000-0000-0000000000e9", "version": 42}}"#,
    );
    for nonsense in [
        "{}",
        r#"{"type": "dance"}"#,
        r#"{"type": "delta"}"#,
        r#"{"type": "bye"}"#,
        r#"{"delta": null, "type": "delta"}"#,
    ] {
        is_refused::<FromServer>(nonsense);
        is_refused::<FromDesktop>(nonsense);
    }
}

#[test]
fn how_the_server_says_no() {
    let problem: ProblemDocument = stays(
        r#"{"type": "/problems/validation", "title": "Some of what was sent is not right.", "status": 422,
            "detail": "", "code": "validation", "errors": [
                {"pointer": "/args", "code": "malformed", "message": "missing field `person`"}]}"#,
    );
    assert_eq!(problem.errors[0].pointer, "/args");
    let sparse: ProblemDocument =
        serde_json::from_str(r#"{"type": "about:blank", "title": "No.", "status": 500}"#)
            .expect("a proxy's problem is one too");
    assert_eq!((sparse.code.as_str(), sparse.errors.len()), ("", 0));
}

#[test]
fn every_path() {
    let paths = [
        (path::PUSH, "/v1/sync/push"),
        (path::PULL, "/v1/sync/pull"),
        (path::LIVE, "/v1/sync/live"),
        (path::ME, "/v1/me"),
        (path::HEALTH, "/v1/health"),
        (path::ADMIN_CLAIM, "/v1/admin/claim"),
        (path::ADMIN_HOME, "/v1/admin/home"),
        (path::ADMIN_PEOPLE, "/v1/admin/people"),
        (path::ADMIN_REQUESTS, "/v1/admin/requests"),
        (path::ADMIN_ACTIVITY, "/v1/admin/activity"),
        (path::ADMIN_EVENTS, "/v1/admin/events"),
        (path::ADMIN_ACT, "/v1/admin/act"),
    ];
    for (path, written) in paths {
        assert_eq!(path, written);
    }
}

#[test]
fn the_chain_of_an_act_is_what_another_program_computes() {
    let device = DeviceId(Uuid::from_u128(0xde));
    let act = |args: &str| -> Envelope {
        let act = r#"{"seq": 1, "id": "00000000-0000-7000-8000-000000000001", "at": 1795000000000,
                      "name": "request.pause", "args": ARGS}"#;
        serde_json::from_str(&act.replace("ARGS", args)).expect("is an envelope")
    };
    let args = r#"{"id": "00000000-0000-7000-8000-000000000002"}"#;

    let start = Chain::start(device);
    let link = Link::all(start, &[act(args)]).next().expect("is one");

    let written = "05e55476391bef52523b69bbd872caae3637e6bc5cba03dc4a03163e30f12ced";
    assert_eq!(stays::<Chain>(&format!("\"{written}\"")), start);
    assert_eq!((link.seq, link.before), (1, start));
    assert_eq!(
        link.after.to_string(),
        "2a82a544bddfc7d000734d7530f2275f97b3e3a61382a5e4f61034609c57caed"
    );
    // Bytes count, not what they mean: spaces too.
    assert_ne!(start.and(&act(&args.replace(": ", ":"))), link.after);
    assert_eq!(start.and(&act(&format!("  {args} "))), link.after);
    for other in [
        Envelope {
            seq: 2,
            ..act(args)
        },
        Envelope {
            at: Timestamp(1),
            ..act(args)
        },
        Envelope {
            name: "request.resume".into(),
            ..act(args)
        },
        Envelope {
            id: MutationId(Uuid::nil()),
            ..act(args)
        },
    ] {
        assert_ne!(start.and(&other), link.after, "{other:?}");
    }
    for wrong in [
        &written[1..],
        &written.replace('0', "g"),
        &written.to_uppercase(),
    ] {
        is_refused::<Chain>(&format!("\"{wrong}\""));
    }
}

#[test]
fn what_a_row_counts_in_a_digest() {
    let scope = Scope(Uuid::from_u128(0xa1));
    let key = Key {
        table: Table::Message,
        id: Uuid::from_u128(0x7000_8000_0000_0000_0001),
    };
    let digest = Digest::of(scope, key, 300);

    assert_eq!(digest.to_string(), "eb0f86ff2513d860");
    assert_ne!(Digest::of(scope, key, 301), digest);
    let elsewhere = Digest::of(Scope(Uuid::from_u128(0xa2)), key, 300);
    assert!(
        !(digest ^ elsewhere).is_nothing(),
        "in two scopes it does not vanish"
    );
    assert!((digest ^ elsewhere ^ digest ^ elsewhere).is_nothing());
}

#[test]
fn a_comparison_is_asked_for_and_answered() {
    let asked = PULL.replace(
        "42}}",
        r#"42}, "refetch": ["00000000-0000-0000-0000-0000000000a1"], "compare": "each",
            "differing": {"00000000-0000-0000-0000-0000000000a1": "eb0f86ff2513d860"}}"#,
    );
    let pull: Pull = stays(&asked);
    assert_eq!(pull.compare, Some(Compare::Each));
    let whole: Pull = stays(&asked.replace("each", "whole"));
    assert_eq!(whole.compare, Some(Compare::Whole));
    let scope = Scope(Uuid::from_u128(0xa1));
    assert_eq!(pull.differing[&scope], Digest(0xeb0f_86ff_2513_d860));

    let cursor = r#""cursor": {"epoch": "00000000-0000-0000-0000-0000000000e9", "version": 42}"#;
    let one: Delta = stays(&format!(r#"{{{cursor}, "digest": "000000000000000a"}}"#));
    assert_eq!(one.digest, Some(Digest(10)));
    assert!(!one.is_empty(), "it is to be sent though nothing is new");
    let each: Delta = stays(&format!(
        r#"{{{cursor}, "digests": {{"00000000-0000-0000-0000-0000000000a1": "eb0f86ff2513d860"}}}}"#
    ));
    assert_eq!(
        each.digests.expect("was asked for")[&scope],
        pull.differing[&scope]
    );
    for wrong in [
        "",
        "0a",
        "000000000000000A",
        "+00000000000000a",
        "00000000000000000a",
    ] {
        is_refused::<Delta>(&format!(r#"{{{cursor}, "digest": "{wrong}"}}"#));
    }
}
