//! What a push is held against before and besides the rules: the desktop's version, the pace, clocks and ids.

use crate::server::{Answer, TestServer};
use crate::texts::{BEGIN, request};
use guildhall_domain::denied::Code;
use guildhall_domain::id::{AccountId, ApplicationId, ContractId, MessageId, OfferId, RequestId};
use guildhall_domain::mutation::{Mutation, OpenRole};
use guildhall_domain::request::Request;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::app::{AppVersion, HEADER};
use guildhall_protocol::path;
use guildhall_protocol::problem::ProblemDocument;
use guildhall_protocol::sync::{Rest, Verdict};
use guildhall_server::limit::Rate;
use guildhall_server::sync::SyncRules;
use uuid::Uuid;

#[tokio::test]
async fn a_desktop_that_is_too_old_is_told_which_version_it_needs() {
    let rules = SyncRules {
        oldest_app: AppVersion(1, 4, 0),
        ..SyncRules::default()
    };
    let server = TestServer::by(rules).await;
    let ada = server.client("Ada Client").await;
    let pull = serde_json::to_string(&ada.hello(None)).expect("is JSON");
    let ask = async |path: &str, body: String, version: Option<&str>| {
        let mut request = server
            .http
            .post(format!("http://{}{path}", ada.address))
            .header("authorization", format!("Bearer {}", ada.token))
            .header("content-type", "application/json")
            .body(body);
        if let Some(version) = version {
            request = request.header(HEADER, version);
        }
        Answer::read(request).await
    };

    for (path, body) in [(path::PUSH, ada.parcel(&[])), (path::PULL, pull.clone())] {
        for old in ["1.3.9", "0.99.0"] {
            let answer = ask(path, body.clone(), Some(old)).await;
            assert_eq!(answer.refusal(), "426 upgrade_required", "{path} {old}");
            let problem: ProblemDocument =
                serde_json::from_str(&answer.body).expect("is a problem");
            assert!(problem.detail.contains("1.4.0"), "{}", problem.detail);
        }
        let odd = ask(path, body.clone(), Some("newest")).await;
        assert_eq!(odd.refusal(), "400 malformed");
        for good in [Some("1.4.0"), Some("1.10.0"), Some("2.0.0-rc.1"), None] {
            assert_eq!(ask(path, body.clone(), good).await.status, 200, "{good:?}");
        }
    }
    // A socket is refused before it is one.
    for (version, status) in [("1.3.9", 426), ("1.4.0", 101)] {
        let request = server
            .http
            .get(format!("http://{}{}", ada.address, path::LIVE))
            .header("authorization", format!("Bearer {}", ada.token))
            .header("connection", "upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
            .header(HEADER, version);
        let answer = request.send().await.expect("is answered");
        assert_eq!(answer.status(), status, "{version}");
    }
}

#[tokio::test]
async fn who_pushes_too_fast_is_asked_to_wait_and_nothing_is_lost() {
    let rate = Rate {
        burst: 3,
        every_ms: 1_000,
    };
    let rules = SyncRules {
        push: Some(rate),
        ..SyncRules::default()
    };
    let server = TestServer::by(rules).await;
    let mut ada = server.client("Ada Client").await;
    let acts: Vec<_> = (0..4)
        .map(|_| {
            ada.seal(&Mutation::AddRole {
                role: OpenRole::Client,
            })
        })
        .collect();

    let first = ada.push(&acts[..2]).await;
    let second = ada.push(&acts[2..]).await;
    assert_eq!((first.decisions.len(), first.rest), (2, None));
    assert_eq!(second.rest, Some(Rest::Retry { after_ms: 1_000 }));
    assert!(second.decisions.is_empty());
    server.wait(1_000);

    let again = ada.push(&acts[2..]).await;
    assert_eq!((again.decisions.len(), again.rest), (2, None));
}

#[tokio::test]
async fn what_the_clock_of_a_desktop_says_decides_nothing() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    for at in [i64::MIN, -1, i64::MAX] {
        let mut act = ada.seal(&Mutation::PublishRequest {
            id: RequestId(Uuid::now_v7()),
            text: Box::new(request("One of three", &["Rust"])),
        });
        act.at = Timestamp(at);
        let answer = ada.push(&[act]).await;
        assert!(
            matches!(answer.decisions[0].verdict, Verdict::Applied { .. }),
            "{answer:?}"
        );
    }
    for request in ada.sees::<Request>().await {
        assert_eq!((request.published, request.changed), (BEGIN, BEGIN));
    }
}

#[tokio::test]
async fn an_id_that_belongs_to_somebody_else_is_not_taken_for_done() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut eve = server.client("Eve Elsewhere").await;
    let publish = Mutation::PublishRequest {
        id: RequestId(Uuid::now_v7()),
        text: Box::new(request("Hers and nobody else's", &["Rust"])),
    };
    ada.does(publish.clone()).await;

    assert_eq!(eve.code(publish.clone()).await, Code::InvalidState);
    assert_eq!(ada.code(publish).await, Code::AlreadyDone);
    assert!(eve.sees::<Request>().await.is_empty());
}

#[tokio::test]
async fn ids_that_point_to_themselves_are_refused_like_any_that_point_to_nothing() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let id = ada.publishes().await.0;
    let selfish = [
        Mutation::SendMessage {
            id: MessageId(id),
            application: ApplicationId(id),
            body: "To myself".to_owned(),
            attachments: Vec::new(),
        },
        Mutation::AcceptOffer {
            id: OfferId(id),
            contract: ContractId(id),
        },
        Mutation::WriteReview {
            contract: ContractId(id),
            stars: 5,
            text: "Of myself".to_owned(),
        },
        Mutation::ViewProfile {
            freelancer: AccountId(id),
        },
    ];
    for mutation in selfish {
        let code = ada.code(mutation.clone()).await;
        assert_eq!(code, Code::NotFound, "{mutation:?}");
    }
}
