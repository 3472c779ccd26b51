//! What leaves the outbox: numbers and chain before anything is sent, the server's answers after it.

use super::{Core, Engine, fresh_act, fresh_device};
use crate::error::Error;
use crate::verdict::{Fate, fate};
use guildhall_domain::id::MutationId;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::{Chain, Envelope, PROTOCOL, Push, PushAnswer, Verdict};
use guildhall_storage::StoreError;
use guildhall_storage::device::Refused;
use guildhall_sync_core::planted;
use guildhall_sync_core::replica::{Pending, Progress};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// How many acts go into one push.
const PUSH: usize = 200;
/// How many bytes a push may have: half of what the server takes.
const PUSH_BYTES: usize = 512 * 1024;

impl Engine {
    /// The next push, with every act that was not decided; numbers and chain are on the disk before it is returned. What was sent
    /// before is sent again in the same bytes.
    pub(crate) async fn next_push(&self, now: Timestamp) -> Result<Option<Push>, Error> {
        let mut core = self.core.lock().await;
        if core.is_unsure {
            core.read_again().await?;
            core.drop_contained(now).await?;
        }
        let ids = core.ready(PUSH, now);
        if ids.is_empty() {
            return Ok(None);
        }
        let mut sealed = core.outbox.sealed(&ids).await?;
        if sealed.len() < ids.len() {
            core.read_again().await?;
            core.drop_contained(now).await?;
            sealed = core.outbox.sealed(&core.ready(PUSH, now)).await?;
        }
        if planted!(NewestFirst) && sealed.iter().all(|act| act.numbered.is_none()) {
            sealed.reverse();
        }
        let (mut next, mut chain) = (core.next_seq, core.chain);
        let mut first: Option<Chain> = None;
        let mut fresh = Vec::new();
        let mut numbered = BTreeMap::new();
        let mut mutations = Vec::with_capacity(sealed.len());
        let mut bytes = 0;
        for act in sealed {
            bytes += act.name.len() + act.args.get().len() + ENVELOPE;
            // What is left out keeps no number, so that the numbers that are sent stay without gaps.
            if bytes > PUSH_BYTES && !mutations.is_empty() {
                break;
            }
            let (seq, before) = act.numbered.unwrap_or((next, chain));
            let envelope = Envelope {
                seq,
                id: act.id,
                at: act.at,
                name: act.name,
                args: act.args,
            };
            if act.numbered.is_none() {
                fresh.push((act.id, seq, before));
            }
            if seq >= next {
                next = seq + 1;
                chain = before.and(&envelope);
            }
            numbered.insert(act.id, Progress::Numbered { seq });
            first = first.or(Some(before));
            mutations.push(envelope);
        }
        let Some(first) = first else {
            return Ok(None);
        };
        if !fresh.is_empty() {
            core.is_unsure = true;
            core.outbox.number(&fresh, next, chain).await?;
            core.is_unsure = false;
        }
        core.next_seq = next;
        core.chain = chain;
        core.replica.advance_all(&numbered);
        Ok(Some(Push {
            protocol: PROTOCOL,
            device: core.device,
            chain: first,
            mutations,
        }))
    }

