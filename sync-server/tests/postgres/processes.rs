//! Two servers over one PostgreSQL are one marketplace.

use crate::live::Live;
use crate::server::TestServer;
use guildhall_domain::contract::Contract;
use guildhall_domain::denied::Code;
use guildhall_domain::id::ContractId;
use guildhall_domain::message::Message;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::recommendation::Recommendation;
use guildhall_domain::row::Row;
use guildhall_protocol::path;
use guildhall_protocol::sync::{PushAnswer, Verdict};
use guildhall_server::blob::BlobLimits;
use std::sync::Arc;
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use uuid::Uuid;

const RACERS: usize = 100;

async fn two() -> (TestServer, TestServer) {
    let database = crate::database();
    let limits = BlobLimits::default();
    let one = TestServer::over(database.clone(), limits).await;
    (one, TestServer::over(database, limits).await)
}

#[tokio::test]
async fn what_is_done_at_one_server_arrives_by_itself_at_the_other() {
    let (one, other) = two().await;
    let mut ada = one.client("Ada Client").await;
    let mut ben = other.freelancer("Ben Builder").await;
    ben.offers_skills(&["Rust"]).await;
    let mut live = Live::open(&ben, None).await;
    live.follow(&mut ben).await;

    // The server that matches has not seen Ben's profile being written.
    let request = ada.publishes().await;
    live.follow(&mut ben).await;

    let matched = ben.replica.rows();
    let matched = matched.filter(|row| matches!(row, Row::Recommendation(_)));
    assert_eq!(matched.count(), 1);
    let thread = ben.applies(request).await;
    live.follow(&mut ben).await;
    ada.says(thread, "Welcome!").await;
    live.follow(&mut ben).await;
    assert_eq!(crate::desk::rows_of(&ben.replica), ben.everything().await);
    assert_eq!(ben.sees_one::<Message>().await.body, "Welcome!");
    assert_eq!(ben.sees_one::<Recommendation>().await.request, request);
}

#[tokio::test]
async fn both_servers_match_as_one() {
    let (one, other) = two().await;
    let mut ada = one.client("Ada Client").await;
    let mut ben = one.freelancer("Ben Builder").await;
    let mut eve = other.freelancer("Eve Elsewhere").await;
    ben.offers_skills(&["Rust"]).await;
    let request = ada.publishes().await;
    // The request was written at one server; the one that matches Eve with it has not seen that.
    eve.offers_skills(&["Rust"]).await;

    let pairs: Vec<Recommendation> = ada.sees().await;

    let mut found: Vec<_> = pairs.iter().map(|pair| pair.freelancer).collect();
    found.sort();
    let mut expected = [ben.account, eve.account];
    expected.sort();
    assert_eq!(found, expected);
    ada.address = other.address;
    ada.does(Mutation::CancelRequest {
        id: request,
        reason: String::new(),
    })
    .await;
    // Ended at the other server, it is matched with nobody at this one.
    let mut zoe = one.freelancer("Zoe Late").await;
    zoe.offers_skills(&["Rust"]).await;
    assert!(zoe.sees::<Recommendation>().await.is_empty());
}

#[tokio::test]
async fn a_sign_in_that_ends_at_one_server_ends_at_the_other() {
    let (one, other) = two().await;
    let mut ada = one.client("Ada Client").await;
    ada.address = other.address;
    let mut live = Live::open(&ada, None).await;
    live.follow(&mut ada).await;

    one.market
        .oauth
        .revoke_account(ada.account.0, "test")
        .await
        .expect("is revoked");

    live.ends_with("revoked").await;
    assert_eq!(ada.get(path::ME).await.refusal(), "401 unauthorized");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_hundred_who_accept_at_once_at_two_servers_one_is_hired() {
    let (one, other) = two().await;
    let mut ada = one.client("Ada Client").await;
    let request = ada.publishes().await;
    let mut racers = Vec::with_capacity(RACERS);
    for number in 0..RACERS {
        let mut racer = one.freelancer(&format!("Racer {number}")).await;
        let application = racer.applies(request).await;
        let offer = ada.offers(application).await;
        let accept = racer.seal(&Mutation::AcceptOffer {
            id: offer,
            contract: ContractId(Uuid::now_v7()),
        });
        if number % 2 == 1 {
            racer.address = other.address;
        }
        racers.push((racer, accept));
    }
    let line = Arc::new(Barrier::new(RACERS));
    let mut running = JoinSet::new();
    for (racer, accept) in racers {
        let line = Arc::clone(&line);
        running.spawn(async move {
            let parcel = racer.parcel(&[accept]);
            line.wait().await;
            racer.post(path::PUSH, parcel).await
        });
    }

    let (mut hired, mut told) = (0, 0);
    for answer in running.join_all().await {
        let mut answer: PushAnswer = answer.json();
        assert_eq!((answer.decisions.len(), answer.rest), (1, None));
        match answer.decisions.remove(0).verdict {
            Verdict::Applied { .. } => hired += 1,
            Verdict::Rejected { denied } => {
                assert_eq!(denied.code, Code::AlreadyFilled);
                told += 1;
            }
        }
    }

    assert_eq!((hired, told), (1, RACERS - 1));
    assert_eq!(ada.sees::<Contract>().await.len(), 1);
}
