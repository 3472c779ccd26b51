//! The accept loop: where strangers connect, so everything here has a bound.
//!
//! `axum::serve` waits for ever on a connection that sends nothing or half a header. This loop
//! gives both a time-out, and the TLS handshake another, caps the number of connections, of all
//! and of each network, and on shutdown lets answers under way finish.

mod places;
mod tls;

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Request};
use axum::http::{HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::{self, StreamExt as _};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower::ServiceExt as _;

use crate::limit::SharedNetworks;
use crate::problem::Problem;
use places::Networks;
pub use tls::{Tls, TlsError, self_made_files};

/// The bounds of the accept loop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EdgeLimits {
    /// From the connection to its first byte.
    pub first_byte_timeout: Duration,
    /// From the first byte to the end of the TLS handshake.
    pub handshake_timeout: Duration,
    /// From the first byte of a request to the end of its header; also how long an idle
    /// connection is kept.
    pub header_timeout: Duration,
    /// How many connections are served at once; more wait to be accepted.
    pub connections: usize,
    /// How many of them one network may hold; what comes above is hung up on. Not for this machine itself.
    pub connections_per_network: usize,
    /// Networks that may hold as many for each of their people.
    pub shared: SharedNetworks,
    /// How large a body may be.
    pub body_bytes: usize,
    /// From the header of a request to the end of its body.
    pub body_timeout: Duration,
    /// How long answers under way may take after shutdown began.
    pub drain_timeout: Duration,
}

impl Default for EdgeLimits {
    fn default() -> Self {
        Self {
            first_byte_timeout: Duration::from_secs(10),
            handshake_timeout: Duration::from_secs(10),
            header_timeout: Duration::from_secs(10),
            connections: 12_000,
            connections_per_network: 256,
            shared: SharedNetworks::default(),
            body_bytes: 1024 * 1024,
            body_timeout: Duration::from_mins(1),
            drain_timeout: Duration::from_secs(10),
        }
    }
}

/// The address is reachable from other machines, and no TLS was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0} can be reached from other machines, and without TLS passwords would cross the network in the open. \
     Give a certificate with --tls-cert FILE --tls-key FILE, or let the server make one with --tls-self-made"
)]
pub struct NotLoopback(pub SocketAddr);

/// Refuses to listen without TLS where other machines could reach the server.
pub fn require_loopback(address: SocketAddr) -> Result<(), NotLoopback> {
    if address.ip().to_canonical().is_loopback() {
        Ok(())
    } else {
        Err(NotLoopback(address))
    }
}

/// How many connections may wait to be accepted: after an outage everybody comes back in the same moment.
const WAITING: u32 = 4_096;

/// Begins to listen.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // A server that is started again at once gets its port back.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING)
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
    serve_by(listener, app, shutdown, limits, None).await
}

/// The same, over TLS where there is one.
pub async fn serve_by(
    listener: TcpListener,
    app: Router,
    shutdown: impl Future<Output = ()>,
    limits: EdgeLimits,
    tls: Option<Tls>,
) -> io::Result<()> {
    let app = match &tls {
        // Not with a certificate that browsers have to be talked into: they would not let the person in any more.
        Some(tls) if tls.pin().is_none() => app.layer(middleware::map_response(demand_tls)),
        Some(_) | None => app,
    };
    let body_bytes = limits.body_bytes;
    let app = app
        .layer(DefaultBodyLimit::max(body_bytes))
        .layer(middleware::from_fn(move |request, next| {
            refuse_announced_excess(body_bytes, request, next)
        }));
    let limits = Arc::new(limits);
    let places = Arc::new(Semaphore::new(limits.connections));
    let networks = Networks::new(limits.connections_per_network, limits.shared.clone());
    let (closing, _) = watch::channel(false);
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = accept(&listener, &places) => accepted,
        };
        match accepted {
            Ok((stream, peer, place)) => {
                let Some(held) = networks.take(peer.ip()) else {
                    tracing::debug!(%peer, "a network has as many connections as it may");
                    continue;
                };
                let app = app.clone();
                let closing = closing.subscribe();
                let (tls, limits) = (tls.clone(), Arc::clone(&limits));
                tokio::spawn(async move {
                    begin(stream, peer, tls, app, limits, closing).await;
                    drop((place, held));
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

/// How a TLS connection begins: with a record of the kind *handshake*.
const HANDSHAKE: u8 = 0x16;

/// What somebody is told who speaks plain HTTP where TLS is spoken.
const SPEAK_TLS: &[u8] = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n\
    This server speaks TLS. Write https:// in front of its address.\n";

async fn tell_plain(stream: &mut TcpStream) -> io::Result<()> {
    // What is left unread would make the system throw the answer away.
    let mut request = [0; 4096];
    let _ = stream.read(&mut request).await?;
    stream.write_all(SPEAK_TLS).await?;
    stream.shutdown().await
}

async fn begin(
    mut stream: TcpStream,
    peer: SocketAddr,
    tls: Option<Tls>,
    app: Router,
    limits: Arc<EdgeLimits>,
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
    let Some(tls) = tls else {
        return converse(stream, peer, app, limits, closing).await;
    };
    if first_byte != [HANDSHAKE] {
        let _ = tokio::time::timeout(limits.handshake_timeout, tell_plain(&mut stream)).await;
        return;
    }
    let shaken = tokio::select! {
        shaken = tokio::time::timeout(limits.handshake_timeout, tls.acceptor.accept(stream)) => shaken,
        () = has_begun_closing(&mut closing) => return,
    };
    match shaken {
        Ok(Ok(stream)) => converse(stream, peer, app, limits, closing).await,
        Ok(Err(error)) => tracing::debug!(%error, %peer, "a handshake failed"),
        Err(_) => tracing::debug!(%peer, "a handshake took too long"),
    }
}

async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: SocketAddr,
    app: Router,
    limits: Arc<EdgeLimits>,
    mut closing: watch::Receiver<bool>,
) {
    let EdgeLimits {
        header_timeout,
        body_timeout,
        ..
    } = *limits;
    drop(limits);
    let service = TowerToHyperService::new(app.map_request(move |request: Request<Incoming>| {
        let mut request = request.map(|body| within(body_timeout, body));
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    }));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(header_timeout)
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

/// Has browsers come by TLS only, for a year.
async fn demand_tls(mut response: Response) -> Response {
    response.headers_mut().insert(
        header::STRICT_TRANSPORT_SECURITY,
        HeaderValue::from_static("max-age=31536000"),
    );
    response
}

/// The body, with an end: who sends it a byte now and then must not hold a connection for ever.
fn within(timeout: Duration, body: Incoming) -> Body {
    if body.is_end_stream() {
        return Body::empty();
    }
    let deadline = tokio::time::Instant::now() + timeout;
    let chunks = Body::new(body).into_data_stream();
    Body::from_stream(stream::unfold(chunks, move |mut chunks| async move {
        let next = tokio::time::timeout_at(deadline, chunks.next()).await;
        let next = next.unwrap_or_else(|late| Some(Err(axum::Error::new(late))));
        next.map(|chunk| (chunk, chunks))
    }))
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
mod tests;
