//! The whole road of two people, from a published request to the stars.

use crate::deeds::hire;
use crate::server::TestServer;
use guildhall_domain::activity::{Activity, ActivityKind, Tally};
use guildhall_domain::application::{Application, ApplicationStage};
use guildhall_domain::contract::{Contract, ContractStage};
use guildhall_domain::message::{Message, ReadMark};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::offer::{Offer, OfferStage};
use guildhall_domain::person::Person;
use guildhall_domain::profile::Profile;
use guildhall_domain::recommendation::Recommendation;
use guildhall_domain::request::{Request, RequestStage};
use guildhall_domain::review::{REVIEW_WINDOW_MS, Review};
use std::collections::BTreeSet;

#[tokio::test]
async fn two_people_do_a_job_together_from_request_to_review() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut ben = server.freelancer("Ben Builder").await;
    ben.offers_skills(&["Rust", "SQL"]).await;

    let request = ada.asks_for("A ledger in Rust", &["Rust"]).await;
    let found: Request = ben.sees_one().await;
    assert_eq!(found.id, request);
    assert_eq!(found.text.title, "A ledger in Rust");
    assert_eq!(ada.sees_one::<Profile>().await.id, ben.account);

    ben.does(Mutation::ViewRequest { id: request }).await;
    ada.does(Mutation::ViewProfile {
        freelancer: ben.account,
    })
    .await;
    let views: Vec<Tally> = ada.sees().await;
    assert_eq!(views.len(), 1);
    assert_eq!((views[0].subject, views[0].count), (request.0, 1));

    let application = ben.applies(request).await;
    let received: Application = ada.sees_one().await;
    assert_eq!(received.id, application);
    assert_eq!(received.stage, ApplicationStage::Submitted);
    ada.does(Mutation::ViewApplication { id: application })
        .await;
    ada.does(Mutation::ShortlistApplication {
        id: application,
        on: true,
    })
    .await;

    ada.says(application, "Could you start on Monday?").await;
    server.wait(1_000);
    ben.says(application, "On Monday, yes.").await;
    let mut talk: Vec<Message> = ada.sees().await;
    talk.sort_by_key(|message| message.at);
    let talk: Vec<&str> = talk.iter().map(|message| message.body.as_str()).collect();
    assert_eq!(talk, ["Could you start on Monday?", "On Monday, yes."]);
    let up_to = (server.market.clock)();
    ada.does(Mutation::MarkRead { application, up_to }).await;
    assert_eq!(ada.sees_one::<ReadMark>().await.up_to, up_to);
    assert_eq!(ben.sees::<ReadMark>().await, []);

    let offer = ada.offers(application).await;
    assert_eq!(ben.sees_one::<Offer>().await.id, offer);
    let contract = ben.accepts(offer).await;
    let begun: Contract = ada.sees_one().await;
    assert_eq!((begun.id, begun.offer), (contract, offer));
    assert!(matches!(begun.stage, ContractStage::Active { .. }));
    assert!(matches!(
        ada.sees_one::<Offer>().await.stage,
        OfferStage::Accepted { .. }
    ));
    let filled: Request = ben.sees_one().await;
    assert!(matches!(filled.stage, RequestStage::Filled { .. }));
    assert_eq!((filled.hired, filled.places), (1, 1));

    ben.delivers(contract).await;
    ada.does(Mutation::RequestChanges {
        id: contract,
        note: "The colours are not ours yet.".into(),
    })
    .await;
    ben.delivers(contract).await;
    ada.does(Mutation::AcceptDelivery { id: contract }).await;
    assert!(matches!(
        ben.sees_one::<Contract>().await.stage,
        ContractStage::Completed { .. }
    ));
    assert!(matches!(
        ben.sees_one::<Request>().await.stage,
        RequestStage::Closed { .. }
    ));

    ada.rates(contract, 5, "Did more than was asked for.").await;
    assert_eq!(ben.sees::<Review>().await, [], "it is sealed");
    ben.rates(contract, 4, "Knew what was wanted and paid.")
        .await;
    let reviews: Vec<Review> = ada.sees().await;
    assert_eq!(reviews.len(), 2);
    assert!(reviews.iter().all(|review| !review.sealed));
    let people: Vec<Person> = ada.sees().await;
    let standing = |desk: &crate::desk::Desk| {
        let found = people.iter().find(|person| person.id == desk.account);
        found.expect("is seen").standing
    };
    assert_eq!((standing(&ben).stars, standing(&ben).completed), (5, 1));
    assert_eq!((standing(&ada).stars, standing(&ada).reviews), (4, 1));

    assert_logged(&server).await;
}

/// Each act of the road has left its line.
async fn assert_logged(server: &TestServer) {
    let log: BTreeSet<ActivityKind> = server
        .market
        .store
        .all::<Activity>()
        .await
        .expect("is read")
        .into_iter()
        .map(|line| line.kind)
        .collect();
    for kind in [
        ActivityKind::Joined,
        ActivityKind::ProfileSaved,
        ActivityKind::RequestPublished,
        ActivityKind::RequestViewed,
        ActivityKind::ProfileViewed,
        ActivityKind::Applied,
        ActivityKind::ApplicationViewed,
        ActivityKind::ApplicationShortlisted,
        ActivityKind::MessageSent,
        ActivityKind::OfferMade,
        ActivityKind::OfferAccepted,
        ActivityKind::Delivered,
        ActivityKind::ChangesRequested,
        ActivityKind::DeliveryAccepted,
        ActivityKind::Reviewed,
    ] {
        assert!(log.contains(&kind), "{kind:?} is not in the log");
    }
}

