//! A batch: many mutations, one transaction, one wait for the disk. Written once, over any database that fits the port.
//!
//! Everything a mutation does moves together: rows, versions, placements, memberships, the device's number and the answer. An answer
//! is given out only after the commit returned, so what a device hears is on the disk.

mod apart;
mod books;
mod conclude;
mod decide;
mod files;
mod load;
mod note;
mod strikes;
mod together;
mod write;

pub(super) use books::Entries;
pub use conclude::{Deriver, NoDeriver};
pub(super) use note::{CONCERNED, concerned};
pub(super) use strikes::Strikes;
pub(super) use write::write;

use super::port::Writable;
use super::{Database, ServerStore};
use crate::error::StoreError;
use apart::commit_apart;
use guildhall_domain::denied::Denied;
use guildhall_domain::id::{AccountId, DeviceId, MutationId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::row::Key;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::{Decision, Link, Rest};
use guildhall_sync_core::pull::Commit;
use together::commit_together;

/// How often a batch is tried that other transactions got in the way of.
const MAXIMUM_TRIES: usize = 5;

/// A mutation handed to the store.
#[derive(Debug, Clone)]
pub struct Act {
    /// Its number on its device and its place in the device's chain, for acts that come from one.
    pub link: Option<Link>,
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
    /// What is new to whom, one for each transaction it took, in order.
    pub commits: Vec<Commit>,
    /// Rows that were written.
    pub changed: Vec<Key>,
}

impl Act {
    /// The number on its device, 0 for an act that comes from none.
    fn seq(&self) -> u64 {
        self.link.map_or(0, |link| link.seq)
    }
}

/// When to try again what the disk refused.
const RETRY_MS: u64 = 2_000;

impl JobAnswer {
    /// Nothing was decided: try again.
    pub fn undecided() -> Self {
        Self {
            rest: Some(Rest::Retry { after_ms: RETRY_MS }),
            ..Self::default()
        }
    }
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
        let strikes = &self.strikes;
        match &self.database {
            Database::Sqlite { writer, .. } => commit(writer, jobs, deriver, strikes, now).await,
            Database::Postgres(database) => commit(database, jobs, deriver, strikes, now).await,
        }
    }
}

async fn commit<D: Writable>(
    database: &D,
    jobs: &[Job],
    deriver: &mut dyn Deriver,
    strikes: &Strikes,
    now: Timestamp,
) -> Result<Committed, StoreError> {
    let mut committed = commit_together(database, jobs, deriver, now).await;
    for _ in 1..MAXIMUM_TRIES {
        let Err(error) = &committed else { break };
        if !error.is_conflict() {
            break;
        }
        deriver.lost();
        tracing::warn!(
            error = error as &dyn std::error::Error,
            "a batch met another; trying again"
        );
        committed = commit_together(database, jobs, deriver, now).await;
    }
    match committed {
        Err(error) if error.is_constraint() || error.is_internal() => {
            deriver.lost();
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "a batch failed by one of its acts; trying them one by one"
            );
            let apart = commit_apart(database, jobs, deriver, strikes, now).await;
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
