//! Who means harm, or whose wire is broken: a clear answer to them, and everybody else is served as before.

use crate::desk::Desk;
use crate::live::Live;
use crate::server::{Answer, TestServer};
use crate::texts::request;
use futures_util::SinkExt as _;
use guildhall_domain::id::{MutationId, RequestId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::request::Request;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::path;
use guildhall_protocol::sync::{Decision, FromDesktop, PushAnswer, Verdict};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use reqwest::StatusCode;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use uuid::Uuid;

/// Somebody else, who only wants to work.
struct Neighbour(Desk);

impl Neighbour {
    async fn of(server: &TestServer) -> Self {
        Self(server.client("Nia Neighbour").await)
    }

    async fn is_served(&mut self) {
        let before = self.0.sees::<Request>().await.len();
        let id = self.0.publishes().await;
        assert_eq!(self.0.sees::<Request>().await.len(), before + 1);
        self.0
            .does(Mutation::CancelRequest {
                id,
                reason: String::new(),
            })
            .await;
    }
}

fn publish(title: &str) -> Mutation {
    Mutation::PublishRequest {
        id: RequestId(Uuid::now_v7()),
        text: Box::new(request(title, &["Rust"])),
    }
}

/// Bodies that are no message of anybody, from the harmless to the spiteful.
fn hostile(push: &str) -> Vec<String> {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(10_000), close.repeat(10_000));
    let protocol = "\"protocol\":";
    vec![
        push[..push.len() / 2].to_owned(),
        push[..push.len() - 1].to_owned(),
        format!("{push}{push}"),
        deep("[", "]"),
        deep("{\"a\":", "}"),
        "[".repeat(900_000),
        push.replacen(
            "\"args\":",
            &format!("\"args\":{},\"x\":", deep("[", "]")),
            1,
        ),
        push.replacen(protocol, "\"protocol\":1e999999,\"x\":", 1),
        push.replacen(protocol, "\"protocol\":18446744073709551616,\"x\":", 1),
        push.replacen("\"seq\":1", "\"seq\":-1", 1),
        push.replacen("\"seq\":1", "\"seq\":1.5", 1),
        push.replacen(
            "\"seq\":1",
            "\"seq\":340282366920938463463374607431768211456",
            1,
        ),
        push.replacen("\"name\":\"", "\"name\":\"\\ud800", 1),
        push.replacen("\"name\":\"", "\"name\":\"\u{0}", 1),
        push.replacen("\"device\":", "\"device\":\"\",\"device\":", 1),
    ]
}

#[tokio::test]
async fn hostile_bodies_are_malformed_and_the_next_person_is_served() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut neighbour = Neighbour::of(&server).await;
    let act = ada.seal(&publish("What is never read"));
    let parcel = ada.parcel(&[act]);

    for body in hostile(&parcel) {
        let shown = body[..body.len().min(80)].to_owned();
        // A pull passes over what it does not know, so some of these are none of its business.
        let status = ada.post(path::PULL, body.clone()).await.status;
        let is_fine = status == StatusCode::OK || status == StatusCode::BAD_REQUEST;
        assert!(is_fine, "{status} for {shown}");
        let answer = ada.post(path::PUSH, body).await;
        if answer.status == StatusCode::OK {
            // Only the arguments made no sense: the act is refused for good, and the next one goes on.
            let answer: PushAnswer = answer.json();
            let refused =
                |decision: &Decision| matches!(decision.verdict, Verdict::Rejected { .. });
            assert!(answer.decisions.iter().all(refused), "{shown}: {answer:?}");
        } else {
            assert_eq!(answer.refusal(), "400 malformed", "{shown}");
        }
        neighbour.is_served().await;
    }
    assert!(ada.sees::<Request>().await.is_empty());
}

#[tokio::test]
async fn a_body_that_says_it_is_packed_and_is_not_is_refused() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut neighbour = Neighbour::of(&server).await;
    let act = ada.seal(&publish("What is never read"));
    let mut broken = ada.parcel(&[act]).into_bytes();
    broken[..4].copy_from_slice(&[0x28, 0xb5, 0x2f, 0xfd]);

    for encoding in ["zstd", "gzip", "nonsense"] {
        let request = server
            .http
            .post(format!("http://{}{}", server.address, path::PUSH))
            .bearer_auth(&ada.token)
            .header("content-type", "application/json")
            .header("content-encoding", encoding)
            .body(broken.clone());
        let answer = Answer::read(request).await;
        assert!(answer.status.is_client_error(), "{encoding}: {answer:?}");
        answer.problem();
    }
    neighbour.is_served().await;
}

#[tokio::test]
async fn a_push_with_bits_turned_over_never_fails_the_server() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut neighbour = Neighbour::of(&server).await;
    let acts = [
        ada.seal(&publish("The first")),
        ada.seal(&publish("The second")),
    ];
    let parcel = ada.parcel(&acts).into_bytes();
    let mut chance = ChaCha8Rng::seed_from_u64(1);

    for _ in 0..200 {
        let mut body = parcel.clone();
        for _ in 0..chance.random_range(1..4) {
            let at = chance.random_range(0..body.len());
            body[at] ^= 1 << chance.random_range(0..8);
        }
        let shown = String::from_utf8_lossy(&body).into_owned();
        let request = server
            .http
            .post(format!("http://{}{}", server.address, path::PUSH))
            .bearer_auth(&ada.token)
            .header("content-type", "application/json")
            .body(body);
        let answer = Answer::read(request).await;
        let is_fine = answer.status == StatusCode::OK || answer.status.is_client_error();
        assert!(is_fine, "{} for {shown}", answer.status);
    }
    neighbour.is_served().await;
    ada.everything().await;
}

