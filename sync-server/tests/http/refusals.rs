//! What HTTP refuses before any rule is asked.

use crate::server::TestServer;
use guildhall_domain::person::Status;
use guildhall_protocol::admin::{Health, Me};
use guildhall_protocol::path;
use guildhall_protocol::sync::{Chain, Cursor, PROTOCOL, Pull, Push};
use guildhall_server::oauth::Roles;
use reqwest::Method;
use std::collections::BTreeMap;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use uuid::Uuid;

/// Every endpoint behind sign-in.
const ENDPOINTS: [(Method, &str); 11] = [
    (Method::POST, path::PUSH),
    (Method::POST, path::PULL),
    (Method::GET, path::LIVE),
    (Method::GET, path::ME),
    (Method::POST, path::ADMIN_CLAIM),
    (Method::POST, path::ADMIN_ACT),
    (Method::GET, path::ADMIN_HOME),
    (Method::GET, path::ADMIN_PEOPLE),
    (Method::GET, path::ADMIN_REQUESTS),
    (Method::GET, path::ADMIN_ACTIVITY),
    (Method::GET, path::ADMIN_EVENTS),
];

fn is_post(method: &Method) -> bool {
    *method == Method::POST
}

#[tokio::test]
async fn without_a_good_token_every_endpoint_asks_to_sign_in() {
    let server = TestServer::start().await;
    let ada = server.client("Ada Client").await;
    let revoked = ada.token.clone();
    server
        .market
        .oauth
        .revoke_account(ada.account.0, "signed_out")
        .await
        .expect("is revoked");
    let expired = server.token(ada.account).await;
    server.wait(100 * 86_400_000);
    let tokens = [
        None,
        Some("garbage"),
        Some(""),
        Some("gdha_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        Some(revoked.as_str()),
        Some(expired.as_str()),
    ];

    for (method, path) in ENDPOINTS {
        for token in tokens {
            let body = is_post(&method).then(|| "{}".to_owned());
            let answer = server.send(method.clone(), path, token, body).await;
            assert_eq!(answer.refusal(), "401 unauthorized", "{path} {token:?}");
        }
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_or_not_the_endpoints_is_malformed() {
    let server = TestServer::start().await;
    let ada = server.admin("Ada Admin").await;
    let posts = ENDPOINTS.into_iter().filter(|(method, _)| is_post(method));

    for (_, path) in posts {
        for body in [
            "",
            "{",
            "nonsense",
            "[]",
            "{}",
            "{\"protocol\": \"one\"}",
            "null",
        ] {
            let answer = ada.post(path, body.to_owned()).await;
            assert_eq!(answer.refusal(), "400 malformed", "{path} {body}");
            assert!(!answer.problem().detail.is_empty());
        }
        let text = server
            .http
            .post(format!("http://{}{path}", server.address))
            .header(
                "authorization",
                format!("Bearer {}", ada.token_for(&Method::POST, path)),
            )
            .header("content-type", "text/plain")
            .body("{}");
        let answer = crate::server::Answer::read(text).await;
        assert_eq!(answer.refusal(), "415 unsupported_media_type", "{path}");
    }
}

#[tokio::test]
async fn a_body_over_one_mebibyte_is_too_large_and_one_of_just_that_is_read() {
    let server = TestServer::start().await;
    let ada = server.client("Ada Client").await;
    let limit = 1024 * 1024;
    let padded = |length: usize| {
        let body = ada.parcel(&[]);
        format!("{}{body}", " ".repeat(length - body.len()))
    };

    let fits = ada.post(path::PUSH, padded(limit)).await;
    assert_eq!(fits.status.as_u16(), 200);

    let mut stream = TcpStream::connect(server.address).await.expect("connects");
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        path::PUSH,
        ada.token,
        limit + 1
    );
    stream.write_all(head.as_bytes()).await.expect("is sent");
    let mut answer = String::new();
    while !answer.contains('}') {
        let mut bytes = [0; 1024];
        let count = stream.read(&mut bytes).await.expect("is read");
        assert_ne!(count, 0, "{answer}");
        answer.push_str(&String::from_utf8_lossy(&bytes[..count]));
    }
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(answer.contains("application/problem+json"), "{answer}");
    assert!(answer.contains("\"code\":\"too_large\""), "{answer}");
}

#[tokio::test]
async fn a_desktop_of_another_protocol_is_told_to_upgrade() {
    let server = TestServer::start().await;
    let ada = server.client("Ada Client").await;
    for protocol in [0, PROTOCOL + 1] {
        let push = Push {
            protocol,
            device: ada.device,
            chain: Chain::start(ada.device),
            mutations: Vec::new(),
        };
        let pull = Pull {
            protocol,
            device: ada.device,
            cursor: None,
            after: None,
            refetch: Vec::new(),
            rows: None,
            compare: None,
            differing: BTreeMap::new(),
        };
        let bodies = [
            (path::PUSH, serde_json::to_string(&push)),
            (path::PULL, serde_json::to_string(&pull)),
        ];
        for (path, body) in bodies {
            let answer = ada.post(path, body.expect("can be written")).await;
            assert_eq!(answer.refusal(), "426 upgrade_required", "{path}");
        }
    }
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_method_are_problems_too() {
    let server = TestServer::start().await;
    let ada = server.client("Ada Client").await;

    for path in ["/v1/nothing", "/v2/sync/push", "/v1/admin/everything"] {
        assert_eq!(ada.get(path).await.refusal(), "404 not_found", "{path}");
    }
    for (method, path) in ENDPOINTS {
        let other = if is_post(&method) {
            Method::GET
        } else {
            Method::DELETE
        };
        let answer = server.send(other, path, Some(&ada.token), None).await;
        assert_eq!(answer.refusal(), "405 method_not_allowed", "{path}");
    }
}

#[tokio::test]
async fn everybody_may_ask_whether_the_server_lives_and_one_who_they_are() {
    let server = TestServer::start().await;
    let both = server.person("Bo Both", Roles::BOTH).await;

    let health: Health = server
        .send(Method::GET, path::HEALTH, None, None)
        .await
        .json();
    let me: Me = both.get(path::ME).await.json();

    assert_eq!((health.status.as_str(), health.protocol), ("ok", PROTOCOL));
    assert!(!health.version.is_empty());
    assert_eq!(
        (me.person.id, me.person.name.as_str()),
        (both.account, "Bo Both")
    );
    assert!(me.person.roles.freelancer && me.person.roles.client && !me.person.roles.admin);
    assert_eq!(me.person.status, Status::Active);
}

#[tokio::test]
async fn a_cursor_of_another_history_or_from_the_future_brings_everything_anew() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    ada.publishes().await;
    ada.pull().await;
    let mine = ada.replica.cursor().expect("has pulled");
    let strange = [
        Cursor {
            epoch: Uuid::new_v4(),
            ..mine
        },
        Cursor {
            version: mine.version + 1,
            ..mine
        },
        Cursor {
            version: u64::MAX,
            ..mine
        },
    ];

    for cursor in strange {
        let delta = ada.delta(Some(cursor)).await;
        assert!(delta.whole, "{cursor:?}");
        assert_eq!(delta.cursor, mine);
        assert_eq!(delta.rows.len(), ada.everything().await.len());
    }
    let nothing = ada.delta(Some(mine)).await;
    assert!(!nothing.whole && nothing.rows.is_empty() && nothing.left.is_empty());
}
