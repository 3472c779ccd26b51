//! What becomes of a push: once, in order, whatever the network does.

use crate::deeds::{PLEA, application};
use crate::desk::Desk;
use crate::server::TestServer;
use crate::texts::{BEGIN, day, request};
use guildhall_domain::denied::Code;
use guildhall_domain::id::{AccountId, DeviceId, MessageId, MutationId, RequestId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::request::Request;
use guildhall_domain::row::{Noun, Row, Table};
use guildhall_protocol::path;
use guildhall_protocol::sync::{Chain, Envelope, MAXIMUM_PUSH, PushAnswer, Rest, Verdict};
use guildhall_server::oauth::Roles;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use uuid::Uuid;

fn publish(title: &str) -> Mutation {
    Mutation::PublishRequest {
        id: RequestId(Uuid::now_v7()),
        text: Box::new(request(title, &["Rust"])),
    }
}

async fn titles(desk: &mut Desk) -> Vec<String> {
    let mut titles: Vec<String> = desk
        .sees::<Request>()
        .await
        .into_iter()
        .map(|request| request.text.title)
        .collect();
    titles.sort();
    titles
}

#[tokio::test]
async fn the_same_push_five_times_has_one_effect_and_the_same_answer() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let acts = [
        ada.seal(&publish("The first request")),
        ada.seal(&Mutation::PauseRequest {
            id: RequestId(Uuid::now_v7()),
        }),
        ada.seal(&publish("The second request")),
    ];

    let first = ada.push(&acts).await;
    let rows = ada.everything().await;
    for _ in 0..4 {
        assert_eq!(ada.push(&acts).await, first);
    }

    assert_eq!(first.last_seq, 3);
    assert!(matches!(
        first.decisions[1].verdict,
        Verdict::Rejected { .. }
    ));
    assert_eq!(ada.everything().await, rows);
    assert_eq!(
        titles(&mut ada).await,
        ["The first request", "The second request"]
    );
}

/// Acts with fixed ids, some of which the rules refuse.
fn season() -> Vec<Mutation> {
    let mut acts = Vec::new();
    for number in 1..=12_u128 {
        let id = RequestId(Uuid::from_u128(number));
        let text = Box::new(request(&format!("Request number {number}"), &["Rust"]));
        let mut later = text.clone();
        later.end = day(100);
        acts.extend([
            Mutation::PublishRequest {
                id,
                text: text.clone(),
            },
            Mutation::PauseRequest { id },
            Mutation::PublishRequest { id, text },
            Mutation::EditRequest { id, text: later },
        ]);
        if number % 3 == 0 {
            acts.push(Mutation::CancelRequest {
                id,
                reason: String::new(),
            });
        }
        acts.push(Mutation::ResumeRequest { id });
    }
    acts
}

/// Lets the same person do the same acts on a fresh server, sent in chunks that overlap and repeat.
async fn state_after(seed: Option<u64>) -> (Vec<String>, Vec<Code>) {
    let server = TestServer::start().await;
    let account = AccountId(Uuid::from_u128(7));
    let mut ada = server.settle(account, "Ada Client", Roles::CLIENT).await;
    let acts: Vec<Envelope> = season()
        .iter()
        .zip(1_u64..)
        .map(|(mutation, seq)| {
            let id = MutationId(Uuid::from_u128(1_000 + u128::from(seq)));
            Envelope::seal(seq, id, BEGIN, mutation).expect("can be written")
        })
        .collect();
    let mut verdicts = vec![None; acts.len()];
    let mut note = |answer: PushAnswer| {
        assert_eq!(answer.rest, None);
        for decision in answer.decisions {
            let slot = &mut verdicts[usize::try_from(decision.seq - 1).expect("is small")];
            let code = match decision.verdict {
                Verdict::Applied { .. } => None,
                Verdict::Rejected { denied } => Some(denied.code),
            };
            assert!(slot.replace(code).is_none_or(|before| before == code));
        }
    };
    match seed {
        None => note(ada.push(&acts).await),
        Some(seed) => {
            let mut chance = ChaCha8Rng::seed_from_u64(seed);
            let mut done = 0;
            while done < acts.len() {
                let from = chance.random_range(0..=done);
                let to = chance.random_range(done..acts.len().min(done + 9)) + 1;
                for _ in 0..chance.random_range(1..3) {
                    note(ada.push(&acts[from..to]).await);
                }
                done = to;
            }
        }
    }
    ada.device = DeviceId(Uuid::nil());
    let rows = ada.everything().await;
    let rows = rows.values().map(|row| row.encode().expect("is JSON"));
    let codes = verdicts
        .into_iter()
        .map(|verdict| verdict.expect("is decided"));
    (rows.collect(), codes.flatten().collect())
}