#[tokio::test]
async fn clocks_beyond_all_time_are_taken_for_what_they_are() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut ben = server.freelancer("Ben Builder").await;
    let mut neighbour = Neighbour::of(&server).await;
    let request = ada.publishes().await;
    let application = ben.applies(request).await;

    for at in [i64::MIN, -1, 0, i64::MAX] {
        let mut act = ada.seal(&publish("At no time"));
        act.at = Timestamp(at);
        let answer = ada.push(&[act]).await;
        let verdict = &answer.decisions[0].verdict;
        assert!(
            matches!(verdict, Verdict::Applied { .. }),
            "{at}: {verdict:?}"
        );
        let up_to = Timestamp(at);
        ada.act(Mutation::MarkRead { application, up_to }).await;
        neighbour.is_served().await;
    }
    assert_eq!(ada.sees::<Request>().await.len(), 5);
    assert!(!ada.everything().await.is_empty());
}

#[tokio::test]
async fn ids_that_point_at_themselves_or_at_something_else_do_no_harm() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut neighbour = Neighbour::of(&server).await;
    let text = || Box::new(request("A name of its own", &["Rust"]));
    let ids = [Uuid::nil(), Uuid::max(), ada.account.0, ada.device.0];

    for id in ids {
        let id = RequestId(id);
        ada.act(Mutation::PublishRequest { id, text: text() }).await;
        // The act bears the id of the thing it makes, and of the person who does it.
        let mutation = Mutation::PauseRequest { id };
        let mut act = ada.seal(&mutation);
        act.id = MutationId(id.0);
        let answer = ada.push(&[act]).await;
        assert_eq!(answer.decisions.len(), 1, "{answer:?}");
        neighbour.is_served().await;
    }
    assert_eq!(ada.sees::<Request>().await.len(), ids.len());
}

#[tokio::test]
async fn hostile_words_on_the_socket_end_it_and_no_other() {
    let server = TestServer::start().await;
    let ada = server.client("Ada Client").await;
    let mut ben = server.client("Ben Bystander").await;
    let mut his = Live::open(&ben, None).await;
    his.follow(&mut ben).await;
    let hello = serde_json::to_string(&FromDesktop::Hello {
        pull: ada.hello(None),
        dictionaries: None,
    })
    .expect("can be written");
    let words = [
        Message::binary(vec![0; 1_000]),
        Message::binary(b"\x28\xb5\x2f\xfd\xff\xff\xff\xff".to_vec()),
        Message::text("[".repeat(10_000)),
        Message::text(hello[..hello.len() - 2].to_owned()),
        Message::text(" ".repeat(64 * 1024 + 1)),
        Message::text("{\"type\":\"hello\",\"pull\":\"\\ud800\"}"),
    ];

    for word in words {
        let mut live = Live::connect(&ada).await;
        live.socket.send(word).await.expect("is sent");
        assert!(live.next().await.is_none());
        ben.publishes().await;
        his.follow(&mut ben).await;
    }
}

#[tokio::test]
async fn who_never_acknowledges_hears_one_delta_and_holds_up_nobody() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut neighbour = Neighbour::of(&server).await;
    let mut silent = Vec::new();
    for _ in 0..20 {
        let mut live = Live::open(&ada, None).await;
        let first = live.delta().await;
        silent.push((live, first));
    }

    for number in 0..30 {
        ada.asks_for(&format!("Request number {number}"), &["Rust"])
            .await;
    }
    neighbour.is_served().await;

    // All that they missed is one delta, worked out when they ask for it.
    let head = server.market.store.head().await.expect("is read");
    for (mut live, first) in silent {
        let cursor = first.cursor;
        live.say(&FromDesktop::Ack { cursor }).await;
        let next = live.delta().await;
        assert_eq!(next.cursor.version, head);
        assert_eq!(
            next.rows.len(),
            60,
            "thirty requests and their lines of the log"
        );
    }
}

#[tokio::test]
async fn sockets_that_are_half_open_or_never_read_hold_up_nobody() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut neighbour = Neighbour::of(&server).await;
    let mut long = request("A request with many words", &["Rust"]);
    long.description = "word ".repeat(1_500);
    for _ in 0..30 {
        let id = RequestId(Uuid::now_v7());
        let text = Box::new(long.clone());
        ada.does(Mutation::PublishRequest { id, text }).await;
    }
    let mut open = Vec::new();
    for beginning in [
        "",
        "G",
        "POST /v1/sync/push HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{",
    ] {
        for _ in 0..20 {
            let mut stream = TcpStream::connect(server.address).await.expect("connects");
            stream
                .write_all(beginning.as_bytes())
                .await
                .expect("is sent");
            open.push(stream);
        }
    }
    let mut deaf = Vec::new();
    for _ in 0..5 {
        let socket = TcpSocket::new_v4().expect("can be made");
        socket.set_recv_buffer_size(2_048).expect("can be small");
        let stream = socket.connect(server.address).await.expect("connects");
        let mut request = format!("ws://{}{}", server.address, path::LIVE)
            .into_client_request()
            .expect("is an address");
        let token = format!("Bearer {}", ada.token);
        let headers = request.headers_mut();
        headers.insert("authorization", token.parse().expect("is ASCII"));
        let opened = tokio_tungstenite::client_async(request, stream).await;
        let (mut socket, _) = opened.expect("is let in");
        let pull = ada.hello(None);
        let hello = serde_json::to_string(&FromDesktop::Hello {
            pull,
            dictionaries: None,
        })
        .expect("is JSON");
        socket.send(Message::text(hello)).await.expect("is sent");
        deaf.push(socket);
    }

    for _ in 0..5 {
        neighbour.is_served().await;
    }
    assert_eq!(ada.sees::<Request>().await.len(), 30);
}
