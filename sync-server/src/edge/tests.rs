//! Strangers who say nothing, half a header, too much, or never stop.

use axum::routing::{get, post};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::*;

struct Served {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    running: JoinHandle<io::Result<()>>,
}

async fn start(app: Router, limits: EdgeLimits) -> Served {
    start_by(app, limits, None).await
}

async fn start_by(app: Router, limits: EdgeLimits, tls: Option<Tls>) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port is free");
    let address = listener.local_addr().expect("is bound");
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async move {
        let _ = stopped.await;
    };
    let running = tokio::spawn(serve_by(listener, app, shutdown, limits, tls));
    Served {
        address,
        stop,
        running,
    }
}

fn short() -> EdgeLimits {
    EdgeLimits {
        first_byte_timeout: Duration::from_millis(50),
        header_timeout: Duration::from_millis(50),
        ..EdgeLimits::default()
    }
}

/// Sends bytes and returns all that comes until the server hangs up.
async fn exchange(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.expect("connects");
    stream.write_all(bytes).await.expect("is sent");
    let mut answer = String::new();
    let reading = stream.read_to_string(&mut answer);
    tokio::time::timeout(Duration::from_secs(30), reading)
        .await
        .expect("the server hangs up")
        .expect("is read");
    answer
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_closed() {
    let limits = EdgeLimits {
        header_timeout: Duration::from_mins(1),
        ..short()
    };
    let served = start(Router::new(), limits).await;

    assert_eq!(exchange(served.address, b"").await, "");
}

#[tokio::test]
async fn half_a_header_is_closed() {
    let limits = EdgeLimits {
        first_byte_timeout: Duration::from_mins(1),
        ..short()
    };
    let served = start(Router::new(), limits).await;

    let answer = exchange(served.address, b"GET / HTTP/1.1\r\nHost: a\r\nX-Half").await;

    assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn half_a_handshake_is_closed_and_gives_its_place_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let tls = Tls::self_made(folder.path(), &["127.0.0.1".to_owned()], 2026).expect("is made");
    let limits = EdgeLimits {
        first_byte_timeout: Duration::from_mins(1),
        handshake_timeout: Duration::from_millis(50),
        connections: 1,
        ..EdgeLimits::default()
    };
    let served = start_by(Router::new(), limits, Some(tls)).await;

    // The beginning of a record, and no more.
    for _ in 0..3 {
        assert_eq!(exchange(served.address, &[0x16, 3, 1, 2]).await, "");
    }
}

#[tokio::test]
async fn a_request_learns_its_peer() {
    let app = Router::new().route(
        "/",
        get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.ip().to_string() }),
    );
    let served = start(app, EdgeLimits::default()).await;

    let answer = exchange(
        served.address,
        b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    )
    .await;

    assert!(answer.ends_with("127.0.0.1"), "{answer}");
}

#[tokio::test]
async fn a_body_over_the_limit_is_a_problem_announced_or_not() {
    let app = Router::new().route(
        "/",
        post(|body: crate::problem::Body<String>| async move { body.0 }),
    );
    let served = start(
        app,
        EdgeLimits {
            body_bytes: 16,
            ..EdgeLimits::default()
        },
    )
    .await;
    let head = "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\
                Content-Type: application/json\r\n";
    let announced = format!("{head}Content-Length: 17\r\n\r\n\"123456789012345\"");
    let chunked =
        format!("{head}Transfer-Encoding: chunked\r\n\r\n11\r\n\"123456789012345\"\r\n0\r\n\r\n");
    let fits = format!("{head}Content-Length: 16\r\n\r\n\"12345678901234\"");

    for (request, expected) in [(announced, "413"), (chunked, "413"), (fits, "200")] {
        let answer = exchange(served.address, request.as_bytes()).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {expected}")),
            "{request}\n{answer}"
        );
    }
}

#[tokio::test]
async fn a_body_that_never_ends_is_given_up() {
    let app = Router::new().route("/", post(|body: String| async move { body }));
    let limits = EdgeLimits {
        body_timeout: Duration::from_millis(50),
        ..EdgeLimits::default()
    };
    let served = start(app, limits).await;
    let half = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf";

    let answer = exchange(served.address, half).await;

    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}

#[tokio::test]
async fn an_answer_under_way_is_given_before_the_server_ends() {
    let (begun, has_begun) = oneshot::channel::<()>();
    let (go_on, may_go_on) = oneshot::channel::<()>();
    let steps = Arc::new(std::sync::Mutex::new(Some((begun, may_go_on))));
    let app = Router::new().route(
        "/",
        get(|| async move {
            let (begun, may_go_on) = steps.lock().expect("is sound").take().expect("is once");
            let _ = begun.send(());
            let _ = may_go_on.await;
            "finished"
        }),
    );
    let served = start(app, EdgeLimits::default()).await;
    let address = served.address;
    let asking =
        tokio::spawn(async move { exchange(address, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await });
    has_begun.await.expect("the request arrives");

    served.stop.send(()).expect("the server runs");
    go_on.send(()).expect("the answer waits");

    assert!(asking.await.expect("does not panic").ends_with("finished"));
    served
        .running
        .await
        .expect("does not panic")
        .expect("ends well");
}

#[tokio::test]
async fn who_finds_every_place_taken_waits_for_one() {
    let app = Router::new().route("/", get(|| async { "hello" }));
    let served = start(
        app,
        EdgeLimits {
            connections: 1,
            ..short()
        },
    )
    .await;
    let _silent = TcpStream::connect(served.address).await.expect("connects");

    let answer = exchange(
        served.address,
        b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    )
    .await;

    assert!(answer.ends_with("hello"), "{answer}");
}

#[test]
fn only_loopback_is_good_to_listen_on() {
    for (address, is_good) in [
        ("127.0.0.1:4810", true),
        ("127.9.9.9:1", true),
        ("[::1]:4810", true),
        ("[::ffff:127.0.0.1]:4810", true),
        ("0.0.0.0:4810", false),
        ("[::]:4810", false),
        ("192.168.1.5:4810", false),
    ] {
        let address = address.parse().expect("is an address");
        assert_eq!(require_loopback(address).is_ok(), is_good, "{address}");
    }
}
