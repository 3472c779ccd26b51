//! A batch: many mutations, one transaction, one wait for the disk.
//!
//! Everything a mutation does moves together: rows, versions, placements, memberships, the device's number and the answer. An answer
//! is given out only after the commit returned, so what a device hears is on the disk.

use super::{ServerStore, load::load, write};
use crate::error::StoreError;
use guildhall_domain::actor::Actor;
use guildhall_domain::denied::{Code, Denied};
use guildhall_domain::id::{AccountId, DeviceId, MutationId};
use guildhall_domain::mutation::{Effect, Mutation};
use guildhall_domain::person::Person;
use guildhall_domain::policy::{self, Relation};
use guildhall_domain::row::Key;
use guildhall_domain::rules::{Call, execute};
use guildhall_domain::time::Timestamp;
use guildhall_domain::world::{Need, Stop, World, find};
use guildhall_protocol::sync::{Decision, Rest, Verdict};
use guildhall_sync_core::fault;
use guildhall_sync_core::workspace::Workspace;
use sqlx::{Connection as _, Row as _, SqliteConnection};
use std::collections::{BTreeMap, BTreeSet};

/// How often the rules may ask for rows before they are taken to be broken.
const MAXIMUM_ROUNDS: usize = 12;

/// A mutation handed to the store.
#[derive(Debug, Clone)]
pub struct Act {
    /// Its number on its device, for acts that come from one.
    pub seq: Option<u64>,
    /// The same id twice has one effect and the same answer.
    pub id: MutationId,
    /// What to do, or why it could not be read.
    pub mutation: Result<Mutation, Denied>,
}

/// The acts of one push, or of the server itself.
#[derive(Debug, Clone)]
pub struct Job {
    /// Who acts.
    pub account: AccountId,
    /// True for acts of the server on behalf of the account.
    pub system: bool,
    /// From which device, if from one.
    pub device: Option<DeviceId>,
    /// In order.
    pub acts: Vec<Act>,
}

/// What became of a job.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobAnswer {
    /// One for each act that was decided, in order. Acts without a device carry the number 0.
    pub decisions: Vec<Decision>,
    /// The highest decided number of the device.
    pub last_seq: u64,
    /// What to do with the rest.
    pub rest: Option<Rest>,
}

/// What a commit brought about.
#[derive(Debug, Default)]
pub struct Committed {
    /// One for each job, in order.
    pub answers: Vec<JobAnswer>,
    /// The version after the commit.
    pub head: u64,
    /// Accounts that see something new.
    pub touched: Vec<AccountId>,
    /// Rows that were written.
    pub changed: Vec<Key>,
}

/// Draws conclusions from changed rows inside the same transaction, e.g. who matches what.
pub trait Deriver: Send {
    /// Effects that follow from these changes.
    ///
    /// # Errors
    /// [`Need`] when a row must be loaded first; it is asked again then.
    fn derive(
        &mut self,
        changed: &[Key],
        world: &dyn World,
        now: Timestamp,
    ) -> Result<Vec<Effect>, Need>;

    /// The transaction was committed: what was derived holds.
    fn done(&mut self);

    /// The transaction was lost: what was derived since the last commit did not happen.
    fn lost(&mut self);
}

/// Concludes nothing.
#[derive(Debug, Default, Clone, Copy)]
pub struct NoDeriver;

impl Deriver for NoDeriver {
    fn derive(&mut self, _: &[Key], _: &dyn World, _: Timestamp) -> Result<Vec<Effect>, Need> {
        Ok(Vec::new())
    }

    fn done(&mut self) {}

    fn lost(&mut self) {}
}

/// What is known before a batch runs.
struct Books {
    devices: BTreeMap<DeviceId, (AccountId, u64)>,
    decided: BTreeMap<MutationId, (AccountId, Verdict)>,
}

/// A decision as it is kept.
pub(super) struct Entry {
    pub(super) id: MutationId,
    pub(super) account: AccountId,
    pub(super) place: Option<(DeviceId, u64)>,
    pub(super) verdict: Verdict,
}

/// What a batch adds to the books.
#[derive(Default)]
pub(super) struct Entries {
    pub(super) decisions: Vec<Entry>,
    pub(super) devices: BTreeMap<DeviceId, (AccountId, u64)>,
}

