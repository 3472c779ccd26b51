//! Who asks is told what they must hold: at hello, scope by scope, and now and then while nothing happens.

use crate::live::Live;
use crate::server::TestServer;
use guildhall_domain::scope::Scope;
use guildhall_protocol::path;
use guildhall_protocol::sync::{Compare, Delta, Digest, FromDesktop, Pull};
use guildhall_server::sync::SyncRules;
use std::collections::BTreeMap;
use std::time::Duration;

async fn ask(desk: &crate::desk::Desk, pull: &Pull) -> Delta {
    let body = serde_json::to_string(pull).expect("can be written");
    desk.post(path::PULL, body).await.json()
}

#[tokio::test]
async fn both_count_the_same_whatever_was_done_meanwhile() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut ben = server.freelancer("Ben Builder").await;
    ben.offers_skills(&["Rust"]).await;
    ben.pull().await;
    let request = ada.publishes().await;
    let thread = ben.applies(request).await;
    ada.says(thread, "Welcome!").await;

    for desk in [&mut ada, &mut ben] {
        for compare in [Compare::Whole, Compare::Each] {
            let mut pull = desk.hello(desk.replica.cursor());
            pull.compare = Some(compare);
            let delta = ask(desk, &pull).await;
            desk.take(&delta);
            match compare {
                Compare::Whole => assert_eq!(delta.digest, Some(desk.replica.digest())),
                Compare::Each => assert_eq!(delta.digests, Some(desk.replica.digests())),
            }
        }
    }
    let unasked = ada.delta(None).await;
    assert_eq!((unasked.digest, unasked.digests), (None, None));
}

#[tokio::test]
async fn a_scope_that_is_fetched_again_comes_alone_and_is_an_alarm() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let request = ada.publishes().await;
    ada.publishes().await;
    ada.pull().await;
    let scope = Scope::request(request);
    let mut pull = ada.hello(ada.replica.cursor());
    pull.refetch = vec![scope];
    pull.differing = BTreeMap::from([(scope, Digest(1))]);

    let delta = ask(&ada, &pull).await;

    assert_eq!(delta.reset, [scope]);
    assert_eq!(delta.rows.len(), 1, "nothing else");
    assert_eq!(delta.rows[0].scopes, [scope]);
    assert_eq!(server.market.alarms.count(), 1);
    // Who says that they hold what they should is no alarm, nor is a later page of the same pull.
    pull.differing = BTreeMap::from([(scope, ada.replica.digests()[&scope])]);
    ask(&ada, &pull).await;
    pull.differing = (0..5_000)
        .map(|number| (Scope(uuid::Uuid::from_u128(number)), Digest(1)))
        .collect();
    ask(&ada, &pull).await;
    assert!(server.market.alarms.count() <= 21, "a liar fills no log");
}

#[tokio::test]
async fn a_silent_session_is_told_from_time_to_time_if_it_asked_for_it() {
    let server = TestServer::by(SyncRules {
        compare_every: Duration::from_millis(50),
        ..SyncRules::default()
    })
    .await;
    let mut ada = server.client("Ada Client").await;
    ada.publishes().await;
    let mut live = Live::connect(&ada).await;
    let mut pull = ada.hello(None);
    pull.compare = Some(Compare::Whole);
    live.say(&FromDesktop::Hello {
        pull,
        dictionaries: None,
    })
    .await;

    for turn in 0..4 {
        let delta = live.delta().await;
        live.acknowledge(delta.cursor).await;
        let is_news = !delta.rows.is_empty();
        assert_eq!(is_news, turn == 0, "nothing is new after the first");
        ada.take(&delta);
        assert_eq!(delta.digest, Some(ada.replica.digest()));
    }
    let mut unasked = Live::open(&ada, None).await;
    let first = unasked.delta().await;
    assert_eq!(first.digest, None);
    unasked.acknowledge(first.cursor).await;
    ada.publishes().await;
    let second = unasked.delta().await;
    assert!(
        !second.rows.is_empty() && second.digest.is_none(),
        "only news"
    );
}