#[tokio::test]
async fn both_sides_see_the_same_fit_and_its_parts_add_up() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut ben = server.freelancer("Ben Builder").await;
    let mut eve = server.freelancer("Eve Elsewhere").await;
    ben.offers_skills(&["Rust", "SQL"]).await;
    eve.offers_skills(&["Watercolor"]).await;

    ada.asks_for("A ledger in Rust", &["Rust"]).await;

    let hers: Recommendation = ada.sees_one().await;
    let his: Recommendation = ben.sees_one().await;
    assert_eq!(hers, his);
    assert_eq!(hers.freelancer, ben.account);
    assert!(hers.for_client && hers.for_freelancer);
    assert_eq!(hers.parts.iter().sum::<u32>(), hers.score);
    assert!((1..=65_536).contains(&hers.score), "{}", hers.score);
    assert_eq!(eve.sees::<Recommendation>().await, []);
    assert_eq!(eve.sees::<Request>().await, []);
}

#[tokio::test]
async fn an_ended_request_is_recommended_to_nobody_and_a_paused_one_keeps_its_list() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut ben = server.freelancer("Ben Builder").await;
    ben.offers_skills(&["Rust"]).await;
    let request = ada.publishes().await;
    assert_eq!(ben.sees::<Recommendation>().await.len(), 1);

    ada.does(Mutation::PauseRequest { id: request }).await;
    assert_eq!(ben.sees::<Recommendation>().await.len(), 1);
    ada.does(Mutation::ResumeRequest { id: request }).await;
    ada.does(Mutation::CancelRequest {
        id: request,
        reason: String::new(),
    })
    .await;

    assert_eq!(ben.sees::<Recommendation>().await, []);
    assert_eq!(ben.sees::<Request>().await, [], "nothing opens it any more");
}

#[tokio::test]
async fn a_rating_changes_the_rank_in_the_next_match() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut ben = server.freelancer("Ben Builder").await;
    let mut cat = server.freelancer("Cat Crafter").await;
    for freelancer in [&mut ben, &mut cat] {
        freelancer.offers_skills(&["Rust"]).await;
    }
    let before = ranked(&mut ada, "Before the job").await;
    assert_eq!(before[0].0, before[1].0, "they are equals");
    let last = if before[1].1 == ben.account {
        &mut ben
    } else {
        &mut cat
    };

    let (_, contract) = hire(&mut ada, last).await;
    last.delivers(contract).await;
    ada.does(Mutation::AcceptDelivery { id: contract }).await;
    ada.rates(contract, 5, "Did more than was asked for.").await;
    last.rates(contract, 5, "Knew what was wanted and paid.")
        .await;

    let after = ranked(&mut ada, "After the job").await;
    assert!(after[0].0 > after[1].0, "{after:?}");
    assert_eq!(after[0].1, last.account);
}

/// Publishes a request and says who is recommended for it, the best first.
async fn ranked(
    client: &mut crate::desk::Desk,
    title: &str,
) -> Vec<(u32, guildhall_domain::id::AccountId)> {
    let request = client.asks_for(title, &["Rust"]).await;
    let mut pairs: Vec<_> = client
        .sees::<Recommendation>()
        .await
        .into_iter()
        .filter(|pair| pair.request == request)
        .map(|pair| (pair.score, pair.freelancer))
        .collect();
    pairs.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    pairs
}

#[tokio::test]
async fn a_cancelled_contract_opens_the_place_again() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut ben = server.freelancer("Ben Builder").await;
    let mut cat = server.freelancer("Cat Crafter").await;
    let request = ada.publishes().await;
    let application = ben.applies(request).await;
    cat.applies(request).await;
    let offer = ada.offers(application).await;
    let contract = ben.accepts(offer).await;
    assert!(!cat.sees_one::<Application>().await.is_live());

    ben.does(Mutation::CancelContract {
        id: contract,
        reason: "I have fallen ill.".into(),
    })
    .await;

    assert!(cat.sees_one::<Application>().await.is_live());
    let open: Request = ada.sees_one().await;
    assert_eq!((open.is_open(), open.hired), (true, 0));
}

#[tokio::test]
async fn what_comes_too_late_is_told_so() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut ben = server.freelancer("Ben Builder").await;
    let (_, contract) = hire(&mut ada, &mut ben).await;
    let request = ada.publishes().await;
    let application = ben.applies(request).await;
    let offer = ada.offers(application).await;
    ben.delivers(contract).await;
    ada.does(Mutation::AcceptDelivery { id: contract }).await;

    server.wait(REVIEW_WINDOW_MS + 1);
    ada.token = server.token(ada.account).await;
    ben.token = server.token(ben.account).await;

    let late = Mutation::AcceptOffer {
        id: offer,
        contract: guildhall_domain::id::ContractId(uuid::Uuid::now_v7()),
    };
    assert_eq!(ben.code(late).await.as_str(), "expired");
    let late = Mutation::WriteReview {
        contract,
        stars: 5,
        text: "It was very good indeed.".into(),
    };
    assert_eq!(ada.code(late).await.as_str(), "expired");
}