impl ServerStore {
    /// Decides all jobs in one transaction. Call it from one task only: it is the writer.
    ///
    /// # Errors
    /// [`StoreError`] when nothing was committed; the jobs may be tried again.
    pub async fn commit(
        &self,
        jobs: &[Job],
        deriver: &mut dyn Deriver,
        now: Timestamp,
    ) -> Result<Committed, StoreError> {
        match self.commit_together(jobs, deriver, now).await {
            Err(error) if error.is_constraint() => {
                deriver.lost();
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "a batch broke a constraint; trying its acts one by one"
                );
                let apart = self.commit_apart(jobs, deriver, now).await;
                if apart.is_err() {
                    deriver.lost();
                }
                apart
            }
            Err(error) => {
                deriver.lost();
                Err(error)
            }
            committed => committed,
        }
    }

    /// Each act in a transaction of its own; the one that breaks a constraint is set aside, so that it blocks nobody.
    async fn commit_apart(
        &self,
        jobs: &[Job],
        deriver: &mut dyn Deriver,
        now: Timestamp,
    ) -> Result<Committed, StoreError> {
        let mut all = Committed::default();
        for job in jobs {
            let mut answer = JobAnswer::default();
            if job.acts.is_empty() {
                // Who sends nothing asks how far they are.
                let asked = std::slice::from_ref(job);
                let committed = self.commit_together(asked, deriver, now).await?;
                all.head = committed.head;
                all.answers.extend(committed.answers);
                continue;
            }
            for act in &job.acts {
                let mut alone = Job {
                    acts: vec![act.clone()],
                    ..job.clone()
                };
                let committed = match self
                    .commit_together(std::slice::from_ref(&alone), deriver, now)
                    .await
                {
                    Err(error) if error.is_constraint() => {
                        deriver.lost();
                        tracing::error!(mutation = %act.id.0, error = &error as &dyn std::error::Error, "an act was set aside");
                        alone.acts[0].mutation = Err(Denied::new(
                            Code::Quarantined,
                            "The server could not carry this out and set it aside. Your text is kept.",
                        ));
                        self.commit_together(std::slice::from_ref(&alone), deriver, now)
                            .await?
                    }
                    other => other?,
                };
                all.head = committed.head;
                all.touched.extend(committed.touched);
                all.changed.extend(committed.changed);
                for one in committed.answers {
                    answer.decisions.extend(one.decisions);
                    answer.last_seq = one.last_seq;
                    answer.rest = one.rest;
                }
                if answer.rest.is_some() {
                    break;
                }
            }
            all.answers.push(answer);
        }
        Ok(all)
    }

    async fn commit_together(
        &self,
        jobs: &[Job],
        deriver: &mut dyn Deriver,
        now: Timestamp,
    ) -> Result<Committed, StoreError> {
        fault!(ServerBatch);
        let mut connection = self.writer.acquire().await?;
        let mut transaction = connection.begin_with("begin immediate").await?;
        let head: i64 = sqlx::query_scalar("select version from sync_head")
            .fetch_one(&mut *transaction)
            .await?;
        let mut version = u64::try_from(head).unwrap_or(0);

        fault!(ServerLoad);
        let mut books = open_books(&mut transaction, jobs).await?;
        let mut workspace = Workspace::default();
        prefetch(&mut transaction, &mut workspace, jobs, &books, now).await?;

        let mut entries = Entries::default();
        let mut answers = Vec::with_capacity(jobs.len());
        for job in jobs {
            answers.push(
                decide_job(
                    &mut transaction,
                    &mut workspace,
                    &mut books,
                    &mut entries,
                    job,
                    &mut version,
                    now,
                )
                .await?,
            );
        }

        let changed: Vec<Key> = workspace.changes().map(|change| change.key).collect();
        if !changed.is_empty() {
            let conclusions =
                conclude(&mut transaction, &mut workspace, deriver, &changed, now).await?;
            if !conclusions.is_empty() {
                version += 1;
                workspace.apply(conclusions, version);
            }
        }

        fault!(ServerWrite);
        let touched = write::write(&mut transaction, &workspace, &entries, version, now).await?;
        fault!(ServerCommit);
        transaction.commit().await?;
        fault!(ServerCommitted);
        deriver.done();
        Ok(Committed {
            answers,
            head: version,
            touched,
            changed,
        })
    }
}

async fn open_books(connection: &mut SqliteConnection, jobs: &[Job]) -> Result<Books, StoreError> {
    let devices: Vec<String> = jobs
        .iter()
        .filter_map(|job| job.device)
        .map(|device| device.to_string())
        .collect();
    let ids: Vec<String> = jobs
        .iter()
        .flat_map(|job| &job.acts)
        .map(|act| act.id.to_string())
        .collect();
    let mut books = Books {
        devices: BTreeMap::new(),
        decided: BTreeMap::new(),
    };
    let rows = sqlx::query(
        "select id, account, last_seq from device where id in (select value from json_each(?))",
    )
    .bind(serde_json::to_string(&devices)?)
    .fetch_all(&mut *connection)
    .await?;
    for row in rows {
        let (id, account, last): (&str, &str, i64) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let (Ok(id), Ok(account)) = (id.parse(), account.parse()) else {
            return Err(StoreError::Corrupt { what: "device" });
        };
        books
            .devices
            .insert(id, (account, u64::try_from(last).unwrap_or(0)));
    }
    let rows = sqlx::query("select mutation, account, version, denied from decision where mutation in (select value from json_each(?))")
        .bind(serde_json::to_string(&ids)?)
        .fetch_all(&mut *connection)
        .await?;
    for row in rows {
        let (id, account): (&str, &str) = (row.try_get(0)?, row.try_get(1)?);
        let (version, denied): (Option<i64>, Option<&str>) = (row.try_get(2)?, row.try_get(3)?);
        let (Ok(id), Ok(account)) = (id.parse(), account.parse()) else {
            return Err(StoreError::Corrupt { what: "decision" });
        };
        let verdict = match denied {
            Some(denied) => Verdict::Rejected {
                denied: serde_json::from_str(denied)?,
            },
            None => Verdict::Applied {
                version: u64::try_from(version.unwrap_or(0)).unwrap_or(0),
            },
        };
        books.decided.insert(id, (account, verdict));
    }
    Ok(books)
}

