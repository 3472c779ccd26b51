//! What the server says: what to ask for, and how it is taken in.

use super::{Engine, MOMENT_MS};
use crate::notice::{self, Arrival};
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::{Delta, PROTOCOL, Pull};
use guildhall_storage::StoreError;
use guildhall_sync_core::planted;
use guildhall_sync_core::replica::{BadDelta, Progress};
use std::collections::BTreeSet;

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
}
