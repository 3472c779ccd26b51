//! The live socket: changes as they happen, and how a session ends.

use crate::desk::Desk;
use crate::server::TestServer;
use futures_util::{SinkExt as _, StreamExt as _};
use guildhall_domain::activity::Activity;
use guildhall_domain::message::Message;
use guildhall_domain::recommendation::Recommendation;
use guildhall_protocol::path;
use guildhall_protocol::sync::{Cursor, Delta, FromDesktop, FromServer, PROTOCOL};
use guildhall_sync_core::pull::{Cut, Merge};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Longer than anything here takes; a test that waits for it has failed.
const LIMIT: Duration = Duration::from_secs(20);

/// An open session.
pub(crate) struct Live {
    pub(crate) socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Everything the server has said.
    pub(crate) heard: String,
}

impl Live {
    /// Opens a session that begins at a cursor.
    pub(crate) async fn open(desk: &Desk, cursor: Option<Cursor>) -> Self {
        let mut live = Self::connect(desk).await;
        let pull = desk.hello(cursor);
        live.say(&FromDesktop::Hello {
            pull,
            dictionaries: None,
        })
        .await;
        live
    }

    pub(crate) async fn connect(desk: &Desk) -> Self {
        let address = format!("ws://{}{}", desk.address, path::LIVE);
        let mut request = address.into_client_request().expect("is an address");
        let token = format!("Bearer {}", desk.token);
        request
            .headers_mut()
            .insert("authorization", token.parse().expect("is ASCII"));
        let (socket, _) = connect_async(request).await.expect("is let in");
        Self {
            socket,
            heard: String::new(),
        }
    }

    pub(crate) async fn say(&mut self, message: &FromDesktop) {
        let text = serde_json::to_string(message).expect("can be written");
        self.say_text(&text).await;
    }

    pub(crate) async fn say_text(&mut self, text: &str) {
        let message = tungstenite::Message::text(text);
        self.socket.send(message).await.expect("is sent");
    }

    /// What the server says next; none when it has hung up.
    pub(crate) async fn next(&mut self) -> Option<FromServer> {
        loop {
            let next = tokio::time::timeout(LIMIT, self.socket.next());
            match next.await.expect("the server says something") {
                Some(Ok(tungstenite::Message::Text(text))) => {
                    self.heard.push_str(&text);
                    return Some(serde_json::from_str(&text).expect("is of the protocol"));
                }
                Some(Ok(tungstenite::Message::Ping(_) | tungstenite::Message::Pong(_))) => {}
                Some(Ok(other)) if !other.is_close() => panic!("{other:?}"),
                Some(Ok(_) | Err(_)) | None => return None,
            }
        }
    }

    /// The next delta, not acknowledged.
    pub(crate) async fn delta(&mut self) -> Delta {
        match self.next().await {
            Some(FromServer::Delta { delta }) => *delta,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn acknowledge(&mut self, cursor: Cursor) {
        self.say(&FromDesktop::Ack { cursor }).await;
    }

    /// Takes the next delta into the desk's replica.
    pub(crate) async fn follow(&mut self, desk: &mut Desk) {
        let delta = self.delta().await;
        desk.take(&delta);
        self.acknowledge(delta.cursor).await;
    }

    pub(crate) async fn ends_with(&mut self, expected: &str) {
        match self.next().await {
            Some(FromServer::Bye { reason }) => assert_eq!(reason, expected),
            other => panic!("{other:?}"),
        }
        assert!(self.next().await.is_none());
    }
}

#[tokio::test]
async fn what_others_do_arrives_by_itself() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut ben = server.freelancer("Ben Builder").await;
    ben.offers_skills(&["Rust"]).await;
    let mut live = Live::open(&ben, None).await;
    live.follow(&mut ben).await;
    assert_eq!(
        ben.replica.rows().count(),
        4,
        "person, profile, two lines of the log"
    );

    let request = ada.publishes().await;
    live.follow(&mut ben).await;
    let matches = ben.replica.rows();
    let matches =
        matches.filter(|row| matches!(row, guildhall_domain::row::Row::Recommendation(_)));
    assert_eq!(matches.count(), 1);
    let thread = ben.applies(request).await;
    live.follow(&mut ben).await;
    ada.says(thread, "Welcome!").await;
    live.follow(&mut ben).await;

    assert_eq!(crate::desk::rows_of(&ben.replica), ben.everything().await);
    assert_eq!(ben.sees_one::<Message>().await.body, "Welcome!");
    assert_eq!(ben.sees_one::<Recommendation>().await.request, request);
}

#[tokio::test]
async fn a_long_way_comes_in_pages_that_are_acknowledged_one_by_one() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    for _ in 0..3 {
        ada.publishes().await;
    }
    let mut pull = ada.hello(None);
    pull.rows = Some(2);
    let mut live = Live::connect(&ada).await;
    live.say(&FromDesktop::Hello {
        pull,
        dictionaries: None,
    })
    .await;