    /// Takes in what the server decided; answers with what was refused.
    pub(crate) async fn settle(
        &self,
        answer: &PushAnswer,
        now: Timestamp,
    ) -> Result<Vec<Refused>, Error> {
        let mut core = self.core.lock().await;
        let mut applied = Vec::new();
        let mut refused = Vec::new();
        let mut quiet = Vec::new();
        let mut again = Vec::new();
        let mut resting = Vec::new();
        let waiting: BTreeMap<MutationId, &Pending> = core
            .replica
            .pending()
            .iter()
            .map(|pending| (pending.id, pending))
            .collect();
        for decision in &answer.decisions {
            let Some(pending) = waiting.get(&decision.id) else {
                continue;
            };
            match &decision.verdict {
                Verdict::Applied { version } => applied.push((decision.id, decision.seq, *version)),
                Verdict::Rejected { denied } => match fate(pending, denied, fresh_act(), now) {
                    Fate::Gone => quiet.push(decision.id),
                    Fate::Again(anew) => {
                        resting.push(anew.id);
                        again.push((decision.id, anew));
                    }
                    Fate::Kept(kept, rest) => {
                        again.extend(rest.map(|rest| (decision.id, rest)));
                        refused.push(kept);
                    }
                },
            }
        }
        let versions: Vec<_> = applied
            .iter()
            .map(|(id, _, version)| (*id, *version))
            .collect();
        core.outbox
            .settle(&versions, &refused, &quiet, &again)
            .await?;
        let stands = core.replica.cursor();
        core.resting
            .extend(resting.into_iter().map(|id| (id, stands)));
        for (id, anew) in again {
            core.replica.replace(id, anew);
        }
        core.replica.advance_all(
            &applied
                .into_iter()
                .map(|(id, seq, version)| (id, Progress::Applied { seq, version }))
                .collect(),
        );
        if planted!(DropOnAck) {
            core.replica
                .withdraw_all(&versions.iter().map(|(id, _)| *id).collect());
        }
        let gone: BTreeSet<MutationId> = refused.iter().map(|one| one.id).chain(quiet).collect();
        core.replica.withdraw_all(&gone);
        core.refused.splice(0..0, refused.iter().rev().cloned());
        core.drop_contained(now).await?;
        Ok(refused)
    }

    /// The server wants to hear from this number on. Without it here, the histories have parted, and it hears all anew.
    pub(crate) async fn send_from(&self, seq: u64) -> Result<(), Error> {
        let mut core = self.core.lock().await;
        if !core.outbox.send_from(seq).await? {
            drop(core);
            return self.renumber().await;
        }
        let again = core
            .replica
            .pending()
            .iter()
            .filter_map(|pending| match pending.progress {
                Progress::Applied { seq: number, .. } if number >= seq => {
                    Some((pending.id, Progress::Numbered { seq: number }))
                }
                Progress::Applied { .. } | Progress::Numbered { .. } | Progress::Queued => None,
            })
            .collect();
        core.replica.advance_all(&again);
        Ok(())
    }

    /// Takes a fresh device number: the server knows this one differently.
    pub(crate) async fn renumber(&self) -> Result<(), Error> {
        let mut core = self.core.lock().await;
        let fresh = fresh_device();
        core.is_unsure = true;
        core.outbox.renumber(fresh).await?;
        core.is_unsure = false;
        core.device = fresh;
        core.next_seq = 1;
        core.chain = Chain::start(fresh);
        let known = core
            .replica
            .pending()
            .iter()
            .map(|pending| {
                let progress = match pending.progress {
                    Progress::Queued | Progress::Numbered { .. } => Progress::Queued,
                    Progress::Applied { version, .. } => Progress::Applied { seq: 0, version },
                };
                (pending.id, progress)
            })
            .collect();
        core.replica.advance_all(&known);
        Ok(())
    }
}

impl Core {
    /// What the disk reported as failed may stand there all the same: acts that were settled or cancelled wait here and not in the
    /// file, and numbers are taken there that are free here. The file knows better.
    async fn read_again(&mut self) -> Result<(), StoreError> {
        let Some(queued) = self.outbox.load().await? else {
            return Err(StoreError::Corrupt { what: "outbox" });
        };
        self.refused = self.outbox.refused().await?;
        self.drafts = self.outbox.drafts().await?;
        self.device = queued.device;
        self.next_seq = queued.next_seq;
        self.chain = queued.chain;
        self.replica.set_pending(queued.pending);
        self.is_unsure = false;
        Ok(())
    }

