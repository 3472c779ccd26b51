//! What the server does as time passes.

use crate::deeds::hire;
use crate::server::TestServer;
use guildhall_domain::id::ReviewId;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::person::Person;
use guildhall_domain::review::{REVIEW_WINDOW_MS, Review};
use guildhall_server::housekeeping;

#[tokio::test]
async fn a_lone_review_is_published_when_its_window_is_over() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada").await;
    let mut ben = server.freelancer("Ben").await;
    ben.offers_skills(&["Rust"]).await;
    let (_, contract) = hire(&mut ada, &mut ben).await;
    ben.delivers(contract).await;
    ada.does(Mutation::AcceptDelivery { id: contract }).await;
    ada.rates(contract, 4, "Careful, early and clear throughout.")
        .await;
    let review = ReviewId::of(contract, ada.account);
    let sealed = async || {
        server
            .market
            .store
            .find::<Review>(review)
            .await
            .expect("reads")
            .expect("is there")
            .sealed
    };

    housekeeping::round(&server.market)
        .await
        .expect("goes round");
    assert!(sealed().await, "Ben may still write his");
    server.wait(REVIEW_WINDOW_MS + 1);
    housekeeping::round(&server.market)
        .await
        .expect("goes round");

    assert!(!sealed().await);
    let ben = server
        .market
        .store
        .find::<Person>(ben.account)
        .await
        .expect("reads")
        .expect("is there");
    assert_eq!((ben.standing.stars, ben.standing.reviews), (4, 1));
}
