//! The heart of a signed-in desktop: the replica in memory, its two files, and the order in which they are written.
//!
//! Invariant: an act is in the outbox file, on the disk, before it shows in the replica; and it leaves the outbox only when the
//! server has refused it (then it is kept as refused) or the cache contains its effect.

mod push;

use crate::blobs::{BlobFolder, Files};
use crate::cancelled;
use crate::error::Error;
use crate::hold::{self, Hold, Resting};
use crate::notice::{self, Arrival};
use crate::screens;
use crate::snapshot::Snapshot;
use guildhall_domain::activity::{Activity, ActivityKind};
use guildhall_domain::denied::Denied;
use guildhall_domain::id::{AccountId, ApplicationId, DeviceId, MutationId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::{Chain, Delta, PROTOCOL, Position, Pull};
use guildhall_storage::StoreError;
use guildhall_storage::device::{Cache, CachedBase, Outbox, Refused};
use guildhall_sync_core::planted;
use guildhall_sync_core::replica::{BadDelta, Pending, Progress, Replica};
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
    /// Where the last page that was laid aside ended, while a pull is under way.
    staged: Option<Position>,
    /// Acts that a restored server lost and hears again.
    resent: BTreeSet<MutationId>,
    /// Acts that wait for rows the server knows already.
    resting: Resting,
}

/// What is counted for the sync state.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    /// Acts that go out by themselves, quiet notes aside.
    pub waiting: usize,
    /// Acts that need the person.
    pub attention: usize,
    /// When the device last was up to date.
    pub as_of: Option<Timestamp>,
    /// True once the first download is in.
    pub is_loaded: bool,
}

/// An act that waits, and for what, if not for the connection.
#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    /// The act.
    pub pending: Pending,
    /// Why it does not go out.
    pub hold: Option<Hold>,
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

/// What a delta brought.
#[derive(Debug, Default)]
pub(crate) struct Brought {
    /// False while further pages are to come.
    pub is_complete: bool,
    /// What deserves to be told.
    pub arrivals: Vec<Arrival>,
}

