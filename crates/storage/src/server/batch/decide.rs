//! Deciding acts in memory: numbers, answers given before, rules.

use super::books::{Books, Entries};
use super::load::{load, load_before};
use super::{Act, Job, JobAnswer, files};
use crate::error::StoreError;
use crate::server::port::{Decided, Device, Entry, Writing};
use guildhall_domain::actor::Actor;
use guildhall_domain::denied::Denied;
use guildhall_domain::id::{AccountId, DeviceId, MutationId};
use guildhall_domain::mutation::{Effect, Mutation};
use guildhall_domain::person::Person;
use guildhall_domain::policy::{self, Relation};
use guildhall_domain::rules::{Call, execute};
use guildhall_domain::time::Timestamp;
use guildhall_domain::world::{Stop, find};
use guildhall_protocol::sync::{Chain, Decision, Link, Rest, Verdict};
use guildhall_sync_core::planted;
use guildhall_sync_core::workspace::Workspace;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How often the rules may ask for rows before they are taken to be broken.
const MAXIMUM_ROUNDS: usize = 12;

/// A batch while it is decided.
pub(super) struct Deciding {
    pub(super) workspace: Workspace,
    pub(super) books: Books,
    pub(super) entries: Entries,
    /// Of the last act with an effect.
    pub(super) version: u64,
    pub(super) now: Timestamp,
}

impl Deciding {
    /// Runs every rule without effect until none asks for a row that is not loaded, so that the batch loads in bulk.
    pub(super) async fn prefetch<W: Writing>(
        &mut self,
        writing: &mut W,
        jobs: &[Job],
    ) -> Result<(), StoreError> {
        for _ in 0..MAXIMUM_ROUNDS {
            let mut needs = BTreeSet::new();
            for job in jobs {
                for act in &job.acts {
                    let Ok(mutation) = &act.mutation else {
                        continue;
                    };
                    if self.books.decided.contains_key(&act.id) {
                        continue;
                    }
                    if let Some(Err(Stop::Need(need))) = self.run(job, mutation, act.id) {
                        needs.insert(need);
                    }
                }
            }
            if needs.is_empty() {
                break;
            }
            load(writing, &mut self.workspace, &needs).await?;
        }
        Ok(())
    }

    /// Decides the acts of a job in their order.
    pub(super) async fn job<W: Writing>(
        &mut self,
        writing: &mut W,
        job: &Job,
    ) -> Result<JobAnswer, StoreError> {
        let mut answer = JobAnswer::default();
        if let Some(device) = job.device {
            let known = *self.books.devices.entry(device).or_insert(Device {
                account: job.account,
                last_seq: 0,
                chain: Chain::start(device),
            });
            if known.account != job.account {
                // A device belongs to the account that first used it; another account's desktop makes its own.
                answer.rest = Some(Rest::Fork);
                return Ok(answer);
            }
            answer.last_seq = known.last_seq;
            if self.is_fork(device, known, &job.acts) && !planted!(NumberTaken) {
                answer.rest = Some(Rest::Fork);
                return Ok(answer);
            }
        }
        let mut expected = None;
        for act in &job.acts {
            if let Some(link) = act.link {
                let want_seq = expected.unwrap_or_else(|| link.seq.min(answer.last_seq + 1));
                if link.seq != want_seq && !planted!(GapTaken) {
                    answer.rest = Some(Rest::Gap { want_seq });
                    break;
                }
                expected = Some(link.seq + 1);
            }
            let verdict = match self.books.decided.get(&act.id) {
                Some(decided) if decided.account == job.account && planted!(VerdictForgotten) => {
                    let verdict = decided.verdict.clone();
                    self.act(writing, job, act).await?.unwrap_or(verdict)
                }
                Some(decided)
                    if planted!(OtherAnswer)
                        && decided.account == job.account
                        && matches!(decided.verdict, Verdict::Rejected { .. }) =>
                {
                    Verdict::Applied {
                        version: self.version,
                    }
                }
                Some(decided) if decided.account == job.account => decided.verdict.clone(),
                Some(_) => Verdict::Rejected {
                    denied: Denied::not_found("act"),
                },
                None => {
                    let Some(verdict) = self.act(writing, job, act).await? else {
                        answer.rest = Some(Rest::Retry {
                            after_ms: files::RETRY_MS,
                        });
                        break;
                    };
                    if planted!(RefusalSticks) && matches!(verdict, Verdict::Rejected { .. }) {
                        answer.rest = Some(Rest::Retry { after_ms: 100 });
                        break;
                    }
                    self.note(job, act, &verdict);
                    verdict
                }
            };
            if let Some((device, link)) = job.device.zip(act.link)
                && link.seq > answer.last_seq
            {
                answer.last_seq = link.seq;
                self.hear(device, job.account, link);
            }
            answer.decisions.push(Decision {
                seq: act.seq(),
                id: act.id,
                verdict,
            });
        }
        Ok(answer)
    }

