//! What sign-in carries: tokens renewed, reads with a token, passwords checked, and what the time of a check tells a stranger.

use crate::bed::Bed;
use crate::browser::Browser;
use crate::figure::{Figure, Sample, milliseconds};
use crate::process::Process;
use crate::server::Server;
use anyhow::{Context as _, Result, bail, ensure};
use guildhall_oauth::DESKTOP_CLIENT;
use guildhall_protocol::path;
use guildhall_server::oauth::{Roles, Scope};
use serde::Deserialize;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

pub(crate) const NAMES: [&str; 6] = [
    "identity.refreshes_per_s",
    "identity.reads_per_s",
    "identity.reads_p99_ms",
    "identity.logins_per_s",
    "identity.flood_mb",
    "identity.timing_difference_ms",
];

/// Desktops that renew their tokens, one after the other each.
const DESKTOPS: usize = 64;
const RENEWALS: usize = 60;
/// Those that read, and how often each.
const READERS: usize = 16;
const READS: usize = 1_500;
/// Browsers that sign in at once, and how often each: as many as are let through at once, and some that wait.
const BROWSERS: usize = 4;
const SIGN_INS: usize = 15;
/// Browsers that all come in the same moment.
const FLOOD: usize = 200;
/// Wrong passwords for addresses that somebody has, and as many for those that nobody has.
const GUESSES: usize = 40;

const PASSWORD: &str = "correct horse battery staple";
/// Everybody comes from this machine.
const LIMITS: &str = r#"{
    "sign_ins": { "at_once": 1000000, "seconds_each": 1 },
    "tokens": { "at_once": 1000000, "seconds_each": 1 }
}"#;

/// A pair of tokens, as the server tells it.
#[derive(Debug, Clone, Deserialize)]
struct Pair {
    access_token: String,
    refresh_token: String,
}

/// Measures all of it.
pub(crate) async fn measure() -> Result<Vec<Figure>> {
    let bed = Bed::lay(2 * DESKTOPS).await?;
    let pairs = furnish(&bed).await?;
    let limits = bed.beside("limits.json");
    std::fs::write(&limits, LIMITS)?;
    let server = Server::start_with(&bed.data(), &[("GUILDHALL_LIMITS", limits.as_os_str())])?;
    let process = server.process();

    let (pairs, renewed) = renew(&server.address, pairs, process).await?;
    let mut figures = vec![renewed];
    figures.extend(read(&server.address, &pairs, process).await?);
    figures.push(sign_in(&server.address).await?);
    figures.push(flood(&server.address, process).await?);
    figures.push(guess(&server.address).await?);
    server.kill()?;
    Ok(figures)
}

fn address_of(number: usize) -> String {
    format!("person-{number}@example.org")
}

/// Accounts with a password, and for some a sign-in.
async fn furnish(bed: &Bed) -> Result<Vec<Pair>> {
    let market = bed.open().await?;
    let mut pairs = Vec::new();
    for (number, freelancer) in bed.freelancers().take(DESKTOPS).enumerate() {
        let (account, email) = (freelancer.0, address_of(number));
        market
            .oauth
            .adopt_account(account, &email, "Somebody", Roles::FREELANCER)
            .await?;
        if number < GUESSES {
            market.oauth.set_password(&email, PASSWORD).await?;
        }
        let issued = market.oauth.issue_for(account, Scope::Marketplace).await?;
        pairs.push(Pair {
            access_token: issued.access_token,
            refresh_token: issued.refresh_token.context("can be renewed")?,
        });
    }
    market.store.close().await;
    ensure!(pairs.len() == DESKTOPS, "the market is too small");
    Ok(pairs)
}

/// Every desktop shows its refresh token for the next, again and again.
async fn renew(address: &str, pairs: Vec<Pair>, server: Process) -> Result<(Vec<Pair>, Figure)> {
    let url = format!("{address}/oauth/token");
    let (begun, before) = (Instant::now(), server.used());
    let mut running = JoinSet::new();
    for mut pair in pairs {
        let url = url.clone();
        running.spawn(async move {
            let http = reqwest::Client::new();
            let mut took = Vec::with_capacity(RENEWALS);
            for _ in 0..RENEWALS {
                let form = url::form_urlencoded::Serializer::new(String::new())
                    .append_pair("grant_type", "refresh_token")
                    .append_pair("client_id", DESKTOP_CLIENT)
                    .append_pair("refresh_token", &pair.refresh_token)
                    .finish();
                let begun = Instant::now();
                let answer = http
                    .post(&url)
                    .header("content-type", "application/x-www-form-urlencoded")
                    .body(form)
                    .send()
                    .await?
                    .error_for_status()?;
                pair = answer.json().await?;
                took.push(begun.elapsed());
            }
            anyhow::Ok((pair, took))
        });
    }
    let (mut pairs, mut took) = (Vec::new(), Vec::new());
    while let Some(done) = running.join_next().await {
        let (pair, times) = done??;
        pairs.push(pair);
        took.extend(times);
    }
    let rate = Rate::of(took, begun.elapsed(), server.used().saturating_sub(before));
    let note = format!(
        "{DESKTOPS} desktops, {RENEWALS} times each, on the disk before the answer; {}",
        rate.note()
    );
    Ok((pairs, Figure::new(NAMES[0], rate.per_s(), "/s", note)))
}