/// Runs every rule without effect until none asks for a row that is not loaded, so that the batch loads in bulk.
async fn prefetch(
    connection: &mut SqliteConnection,
    workspace: &mut Workspace,
    jobs: &[Job],
    books: &Books,
    now: Timestamp,
) -> Result<(), StoreError> {
    for _ in 0..MAXIMUM_ROUNDS {
        let mut needs = BTreeSet::new();
        for job in jobs {
            for act in job
                .acts
                .iter()
                .filter(|act| !books.decided.contains_key(&act.id))
            {
                let Ok(mutation) = &act.mutation else {
                    continue;
                };
                if let Err(Stop::Need(need)) = run(workspace, job, mutation, act.id, now) {
                    needs.insert(need);
                }
            }
        }
        if needs.is_empty() {
            break;
        }
        load(connection, workspace, &needs).await?;
    }
    Ok(())
}

async fn decide_job(
    connection: &mut SqliteConnection,
    workspace: &mut Workspace,
    books: &mut Books,
    entries: &mut Entries,
    job: &Job,
    version: &mut u64,
    now: Timestamp,
) -> Result<JobAnswer, StoreError> {
    let mut answer = JobAnswer::default();
    if let Some(device) = job.device {
        let (owner, last) = *books.devices.entry(device).or_insert((job.account, 0));
        if owner != job.account {
            // A device belongs to the account that first used it; another account's desktop makes its own.
            answer.rest = Some(Rest::Gap { want_seq: 0 });
            return Ok(answer);
        }
        answer.last_seq = last;
    }
    for act in &job.acts {
        let seq = act.seq.unwrap_or(0);
        if job.device.is_some() && seq > answer.last_seq + 1 {
            answer.rest = Some(Rest::Gap {
                want_seq: answer.last_seq + 1,
            });
            break;
        }
        let verdict = match books.decided.get(&act.id) {
            Some((account, verdict)) if *account == job.account => verdict.clone(),
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
                let verdict = decide(connection, workspace, job, act, version, now).await?;
                let place = job.device.map(|device| (device, seq));
                entries.decisions.push(Entry {
                    id: act.id,
                    account: job.account,
                    place,
                    verdict: verdict.clone(),
                });
                books.decided.insert(act.id, (job.account, verdict.clone()));
                verdict
            }
        };
        if let Some(device) = job.device
            && seq == answer.last_seq + 1
        {
            answer.last_seq = seq;
            books.devices.insert(device, (job.account, seq));
            entries.devices.insert(device, (job.account, seq));
        }
        answer.decisions.push(Decision {
            seq,
            id: act.id,
            verdict,
        });
    }
    Ok(answer)
}

async fn decide(
    connection: &mut SqliteConnection,
    workspace: &mut Workspace,
    job: &Job,
    act: &Act,
    version: &mut u64,
    now: Timestamp,
) -> Result<Verdict, StoreError> {
    let mutation = match &act.mutation {
        Ok(mutation) => mutation,
        Err(denied) => {
            return Ok(Verdict::Rejected {
                denied: denied.clone(),
            });
        }
    };
    for _ in 0..MAXIMUM_ROUNDS {
        match run(workspace, job, mutation, act.id, now) {
            Ok(effects) => {
                if !effects.is_empty() {
                    *version += 1;
                    workspace.apply(effects, *version);
                }
                return Ok(Verdict::Applied { version: *version });
            }
            Err(Stop::Denied(denied)) => return Ok(Verdict::Rejected { denied }),
            Err(Stop::Need(need)) => load(connection, workspace, &BTreeSet::from([need])).await?,
        }
    }
    Err(StoreError::Restless(act.id.0))
}

/// Runs one rule for the job's actor.
fn run(
    workspace: &Workspace,
    job: &Job,
    mutation: &Mutation,
    id: MutationId,
    now: Timestamp,
) -> Result<Vec<Effect>, Stop> {
    let actor = if job.system {
        Actor::system(job.account)
    } else {
        match find::<Person>(workspace, job.account)? {
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
            world: workspace,
            actor,
            now,
            id,
        },
    )
}

async fn conclude(
    connection: &mut SqliteConnection,
    workspace: &mut Workspace,
    deriver: &mut dyn Deriver,
    changed: &[Key],
    now: Timestamp,
) -> Result<Vec<Effect>, StoreError> {
    // A conclusion may look at every request a freelancer fits, one lookup at a time.
    for _ in 0..100_000 {
        match deriver.derive(changed, workspace, now) {
            Ok(effects) => return Ok(effects),
            Err(need) => load(connection, workspace, &BTreeSet::from([need])).await?,
        }
    }
    Err(StoreError::Corrupt {
        what: "conclusions",
    })
}
