//! `pouchdb-server`: documents of one database, by `CouchDB`'s HTTP protocol.

use super::{DOCUMENTS, Peer, Run, Shelf, WRITES, document, fetch, folder, free_port, step};
use crate::bed::empty_folder;
use crate::figure::Sample;
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use std::process::Command;
use std::time::Instant;

const VERSION: &str = "4.2.0";
/// Documents in one upload, and in one page of a download: the best found.
const BATCH: usize = 1_000;

struct Client {
    http: reqwest::Client,
    database: String,
}

pub(super) async fn run() -> Result<Run> {
    let folder = folder("pouch")?;
    let program = folder
        .join("node_modules")
        .join(".bin")
        .join("pouchdb-server");
    if !program.is_file() {
        let mut install = Command::new("npm");
        install.args(["install", "--no-audit", "--no-fund", "--prefix", "."]);
        install.arg(format!("pouchdb-server@{VERSION}"));
        fetch(&mut install, &folder)?;
    }
    let data = empty_folder()?;
    let port = free_port()?;
    let mut command = Command::new(program);
    command
        .current_dir(data.path())
        .args([
            "--host",
            "127.0.0.1",
            "--no-stdout-logs",
            "--port",
            &port.to_string(),
            "--dir",
        ])
        .arg(data.path());
    let peer = Peer::start(&mut command, port).await?;
    let process = peer.process();
    let client = Client {
        http: reqwest::Client::builder().tcp_nodelay(true).build()?,
        database: format!("http://127.0.0.1:{port}/bench"),
    };
    client
        .http
        .put(&client.database)
        .send()
        .await?
        .error_for_status()?;

    let bodies = (0..DOCUMENTS)
        .step_by(BATCH)
        .map(|first| Client::bulk(first..first + BATCH))
        .collect::<Result<Vec<_>>>()?;
    let upload = step(process, DOCUMENTS, async {
        for body in bodies {
            client.upload(body).await?;
        }
        Ok(())
    })
    .await?;

    let mut store = Shelf::open(data.path()).await?;
    let mut since = json!(0);
    let bootstrap = step(process, DOCUMENTS, async {
        let mut came = 0;
        while came < DOCUMENTS {
            let (count, last) = client.changes(&mut store, &since, "").await?;
            came += count;
            since = last;
        }
        Ok(())
    })
    .await?;

    let mut took = Vec::with_capacity(WRITES);
    for number in DOCUMENTS..DOCUMENTS + WRITES {
        let body = Client::bulk(number..number + 1)?;
        let begun = Instant::now();
        let write = client.upload(body);
        let read = async {
            let (_, last) = client.changes(&mut store, &since, "&feed=longpoll").await?;
            since = last;
            anyhow::Ok(begun.elapsed())
        };
        let (written, seen) = tokio::join!(write, read);
        written?;
        took.push(seen?);
    }
    Ok(Run {
        name: "pouchdb-server",
        durability: "not validated; LevelDB without a wait for the disk",
        upload,
        bootstrap,
        visible: Sample::of(took),
        memory_mb: process.most_memory_mb(),
    })
}

impl Client {
    fn bulk(numbers: std::ops::Range<usize>) -> Result<Vec<u8>> {
        let documents: Vec<Value> = numbers
            .map(|number| {
                let mut document = document(number);
                if let Some(id) = document
                    .as_object_mut()
                    .and_then(|fields| fields.remove("id"))
                {
                    document["_id"] = id;
                }
                document
            })
            .collect();
        Ok(serde_json::to_vec(&json!({ "docs": documents }))?)
    }

    async fn upload(&self, body: Vec<u8>) -> Result<()> {
        self.http
            .post(format!("{}/_bulk_docs", self.database))
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await?
            .error_for_status()?;
        Ok(())
    }

    /// Downloads a page of changes into the file; answers with how many came and where the next begins.
    async fn changes(&self, store: &mut Shelf, since: &Value, how: &str) -> Result<(usize, Value)> {
        let since = since
            .as_str()
            .map_or_else(|| since.to_string(), str::to_owned);
        let mut page: Value = self
            .http
            .get(format!(
                "{}/_changes?include_docs=true&limit={BATCH}&since={since}{how}",
                self.database
            ))
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?;
        let documents: Vec<_> = page["results"]
            .as_array()
            .context("changes are a list")?
            .iter()
            .map(|change| (change["id"].to_string(), change["doc"].to_string()))
            .collect();
        store.put(&documents).await?;
        Ok((documents.len(), page["last_seq"].take()))
    }
}