    /// What the base already contains need not wait for another delta.
    async fn drop_contained(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let Some(cursor) = self.replica.cursor().filter(|_| !self.is_unstored) else {
            return Ok(());
        };
        let contained = |pending: &&Pending| match pending.progress {
            Progress::Applied { version, .. } => version <= cursor.version,
            Progress::Queued | Progress::Numbered { .. } => false,
        };
        let pending = self.replica.pending().iter();
        let contained: BTreeSet<MutationId> = pending.filter(contained).map(|one| one.id).collect();
        let ids: Vec<MutationId> = contained.iter().copied().collect();
        self.outbox.contain(&ids, now).await?;
        self.replica.withdraw_all(&contained);
        Ok(())
    }

    /// Another epoch began: the server was restored from a copy that ends at this version. What it lost waits again, on the disk and
    /// in the replica. Answers with how many acts of the person that is; quiet notes go along unmentioned.
    pub(super) async fn requeue(&mut self, after: u64, epoch: Uuid) -> Result<usize, StoreError> {
        let fresh = fresh_device();
        self.is_unsure = true;
        let lost: BTreeSet<MutationId> = self
            .outbox
            .requeue(after, fresh, epoch)
            .await?
            .into_iter()
            .collect();
        let Some(queued) = self.outbox.load().await? else {
            return Err(StoreError::Corrupt { what: "outbox" });
        };
        self.resent.extend(lost.iter().copied());
        self.device = queued.device;
        self.next_seq = queued.next_seq;
        self.chain = queued.chain;
        self.epoch = queued.epoch;
        let count = queued
            .pending
            .iter()
            .filter(|pending| lost.contains(&pending.id) && !pending.mutation.is_quiet())
            .count();
        self.replica.set_pending(queued.pending);
        self.is_unsure = false;
        Ok(count)
    }
}