    let mut merge = Merge::default();
    let mut pages = 1;
    let last = loop {
        let page = live.delta().await;
        live.acknowledge(page.cursor).await;
        if page.next.is_none() {
            break page;
        }
        assert!(page.rows.len() <= 2);
        merge.page(Cut::read(page).expect("can be read"));
        pages += 1;
    };
    assert!(pages >= 4, "{pages} pages");
    ada.replica
        .apply(merge.finish(Cut::read(last).expect("can be read")));
    ada.publishes().await;
    live.follow(&mut ada).await;

    assert_eq!(crate::desk::rows_of(&ada.replica), ada.everything().await);
}

#[tokio::test]
async fn while_one_delta_waits_for_its_acknowledgement_the_rest_becomes_one() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut live = Live::open(&ada, None).await;
    let first = live.delta().await;
    for number in 1..=5 {
        ada.asks_for(&format!("Request number {number}"), &["Rust"])
            .await;
    }

    live.acknowledge(first.cursor).await;
    let second = live.delta().await;

    let head = server.market.store.head().await.expect("is read");
    assert_eq!(second.cursor.version, head);
    assert_eq!(
        second.rows.len(),
        10,
        "five requests and five lines of the log"
    );
    ada.take(&first);
    ada.take(&second);
    assert_eq!(crate::desk::rows_of(&ada.replica), ada.everything().await);
}

#[tokio::test]
async fn a_session_goes_on_from_the_cursor_it_shows() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    ada.pull().await;
    let seen = ada.replica.cursor();
    ada.publishes().await;

    let mut live = Live::open(&ada, seen).await;
    let delta = live.delta().await;

    assert!(!delta.whole);
    assert_eq!(delta.rows.len(), 2);
}

#[tokio::test]
async fn a_session_ends_when_its_sign_in_is_revoked() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut ben = server.client("Ben Bystander").await;
    let mut hers = Live::open(&ada, None).await;
    let mut his = Live::open(&ben, None).await;
    hers.follow(&mut ada).await;
    his.follow(&mut ben).await;

    server
        .market
        .oauth
        .revoke_account(ada.account.0, "signed_out")
        .await
        .expect("is revoked");

    hers.ends_with("revoked").await;
    ben.publishes().await;
    his.follow(&mut ben).await;
    assert_eq!(ben.sees::<Activity>().await.len(), 2, "his goes on");
}

#[tokio::test]
async fn who_speaks_another_protocol_or_nonsense_is_not_listened_to() {
    let server = TestServer::start().await;
    let ada = server.client("Ada Client").await;
    let mut hello = ada.hello(None);
    hello.protocol = PROTOCOL + 1;
    let mut newer = Live::connect(&ada).await;
    newer
        .say(&FromDesktop::Hello {
            pull: hello,
            dictionaries: None,
        })
        .await;
    newer.ends_with("upgrade_required").await;

    let early = ada.delta(None).await.cursor;
    let early = serde_json::to_string(&FromDesktop::Ack { cursor: early }).expect("is JSON");
    for nonsense in ["", "{", "{\"type\":\"dance\"}", early.as_str()] {
        let mut live = Live::connect(&ada).await;
        live.say_text(nonsense).await;
        assert!(live.next().await.is_none(), "{nonsense}");
    }
    let mut wrong = Live::open(&ada, None).await;
    let mut cursor = wrong.delta().await.cursor;
    cursor.version += 1;
    wrong.acknowledge(cursor).await;
    assert!(
        wrong.next().await.is_none(),
        "it acknowledges what it never got"
    );
}

#[tokio::test]
async fn a_session_that_ended_leaves_its_seat() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let mut live = Live::open(&ada, None).await;
    live.follow(&mut ada).await;
    assert_eq!(server.market.hub.sessions(), 1);

    live.say_text("nonsense").await;
    assert!(live.next().await.is_none());
    drop(live);
    let waiting = async {
        while server.market.hub.sessions() > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LIMIT, waiting)
        .await
        .expect("the seat is free");
}
