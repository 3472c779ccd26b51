//! What two people have with each other reaches nobody else, by any door.

use crate::deeds::application;
use crate::desk::Desk;
use crate::live::Live;
use crate::server::TestServer;
use crate::texts::terms;
use guildhall_domain::id::{ApplicationId, ContractId, MessageId, OfferId};
use guildhall_domain::money::Money;
use guildhall_domain::mutation::Mutation;
use guildhall_protocol::path;
use guildhall_protocol::sync::PROTOCOL;
use guildhall_server::oauth::Roles;
use serde_json::json;
use uuid::Uuid;

const PLEA: &str = "canary-plea: why I am the right one";
const TALK: &str = "canary-talk: between the two of us";
const SCOPE: &str = "canary-scope: what we agreed on";
const NOTE: &str = "canary-note: how the work was done";
const SEALED: &str = "canary-sealed: what I think of them";
const PRICE: i64 = 7_654_321;
const SECRETS: [&str; 4] = ["canary-plea", "canary-talk", "canary-scope", "canary-note"];

/// Everything that a desk is told when it asks for everything.
async fn told(desk: &Desk) -> String {
    let pull = json!({ "protocol": PROTOCOL, "device": desk.device, "cursor": null });
    desk.post(path::PULL, pull.to_string()).await.body
}

/// Acts with every id of the two that a stranger could have got hold of; returns all that is answered.
async fn pries(desk: &mut Desk, thread: ApplicationId, contract: ContractId) -> String {
    let acts = [
        Mutation::ViewApplication { id: thread },
        Mutation::WithdrawApplication { id: thread },
        Mutation::MarkRead {
            application: thread,
            up_to: (crate::texts::BEGIN),
        },
        Mutation::SendMessage {
            id: MessageId(Uuid::now_v7()),
            application: thread,
            body: "Let me in!".into(),
            attachments: Vec::new(),
        },
        Mutation::MakeOffer {
            id: OfferId(Uuid::now_v7()),
            application: thread,
            terms: Box::new(terms("Everything in the description.")),
        },
        Mutation::AcceptDelivery { id: contract },
        Mutation::WriteReview {
            contract,
            stars: 1,
            text: "What I think of people I never met.".into(),
        },
    ];
    let envelopes: Vec<_> = acts.iter().map(|act| desk.seal(act)).collect();
    let parcel = desk.parcel(&envelopes);
    let answer = desk.post(path::PUSH, parcel).await;
    desk.note(&envelopes, &answer.json());
    answer.body
}

fn assert_silent(who: &str, told: &str) {
    for secret in SECRETS.into_iter().chain(["canary-sealed"]) {
        assert!(!told.contains(secret), "{who} is told {secret}");
    }
    assert!(
        !told.contains(&PRICE.to_string()),
        "{who} is told the price"
    );
}

#[tokio::test]
async fn what_two_people_have_with_each_other_reaches_nobody_else() {
    let server = TestServer::start().await;
    let root = server.admin("Rut Root").await;
    let mut ada = server.client("Ada Client").await;
    let mut ben = server.freelancer("Ben Builder").await;
    // A competitor who is matched, applies too and listens all the time; and somebody with nothing to do with it.
    let mut sam = server.person("Sam Same", Roles::BOTH).await;
    let mut eve = server.person("Eve Elsewhere", Roles::BOTH).await;
    for freelancer in [&mut ben, &mut sam] {
        freelancer.offers_skills(&["Rust"]).await;
    }
    let request = ada.publishes().await;
    sam.applies(request).await;
    let mut live = Live::open(&sam, None).await;
    live.follow(&mut sam).await;

    let mut plea = application(request, PLEA);
    if let Mutation::SubmitApplication { price, .. } = &mut plea {
        *price = Money {
            minor: PRICE,
            ..*price
        };
    }
    ben.does(plea).await;
    let thread = ApplicationId::of(request, ben.account);
    ada.says(thread, TALK).await;
    ben.says(thread, TALK).await;
    let offer = OfferId(Uuid::now_v7());
    ada.does(Mutation::MakeOffer {
        id: offer,
        application: thread,
        terms: Box::new(terms(SCOPE)),
    })
    .await;
    let contract = ben.accepts(offer).await;
    ben.does(Mutation::Deliver {
        id: contract,
        note: NOTE.into(),
    })
    .await;
    for party in [&ada, &ben] {
        let told = told(party).await;
        for secret in SECRETS {
            assert!(told.contains(secret), "a party is not told {secret}");
        }
        assert!(told.contains(&PRICE.to_string()));
    }
    ada.does(Mutation::AcceptDelivery { id: contract }).await;
    ada.rates(contract, 5, SEALED).await;

    assert!(told(&ada).await.contains("canary-sealed"), "her own");
    assert!(!told(&ben).await.contains("canary-sealed"), "it is sealed");
    for (who, desk) in [("a competitor", &mut sam), ("somebody else", &mut eve)] {
        assert_silent(who, &told(desk).await);
        assert_silent(who, &pries(desk, thread, contract).await);
    }
    assert_silent("the admin's desktop", &told(&root).await);
    for path in [
        path::ADMIN_HOME,
        path::ADMIN_PEOPLE,
        path::ADMIN_REQUESTS,
        path::ADMIN_ACTIVITY,
        path::ADMIN_AUDIT,
        path::ADMIN_EVENTS,
    ] {
        assert_silent(path, &root.get(path).await.body);
    }

    // What Sam sees of the end of it has arrived, so everything before it has too.
    let head = server.market.store.head().await.expect("is read");
    sam.publishes().await;
    while sam.replica.cursor().is_some_and(|at| at.version <= head) {
        live.follow(&mut sam).await;
    }
    assert!(live.heard.contains("closed"), "his own application ended");
    assert_silent("a competitor who listens", &live.heard);
}

#[tokio::test]
async fn a_sealed_review_is_shown_when_both_have_written() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut ben = server.freelancer("Ben Builder").await;
    let (_, contract) = crate::deeds::hire(&mut ada, &mut ben).await;
    ben.delivers(contract).await;
    ada.does(Mutation::AcceptDelivery { id: contract }).await;

    ben.rates(contract, 2, SEALED).await;
    assert!(!told(&ada).await.contains("canary-sealed"));
    assert!(told(&ben).await.contains("canary-sealed"));
    ada.rates(contract, 5, "Did more than was asked for.").await;

    assert!(told(&ada).await.contains("canary-sealed"));
    assert!(told(&ben).await.contains("Did more than was asked for."));
}

#[tokio::test]
async fn who_opened_what_is_told_to_the_owner_as_a_count_only() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut eve = server.person("Eve Elsewhere", Roles::BOTH).await;
    let mut ben = server.freelancer("Ben Builder").await;
    ben.offers_skills(&["Watercolor"]).await;
    let request = ada.publishes().await;
    for _ in 0..3 {
        eve.does(Mutation::ViewRequest { id: request }).await;
    }
    eve.does(Mutation::ViewProfile {
        freelancer: ben.account,
    })
    .await;

    let eve_id = eve.account.to_string();
    for (owner, count) in [(&ada, "\"count\":3"), (&ben, "\"count\":1")] {
        let told = told(owner).await;
        assert!(told.contains(count), "{told}");
        assert!(!told.contains(&eve_id), "{told}");
    }
}
