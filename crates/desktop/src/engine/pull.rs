//! What the server says: what to ask for, and how it is taken in.

use super::{Core, Engine, MOMENT_MS};
use crate::notice::{self, Arrival};
use guildhall_domain::id::AccountId;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::{Delta, PROTOCOL, Position, Pull};
use guildhall_storage::StoreError;
use guildhall_storage::device::PackedPage;
use guildhall_sync_core::planted;
use guildhall_sync_core::pull::{BadDelta, Cut, Merge};
use guildhall_sync_core::replica::Progress;
use std::collections::BTreeSet;
use uuid::Uuid;

/// What a delta brought.
#[derive(Debug, Default)]
pub(crate) struct Brought {
    /// False while further pages are to come.
    pub is_complete: bool,
    /// True when the device does not hold what the server says, and is to ask again at once.
    pub is_in_doubt: bool,
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

/// A pull of which the last page has not come.
#[derive(Debug, Default)]
pub(super) struct Staged {
    pages: Merge,
    next: Option<Position>,
}

impl From<(Merge, Position)> for Staged {
    fn from((pages, next): (Merge, Position)) -> Self {
        let next = Some(next);
        Self { pages, next }
    }
}

impl Core {
    async fn lay_aside(
        &mut self,
        me: AccountId,
        page: Delta,
        next: Position,
    ) -> Result<(), DeltaError> {
        if self.staged.is_none() {
            self.cache.unstage().await?;
        }
        // After a start the file's cursor is asked with again, and nothing is fetched again: only pages that were asked for like that
        // can be gone on with then.
        let is_kept = !self.is_unstored && !self.doubt.is_being_mended();
        let packed = is_kept.then(|| PackedPage::of(&page)).transpose()?;
        let page = Cut::read(page)?;
        if let Some(packed) = packed {
            self.cache.stage(me, &packed).await?;
        }
        let staged = self.staged.get_or_insert_default();
        staged.pages.page(page);
        staged.next = Some(next);
        Ok(())
    }
}

impl Core {
    /// Goes into the part of the server's history of which a delta tells. When it is another one, what the server lost waits again;
    /// answers with how many acts that is.
    async fn enter(&mut self, epoch: Uuid, shared: Option<u64>) -> Result<usize, StoreError> {
        match self.epoch {
            Some(before) if before == epoch => Ok(0),
            // Whoever lost the cache could not be told how far both have lived through the same. All that is still kept is sent
            // again: the server knows by their ids the acts that it has.
            Some(_) => self.requeue(shared.unwrap_or(0), epoch).await,
            None => {
                self.outbox.live_in(epoch).await?;
                self.epoch = Some(epoch);
                Ok(0)
            }
        }
    }
}

impl Engine {
    /// What to ask the server for.
    pub(crate) async fn next_pull(&self) -> Pull {
        let core = self.core.lock().await;
        let is_of_use = !core.is_unstored && !core.doubt.is_of_all();
        let differing = core.doubt.scopes();
        Pull {
            protocol: PROTOCOL,
            device: core.device,
            cursor: core.replica.cursor().filter(|_| is_of_use),
            after: core.staged.as_ref().and_then(|staged| staged.next),
            refetch: differing.keys().copied().collect(),
            rows: None,
            compare: core.doubt.question(),
            differing,
        }
    }

