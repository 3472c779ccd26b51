//! This server: messages of people to one client, pushed as desktops would.

use super::{DOCUMENTS, Run, Step, WRITES, step};
use crate::figure::Sample;
use crate::sync::first;
use crate::sync::rate::message;
use crate::sync::stage::{Player, Stage};
use crate::sync::watcher::Watcher;
use crate::sync::wire::{Door, Hand};
use anyhow::{Context as _, Result};
use guildhall_domain::id::ApplicationId;
use guildhall_domain::message::Message;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::row::Key;
use std::time::Instant;

/// The most that one push may have.
const BATCH: usize = 500;
/// The documents come from so many pairs of people at once: a server slows down one person who sends a hundred thousand.
const PAIRS: usize = 4;

pub(super) async fn run() -> Result<Run> {
    let stage = Stage::lay(PAIRS, 0, Vec::new()).await?;
    let server = stage.serve()?;
    let door = Door::to(&server.address)?;
    let process = server.process();
    let mut people = Vec::new();
    for (place, person) in writers(&stage).enumerate() {
        let thread = thread(&stage, person);
        let mut hand = Hand::of(person);
        let mut bodies = Vec::new();
        let share = DOCUMENTS / (2 * PAIRS);
        for first in (0..share).step_by(BATCH) {
            let acts: Vec<_> = (first..share.min(first + BATCH))
                .map(|number| message(thread, place * DOCUMENTS + number))
                .collect();
            bodies.push(hand.write(&acts)?);
        }
        people.push((hand, bodies));
    }
    let upload = step(process, DOCUMENTS, async {
        let sending = people.into_iter().map(|(hand, bodies)| {
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
    let loaded = first::bootstrap(&door, &stage.owner, &stage.beside("device")?).await?;
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

/// Everybody who has applied to the one request.
fn writers(stage: &Stage) -> impl Iterator<Item = &Player> {
    stage
        .pairs
        .iter()
        .flat_map(|pair| [&pair.client, &pair.freelancer])
}

/// Their thread with the one client.
fn thread(stage: &Stage, writer: &Player) -> ApplicationId {
    ApplicationId::of(stage.hot.id, writer.account)
}

/// From the beginning of a push to the row in the other device's file.
async fn visible(stage: &Stage, door: &Door) -> Result<Vec<std::time::Duration>> {
    let writer = writers(stage).next().context("there is a pair")?;
    let thread = thread(stage, writer);
    let mut hand = Hand::of(writer);
    let mut watcher = Watcher::start(door, &stage.owner, &stage.beside("watcher")?).await?;
    let mut took = Vec::with_capacity(WRITES);
    for number in 0..WRITES {
        let mutation = message(thread, number);
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
