//! Fetching a file that somebody wants to see: from the byte where the copy here ends, and into its place only when its hash is right.

use super::engine::Fetching;
use super::folder::hash_of;
use crate::engine::Engine;
use crate::error::Error;
use crate::event::Event;
use crate::sync::Transport;
use guildhall_domain::attachment::BlobHash;
use std::path::PathBuf;
use tokio::fs::{File, OpenOptions};
use tokio::io::AsyncWriteExt as _;

/// How often a line that is cut is taken up again before the person is told.
const TRIES: u32 = 4;
/// How much arrives between two words about it.
const STEP: u64 = 256 * 1024;

/// Fetches a file unless it is here.
///
/// # Errors
/// [`Error::Offline`] when the server is not reached, [`Error::Problem`] when it does not give the file; what has arrived is kept.
pub(crate) async fn fetch(
    engine: &Engine,
    transport: &Transport,
    blob: BlobHash,
    tell: impl Fn(Event),
) -> Result<(), Error> {
    let Some(fetching) = engine.begin_fetch(blob).await? else {
        return Ok(());
    };
    tell(Event::Changed);
    let arrived = download(engine, transport, blob, &fetching, &tell).await;
    let size = arrived.is_ok().then_some(fetching.size);
    let ended = engine.end_fetch(blob, size).await;
    tell(Event::Changed);
    arrived.and(ended)
}

async fn download(
    engine: &Engine,
    transport: &Transport,
    blob: BlobHash,
    fetching: &Fetching,
    tell: &impl Fn(Event),
) -> Result<(), Error> {
    let mut tries = 0;
    loop {
        match rest(engine, transport, blob, fetching, tell).await {
            Ok(()) => break,
            Err(Error::Offline) if tries < TRIES => tries += 1,
            Err(error) => return Err(error),
        }
    }
    if is_right(fetching.part.clone(), blob).await? {
        return Ok(());
    }
    tokio::fs::remove_file(&fetching.part).await?;
    Err(Error::Unreadable(format!(
        "{} arrived damaged. Try again.",
        fetching.name
    )))
}

async fn is_right(path: PathBuf, blob: BlobHash) -> Result<bool, Error> {
    let hash = tokio::task::spawn_blocking(move || hash_of(&path))
        .await
        .map_err(std::io::Error::other)??;
    Ok(hash == blob)
}

/// Appends what is missing; whatever ends it, what arrived is on the disk.
async fn rest(
    engine: &Engine,
    transport: &Transport,
    blob: BlobHash,
    fetching: &Fetching,
    tell: &impl Fn(Event),
) -> Result<(), Error> {
    let size = fetching.size;
    let mut part = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&fetching.part)
        .await?;
    let mut done = part.metadata().await?.len();
    if done > size {
        part.set_len(0).await?;
        done = 0;
    }
    if done == size {
        return Ok(());
    }
    let mut answer = transport.fetch_blob(blob, done).await?;
    let outcome = append(engine, blob, &mut answer, &mut part, &mut done, size, tell).await;
    part.flush().await?;
    part.sync_data().await?;
    outcome
}

async fn append(
    engine: &Engine,
    blob: BlobHash,
    answer: &mut crate::sync::Bytes,
    part: &mut File,
    done: &mut u64,
    size: u64,
    tell: &impl Fn(Event),
) -> Result<(), Error> {
    let mut told = *done;
    while let Some(bytes) = answer.next().await? {
        if *done + bytes.len() as u64 > size {
            return Err(Error::Unreadable(
                "The file is larger than was said.".to_owned(),
            ));
        }
        part.write_all(&bytes).await?;
        *done += bytes.len() as u64;
        if *done >= told + STEP || *done == size {
            told = *done;
            engine.note_fetch(blob, *done).await;
            tell(Event::FileProgress {
                blob,
                done: *done,
                size,
            });
        }
    }
    if *done < size {
        return Err(Error::Offline);
    }
    Ok(())
}
