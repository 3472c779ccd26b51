//! The same documents through this server and through two others: bulk upload, first download into a file, write to visible.
//!
//! Each peer is fetched into a folder of its own below the build folder, in the version that is named here; nothing else uses it.

mod atuin;
mod ours;
mod pouch;

use super::stage::words;
use crate::bed::WORDS;
use crate::figure::{Figure, Sample};
use crate::process::Process;
use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use uuid::Uuid;

pub(crate) const NAMES: [&str; 6] = [
    "sync.vs_atuin_upload",
    "sync.vs_atuin_bootstrap",
    "sync.vs_atuin_visible",
    "sync.vs_pouch_upload",
    "sync.vs_pouch_bootstrap",
    "sync.vs_pouch_visible",
];

/// How many documents each server is given.
pub(crate) const DOCUMENTS: usize = 100_000;
/// How many writes are watched for.
const WRITES: usize = 200;

/// What one server did.
#[derive(Debug)]
pub(crate) struct Run {
    name: &'static str,
    /// What an answer to an upload promises.
    durability: &'static str,
    upload: Step,
    bootstrap: Step,
    visible: Sample,
    memory_mb: f64,
}

/// One step of it.
#[derive(Debug)]
pub(crate) struct Step {
    documents: usize,
    took: Duration,
    used: Duration,
}

impl Step {
    fn rate(&self) -> f64 {
        f64::from(u32::try_from(self.documents).unwrap_or(u32::MAX)) / self.took.as_secs_f64()
    }
}

impl Run {
    fn line(&self) -> String {
        format!(
            "{}: upload {:.0}/s with {:.2} s of processor, bootstrap {:.0}/s with {:.2} s, visible p50 {:.1} p99 {:.1} ms, {:.0} MiB at most; {}",
            self.name,
            self.upload.rate(),
            self.upload.used.as_secs_f64(),
            self.bootstrap.rate(),
            self.bootstrap.used.as_secs_f64(),
            self.visible.permille(500),
            self.visible.permille(990),
            self.memory_mb,
            self.durability,
        )
    }
}

/// Measures this server and those that are wanted, one after the other.
pub(crate) async fn measure(wanted: impl Fn(&str) -> bool) -> Result<Vec<Figure>> {
    let any = |names: &[&str]| names.iter().any(|name| wanted(name));
    let ours = ours::run().await?;
    let mut figures = Vec::new();
    if any(&NAMES[..3]) {
        figures.extend(compare(&NAMES[..3], &ours, &atuin::run().await?));
    }
    if any(&NAMES[3..]) {
        figures.extend(compare(&NAMES[3..], &ours, &pouch::run().await?));
    }
    Ok(figures)
}

/// Ours over theirs: more than one is better.
fn compare(names: &[&'static str], ours: &Run, theirs: &Run) -> Vec<Figure> {
    let note = format!("{} | {}", ours.line(), theirs.line());
    let ratios = [
        ours.upload.rate() / theirs.upload.rate(),
        ours.bootstrap.rate() / theirs.bootstrap.rate(),
        theirs.visible.median() / ours.visible.median(),
    ];
    names
        .iter()
        .zip(ratios)
        .map(|(name, ratio)| Figure::new(name, ratio, "x", note.clone()))
        .collect()
}

/// A document of the size that a message of ours has on the wire.
fn document(number: usize) -> Value {
    json!({
        "id": Uuid::now_v7(),
        "application": "5f0c6a52-7a4e-5a0f-9a3c-5b1f3f3f3f3f",
        "author": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
        "body": words(number).chars().take(WORDS.len() - 30).collect::<String>(),
        "at": 1_700_000_000_000_u64 + number as u64,
    })
}

/// Where a peer is kept: below the build folder.
fn folder(name: &str) -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    let target = program
        .ancestors()
        .nth(3)
        .context("a program lies in the build folder")?;
    let folder = target.join("peers").join(name);
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Runs a command that fetches a peer; its words go to a file beside it.
fn fetch(command: &mut Command, folder: &Path) -> Result<()> {
    let log = std::fs::File::create(folder.join("fetch.log"))?;
    let status = command
        .current_dir(folder)
        .stdout(log.try_clone()?)
        .stderr(log)
        .status()
        .context("a peer cannot be fetched")?;
    ensure!(
        status.success(),
        "a peer was not fetched: see {}",
        folder.join("fetch.log").display()
    );
    Ok(())
}

/// A peer's server; it is killed when this is dropped.
struct Peer(Child);

impl Peer {
    async fn start(command: &mut Command, port: u16) -> Result<Self> {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let peer = Self(child);
        for _ in 0..600 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port))
                .await
                .is_ok()
            {
                return Ok(peer);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        bail!("a peer did not begin to listen")
    }

    fn process(&self) -> Process {
        Process(self.0.id())
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A port that is free now.
fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?
        .local_addr()?
        .port())
}

/// The client of a peer keeps its documents as ours does its rows, but without an index: id and text.
struct Shelf(sqlx::SqliteConnection);

impl Shelf {
    async fn open(folder: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(folder.join("client.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal);
        let mut database = sqlx::SqliteConnection::connect_with(&options).await?;
        sqlx::query(
            "create table if not exists document (id text not null, body text not null) strict",
        )
        .execute(&mut database)
        .await?;
        Ok(Self(database))
    }

    async fn put(&mut self, documents: &[(String, String)]) -> Result<()> {
        sqlx::query(
            "insert into document (id, body) select value ->> 0, value ->> 1 from json_each(?)",
        )
        .bind(serde_json::to_string(documents)?)
        .execute(&mut self.0)
        .await?;
        Ok(())
    }
}

/// Times a step and the processor time of the server in it.
async fn step(
    server: Process,
    documents: usize,
    work: impl Future<Output = Result<()>>,
) -> Result<Step> {
    let before = server.used();
    let begun = Instant::now();
    work.await?;
    Ok(Step {
        documents,
        took: begun.elapsed(),
        used: server.used().saturating_sub(before),
    })
}
