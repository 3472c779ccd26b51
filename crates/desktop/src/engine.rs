//! The heart of a signed-in desktop: the replica in memory, its two files, and the order in which they are written.
//!
//! Invariant: an act is in the outbox file, on the disk, before it shows in the replica; and it leaves the outbox only when the
//! server has refused it (then it is kept as refused) or the cache contains its effect.

mod compare;
mod outbox;
mod pull;
mod push;

#[cfg_attr(
    not(feature = "simulation"),
    expect(unreachable_pub, reason = "only the simulator sees it from outside")
)]
pub use pull::DeltaError;

use crate::blobs::{BlobFolder, Files};
use crate::error::Error;
use crate::hold::{self, Hold, Resting};
use crate::screens;
use crate::snapshot::Snapshot;
use compare::Doubt;
use guildhall_domain::activity::{Activity, ActivityKind};
use guildhall_domain::id::{AccountId, DeviceId, MutationId};
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::Chain;
use guildhall_storage::StoreError;
use guildhall_storage::device::{Cache, CachedBase, Outbox, Refused};
use guildhall_sync_core::replica::{Pending, Progress, Replica};
use pull::Staged;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::Mutex;
use uuid::Uuid;

/// How much older the stored moment of the last download may be than the real one: each time it is stored, the disk is waited for.
const MOMENT_MS: i64 = 60_000;
/// The setting that says how far this computer's clock is ahead of the server's.
const CLOCK_AHEAD: &str = "clock_ahead";

/// The files and the replica of one account.
pub(crate) struct Engine {
    me: AccountId,
    pub(crate) core: Mutex<Core>,
}

pub(crate) struct Core {
    pub(crate) outbox: Outbox,
    cache: Cache,
    pub(crate) replica: Replica,
    device: DeviceId,
    next_seq: u64,
    /// The hash chain over everything that has a number.
    chain: Chain,
    /// The part of the server's history that the versions in the outbox belong to.
    epoch: Option<Uuid>,
    pub(crate) drafts: BTreeMap<String, String>,
    pub(crate) refused: Vec<Refused>,
    pub(crate) folder: BlobFolder,
    pub(crate) files: Files,
    as_of: Option<Timestamp>,
    /// What the outbox file says of it.
    stored_as_of: Option<Timestamp>,
    /// True from the moment the replica took a delta in until the cache file holds it. While it is true, the file lags behind
    /// the replica: only a whole download may be stored next, or the file would have a hole under its cursor.
    is_unstored: bool,
    /// The disk reported other numbers of acts as failed; they may stand in the file all the same.
    is_unsure: bool,
    /// The pages so far, while a pull is under way.
    staged: Option<Staged>,
    /// What is known of a difference between this device and the server.
    doubt: Doubt,
    /// How often a difference was found since the program started.
    alarms: u64,
    /// Acts that a restored server lost and hears again.
    resent: BTreeSet<MutationId>,
    /// Acts that wait for rows the server knows already.
    resting: Resting,
}

impl Core {
    pub(crate) fn holds(&self, now: Timestamp) -> BTreeMap<MutationId, Hold> {
        hold::holds(&self.replica, &self.resting, &self.resent, now)
    }

    /// Stores when the device last was up to date, if that is not on the disk yet.
    async fn store_as_of(&mut self) -> Result<(), StoreError> {
        if let Some(as_of) = self.as_of
            && self.as_of != self.stored_as_of
        {
            self.outbox
                .set_setting("as_of", &as_of.0.to_string())
                .await?;
            self.stored_as_of = Some(as_of);
        }
        Ok(())
    }
}