#[tokio::test]
async fn chunks_of_any_size_sent_any_number_of_times_lead_to_the_same_state() {
    let at_once = state_after(None).await;
    assert!(at_once.0.len() > 40, "there is something to compare");
    assert!(at_once.1.contains(&Code::AlreadyDone));

    for seed in 1..=4 {
        assert_eq!(state_after(Some(seed)).await, at_once, "seed {seed}");
    }
}

#[tokio::test]
async fn a_missing_number_is_asked_for_and_nothing_behind_it_happens() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let acts = [
        ada.seal(&publish("The first request")),
        ada.seal(&publish("The second request")),
        ada.seal(&publish("The third request")),
    ];

    let none = ada.push(&acts[2..]).await;
    let some = ada.push(&[acts[0].clone(), acts[2].clone()]).await;

    assert_eq!((none.decisions.len(), none.last_seq), (0, 0));
    assert_eq!(none.rest, Some(Rest::Gap { want_seq: 1 }));
    assert_eq!((some.decisions.len(), some.last_seq), (1, 1));
    assert_eq!(some.rest, Some(Rest::Gap { want_seq: 2 }));
    assert_eq!(titles(&mut ada).await, ["The first request"]);
    assert_eq!(ada.push(&acts).await.rest, None);
    assert_eq!(titles(&mut ada).await.len(), 3);
}

#[tokio::test]
async fn a_device_of_another_account_is_sent_away_and_learns_nothing() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut eve = server.client("Eve Elsewhere").await;
    ada.does(publish("The first request")).await;
    eve.device = ada.device;
    eve.next_seq = 2;

    let act = eve.seal(&publish("Under another's number"));
    let answer = eve.push(&[act]).await;

    assert_eq!(answer.rest, Some(Rest::Fork));
    assert_eq!((answer.decisions.len(), answer.last_seq), (0, 0));
    assert_eq!(ada.push(&[]).await.last_seq, 1);
    assert!(titles(&mut eve).await.is_empty());
}

#[tokio::test]
async fn a_number_used_for_another_act_tells_a_copied_device() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    ada.does(publish("The first request")).await;
    ada.next_seq = 1;

    let act = ada.seal(&publish("The copy's request"));
    let answer = ada.push(&[act]).await;

    assert_eq!(answer.rest, Some(Rest::Fork));
    assert!(answer.decisions.is_empty());
    assert_eq!(titles(&mut ada).await, ["The first request"]);
}

#[tokio::test]
async fn a_flipped_byte_in_what_was_sent_before_acknowledges_nothing() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let acts = [
        ada.seal(&publish("The first request")),
        ada.seal(&publish("The second request")),
    ];
    let first = ada.push(&acts).await;
    let sent = ada.parcel(&acts);
    let flipped = sent.replace("The second request", "The second requesu");
    assert_ne!(flipped, sent);

    let answer: PushAnswer = ada.post(path::PUSH, flipped).await.json();
    let again: PushAnswer = ada.post(path::PUSH, sent).await.json();

    assert_eq!(
        (answer.rest, answer.decisions),
        (Some(Rest::Fork), Vec::new())
    );
    assert_eq!(again, first);
    let titles = titles(&mut ada).await;
    assert_eq!(titles, ["The first request", "The second request"]);
}

#[tokio::test]
async fn a_push_that_begins_with_another_chain_is_a_fork_and_the_next_device_goes_on() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    ada.does(publish("The first request")).await;
    let act = ada.seal(&publish("The second request"));
    let right = ada.parcel(std::slice::from_ref(&act));
    let mut wrong: Value = serde_json::from_str(&right).expect("is JSON");
    wrong["chain"] = json!(Chain::start(ada.device));

    let answer: PushAnswer = ada.post(path::PUSH, wrong.to_string()).await.json();
    assert_eq!(answer.rest, Some(Rest::Fork));
    ada.device = DeviceId(Uuid::now_v7());
    let again = Envelope { seq: 1, ..act };
    let answer = ada.push(std::slice::from_ref(&again)).await;

    assert_eq!((answer.rest, answer.decisions.len()), (None, 1));
    assert_eq!(answer.decisions[0].id, again.id);
    assert_eq!(titles(&mut ada).await.len(), 2);
}

#[tokio::test]
async fn an_act_that_another_desktop_has_sent_already_gets_the_same_answer() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let other = server.desk(ada.account).await;
    let act = ada.seal(&publish("The first request"));

    let here = ada.push(std::slice::from_ref(&act)).await;
    let there = other.push(&[act]).await;

    assert_eq!(here.decisions, there.decisions);
    assert_eq!(titles(&mut ada).await.len(), 1);
}

