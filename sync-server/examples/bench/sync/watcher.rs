//! A device whose rows lie in a file: it takes deltas in as the desktop does, and tells when each is stored.

use super::stage::Player;
use super::wire::{Door, Hand, Live, fresh_id};
use crate::bed::system_now;
use anyhow::{Context as _, Result};
use guildhall_domain::id::DeviceId;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::row::Key;
use guildhall_storage::device::{Cache, Outbox, PackedPage};
use guildhall_sync_core::pull::{Cut, Merge};
use guildhall_sync_core::replica::Replica;
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use uuid::Uuid;

/// How long to wait for what must come by itself.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a stored delta brought.
struct Stored {
    at: Instant,
    arrived: Vec<Key>,
    dropped: Vec<Key>,
    bytes: usize,
}

/// A running device.
pub(crate) struct Watcher {
    stored: mpsc::UnboundedReceiver<Stored>,
    task: JoinHandle<Result<()>>,
}

/// When something was seen, and how many bytes the delta with it was.
pub(crate) struct Seen {
    pub(crate) at: Instant,
    pub(crate) bytes: usize,
}

impl Watcher {
    /// Connects it; when this returns, its first delta is stored.
    pub(crate) async fn start(door: &Door, player: &Player, folder: &Path) -> Result<Self> {
        let account = player.account;
        let cache = Cache::open(&folder.join("cache.db")).await?;
        let mut replica = Replica::new(account, [], [], None, Vec::new());
        let mut live = Live::open(door, player, DeviceId(Uuid::new_v4()), None).await?;
        let (told, stored) = mpsc::unbounded_channel();
        let task = tokio::spawn(async move {
            let mut pages: Option<Merge> = None;
            loop {
                let heard = live.hear().await?;
                let cursor = heard.delta.cursor;
                if heard.delta.next.is_some() {
                    let packed = PackedPage::of(&heard.delta)?;
                    let page = Cut::read(*heard.delta)?;
                    cache.stage(account, &packed).await?;
                    pages.get_or_insert_default().page(page);
                    live.acknowledge(cursor).await?;
                    continue;
                }
                let last = Cut::read(*heard.delta)?;
                let cut = match pages.take() {
                    Some(pages) => pages.finish(last),
                    None => last,
                };
                let change = replica.apply(cut);
                cache.store(account, &change).await?;
                // Whoever started it may have gone.
                let _ = told.send(Stored {
                    at: Instant::now(),
                    arrived: change.arrived,
                    dropped: change.drops,
                    bytes: heard.bytes,
                });
                live.acknowledge(cursor).await?;
            }
        });
        let mut watcher = Self { stored, task };
        watcher.next().await?;
        Ok(watcher)
    }

    /// Waits until a row is in the file.
    pub(crate) async fn sees(&mut self, key: Key) -> Result<Seen> {
        self.until(|stored| stored.arrived.contains(&key)).await
    }

    /// Waits until a row has left the file.
    pub(crate) async fn loses(&mut self, key: Key) -> Result<Seen> {
        self.until(|stored| stored.dropped.contains(&key)).await
    }

    async fn until(&mut self, is_it: impl Fn(&Stored) -> bool) -> Result<Seen> {
        loop {
            let stored = self.next().await?;
            if is_it(&stored) {
                return Ok(Seen {
                    at: stored.at,
                    bytes: stored.bytes,
                });
            }
        }
    }

    async fn next(&mut self) -> Result<Stored> {
        match timeout(PATIENCE, self.stored.recv()).await {
            Ok(Some(stored)) => Ok(stored),
            Ok(None) => {
                (&mut self.task).await??;
                anyhow::bail!("a device ended")
            }
            Err(_) => anyhow::bail!("a delta did not come"),
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A device that acts: each act is in its outbox, on the disk, before it is sent, as on the desktop.
pub(crate) struct Actor {
    outbox: Outbox,
    hand: Hand,
    seq: u64,
}

impl Actor {
    pub(crate) async fn start(player: &Player, folder: &Path) -> Result<Self> {
        let hand = Hand::of(player);
        let outbox = Outbox::open(&folder.join("outbox.db")).await?;
        outbox.adopt(player.account, hand.device).await?;
        Ok(Self {
            outbox,
            hand,
            seq: 0,
        })
    }

    /// Does an act and sends it; answers with the moment when it was on this device's disk.
    pub(crate) async fn act(&mut self, door: &Door, mutation: &Mutation) -> Result<Instant> {
        let id = fresh_id();
        self.outbox.push(id, system_now(), mutation, &[]).await?;
        let durable = Instant::now();
        self.seq += 1;
        let before = self.hand.chain();
        let body = self.hand.write_as([(id, mutation)])?;
        self.outbox
            .number(&[(id, self.seq, before)], self.seq + 1, self.hand.chain())
            .await?;
        let answer = self.hand.send(door, body).await?;
        answer.decisions.first().context("nothing was decided")?;
        Ok(durable)
    }
}