impl Engine {
    /// Opens an account's files. A damaged cache is made anew; the outbox never is.
    pub(crate) async fn open(folder: &Path, me: AccountId) -> Result<Self, Error> {
        std::fs::create_dir_all(folder)?;
        let outbox = Outbox::open(&folder.join("outbox.db")).await?;
        outbox.adopt(me, fresh_device()).await?;
        let file = folder.join("cache.db");
        let mut cache = Cache::open(&file).await?;
        let base = match cache.load(me).await {
            Ok(base) => base,
            Err(error) if error.is_damaged() => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the cache cannot be read and is fetched anew"
                );
                cache.discard(&file).await;
                cache = Cache::open(&file).await?;
                CachedBase::default()
            }
            Err(error) => return Err(error.into()),
        };
        let Some(queued) = outbox.load().await? else {
            return Err(StoreError::Corrupt { what: "outbox" }.into());
        };
        // A crash between storing a delta and clearing the outbox leaves acts whose effect is in the cache already.
        let contained = |pending: &Pending| match (pending.progress, base.cursor) {
            (Progress::Applied { version, .. }, Some(cursor)) => version <= cursor.version,
            (Progress::Applied { .. } | Progress::Queued | Progress::Numbered { .. }, _) => false,
        };
        let (done, pending): (Vec<_>, Vec<_>) = queued
            .pending
            .into_iter()
            .partition(|pending| contained(pending));
        let replica = Replica::new(me, base.rows, base.reasons, base.cursor, pending);
        let mut drafts = outbox.drafts().await?;
        let refused = outbox.refused().await?;
        let acts = replica.pending().iter().map(|pending| &pending.mutation);
        let acts = acts.chain(refused.iter().map(|one| &one.mutation));
        for key in screens::drafts::outlived(&drafts, acts) {
            outbox.save_draft(&key, None, Timestamp(0)).await?;
            drafts.remove(&key);
        }
        let as_of = outbox
            .setting("as_of")
            .await?
            .and_then(|text| text.parse().ok())
            .map(Timestamp);
        let ids: Vec<MutationId> = done.iter().map(|pending| pending.id).collect();
        let last = done.iter().map(|pending| pending.at).max();
        outbox
            .contain(&ids, last.max(as_of).unwrap_or_default())
            .await?;
        let (folder, files) = Files::open(folder, &outbox).await?;
        let mut core = Core {
            outbox,
            cache,
            replica,
            device: queued.device,
            next_seq: queued.next_seq,
            chain: queued.chain,
            epoch: queued.epoch,
            drafts,
            refused,
            folder,
            files,
            as_of,
            stored_as_of: as_of,
            is_unstored: false,
            is_unsure: false,
            staged: base.staged.map(Staged::from),
            doubt: Doubt::default(),
            alarms: 0,
            resent: BTreeSet::new(),
            resting: Resting::new(),
        };
        core.tidy_files().await?;
        Ok(Self {
            me,
            core: Mutex::new(core),
        })
    }

    /// Everything this device holds, as the screens read it.
    pub(crate) async fn snapshot(&self, now: Timestamp) -> Snapshot {
        let core = self.core.lock().await;
        let mut snapshot = Snapshot::empty(self.me, now);
        for (key, row) in core.replica.shared_rows() {
            let table = snapshot.rows.entry(key.table).or_default();
            table.insert(key.id, Arc::clone(row));
        }
        snapshot.waiting = core.replica.unconfirmed().collect();
        snapshot.drafts.clone_from(&core.drafts);
        snapshot.files = core.files.states();
        snapshot.as_of = core.as_of;
        let opened = |activity: &Activity| {
            (activity.kind == ActivityKind::RequestViewed && activity.actor == self.me)
                .then_some(activity.request)
                .flatten()
        };
        let ids: BTreeSet<Uuid> = snapshot
            .all::<Activity>()
            .filter_map(opened)
            .map(|id| id.0)
            .collect();
        snapshot.opened = ids;
        snapshot
    }

    /// How far this computer's clock was ahead of the server's when they last spoke.
    pub(crate) async fn clock_ahead(&self) -> Result<Option<i64>, StoreError> {
        let core = self.core.lock().await;
        let kept = core.outbox.setting(CLOCK_AHEAD).await?;
        Ok(kept.and_then(|text| text.parse().ok()))
    }

    /// Keeps how far this computer's clock is off, if that has changed by more than a moment.
    pub(crate) async fn note_clock(&self, ahead_ms: i64) -> Result<(), StoreError> {
        let before = self.clock_ahead().await?.unwrap_or(0);
        if before.abs_diff(ahead_ms) < MOMENT_MS.unsigned_abs() {
            return Ok(());
        }
        let core = self.core.lock().await;
        core.outbox
            .set_setting(CLOCK_AHEAD, &ahead_ms.to_string())
            .await
    }

    /// Looks at the replica.
    #[cfg(feature = "simulation")]
    pub(crate) async fn look<T>(&self, look: impl FnOnce(&Replica) -> T) -> T {
        look(&self.core.lock().await.replica)
    }

    /// How often something was found to differ from what the server says.
    #[cfg(feature = "simulation")]
    pub(crate) async fn alarms(&self) -> u64 {
        self.core.lock().await.alarms
    }

    /// What the cache file holds.
    #[cfg(feature = "simulation")]
    pub(crate) async fn stored(&self) -> Result<CachedBase, StoreError> {
        self.core.lock().await.cache.load(self.me).await
    }

    /// Lets the files go; nothing more is written.
    #[cfg(feature = "simulation")]
    pub(crate) async fn abandon(&self) {
        let core = self.core.lock().await;
        core.outbox.close().await;
        core.cache.close().await;
    }

    /// Closes the files.
    pub(crate) async fn close(&self) {
        let mut core = self.core.lock().await;
        if let Err(error) = core.store_as_of().await {
            tracing::warn!(%error, "the moment of the last download is stored a little too old");
        }
        core.outbox.close().await;
        core.cache.close().await;
    }
}

fn fresh_device() -> DeviceId {
    #[cfg(feature = "simulation")]
    if let Some(id) = guildhall_sync_core::simulation::id() {
        return DeviceId(id);
    }
    DeviceId(Uuid::now_v7())
}

fn fresh_act() -> MutationId {
    #[cfg(feature = "simulation")]
    if let Some(id) = guildhall_sync_core::simulation::id() {
        return MutationId(id);
    }
    MutationId(Uuid::now_v7())
}
