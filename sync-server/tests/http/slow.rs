//! Connections that say nothing, or go on without end: they are closed, and those who have something to say are served meanwhile.

use crate::server::TestServer;
use guildhall_domain::request::Request;
use guildhall_protocol::path;
use guildhall_server::edge::EdgeLimits;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How many of each kind.
const EACH: usize = 34;
/// How often it says a little more.
const BEAT: Duration = Duration::from_millis(50);

/// Ways to hold a connection, and what each says at first and then again and again.
const KINDS: [(&str, &str); 4] = [
    ("", ""),
    ("GET /login HTTP/1.1\r\nHost: market\r\nX-Slow", ""),
    ("GET /login HTTP/1.1\r\nHost: market\r\n", "X-Slow: yes\r\n"),
    (
        "POST /login HTTP/1.1\r\nHost: market\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\n",
        "a",
    ),
];

/// Holds a connection until the server closes it.
async fn hold(
    address: SocketAddr,
    (first, again): (&'static str, &'static str),
    open: watch::Sender<usize>,
) {
    let stream = TcpStream::connect(address).await.expect("connects");
    let (mut hearing, mut saying) = stream.into_split();
    saying.write_all(first.as_bytes()).await.expect("is sent");
    open.send_modify(|open| *open += 1);
    let talking = async {
        let mut beat = tokio::time::interval(BEAT);
        loop {
            beat.tick().await;
            // The server may be gone by now.
            if saying.write_all(again.as_bytes()).await.is_err() {
                return;
            }
        }
    };
    let mut heard = Vec::new();
    tokio::select! {
        // What it says at last is its own business.
        _ = hearing.read_to_end(&mut heard) => {}
        () = talking => {}
    }
    open.send_modify(|open| *open -= 1);
}

fn patience(time: Duration) -> EdgeLimits {
    EdgeLimits {
        first_byte_timeout: time,
        header_timeout: time,
        body_timeout: time,
        ..EdgeLimits::default()
    }
}

fn slow_ones(server: &TestServer, open: &watch::Sender<usize>) -> JoinSet<()> {
    let mut slow = JoinSet::new();
    for kind in KINDS.into_iter().cycle().take(EACH * KINDS.len()) {
        slow.spawn(hold(server.address, kind, open.clone()));
    }
    slow
}

#[tokio::test]
async fn slow_connections_hold_up_nobody() {
    let server = TestServer::patient(patience(Duration::from_mins(5))).await;
    let mut ada = server.client("Ada Client").await;
    let (open, mut watched) = watch::channel(0);
    let slow = slow_ones(&server, &open);
    let all = watched.wait_for(|open| *open == slow.len()).await;
    drop(all.expect("is watched"));

    for _ in 0..5 {
        // By a connection of its own, as somebody who has just come.
        let fresh = reqwest::Client::new();
        let me = fresh.get(format!("http://{}{}", server.address, path::ME));
        let answer = me.bearer_auth(&ada.token).send().await.expect("answers");
        assert_eq!(answer.status(), 200);
        ada.publishes().await;
    }

    assert_eq!(ada.sees::<Request>().await.len(), 5);
    assert_eq!(
        *watched.borrow(),
        slow.len(),
        "they were there all the time"
    );
}

#[tokio::test]
async fn slow_connections_are_closed_and_give_their_places_back() {
    let edge = EdgeLimits {
        connections: 64,
        ..patience(Duration::from_millis(300))
    };
    let server = TestServer::patient(edge).await;
    let (open, watched) = watch::channel(0);

    let mut slow = slow_ones(&server, &open);
    while let Some(closed) = slow.join_next().await {
        closed.expect("is closed by the server");
    }

    assert_eq!(*watched.borrow(), 0);
    let page = server
        .send(reqwest::Method::GET, "/login", None, None)
        .await;
    assert_eq!(page.status, 200, "{}", page.body);
}
