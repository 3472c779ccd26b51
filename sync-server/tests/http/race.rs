//! Many want the one place at the same moment.

use crate::server::TestServer;
use guildhall_domain::contract::Contract;
use guildhall_domain::denied::Code;
use guildhall_domain::id::ContractId;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::offer::{Offer, OfferStage};
use guildhall_domain::request::{Request, RequestStage};
use guildhall_protocol::path;
use guildhall_protocol::sync::{PushAnswer, Verdict};
use reqwest::StatusCode;
use std::sync::Arc;
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use uuid::Uuid;

const RACERS: usize = 100;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_hundred_who_accept_at_once_one_is_hired_and_the_others_are_told() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let request = ada.publishes().await;
    let mut racers = Vec::with_capacity(RACERS);
    for number in 0..RACERS {
        let mut racer = server.freelancer(&format!("Racer {number}")).await;
        let application = racer.applies(request).await;
        let offer = ada.offers(application).await;
        let accept = racer.seal(&Mutation::AcceptOffer {
            id: offer,
            contract: ContractId(Uuid::now_v7()),
        });
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
    let mut hired = 0;
    let mut told = 0;
    for answer in running.join_all().await {
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
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
    let contracts: Vec<Contract> = ada.sees().await;
    assert_eq!(contracts.len(), 1);
    let filled: Request = ada.sees_one().await;
    assert!(matches!(filled.stage, RequestStage::Filled { .. }));
    assert_eq!((filled.hired, filled.places), (1, 1));
    let offers: Vec<Offer> = ada.sees().await;
    let superseded = offers
        .iter()
        .filter(|offer| matches!(offer.stage, OfferStage::Superseded { .. }));
    assert_eq!((offers.len(), superseded.count()), (RACERS, RACERS - 1));
}
