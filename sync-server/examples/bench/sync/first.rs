//! A device's first download of a hundred thousand rows, the start from the file that it leaves, and a rebase.

use super::stage::{Player, Stage};
use super::wire::{Door, Live};
use crate::bed::system_now;
use crate::figure::{Figure, Sample, milliseconds};
use anyhow::{Context as _, Result, ensure};
use guildhall_domain::id::DeviceId;
use guildhall_domain::row::Table;
use guildhall_protocol::sync::{Cursor, Delta, DeltaRow};
use guildhall_storage::device::{Cache, PackedPage};
use guildhall_sync_core::pull::{Cut, Merge};
use guildhall_sync_core::replica::{Pending, Progress, Replica};
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};
use uuid::Uuid;

use super::rate::message;
use super::wire::fresh_id;

pub(crate) const NAMES: [&str; 6] = [
    "sync.g4_rows_per_s",
    "sync.g4_server_cpu_s",
    "sync.g4_server_mb",
    "sync.g6_bytes_per_row",
    "sync.g13_core_ms",
    "sync.g15_ms",
];

/// Rows of the thread that is downloaded.
pub(crate) const ROWS: usize = 100_000;
const STARTS: usize = 5;
/// Acts that wait, and rows that change under them.
const WAITING: usize = 1_000;
const REBASES: usize = 7;

/// Measures all of it.
pub(crate) async fn measure() -> Result<Vec<Figure>> {
    let stage = Stage::lay(1, ROWS, Vec::new()).await?;
    let server = stage.serve()?;
    let door = Door::to(&server.address)?;
    let player = stage
        .pairs
        .first()
        .context("there is a pair")?
        .freelancer
        .clone();
    let folder = stage.beside("device")?;
    let before = server.process().used();
    let loaded = bootstrap(&door, &player, &folder).await?;
    let used = server.process().used().saturating_sub(before);
    let memory = server.process().most_memory_mb();
    server.kill()?;

    let rows = f64::from(u32::try_from(loaded.rows)?);
    let mut figures = vec![
        Figure::new(
            NAMES[0],
            rows / loaded.took.as_secs_f64(),
            "/s",
            format!(
                "{rows} rows of {:.0} bytes on average in {:.2} s, from the first request to the last row in the device's indexed file",
                f64::from(u32::try_from(loaded.body_bytes)?) / rows,
                loaded.took.as_secs_f64(),
            ),
        ),
        Figure::new(
            NAMES[1],
            used.as_secs_f64(),
            "s",
            "processor time of the server for it".to_owned(),
        ),
        Figure::new(
            NAMES[2],
            memory,
            "MiB",
            "the most resident memory of the server in it".to_owned(),
        ),
        Figure::new(
            NAMES[3],
            f64::from(u32::try_from(loaded.wire_bytes)?) / rows,
            "B",
            "bytes of all answers of the download, by row".to_owned(),
        ),
    ];
    figures.push(core_ready(&player, &folder).await?);
    figures.push(rebase(&stage)?);
    Ok(figures)
}

/// What a first download came to.
pub(crate) struct Loaded {
    pub(crate) took: Duration,
    pub(crate) rows: usize,
    pub(crate) wire_bytes: usize,
    body_bytes: usize,
}