/// Why a delta was not taken.
#[cfg_attr(
    not(feature = "simulation"),
    expect(unreachable_pub, reason = "only the simulator sees it from outside")
)]
#[derive(Debug, thiserror::Error)]
pub enum DeltaError {
    /// It cannot be read: the server is of another version.
    #[error(transparent)]
    Bad(#[from] BadDelta),
    /// It could not be stored.
    #[error(transparent)]
    Store(#[from] StoreError),
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
            drafts,
            refused,
            folder,
            files,
            as_of,
            stored_as_of: as_of,
            is_unstored: false,
            staged: None,
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

    /// Does an act: predicts it, puts it on the disk, shows it. `obsolete` drafts go with it.
    pub(crate) async fn act(
        &self,
        id: MutationId,
        now: Timestamp,
        mutation: Mutation,
        obsolete: &[String],
    ) -> Result<(), Error> {
        let mut core = self.core.lock().await;
        core.replica.predict(id, now, &mutation)?;
        core.outbox.push(id, now, &mutation, obsolete).await?;
        for key in obsolete {
            core.drafts.remove(key);
        }
        core.replica.act(id, now, mutation)?;
        Ok(())
    }

    /// Keeps a draft on the disk, or drops it.
    pub(crate) async fn draft(
        &self,
        key: &str,
        body: Option<String>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut core = self.core.lock().await;
        core.outbox.save_draft(key, body.as_deref(), now).await?;
        match body {
            Some(body) => core.drafts.insert(key.to_owned(), body),
            None => core.drafts.remove(key),
        };
        Ok(())
    }

    /// What to ask the server for.
    pub(crate) async fn next_pull(&self) -> Pull {
        let core = self.core.lock().await;
        Pull {
            protocol: PROTOCOL,
            device: core.device,
            cursor: core.replica.cursor().filter(|_| !core.is_unstored),
            after: core.staged,
            refetch: Vec::new(),
            rows: None,
        }
    }

    /// Takes in a page of a pull. One that others follow is laid aside; with the last one all are taken in at once: the cache
    /// file first, then the outbox is cleared of what they contain.
    pub(crate) async fn take(&self, delta: Delta, now: Timestamp) -> Result<Brought, DeltaError> {
        let mut core = self.core.lock().await;
        if delta.restart {
            core.staged = None;
            core.cache.unstage().await?;
            return Ok(Brought::default());
        }
        if let Some(next) = delta.next {
            if core.staged.is_none() {
                core.cache.unstage().await?;
            }
            core.cache.stage(&delta).await?;
            core.staged = Some(next);
            return Ok(Brought::default());
        }
        let delta = match core.staged.take() {
            Some(_) => core.cache.staged().await?.finish(delta),
            None => delta,
        };
        if planted!(DeafWhileWaiting)
            && core
                .replica
                .pending()
                .iter()
                .any(|pending| matches!(pending.progress, Progress::Applied { .. }))
        {
            return Ok(Brought {
                is_complete: true,
                arrivals: Vec::new(),
            });
        }
        let first = core.replica.cursor().is_none();
        let before: BTreeSet<_> = if first {
            BTreeSet::new()
        } else {
            notice::watched(&core.replica)
        };
        // Before the cache names the new epoch: after a crash in between, the same is done once more.
        let sent_again = match delta.began {
            Some(shared) => core.requeue(shared).await?,
            None => 0,
        };
        let change = core.replica.apply(&delta)?;
        core.is_unstored = true;
        core.cache.store(self.me, &change).await?;
        core.is_unstored = false;
        core.outbox.contain(&change.confirmed, now).await?;
        if change.whole || !change.drops.is_empty() || !change.confirmed.is_empty() {
            core.tidy_files().await?;
        }
        core.as_of = Some(now);
        if core
            .stored_as_of
            .is_none_or(|stored| now >= stored.plus_ms(MOMENT_MS))
        {
            core.store_as_of().await?;
        }
        // After a first download everything is new; telling all of it would be noise.
        let mut arrivals = if first || change.whole {
            Vec::new()
        } else {
            notice::arrivals(&core.replica, &before, &change.arrived)
        };
        if delta.began.is_some() {
            arrivals.push(Arrival::Told(notice::restored(delta.copied, sent_again)));
        }
        Ok(Brought {
            is_complete: true,
            arrivals,
        })
    }

    /// How many acts wait, quiet notes aside, and how many need the person.
    pub(crate) async fn counts(&self, now: Timestamp) -> Counts {
        let core = self.core.lock().await;
        let holds = core.holds(now);
        let pending = core.replica.pending().iter();
        let (held, waiting): (Vec<_>, Vec<_>) = pending
            .filter(|pending| is_waiting(pending))
            .partition(|pending| holds.get(&pending.id).is_some_and(Hold::wants_person));
        Counts {
            waiting: waiting.len(),
            attention: core.refused.len() + held.len(),
            as_of: core.as_of,
            is_loaded: core.replica.cursor().is_some(),
        }
    }

    /// What waits, in order.
    pub(crate) async fn waiting(&self, now: Timestamp) -> Vec<Waiting> {
        let core = self.core.lock().await;
        let mut holds = core.holds(now);
        let pending = core.replica.pending().iter();
        pending
            .filter(|pending| is_waiting(pending))
            .map(|pending| Waiting {
                hold: holds.remove(&pending.id),
                pending: pending.clone(),
            })
            .collect()
    }

    /// The acts that are held, with the reason.
    #[cfg(feature = "simulation")]
    pub(crate) async fn holds(&self, now: Timestamp) -> BTreeMap<MutationId, Hold> {
        self.core.lock().await.holds(now)
    }

    /// True when something waits for nothing but to be sent.
    pub(crate) async fn has_free(&self, now: Timestamp) -> bool {
        let core = self.core.lock().await;
        !core.ready(1, now).is_empty()
    }

    /// Lets a held act go, as the person confirms it with what is new before them.
    pub(crate) async fn confirm(&self, id: MutationId, now: Timestamp) -> Result<(), Error> {
        let mut core = self.core.lock().await;
        let holds = core.holds(now);
        let pending = core.replica.pending().iter();
        let found = pending
            .filter(|pending| pending.id == id)
            .find_map(|held| hold::confirmed(&core.replica, holds.get(&id)?, &held.mutation));
        let mutation = found.ok_or_else(|| Denied::not_found("act"))?;
        let anew = Pending {
            id: fresh_act(),
            at: now,
            mutation,
            progress: Progress::Queued,
        };
        core.outbox.replace(id, &anew).await?;
        core.replica.replace(id, anew);
        Ok(())
    }

    /// What was refused, newest first.
    pub(crate) async fn refused(&self) -> Vec<Refused> {
        self.core.lock().await.refused.clone()
    }

    /// Cancels an act that has no number yet; with the publication of a request goes all that hangs on it. The words become
    /// drafts again, or wait as refused acts where there is no such draft: nothing that was typed goes with the act.
    pub(crate) async fn cancel(&self, id: MutationId, now: Timestamp) -> Result<(), Error> {
        let mut core = self.core.lock().await;
        let pending = core.replica.pending();
        let Some(index) = pending.iter().position(|pending| pending.id == id) else {
            return Err(Denied::not_found("act").into());
        };
        if pending[index].progress != Progress::Queued {
            return Err(Denied::state(
                "This may be on its way already. Wait for the server's answer.",
            )
            .into());
        }
        let target = &pending[index].mutation;
        let cancelled: Vec<Pending> = pending[index..]
            .iter()
            .filter(|later| later.id == id || hangs_on(&later.mutation, target, self.me))
            .cloned()
            .collect();
        let kept = cancelled::kept(&cancelled, &core.replica, &core.drafts, now)
            .map_err(StoreError::from)?;
        let ids: Vec<MutationId> = cancelled.iter().map(|pending| pending.id).collect();
        core.outbox
            .cancel(&ids, &kept.drafts, &kept.refused, now)
            .await?;
        for id in ids {
            core.replica.withdraw(id);
        }
        core.drafts.extend(kept.drafts);
        core.refused.splice(0..0, kept.refused);
        Ok(())
    }

    /// Turns a refused act into the drafts its form begins with.
    pub(crate) async fn mend(&self, id: MutationId, now: Timestamp) -> Result<(), Error> {
        let mut core = self.core.lock().await;
        let Some(index) = core.refused.iter().position(|one| one.id == id) else {
            return Err(Denied::not_found("act").into());
        };
        let mutation = &core.refused[index].mutation;
        let nothing = BTreeMap::new();
        let drafts = cancelled::as_drafts(mutation, &core.replica, &core.drafts, &nothing)
            .map_err(StoreError::from)?;
        let drafts: BTreeMap<String, String> = drafts.into_iter().collect();
        core.outbox.cancel(&[], &drafts, &[], now).await?;
        // Words for which there is no form stay where they are.
        if !drafts.is_empty() {
            core.outbox.discard_refused(id).await?;
            core.refused.remove(index);
        }
        core.drafts.extend(drafts);
        Ok(())
    }

    /// Drops an act that waits for the person, with its text.
    pub(crate) async fn drop_held(&self, id: MutationId, now: Timestamp) -> Result<(), Error> {
        let mut core = self.core.lock().await;
        if !core.holds(now).get(&id).is_some_and(Hold::wants_person) {
            return Err(Denied::not_found("act").into());
        }
        let nothing = BTreeMap::new();
        core.outbox.cancel(&[id], &nothing, &[], now).await?;
        core.replica.withdraw(id);
        Ok(())
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

    /// Discards a refused act.
    pub(crate) async fn discard(&self, id: MutationId) -> Result<Option<Refused>, Error> {
        let mut core = self.core.lock().await;
        core.outbox.discard_refused(id).await?;
        let index = core.refused.iter().position(|one| one.id == id);
        let discarded = index.map(|index| core.refused.remove(index));
        core.tidy_files().await?;
        Ok(discarded)
    }

    /// Looks at the replica.
    #[cfg(feature = "simulation")]
    pub(crate) async fn look<T>(&self, look: impl FnOnce(&Replica) -> T) -> T {
        look(&self.core.lock().await.replica)
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

/// True for an act the person would call unsent; quiet notes are nobody's worry.
fn is_waiting(pending: &Pending) -> bool {
    !pending.mutation.is_quiet() && !matches!(pending.progress, Progress::Applied { .. })
}

/// True for what would make no sense without an act that begins something: a request, or an application with its thread.
fn hangs_on(later: &Mutation, target: &Mutation, me: AccountId) -> bool {
    let begun = match target {
        Mutation::PublishRequest { id, .. } => id.0,
        Mutation::SubmitApplication { request, .. } => ApplicationId::of(*request, me).0,
        _ => return false,
    };
    later.aggregate() == Some(begun)
}

fn fresh_act() -> MutationId {
    #[cfg(feature = "simulation")]
    if let Some(id) = guildhall_sync_core::simulation::id() {
        return MutationId(id);
    }
    MutationId(Uuid::now_v7())
}
