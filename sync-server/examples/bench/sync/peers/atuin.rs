//! `atuin-server`: records of one user, by its HTTP protocol.

use super::{DOCUMENTS, Peer, Run, Shelf, WRITES, document, fetch, folder, free_port, step};
use crate::bed::empty_folder;
use crate::figure::Sample;
use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::process::Command;
use std::time::Instant;
use uuid::Uuid;

const VERSION: &str = "18.24.4";
/// Records in one upload, and in one page of a download: the best found.
const BATCH: usize = 1_000;
const TAG: &str = "history";

#[derive(Deserialize)]
struct Registered {
    session: String,
}

#[derive(Deserialize)]
struct Status {
    hosts: BTreeMap<Uuid, BTreeMap<String, u64>>,
}

struct Client {
    http: reqwest::Client,
    address: String,
    session: String,
    host: Uuid,
}

pub(super) async fn run() -> Result<Run> {
    let program = folder("atuin")?.join("bin").join("atuin-server");
    if !program.is_file() {
        let folder = folder("atuin")?;
        let mut install = Command::new("cargo");
        install
            .args([
                "install",
                "atuin-server",
                "--locked",
                "--version",
                VERSION,
                "--root",
            ])
            .arg(&folder)
            .env("CARGO_TARGET_DIR", folder.join("target"));
        fetch(&mut install, &folder)?;
    }
    let data = empty_folder()?;
    let port = free_port()?;
    let mut command = Command::new(program);
    command
        .args(["start", "--host", "127.0.0.1", "--port", &port.to_string()])
        .env("ATUIN_CONFIG_DIR", data.path())
        .env("ATUIN_OPEN_REGISTRATION", "true")
        .env(
            "ATUIN_DB_URI",
            format!("sqlite://{}", data.path().join("atuin.db").display()),
        );
    let peer = Peer::start(&mut command, port).await?;
    let process = peer.process();
    let mut client = Client {
        http: reqwest::Client::builder().tcp_nodelay(true).build()?,
        address: format!("http://127.0.0.1:{port}"),
        session: String::new(),
        host: Uuid::now_v7(),
    };
    client.session = client
        .http
        .post(format!("{}/register", client.address))
        .json(
            &json!({"email": "a@example.org", "username": "anna", "password": "drei leise Worte"}),
        )
        .send()
        .await?
        .error_for_status()?
        .json::<Registered>()
        .await?
        .session;

    let bodies = (0..DOCUMENTS)
        .step_by(BATCH)
        .map(|first| {
            let records: Vec<_> = (first..first + BATCH)
                .map(|number| client.record(number))
                .collect();
            Ok(serde_json::to_vec(&records)?)
        })
        .collect::<Result<Vec<_>>>()?;
    let upload = step(process, DOCUMENTS, async {
        for body in bodies {
            client.upload(body).await?;
        }
        Ok(())
    })
    .await?;

    let mut store = Shelf::open(data.path()).await?;
    let bootstrap = step(process, DOCUMENTS, async {
        let newest = client.newest().await?;
        let mut next = 0;
        while next <= newest {
            next += client.download(&mut store, next).await?;
        }
        Ok(())
    })
    .await?;

    let mut took = Vec::with_capacity(WRITES);
    for number in DOCUMENTS..DOCUMENTS + WRITES {
        let record = serde_json::to_vec(&[client.record(number)])?;
        let begun = Instant::now();
        let write = client.upload(record);
        // There is no push: the other device asks again and again.
        let read = async {
            while client.newest().await? < number as u64 {}
            client.download(&mut store, number as u64).await?;
            anyhow::Ok(begun.elapsed())
        };
        let (written, seen) = tokio::join!(write, read);
        written?;
        took.push(seen?);
    }
    Ok(Run {
        name: "atuin-server",
        durability: "not validated; SQLite in WAL mode with its library's default, one transaction for 1,000 records",
        upload,
        bootstrap,
        visible: Sample::of(took),
        memory_mb: process.most_memory_mb(),
    })
}

impl Client {
    fn record(&self, number: usize) -> Value {
        json!({
            "id": Uuid::now_v7(),
            "idx": number,
            "host": {"id": self.host, "name": ""},
            "timestamp": 1_700_000_000_000_000_000_u64 + number as u64,
            "version": "v0",
            "tag": TAG,
            "data": {"data": document(number).to_string(), "content_encryption_key": ""},
        })
    }

    async fn upload(&self, body: Vec<u8>) -> Result<()> {
        self.http
            .post(format!("{}/api/v0/record", self.address))
            .header("authorization", format!("Token {}", self.session))
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await?
            .error_for_status()?;
        Ok(())
    }

    async fn newest(&self) -> Result<u64> {
        let status: Status = self
            .http
            .get(format!("{}/api/v0/record", self.address))
            .header("authorization", format!("Token {}", self.session))
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?;
        let host = status
            .hosts
            .get(&self.host)
            .context("the server knows the host")?;
        host.get(TAG)
            .copied()
            .context("the server knows the records")
    }

    /// Downloads a page into the file; answers with how many came.
    async fn download(&self, store: &mut Shelf, start: u64) -> Result<u64> {
        let page: Vec<Value> = self
            .http
            .get(format!(
                "{}/api/v0/record/next?host={}&tag={TAG}&start={start}&count={BATCH}",
                self.address, self.host
            ))
            .header("authorization", format!("Token {}", self.session))
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?;
        let documents: Vec<_> = page
            .iter()
            .map(|record| (record["id"].to_string(), record["data"]["data"].to_string()))
            .collect();
        store.put(&documents).await?;
        Ok(u64::try_from(documents.len())?)
    }
}
