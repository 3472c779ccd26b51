//! Two thousand connections that say nothing, or never come to an end, and what everybody else notices of them.

use crate::bed::Bed;
use crate::figure::{Figure, Sample};
use crate::server::Server;
use anyhow::{Context as _, Result, ensure};
use guildhall_protocol::path;
use guildhall_server::oauth::{Roles, Scope};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time;

pub(crate) const NAME: &str = "identity.slow_p99_ms";

/// How many are held at once; who is hung up on comes back.
const SLOW: usize = 2_000;
/// For how long.
const FOR: Duration = Duration::from_mins(1);
/// How often a slow one says a little more.
const BEAT: Duration = Duration::from_secs(1);
/// Everybody else, and how long each thinks between two questions.
const OTHERS: usize = 8;
const THINKS: Duration = Duration::from_millis(20);
/// Files of this process, with room for more.
const FILES: u64 = 4_096;

/// What the slow say at first, and then again and again.
const KINDS: [(&str, &str); 3] = [
    ("", ""),
    ("GET /login HTTP/1.1\r\nHost: market\r\n", "X-Slow: yes\r\n"),
    (
        "POST /login HTTP/1.1\r\nHost: market\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\n",
        "a",
    ),
];

/// What the slow came to.
#[derive(Debug, Default)]
struct Held {
    open: AtomicUsize,
    closed: AtomicUsize,
}

/// Measures how long others wait for an answer.
pub(crate) async fn measure() -> Result<Figure> {
    rlimit::increase_nofile_limit(FILES).context("the limit of open files cannot be raised")?;
    let bed = Bed::lay(OTHERS).await?;
    let token = furnish(&bed).await?;
    let server = Server::start(&bed.data())?;
    let (_, port) = server.address.rsplit_once(':').context("no port")?;
    let address = SocketAddr::from(([127, 0, 0, 1], port.parse()?));

    let held = Arc::new(Held::default());
    let end = time::Instant::now() + FOR;
    let mut slow = JoinSet::new();
    for kind in KINDS.into_iter().cycle().take(SLOW) {
        slow.spawn(hold(address, kind, end, Arc::clone(&held)));
    }
    // Nobody is measured before they are all there.
    while held.open.load(Ordering::Relaxed) < SLOW && time::Instant::now() < end {
        time::sleep(BEAT / 10).await;
    }
    let most = held.open.load(Ordering::Relaxed);
    ensure!(
        most * 10 >= SLOW * 9,
        "only {most} slow connections are open"
    );

    let mut others = JoinSet::new();
    for _ in 0..OTHERS {
        others.spawn(ask(server.address.clone(), token.clone(), end));
    }
    let mut took = Vec::new();
    while let Some(done) = others.join_next().await {
        took.extend(done??);
    }
    while let Some(done) = slow.join_next().await {
        done?;
    }
    let memory = server.process().most_memory_mb();
    server.kill()?;

    let closed = held.closed.load(Ordering::Relaxed);
    ensure!(closed >= SLOW, "only {closed} slow connections were closed");
    let took = Sample::of(took);
    let note = format!(
        "{} answers to {OTHERS} others beside {SLOW} slow connections for {} s, which were hung up on {closed} times; p50 {:.1} ms, longest {:.0} ms, \
         {memory:.0} MiB resident",
        took.count(),
        FOR.as_secs(),
        took.median(),
        took.most(),
    );
    Ok(Figure::new(NAME, took.permille(990), "ms", note))
}

/// The token of somebody who is signed in.
async fn furnish(bed: &Bed) -> Result<String> {
    let market = bed.open().await?;
    let account = bed.freelancers().next().context("the market is empty")?.0;
    market
        .oauth
        .adopt_account(
            account,
            "somebody@example.org",
            "Somebody",
            Roles::FREELANCER,
        )
        .await?;
    let issued = market.oauth.issue_for(account, Scope::Marketplace).await?;
    market.store.close().await;
    Ok(issued.access_token)
}

/// Holds one connection after the other, until the end.
async fn hold(
    address: SocketAddr,
    kind: (&'static str, &'static str),
    end: time::Instant,
    held: Arc<Held>,
) {
    while time::Instant::now() < end {
        let Ok(stream) = TcpStream::connect(address).await else {
            time::sleep(BEAT).await;
            continue;
        };
        held.open.fetch_add(1, Ordering::Relaxed);
        let was_closed = time::timeout_at(end, linger(stream, kind)).await.is_ok();
        held.open.fetch_sub(1, Ordering::Relaxed);
        if was_closed {
            held.closed.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Says a little, and a little more, until the server hangs up.
async fn linger(stream: TcpStream, (first, again): (&str, &str)) {
    let (mut hearing, mut saying) = stream.into_split();
    let talk = async {
        let mut words = first;
        while saying.write_all(words.as_bytes()).await.is_ok() {
            words = again;
            time::sleep(BEAT).await;
        }
    };
    let mut heard = Vec::new();
    tokio::select! {
        // An end is an end, clean or not.
        _ = hearing.read_to_end(&mut heard) => {}
        () = talk => {}
    }
}

/// Asks who it is with a token, and for the page of signing in, in turn: half of the time by a new connection.
async fn ask(address: String, token: String, end: time::Instant) -> Result<Vec<Duration>> {
    let known = reqwest::Client::new();
    let mut took = Vec::new();
    while time::Instant::now() < end {
        let number = took.len();
        let http = if number % 4 < 2 {
            known.clone()
        } else {
            reqwest::Client::new()
        };
        let page = if number % 2 == 0 { path::ME } else { "/login" };
        let request = http.get(format!("{address}{page}")).bearer_auth(&token);
        let begun = Instant::now();
        request.send().await?.error_for_status()?.bytes().await?;
        took.push(begun.elapsed());
        time::sleep(THINKS).await;
    }
    Ok(took)
}