    /// True when these acts do not go on from what this device has told: they begin elsewhere, or a number that was decided comes
    /// with another history. Numbers alone prove nothing.
    fn is_fork(&self, device: DeviceId, known: Device, acts: &[Act]) -> bool {
        let links = acts.iter().filter_map(|act| act.link);
        links
            .take_while(|link| link.seq <= known.last_seq + 1)
            .any(|link| {
                if link.seq > known.last_seq {
                    link.before != known.chain
                } else {
                    self.books.numbers.get(&(device, link.seq)) != Some(&link.after)
                }
            })
    }

    /// Notes that a device was heard up to this link.
    fn hear(&mut self, device: DeviceId, account: AccountId, link: Link) {
        let heard = Device {
            account,
            last_seq: link.seq,
            chain: link.after,
        };
        self.books.devices.insert(device, heard);
        self.entries.devices.insert(device, heard);
        self.books.numbers.insert((device, link.seq), link.after);
        self.entries.numbers.insert((device, link.seq), link.after);
    }

    fn note(&mut self, job: &Job, act: &Act, verdict: &Verdict) {
        self.entries.decisions.push(Entry {
            id: act.id,
            account: job.account,
            place: job
                .device
                .filter(|_| !planted!(NumberTaken))
                .map(|device| (device, act.seq())),
            verdict: verdict.clone(),
        });
        self.books.decided.insert(
            act.id,
            Decided {
                account: job.account,
                verdict: verdict.clone(),
            },
        );
    }

    /// Decides one act; nothing while a file that it names is not here.
    async fn act<W: Writing>(
        &mut self,
        writing: &mut W,
        job: &Job,
        act: &Act,
    ) -> Result<Option<Verdict>, StoreError> {
        let mutation = match &act.mutation {
            Ok(mutation) => mutation,
            Err(denied) => {
                return Ok(Some(Verdict::Rejected {
                    denied: denied.clone(),
                }));
            }
        };
        for _ in 0..MAXIMUM_ROUNDS {
            match self.run(job, mutation, act.id) {
                None => return Err(StoreError::Panicked(act.id.0)),
                Some(Ok(effects)) => {
                    match files::may_name(&self.books.files, job.account, mutation.attachments()) {
                        Ok(true) => {}
                        Ok(false) => return Ok(None),
                        Err(denied) => return Ok(Some(Verdict::Rejected { denied })),
                    }
                    if !effects.is_empty() {
                        self.version += if planted!(SkipVersion, sometimes) {
                            2
                        } else {
                            1
                        };
                        load_before(writing, &mut self.workspace, &effects).await?;
                        self.workspace.apply(effects, self.version);
                    }
                    return Ok(Some(Verdict::Applied {
                        version: self.version,
                    }));
                }
                Some(Err(Stop::Denied(denied))) => return Ok(Some(Verdict::Rejected { denied })),
                Some(Err(Stop::Need(need))) => {
                    load(writing, &mut self.workspace, &BTreeSet::from([need])).await?;
                }
            }
        }
        Err(StoreError::Restless(act.id.0))
    }

    /// Runs one rule for the job's actor; none when it panicked. A rule changes nothing, so what it left half-done is nothing.
    fn run(
        &self,
        job: &Job,
        mutation: &Mutation,
        id: MutationId,
    ) -> Option<Result<Vec<Effect>, Stop>> {
        catch_unwind(AssertUnwindSafe(|| self.rule(job, mutation, id))).ok()
    }

    fn rule(&self, job: &Job, mutation: &Mutation, id: MutationId) -> Result<Vec<Effect>, Stop> {
        let actor = if job.system {
            Actor::system(job.account)
        } else {
            match find::<Person>(&self.workspace, job.account)? {
                Some(person) => Actor::from_person(&person),
                None => Actor::nobody(job.account),
            }
        };
        if !job.system {
            policy::decide(&actor, policy::Act::Sync, Relation::Owner)?;
        }
        execute(
            mutation,
            &Call {
                world: &self.workspace,
                actor,
                now: if planted!(OldClock, sometimes) {
                    self.now.plus_ms(-3_600_000)
                } else {
                    self.now
                },
                id,
            },
        )
    }
}
