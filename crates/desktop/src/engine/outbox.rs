//! What the person does: acts, drafts, and what becomes of those that wait or were refused.

use super::{Engine, fresh_act};
use crate::cancelled;
use crate::error::Error;
use crate::hold::{self, Hold};
use guildhall_domain::denied::Denied;
use guildhall_domain::id::{AccountId, ApplicationId, MutationId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::time::Timestamp;
use guildhall_storage::StoreError;
use guildhall_storage::device::Refused;
use guildhall_sync_core::replica::{Pending, Progress};
use std::collections::BTreeMap;

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

impl Engine {
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

    /// Discards a refused act.
    pub(crate) async fn discard(&self, id: MutationId) -> Result<Option<Refused>, Error> {
        let mut core = self.core.lock().await;
        core.outbox.discard_refused(id).await?;
        let index = core.refused.iter().position(|one| one.id == id);
        let discarded = index.map(|index| core.refused.remove(index));
        core.tidy_files().await?;
        Ok(discarded)
    }
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