/// Downloads everything into a new file.
pub(crate) async fn bootstrap(door: &Door, player: &Player, folder: &Path) -> Result<Loaded> {
    let cache = Cache::open(&folder.join("cache.db")).await?;
    let mut replica = Replica::new(player.account, [], [], None, Vec::new());
    let device = DeviceId(Uuid::new_v4());
    let begun = Instant::now();
    let mut live = Live::open(door, player, device, None).await?;
    let (mut pages, mut wire_bytes) = (Merge::default(), 0);
    // Page after page is laid aside, as on the desktop; the last one completes the cut.
    let last = loop {
        let heard = live.hear().await?;
        ensure!(!heard.delta.restart, "the download began anew");
        wire_bytes += heard.bytes;
        if heard.delta.next.is_none() {
            break *heard.delta;
        }
        let cursor = heard.delta.cursor;
        let packed = PackedPage::of(&heard.delta)?;
        pages.page(Cut::read(*heard.delta)?);
        cache.stage(player.account, &packed).await?;
        live.acknowledge(cursor).await?;
    };
    let change = replica.apply(pages.finish(Cut::read(last)?));
    cache.store(player.account, &change).await?;
    let took = begun.elapsed();
    cache.close().await;
    let rows = change.puts.len();
    let body_bytes = change.puts.iter().map(|put| put.body.len()).sum();
    ensure!(rows >= ROWS, "only {rows} rows came");
    Ok(Loaded {
        took,
        rows,
        wire_bytes,
        body_bytes,
    })
}

/// From the closed file to a replica that answers.
async fn core_ready(player: &Player, folder: &Path) -> Result<Figure> {
    let mut took = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        let begun = Instant::now();
        let cache = Cache::open(&folder.join("cache.db")).await?;
        let base = cache.load(player.account).await?;
        let replica = Replica::new(
            player.account,
            base.rows,
            base.reasons,
            base.cursor,
            Vec::new(),
        );
        black_box(replica.actor());
        took.push(begun.elapsed());
        ensure!(replica.rows().count() >= ROWS, "rows are missing");
        cache.close().await;
    }
    let took = Sample::of(took);
    Ok(Figure::new(
        NAMES[4],
        took.median(),
        "ms",
        format!(
            "median of {STARTS}, {ROWS} rows in the cache: the file opened and checked, all rows read, the replica ready; most {:.0}",
            took.most()
        ),
    ))
}

/// A thousand acts wait, a thousand rows change under them.
fn rebase(stage: &Stage) -> Result<Figure> {
    let pair = stage.pairs.first().context("there is a pair")?;
    let me = pair.client.account;
    let cursor = |version| Cursor {
        epoch: Uuid::nil(),
        version,
    };
    let mut rows = stage.own_rows();
    let now = system_now();
    rows.extend((0..WAITING).map(|number| stage.message(number, now)));
    let pending = (0..WAITING).map(|number| Pending {
        id: fresh_id(),
        at: now,
        mutation: message(pair.thread, number),
        progress: Progress::Queued,
    });
    let scope = guildhall_domain::scope::Scope::thread(pair.thread);
    let reasons: Vec<_> = rows.iter().map(|row| (scope, row.key())).collect();
    let changed: Vec<_> = rows
        .iter()
        .filter(|row| row.table() == Table::Message)
        .map(|row| {
            Ok(DeltaRow {
                table: row.table(),
                id: row.id(),
                version: 1,
                body: serde_json::value::RawValue::from_string(row.encode()?)?,
                scopes: vec![scope],
            })
        })
        .collect::<Result<_>>()?;
    let rows = rows.into_iter().map(|row| (row, 1));
    let mut replica = Replica::new(me, rows, reasons, Some(cursor(1)), pending.collect());
    let mut took = Vec::with_capacity(REBASES);
    for version in 0..REBASES {
        let delta = Delta {
            rows: changed.clone(),
            ..Delta::nothing(cursor(2 + u64::try_from(version)?))
        };
        let begun = Instant::now();
        black_box(replica.apply(Cut::read(delta)?));
        took.push(milliseconds(begun.elapsed()));
    }
    ensure!(
        replica.unconfirmed().count() >= WAITING,
        "the waiting acts do not show"
    );
    let took = Sample::new(took);
    Ok(Figure::new(
        NAMES[5],
        took.median(),
        "ms",
        format!(
            "median of {REBASES}: a delta of {WAITING} rows taken in under {WAITING} waiting messages, in memory; most {:.1}",
            took.most()
        ),
    ))
}
