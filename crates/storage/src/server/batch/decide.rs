//! Deciding acts in memory: numbers, answers given before, rules.

use super::books::{Books, Entries};
use super::load::load;
use super::{Act, Job, JobAnswer, files};
use crate::error::StoreError;
use crate::server::port::{Decided, Device, Entry, Writing};
use guildhall_domain::actor::Actor;
use guildhall_domain::denied::Denied;
use guildhall_domain::id::MutationId;
use guildhall_domain::mutation::{Effect, Mutation};
use guildhall_domain::person::Person;
use guildhall_domain::policy::{self, Relation};
use guildhall_domain::rules::{Call, execute};
use guildhall_domain::time::Timestamp;
use guildhall_domain::world::{Stop, find};
use guildhall_protocol::sync::{Decision, Rest, Verdict};
use guildhall_sync_core::workspace::Workspace;
use std::collections::BTreeSet;

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
                    if let Err(Stop::Need(need)) = self.run(job, mutation, act.id) {
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
            });
            if known.account != job.account {
                // A device belongs to the account that first used it; another account's desktop makes its own.
                answer.rest = Some(Rest::Gap { want_seq: 0 });
                return Ok(answer);
            }
            answer.last_seq = known.last_seq;
        }
        for act in &job.acts {
            let seq = act.seq.unwrap_or(0);
            if job.device.is_some() && seq > answer.last_seq + 1 {
                answer.rest = Some(Rest::Gap {
                    want_seq: answer.last_seq + 1,
                });
                break;
            }
            let verdict = match self.books.decided.get(&act.id) {
                Some(decided) if decided.account == job.account => decided.verdict.clone(),
                Some(_) => Verdict::Rejected {
                    denied: Denied::not_found("act"),
                },
                None if job.device.is_some() && seq <= answer.last_seq => {
                    // The number was used for another act: this device has been copied or set back.
                    answer.rest = Some(Rest::Gap {
                        want_seq: answer.last_seq + 1,
                    });
                    break;
                }
                None => {
                    let Some(verdict) = self.act(writing, job, act).await? else {
                        answer.rest = Some(Rest::Retry {
                            after_ms: files::RETRY_MS,
                        });
                        break;
                    };
                    self.note(job, act, &verdict);
                    verdict
                }
            };
            if let Some(device) = job.device
                && seq == answer.last_seq + 1
            {
                answer.last_seq = seq;
                let heard = Device {
                    account: job.account,
                    last_seq: seq,
                };
                self.books.devices.insert(device, heard);
                self.entries.devices.insert(device, heard);
            }
            answer.decisions.push(Decision {
                seq,
                id: act.id,
                verdict,
            });
        }
        Ok(answer)
    }

    fn note(&mut self, job: &Job, act: &Act, verdict: &Verdict) {
        let seq = act.seq.unwrap_or(0);
        self.entries.decisions.push(Entry {
            id: act.id,
            account: job.account,
            place: job.device.map(|device| (device, seq)),
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
                Ok(effects) => {
                    match files::may_name(&self.books.files, job.account, mutation.attachments()) {
                        Ok(true) => {}
                        Ok(false) => return Ok(None),
                        Err(denied) => return Ok(Some(Verdict::Rejected { denied })),
                    }
                    if !effects.is_empty() {
                        self.version += 1;
                        self.workspace.apply(effects, self.version);
                    }
                    return Ok(Some(Verdict::Applied {
                        version: self.version,
                    }));
                }
                Err(Stop::Denied(denied)) => return Ok(Some(Verdict::Rejected { denied })),
                Err(Stop::Need(need)) => {
                    load(writing, &mut self.workspace, &BTreeSet::from([need])).await?;
                }
            }
        }
        Err(StoreError::Restless(act.id.0))
    }

    /// Runs one rule for the job's actor.
    fn run(&self, job: &Job, mutation: &Mutation, id: MutationId) -> Result<Vec<Effect>, Stop> {
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
                now: self.now,
                id,
            },
        )
    }
}
