//! Looks through what a history left behind: the answers that were given, and the rows.

use crate::anomaly::{Anomaly, unless};
use crate::market::registrations;
use crate::replay::Replay;
use crate::worker::Answered;
use guildhall_domain::contract::Contract;
use guildhall_domain::denied::Code;
use guildhall_domain::id::RequestId;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::request::Request;
use guildhall_domain::row::{Row, Table};
use guildhall_storage::server::{Pool, ServerStore};
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;

/// What a history came to.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Acts that were answered.
    pub(crate) acts: usize,
    /// Of these, applied.
    pub(crate) applied: usize,
    /// Contracts.
    pub(crate) hired: usize,
    /// Acts that came too late, because somebody else had done something to the same row: the place was gone, the terms had changed.
    pub(crate) too_late: usize,
    /// Of these, acceptances of an offer whose place had been taken.
    pub(crate) outrun: usize,
}

/// Carries out again what was applied, and compares.
pub(crate) async fn check(
    store: &ServerStore,
    logs: &[PathBuf],
    before: u64,
) -> Result<Outcome, Anomaly> {
    let mut outcome = Outcome::default();
    let applied = read(logs, &mut outcome)?;
    let head = store.head().await.expect("is read");
    let mut above = before;
    for version in applied.keys().copied().chain([head + 1]) {
        unless(version == above + 1, || Anomaly::Hole { above })?;
        above = version;
    }
    outcome.hired = nobody_is_hired_twice(store).await?;

    let mut replay = Replay::default();
    for (id, account, mutation) in registrations() {
        replay.arrange(account, id, &mutation);
    }
    for (version, answered) in applied {
        let mutation = answered.envelope.open().expect("can be read");
        replay.apply(answered.account, answered.envelope.id, &mutation, version)?;
    }
    compare(store, replay).await?;
    Ok(outcome)
}

/// The answers of all processes: what was applied, by version.
fn read(logs: &[PathBuf], outcome: &mut Outcome) -> Result<BTreeMap<u64, Answered>, Anomaly> {
    let mut applied = BTreeMap::new();
    for log in logs {
        for line in BufReader::new(File::open(log).expect("is there")).lines() {
            let answered: Answered =
                serde_json::from_str(&line.expect("is read")).expect("is an answer");
            outcome.acts += 1;
            match (answered.version, answered.denied) {
                (Some(version), _) => {
                    outcome.applied += 1;
                    let other = applied.insert(version, answered);
                    unless(other.is_none(), || Anomaly::Twice(version))?;
                }
                (None, Some(code)) => {
                    let accepts =
                        matches!(answered.envelope.open(), Ok(Mutation::AcceptOffer { .. }));
                    outcome.outrun += usize::from(code == Code::AlreadyFilled && accepts);
                    outcome.too_late += usize::from(matches!(
                        code,
                        Code::AlreadyFilled
                            | Code::AlreadyDone
                            | Code::StaleVersion
                            | Code::InvalidState
                            | Code::Paused
                    ));
                }
                // Done before: nothing had to happen any more.
                (None, None) => {}
            }
        }
    }
    Ok(applied)
}

/// Counts the contracts.
async fn nobody_is_hired_twice(store: &ServerStore) -> Result<usize, Anomaly> {
    let contracts: Vec<Contract> = store.all().await.expect("is read");
    let mut hired: BTreeMap<RequestId, u32> = BTreeMap::new();
    for contract in &contracts {
        *hired.entry(contract.request).or_default() += 1;
    }
    for request in store.all::<Request>().await.expect("is read") {
        let hired = hired.get(&request.id).copied().unwrap_or(0);
        unless(hired <= request.places, || Anomaly::DoubleHire(request.id))?;
    }
    Ok(contracts.len())
}

/// The stored rows are those that follow from the acts.
async fn compare(store: &ServerStore, mut replay: Replay) -> Result<(), Anomaly> {
    for table in Table::ALL {
        for body in bodies(store, *table).await {
            let row = Row::decode(*table, &body).expect("can be read");
            let key = row.key();
            let (version, expected) = replay.rows.remove(&key).ok_or(Anomaly::Stray(key))?;
            unless(row == expected, || Anomaly::LostUpdate { key, version })?;
        }
    }
    match replay.rows.first_key_value() {
        Some((key, (version, _))) => Err(Anomaly::LostUpdate {
            key: *key,
            version: *version,
        }),
        None => Ok(()),
    }
}

async fn bodies(store: &ServerStore, table: Table) -> Vec<String> {
    let sql = AssertSqlSafe(format!("select body from {}", table.name()));
    let found = match store.pool() {
        Pool::Sqlite(pool) => sqlx::query_scalar(sql).fetch_all(&pool).await,
        Pool::Postgres(pool) => sqlx::query_scalar(sql).fetch_all(&pool).await,
    };
    found.expect("is read")
}