/// About so many bytes of an envelope are neither name nor arguments.
const ENVELOPE: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;
    use guildhall_domain::id::{AccountId, DeviceId, RequestId};
    use guildhall_domain::mutation::Mutation;
    use guildhall_protocol::sync::{Cursor, Delta};
    use guildhall_storage::device::Outbox;
    use std::path::Path;

    const ME: AccountId = AccountId(Uuid::from_u128(1));

    /// Queues an act past the rules, which know nothing of this person.
    async fn queue(folder: &Path, number: u128) {
        let outbox = Outbox::open(&folder.join("outbox.db"))
            .await
            .expect("opens");
        let device = DeviceId(Uuid::from_u128(2));
        outbox.adopt(ME, device).await.expect("is adopted");
        let id = MutationId(Uuid::from_u128(number));
        let pause = Mutation::PauseRequest {
            id: RequestId(Uuid::from_u128(number)),
        };
        let pushed = outbox.push(id, Timestamp(7), &pause, &[]).await;
        pushed.expect("is queued");
        outbox.close().await;
    }

    async fn sent(folder: &Path) -> String {
        let engine = Engine::open(folder, ME).await.expect("opens");
        let push = engine.next_push(Timestamp(8)).await.expect("is read");
        engine.close().await;
        serde_json::to_string(&push.expect("something waits")).expect("is JSON")
    }

    #[tokio::test]
    async fn what_is_sent_again_is_the_same_byte_for_byte_whatever_was_done_meanwhile() {
        let folder = tempfile::tempdir().expect("is made");
        queue(folder.path(), 101).await;
        queue(folder.path(), 102).await;

        let first = sent(folder.path()).await;
        let again = sent(folder.path()).await;
        queue(folder.path(), 103).await;
        let with_more = sent(folder.path()).await;

        assert_eq!(again, first);
        let open = first.strip_suffix("]}").expect("ends with its acts");
        assert!(with_more.starts_with(open), "{with_more}");
        let push: Push = serde_json::from_str(&with_more).expect("is a push");
        assert_eq!(push.chain, Chain::start(push.device));
        let numbers: Vec<u64> = push.mutations.iter().map(|act| act.seq).collect();
        assert_eq!(numbers, [1, 2, 3]);
    }

    #[tokio::test]
    async fn what_the_file_has_settled_although_the_disk_said_no_is_waited_for_no_longer() {
        let folder = tempfile::tempdir().expect("is made");
        queue(folder.path(), 101).await;
        let engine = Engine::open(folder.path(), ME).await.expect("opens");
        let push = engine.next_push(Timestamp(8)).await.expect("is read");
        let sent = push.expect("something waits").mutations.remove(0);
        let outbox = Outbox::open(&folder.path().join("outbox.db")).await;
        let outbox = outbox.expect("opens");
        let refused = Refused {
            id: sent.id,
            at: sent.at,
            mutation: sent.open().expect("can be read"),
            denied: guildhall_domain::denied::Denied::not_found("request"),
            refused_at: Timestamp(9),
        };
        let settled = outbox.settle(&[], std::slice::from_ref(&refused), &[], &[]);
        settled.await.expect("is on the disk");

        let next = engine.next_push(Timestamp(10)).await.expect("is read");

        assert!(next.is_none());
        assert!(engine.core.lock().await.replica.pending().is_empty());
        assert_eq!(engine.refused().await, [refused]);
        engine.close().await;
        outbox.close().await;
    }

    #[tokio::test]
    async fn the_chain_goes_on_where_the_last_push_ended() {
        let folder = tempfile::tempdir().expect("is made");
        queue(folder.path(), 101).await;
        let first: Push = serde_json::from_str(&sent(folder.path()).await).expect("is a push");
        let engine = Engine::open(folder.path(), ME).await.expect("opens");
        let answer = PushAnswer {
            decisions: vec![guildhall_protocol::sync::Decision {
                seq: 1,
                id: first.mutations[0].id,
                verdict: Verdict::Applied { version: 3 },
            }],
            last_seq: 1,
            rest: None,
        };
        let settled = engine.settle(&answer, Timestamp(9)).await;
        assert!(settled.expect("is on the disk").is_empty());
        engine.close().await;
        queue(folder.path(), 102).await;

        let next: Push = serde_json::from_str(&sent(folder.path()).await).expect("is a push");

        assert_eq!(next.chain, first.chain.and(&first.mutations[0]));
        assert_eq!(next.mutations[0].seq, 2);
    }

    #[tokio::test]
    async fn whoever_lost_the_cache_before_the_server_was_restored_sends_again_what_is_kept() {
        let folder = tempfile::tempdir().expect("is made");
        queue(folder.path(), 101).await;
        let (before, after) = (Uuid::from_u128(5), Uuid::from_u128(6));
        let whole = |epoch, version| Delta {
            whole: true,
            ..Delta::nothing(Cursor { epoch, version })
        };
        let engine = Engine::open(folder.path(), ME).await.expect("opens");
        let taken = engine.take(whole(before, 2), Timestamp(8)).await;
        taken.expect("is taken");
        let push = engine.next_push(Timestamp(8)).await.expect("is read");
        let sent = push.expect("something waits").mutations.remove(0);
        let answer = PushAnswer {
            decisions: vec![guildhall_protocol::sync::Decision {
                seq: 1,
                id: sent.id,
                verdict: Verdict::Applied { version: 3 },
            }],
            last_seq: 1,
            rest: None,
        };
        let settled = engine.settle(&answer, Timestamp(9)).await;
        assert!(settled.expect("is on the disk").is_empty());
        let contained = Delta::nothing(Cursor {
            epoch: before,
            version: 3,
        });
        let taken = engine.take(contained, Timestamp(10)).await;
        taken.expect("is taken");
        assert!(
            engine
                .next_push(Timestamp(10))
                .await
                .expect("is read")
                .is_none()
        );
        engine.close().await;
        std::fs::remove_file(folder.path().join("cache.db")).expect("is lost");

        let engine = Engine::open(folder.path(), ME).await.expect("opens");
        let taken = engine.take(whole(after, 2), Timestamp(11)).await;
        taken.expect("is taken");

        let push = engine.next_push(Timestamp(12)).await.expect("is read");
        let again = push.expect("it waits again").mutations.remove(0);
        assert_eq!((again.id, again.seq), (sent.id, 1));
        engine.close().await;
    }
}