    /// Takes in a page of a pull. One that others follow is laid aside, also on the disk, so that a start goes on with it; with the
    /// last one all are taken in at once: the cache file first, then the outbox is cleared of what they contain.
    pub(crate) async fn take(&self, delta: Delta, now: Timestamp) -> Result<Brought, DeltaError> {
        let mut core = self.core.lock().await;
        if delta.restart {
            core.staged = None;
            core.cache.unstage().await?;
            return Ok(Brought::default());
        }
        if let Some(next) = delta.next {
            core.lay_aside(self.me, delta, next).await?;
            return Ok(Brought::default());
        }
        let last = Cut::read(delta)?;
        let cut = match core.staged.take() {
            Some(staged) => staged.pages.finish(last),
            None => last,
        };
        let delta = cut.said.clone();
        if planted!(DeafWhileWaiting)
            && core
                .replica
                .pending()
                .iter()
                .any(|pending| matches!(pending.progress, Progress::Applied { .. }))
        {
            return Ok(Brought {
                is_complete: true,
                ..Brought::default()
            });
        }
        let first = core.replica.cursor().is_none();
        let before: BTreeSet<_> = if first {
            BTreeSet::new()
        } else {
            notice::watched(&core.replica)
        };
        // Before the cache names the new epoch: a crash in between leaves the acts queued.
        let sent_again = core.enter(delta.cursor.epoch, delta.began).await?;
        let change = core.replica.apply(cut);
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
        let compared = core.compare(self.me, &delta).await?;
        // After a first download everything is new; telling all of it would be noise.
        let mut arrivals = if first || change.whole {
            Vec::new()
        } else {
            notice::arrivals(&core.replica, &before, &change.arrived)
        };
        if delta.began.is_some() {
            arrivals.push(Arrival::Told(notice::restored(delta.copied, sent_again)));
        }
        arrivals.extend(compared.notice.map(Arrival::Told));
        Ok(Brought {
            is_complete: true,
            is_in_doubt: compared.is_in_doubt,
            arrivals,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use guildhall_domain::id::{AccountId, ApplicationId};
    use guildhall_domain::message::Message;
    use guildhall_domain::scope::Scope;
    use std::path::Path;

    const ME: AccountId = AccountId(Uuid::from_u128(1));
    const THREAD: ApplicationId = ApplicationId(Uuid::from_u128(2));
    const NOW: Timestamp = Timestamp(1);

    /// A page with one message; `end` is where it ends, unless it is the last.
    fn page(message: u128, end: Option<u128>) -> Delta {
        let (epoch, id) = (Uuid::from_u128(5), Uuid::from_u128(message));
        let scope = Scope::thread(THREAD).0;
        let next = end.map_or("null".to_owned(), |row| {
            let row = Uuid::from_u128(row);
            format!(
                r#"{{"epoch": "{epoch}", "begun": 9, "base": 0, "place": {{"version": 9, "scope": "{scope}", "row": ["message", "{row}"]}}}}"#
            )
        });
        let json = format!(
            r#"{{"cursor": {{"epoch": "{epoch}", "version": 9}}, "whole": true, "next": {next}, "rows": [{{"table": "message", "id": "{id}",
                "version": 1, "scopes": ["{scope}"], "body": {{"id": "{id}", "application": "{THREAD}", "author": "{id}",
                "body": "", "at": 1}}}}]}}"#
        );
        serde_json::from_str(&json).expect("is a page")
    }

    async fn open(folder: &Path) -> Engine {
        Engine::open(folder, ME).await.expect("opens")
    }

    async fn take(engine: &Engine, page: Delta) -> bool {
        let brought = engine.take(page, NOW).await;
        brought.expect("is taken").is_complete
    }

    async fn messages(engine: &Engine) -> usize {
        engine.snapshot(NOW).await.all::<Message>().count()
    }

    #[tokio::test]
    async fn a_download_that_was_cut_by_a_restart_goes_on_where_it_was() {
        let folder = tempfile::tempdir().expect("is made");
        let engine = open(folder.path()).await;
        assert!(!take(&engine, page(11, Some(11))).await);
        assert!(!take(&engine, page(12, Some(12))).await);
        assert_eq!(messages(&engine).await, 0, "half a cut is not shown");
        engine.close().await;

        let engine = open(folder.path()).await;

        assert_eq!(messages(&engine).await, 0);
        let asked = engine.next_pull().await;
        assert_eq!(asked.cursor, None);
        assert_eq!(asked.after, page(12, Some(12)).next);
        assert!(take(&engine, page(13, None)).await);
        assert_eq!(messages(&engine).await, 3);
        let asked = engine.next_pull().await;
        assert_eq!(
            (asked.cursor.map(|cursor| cursor.version), asked.after),
            (Some(9), None)
        );
        engine.close().await;
        assert_eq!(messages(&open(folder.path()).await).await, 3);
    }

    #[tokio::test]
    async fn a_server_that_wants_it_anew_gets_it_from_the_beginning_also_after_a_restart() {
        let folder = tempfile::tempdir().expect("is made");
        let engine = open(folder.path()).await;
        assert!(!take(&engine, page(11, Some(11))).await);
        let mut restart = Delta::nothing(page(11, None).cursor);
        restart.restart = true;

        assert!(!take(&engine, restart).await);

        assert_eq!(engine.next_pull().await.after, None);
        engine.close().await;
        let engine = open(folder.path()).await;
        assert_eq!(engine.next_pull().await.after, None);
        assert!(take(&engine, page(12, None)).await);
        assert_eq!(
            messages(&engine).await,
            1,
            "what came before is not mixed in"
        );
    }
}
