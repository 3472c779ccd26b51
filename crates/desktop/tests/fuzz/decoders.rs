//! The decoders, each with its seeds.

use crate::recipe::{make, try_out, unpack};
use crate::samples;
use guildhall_desktop::forms::resume::import_resume;
use guildhall_desktop::view::profile::ProfileForm;
use guildhall_domain::id::AccountId;
use guildhall_domain::row::{Row, Table};
use guildhall_oauth::{AuthorizationRequest, Parameters, Token};
use guildhall_protocol::admin::{AdminAct, Claim};
use guildhall_protocol::problem::ProblemDocument;
use guildhall_protocol::sync::pack;
use guildhall_protocol::sync::{Delta, FromDesktop, FromServer, Pull, Push, PushAnswer};
use guildhall_sync_core::pull::Cut;
use guildhall_sync_core::replica::Replica;
use serde_json::{Value, json};
use uuid::Uuid;

fn texts(values: impl IntoIterator<Item = Value>) -> Vec<Vec<u8>> {
    let values = values.into_iter();
    values.map(|value| value.to_string().into_bytes()).collect()
}

#[test]
fn a_push_on_the_server() {
    try_out("push", texts([samples::push()]), |bytes| {
        let Ok(push) = serde_json::from_slice::<Push>(bytes) else {
            return;
        };
        for envelope in &push.mutations {
            drop(envelope.open());
        }
    });
}

#[test]
fn a_pull_on_the_server() {
    try_out("push", texts([samples::pull()]), |bytes| {
        drop(serde_json::from_slice::<Pull>(bytes));
    });
}

#[test]
fn what_a_desktop_says_on_the_socket() {
    let seeds = [
        json!({ "type": "hello", "pull": samples::pull() }),
        json!({ "type": "ack", "cursor": samples::pull()["cursor"] }),
    ];
    try_out("live", texts(seeds), |bytes| {
        drop(serde_json::from_slice::<FromDesktop>(bytes));
    });
}

#[test]
fn the_answer_to_a_push_on_the_desktop() {
    try_out("push", texts([samples::answer()]), |bytes| {
        drop(serde_json::from_slice::<PushAnswer>(bytes));
    });
}

#[test]
fn a_problem_on_the_desktop() {
    let seed =
        json!({ "type": "/problems/x", "title": "X", "status": 422, "code": "x", "errors": [] });
    try_out("push", texts([seed]), |bytes| {
        drop(serde_json::from_slice::<ProblemDocument>(bytes));
    });
}

#[test]
fn a_delta_on_the_desktop() {
    try_out("delta", texts([samples::delta()]), |bytes| {
        drop(serde_json::from_slice::<Delta>(bytes));
    });
}

#[test]
fn what_a_server_says_on_the_socket() {
    let seeds = [
        json!({ "type": "delta", "delta": samples::delta() }),
        json!({ "type": "bye", "reason": "revoked" }),
    ];
    try_out("live", texts(seeds), |bytes| {
        drop(serde_json::from_slice::<FromServer>(bytes));
    });
}

#[test]
fn a_delta_that_is_read_is_taken_in_or_refused() {
    make(&texts([samples::delta()]), |bytes| {
        if let Ok(delta) = serde_json::from_slice::<Delta>(bytes) {
            let mut replica = Replica::new(AccountId(Uuid::nil()), [], [], None, Vec::new());
            if let Ok(cut) = Cut::read(delta) {
                replica.apply(cut);
            }
        }
    });
}

/// The most that a packed frame may hold here.
const LIMIT: usize = 64 * 1024;

#[test]
fn a_packed_frame() {
    let text = samples::delta().to_string().into_bytes();
    let plain = [text, vec![b'x'; LIMIT], vec![0; 4 * LIMIT]];
    let frames = plain.map(|bytes| pack::pack(&bytes, None).expect("is packed"));
    unpack(&frames, LIMIT, |bytes| {
        drop(pack::unpack(bytes, LIMIT));
    });
}

#[test]
fn a_packed_delta() {
    let seeds = vec![pack::pack(samples::delta().to_string().as_bytes(), None).expect("is packed")];
    unpack(&seeds, LIMIT, |bytes| {
        drop(pack::unpack_delta(bytes, None, LIMIT));
    });
}

#[test]
fn a_stored_row() {
    let seeds = texts([samples::person(), samples::message(), samples::activity()]);
    try_out("row", seeds, |bytes| {
        let Ok(text) = std::str::from_utf8(bytes) else {
            return;
        };
        for table in (0..20).filter_map(Table::from_number) {
            drop(Row::decode(table, text));
        }
    });
}

#[test]
fn what_an_admin_sends() {
    let seeds = [
        json!({ "secret": "WK54F-7HZDF-U38CC-KMGJ3" }),
        json!({ "id": Uuid::nil(), "name": "person.suspend", "args": { "person": Uuid::nil(), "reason": "spam" } }),
    ];
    try_out("push", texts(seeds), |bytes| {
        drop(serde_json::from_slice::<Claim>(bytes));
        drop(serde_json::from_slice::<AdminAct>(bytes));
    });
}

#[test]
fn forms_and_tokens_of_signing_in() {
    let seeds = [
        "response_type=code&client_id=guildhall-desktop&redirect_uri=http%3A%2F%2F127.0.0.1%3A4811%2Fcallback&state=xyz\
         &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&scope=sync",
        "gdha_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ];
    let seeds = seeds.map(|seed| seed.as_bytes().to_vec()).to_vec();
    try_out("oauth", seeds, |bytes| {
        let parameters = Parameters::parse(bytes);
        drop(AuthorizationRequest::parse(&parameters));
        if let Ok(text) = std::str::from_utf8(bytes) {
            drop(Token::parse(text));
        }
    });
}

/// A file of one's own computer may be at most one MiB, and its tree takes more than it does; what counts is that none ends the
/// program.
#[test]
fn a_resume_from_a_file() {
    make(&texts([samples::resume()]), |bytes| {
        if let Ok(text) = std::str::from_utf8(bytes) {
            drop(import_resume(text, blank()));
        }
    });
}

fn blank() -> ProfileForm {
    ProfileForm {
        photo: None,
        headline: String::new(),
        bio: String::new(),
        category: "software".to_owned(),
        skills: Vec::new(),
        portfolio: Vec::new(),
        languages: Vec::new(),
        rate: None,
        place: None,
        remote_only: false,
        travel_radius_km: 0,
        time_zone: "Europe/Berlin".to_owned(),
        hours_per_week: 30,
        free_from: String::new(),
    }
}

#[test]
fn the_samples_are_what_is_sent() {
    let read = |value: Value| value.to_string();
    serde_json::from_str::<Push>(&read(samples::push())).expect("is a push");
    serde_json::from_str::<Pull>(&read(samples::pull())).expect("is a pull");
    serde_json::from_str::<PushAnswer>(&read(samples::answer())).expect("is an answer");
    let delta = serde_json::from_str::<Delta>(&read(samples::delta())).expect("is a delta");
    let mut replica = Replica::new(AccountId(Uuid::nil()), [], [], None, Vec::new());
    replica.apply(Cut::read(delta).expect("is taken in"));
}
