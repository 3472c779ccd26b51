//! The accept loop: where strangers connect, so everything here has a bound.
//!
//! `axum::serve` waits for ever on a connection that sends nothing or half a header. This loop
//! gives both a time-out, caps the number of connections, and on shutdown lets answers under way
//! finish.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Request};
use axum::http::header;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower::ServiceExt as _;

use crate::problem::Problem;

/// The bounds of the accept loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EdgeLimits {
    /// From the connection to its first byte.
    pub first_byte_timeout: Duration,
    /// From the first byte of a request to the end of its header; also how long an idle
    /// connection is kept.
    pub header_timeout: Duration,
    /// How many connections are served at once; more wait to be accepted.
    pub connections: usize,
    /// How large a body may be, unless a route says otherwise.
    pub body_bytes: usize,
    /// How long answers under way may take after shutdown began.
    pub drain_timeout: Duration,
}

impl Default for EdgeLimits {
    fn default() -> Self {
        Self {
            first_byte_timeout: Duration::from_secs(10),
            header_timeout: Duration::from_secs(10),
            connections: 12_000,
            body_bytes: 1024 * 1024,
            drain_timeout: Duration::from_secs(10),
        }
    }
}

/// The address is reachable from other machines, and there is no TLS yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0} can be reached from other machines, and this server speaks no TLS yet: \
     passwords would cross the network in the open. Listen on 127.0.0.1 instead"
)]
pub struct NotLoopback(pub SocketAddr);

/// Refuses to listen where other machines could reach the server.
pub fn require_loopback(address: SocketAddr) -> Result<(), NotLoopback> {
    if address.ip().to_canonical().is_loopback() {
        Ok(())
    } else {
        Err(NotLoopback(address))
    }
}

/// Serves connections until `shutdown` is done and answers under way are given.
///
/// Every request carries its peer as `ConnectInfo<SocketAddr>`.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    shutdown: impl Future<Output = ()>,
    limits: EdgeLimits,
) -> io::Result<()> {
    let app = app
        .layer(DefaultBodyLimit::max(limits.body_bytes))
        .layer(middleware::from_fn(move |request, next| {
            refuse_announced_excess(limits.body_bytes, request, next)
        }));
    let places = Arc::new(Semaphore::new(limits.connections));
    let (closing, _) = watch::channel(false);
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = accept(&listener, &places) => accepted,
        };
        match accepted {
            Ok((stream, peer, place)) => {
                let app = app.clone();
                let closing = closing.subscribe();
                tokio::spawn(async move {
                    serve_connection(stream, peer, app, limits, closing).await;
                    drop(place);
                });
            }
            Err(error) if is_about_one_connection(&error) => {}
            Err(error) => {
                // Most likely no file descriptors are left. They come back as others hang up.
                tracing::warn!(%error, "cannot accept connections for a moment");
                tokio::select! {
                    () = &mut shutdown => break,
                    () = tokio::time::sleep(Duration::from_millis(100)) => {}
                }
            }
        }
    }
    drop(listener);
    closing.send_replace(true);
    // Every connection holds a receiver; when the last is gone, all are served.
    if tokio::time::timeout(limits.drain_timeout, closing.closed())
        .await
        .is_err()
    {
        tracing::warn!("some connections did not end in time and are cut");
    }
    Ok(())
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places)
        .acquire_owned()
        .await
        .map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((stream, peer, place))
}

fn is_about_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

async fn serve_connection(
    stream: TcpStream,
    peer: SocketAddr,
    app: Router,
    limits: EdgeLimits,
    mut closing: watch::Receiver<bool>,
) {
    // A look at the first byte itself: that a socket is readable may be said too early.
    let mut first_byte = [0];
    let looked = tokio::select! {
        looked = tokio::time::timeout(limits.first_byte_timeout, stream.peek(&mut first_byte)) => looked,
        () = has_begun_closing(&mut closing) => return,
    };
    if !matches!(looked, Ok(Ok(1))) {
        return;
    }
    // Small messages go out at once; only latency is lost if this fails.
    let _ = stream.set_nodelay(true);
    let service = TowerToHyperService::new(app.map_request(move |request: Request<Incoming>| {
        let mut request = request.map(axum::body::Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    }));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let served = tokio::select! {
        served = connection.as_mut() => served,
        () = has_begun_closing(&mut closing) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = served {
        tracing::debug!(%error, %peer, "a connection ended early");
    }
}

async fn has_begun_closing(closing: &mut watch::Receiver<bool>) {
    // An error means that the loop is gone, which is the end as well.
    let _ = closing.wait_for(|is_closing| *is_closing).await;
}

/// Answers a body that says itself that it is too large before any of it is read.
async fn refuse_announced_excess(body_bytes: usize, request: Request, next: Next) -> Response {
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok())
        .and_then(|length| length.parse::<u64>().ok());
    // Invariant: no route raises its limit above this; the one that has to will make this a map.
    if announced.is_some_and(|length| length > body_bytes as u64) {
        return Problem::too_large().into_response();
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
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
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port is free");
        let address = listener.local_addr().expect("is bound");
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move {
            let _ = stopped.await;
        };
        let running = tokio::spawn(serve(listener, app, shutdown, limits));
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
        let chunked = format!(
            "{head}Transfer-Encoding: chunked\r\n\r\n11\r\n\"123456789012345\"\r\n0\r\n\r\n"
        );
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
            tokio::spawn(
                async move { exchange(address, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await },
            );
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
}
