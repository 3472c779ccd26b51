//! This server: messages of one client, pushed as a desktop would.

use super::{DOCUMENTS, Run, Step, WRITES, step};
use crate::figure::Sample;
use crate::server::Server;
use crate::sync::first;
use crate::sync::rate::message;
use crate::sync::stage::Stage;
use crate::sync::watcher::Watcher;
use crate::sync::wire::{Door, Hand};
use anyhow::{Context as _, Result};
use guildhall_domain::message::Message;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::row::Key;
use std::time::Instant;

/// The most that one push may have.
const BATCH: usize = 500;
/// The documents come from so many devices of the person at once: best of 1, 2, 4 and 8.
const LANES: usize = 4;

pub(super) async fn run() -> Result<Run> {
    let stage = Stage::lay(1, 0, Vec::new()).await?;
    let server = Server::start(&stage.data())?;
    let door = Door::to(&server.address)?;
    let process = server.process();
    let pair = stage.pairs.first().context("there is a pair")?;
    let mut lanes = Vec::new();
    for lane in 0..LANES {
        let mut hand = Hand::of(&pair.client);
        let mut bodies = Vec::new();
        for first in (0..DOCUMENTS / LANES).step_by(BATCH) {
            let acts: Vec<_> = (first..first + BATCH)
                .map(|number| message(pair.thread, lane * DOCUMENTS + number))
                .collect();
            bodies.push(hand.write(&acts)?);
        }
        lanes.push((hand, bodies));
    }
    let upload = step(process, DOCUMENTS, async {
        let sending = lanes.into_iter().map(|(hand, bodies)| {
            let door = door.clone();
            tokio::spawn(async move {
                for body in bodies {
                    hand.send(&door, body).await?;
                }
                anyhow::Ok(())
            })
        });
        for sent in sending.collect::<Vec<_>>() {
            sent.await??;
        }
        Ok(())
    })
    .await?;
    let before = process.used();
    let loaded = first::bootstrap(&door, &pair.freelancer, &stage.beside("device")?).await?;
    let bootstrap = Step {
        documents: loaded.rows,
        took: loaded.took,
        used: process.used().saturating_sub(before),
    };
    let visible = Sample::of(visible(&stage, &door).await?);
    let memory_mb = process.most_memory_mb();
    server.kill()?;
    Ok(Run {
        name: "guildhall-server",
        durability: "validated, and on the disk before the answer",
        upload,
        bootstrap,
        visible,
        memory_mb,
    })
}

/// From the beginning of a push to the row in the other device's file.
async fn visible(stage: &Stage, door: &Door) -> Result<Vec<std::time::Duration>> {
    let pair = stage.pairs.first().context("there is a pair")?;
    let mut hand = Hand::of(&pair.client);
    let mut watcher = Watcher::start(door, &pair.freelancer, &stage.beside("watcher")?).await?;
    let mut took = Vec::with_capacity(WRITES);
    for number in 0..WRITES {
        let mutation = message(pair.thread, number);
        let Mutation::SendMessage { id, .. } = mutation else {
            unreachable!("a message is a message");
        };
        let acts = [mutation];
        let begun = Instant::now();
        let (sent, seen) =
            tokio::join!(hand.push(door, &acts), watcher.sees(Key::of::<Message>(id)));
        sent?;
        took.push(seen?.at.saturating_duration_since(begun));
    }
    Ok(took)
}