/// Readers ask who they are.
async fn read(address: &str, pairs: &[Pair], server: Process) -> Result<[Figure; 2]> {
    let url = format!("{address}{}", path::ME);
    let (begun, before) = (Instant::now(), server.used());
    let mut running = JoinSet::new();
    for pair in pairs.iter().take(READERS).cloned() {
        let url = url.clone();
        running.spawn(async move {
            let http = reqwest::Client::new();
            let mut took = Vec::with_capacity(READS);
            for _ in 0..READS {
                let begun = Instant::now();
                let answer = http
                    .get(&url)
                    .bearer_auth(&pair.access_token)
                    .send()
                    .await?;
                answer.error_for_status()?.bytes().await?;
                took.push(begun.elapsed());
            }
            anyhow::Ok(took)
        });
    }
    let mut took = Vec::new();
    while let Some(done) = running.join_next().await {
        took.extend(done??);
    }
    let rate = Rate::of(took, begun.elapsed(), server.used().saturating_sub(before));
    let note = format!(
        "{READERS} readers, {READS} times each, GET {} with a token; {}",
        path::ME,
        rate.note()
    );
    Ok([
        Figure::new(NAMES[1], rate.per_s(), "/s", note.clone()),
        Figure::new(NAMES[2], rate.took.permille(990), "ms", note),
    ])
}

/// Browsers sign in with the right password.
async fn sign_in(address: &str) -> Result<Figure> {
    let begun = Instant::now();
    let mut running = JoinSet::new();
    for number in 0..BROWSERS {
        let address = address.to_owned();
        running.spawn(async move {
            for _ in 0..SIGN_INS {
                let tried = Browser::new()?
                    .try_password(&address, &address_of(number), PASSWORD)
                    .await?;
                ensure!(
                    tried.status == 303,
                    "a sign-in was answered {}",
                    tried.status
                );
            }
            Ok(())
        });
    }
    while let Some(done) = running.join_next().await {
        done??;
    }
    let count = f64::from(u32::try_from(BROWSERS * SIGN_INS)?);
    Ok(Figure::new(
        NAMES[3],
        count / begun.elapsed().as_secs_f64(),
        "/s",
        format!(
            "{BROWSERS} browsers, {SIGN_INS} sign-ins each: the page, the password, the answer; argon2id with 64 MiB, three passes"
        ),
    ))
}

/// More come at once than may wait: those are sent away, and the memory stays within bounds.
async fn flood(address: &str, server: Process) -> Result<Figure> {
    let mut running = JoinSet::new();
    for number in 0..FLOOD {
        let address = address.to_owned();
        let email = address_of(number % GUESSES);
        running.spawn(async move {
            let tried = Browser::new()?
                .try_password(&address, &email, PASSWORD)
                .await?;
            anyhow::Ok(tried.status)
        });
    }
    let (mut admitted, mut sent_away) = (0, 0);
    while let Some(done) = running.join_next().await {
        match done?? {
            303 => admitted += 1,
            503 => sent_away += 1,
            other => bail!("a sign-in was answered {other}"),
        }
    }
    Ok(Figure::new(
        NAMES[4],
        server.most_memory_mb(),
        "MiB",
        format!(
            "the most resident memory of the server so far, after {FLOOD} sign-ins in the same moment: {admitted} let in, {sent_away} sent away with 503"
        ),
    ))
}

/// Wrong passwords, in turn for an address that somebody has and for one that nobody has.
async fn guess(address: &str) -> Result<Figure> {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for number in 0..GUESSES {
        let nobody = format!("nobody-{number}@example.org");
        let mut turns = [(address_of(number), &mut known), (nobody, &mut unknown)];
        // Whoever comes second meets a server that has just done the same.
        if number % 2 == 1 {
            turns.reverse();
        }
        for (email, took) in turns {
            let tried = Browser::new()?
                .try_password(address, &email, "a wrong password")
                .await?;
            ensure!(
                tried.status == 422,
                "a wrong password was answered {}",
                tried.status
            );
            took.push(milliseconds(tried.took));
        }
    }
    let (known, unknown) = (Sample::new(known), Sample::new(unknown));
    Ok(Figure::new(
        NAMES[5],
        (known.median() - unknown.median()).abs(),
        "ms",
        format!(
            "between the medians of {GUESSES} wrong passwords each: {:.1} ms where somebody has the address, {:.1} ms where nobody has",
            known.median(),
            unknown.median()
        ),
    ))
}

/// How fast something was done many times.
struct Rate {
    took: Sample,
    elapsed: Duration,
    used: Duration,
}

impl Rate {
    fn of(took: Vec<Duration>, elapsed: Duration, used: Duration) -> Self {
        let took = Sample::of(took);
        Self {
            took,
            elapsed,
            used,
        }
    }

    fn count(&self) -> f64 {
        f64::from(u32::try_from(self.took.count()).unwrap_or(u32::MAX))
    }

    fn per_s(&self) -> f64 {
        self.count() / self.elapsed.as_secs_f64()
    }

    fn note(&self) -> String {
        format!(
            "p50 {:.1} ms, p99 {:.1} ms; {:.0} µs of processor each in the server",
            self.took.permille(500),
            self.took.permille(990),
            self.used.as_secs_f64() * 1_000_000.0 / self.count()
        )
    }
}