#[tokio::test]
async fn the_act_of_another_account_is_not_found_and_stays_theirs() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut eve = server.client("Eve Elsewhere").await;
    let act = ada.seal(&publish("The first request"));
    ada.push(std::slice::from_ref(&act)).await;

    let answer = eve.push(std::slice::from_ref(&act)).await;
    eve.next_seq += 1;

    assert!(matches!(
        &answer.decisions[0].verdict,
        Verdict::Rejected { denied } if denied.code == Code::NotFound
    ));
    eve.does(publish("Her own request")).await;
    assert_eq!(titles(&mut ada).await, ["The first request"]);
    assert_eq!(titles(&mut eve).await, ["Her own request"]);
}

#[tokio::test]
async fn an_act_of_a_later_version_waits_with_all_behind_it() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut acts = [
        ada.seal(&publish("The first request")),
        ada.seal(&publish("The second request")),
        ada.seal(&publish("The third request")),
    ];
    acts[1].name = "request.publish_as_auction".to_owned();

    let answer = ada.push(&acts).await;

    assert_eq!(answer.rest, Some(Rest::Upgrade));
    assert_eq!((answer.decisions.len(), answer.last_seq), (1, 1));
    assert_eq!(titles(&mut ada).await, ["The first request"]);
}

#[tokio::test]
async fn arguments_that_do_not_fit_are_refused_and_block_nothing() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let whole = ada.seal(&publish("The first request")).args;
    let whole: Value = serde_json::from_str(whole.get()).expect("is JSON");
    ada.next_seq = 1;
    let mut broken = vec![
        json!({}),
        json!(null),
        json!([1, 2]),
        json!({ "id": "no id" }),
    ];
    for (field, value) in [
        ("work", json!("on_the_moon")),
        ("hours_per_week", json!(-1)),
        ("start", json!("2026-02-30")),
    ] {
        let mut args = whole.clone();
        args["text"][field] = value;
        broken.push(args);
    }
    let mut extra = whole;
    extra["places"] = json!(3);
    broken.push(extra);
    let mut acts: Vec<Envelope> = Vec::new();
    for args in broken {
        let mut act = ada.seal(&publish("What is replaced"));
        act.args = serde_json::value::to_raw_value(&args).expect("is JSON");
        acts.push(act);
    }
    acts.push(ada.seal(&publish("The next request")));

    let answer = ada.push(&acts).await;

    assert_eq!(answer.rest, None);
    assert_eq!(answer.decisions.len(), acts.len());
    for (decision, act) in answer.decisions.iter().zip(&acts).take(acts.len() - 1) {
        let Verdict::Rejected { denied } = &decision.verdict else {
            panic!("{act:?} was applied");
        };
        assert_eq!(denied.code, Code::Validation);
        assert_eq!(denied.errors.len(), 1);
        assert_eq!(denied.errors[0].code, "malformed");
        assert_eq!(denied.errors[0].pointer, "", "the whole of the arguments");
    }
    assert_eq!(titles(&mut ada).await, ["The next request"]);
}

#[tokio::test]
async fn an_empty_push_says_how_far_the_device_is_and_a_huge_one_is_too_large() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let application = guildhall_domain::id::ApplicationId(Uuid::now_v7());
    let mut acts = Vec::new();
    for _ in 0..=MAXIMUM_PUSH {
        acts.push(ada.seal(&Mutation::SendMessage {
            id: MessageId(Uuid::now_v7()),
            application,
            body: "Hello?".to_owned(),
            attachments: Vec::new(),
        }));
    }

    assert_eq!(ada.push(&[]).await.last_seq, 0);
    let huge = ada.post(path::PUSH, ada.parcel(&acts)).await;
    assert_eq!(huge.refusal(), "413 too_large");
    assert_eq!(ada.push(&acts[..MAXIMUM_PUSH]).await.last_seq, 500);
    assert_eq!(ada.push(&[]).await.last_seq, 500);
}

#[tokio::test]
async fn applying_from_two_desktops_is_one_application() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut ben = server.freelancer("Ben Builder").await;
    let mut laptop = server.desk(ben.account).await;
    let request = ada.publishes().await;

    ben.applies(request).await;
    let again = laptop.code(application(request, PLEA)).await;

    assert_eq!(again, Code::AlreadyDone);
    let kept: Vec<Row> = ada.everything().await.into_values().collect();
    let applications = kept
        .iter()
        .filter(|row| row.table() == Table::Application)
        .count();
    assert_eq!(applications, 1);
    assert!(kept.iter().any(|row| Request::in_row(row).is_some()));
}
