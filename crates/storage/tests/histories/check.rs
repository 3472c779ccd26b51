//! What must not be: a hole in the versions, an answer that did not happen, a place given twice, a state that no order of acts gives.

use crate::market::{NOW, registrations};
use crate::worker::Answered;
use guildhall_domain::actor::Actor;
use guildhall_domain::contract::Contract;
use guildhall_domain::id::AccountId;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::person::Person;
use guildhall_domain::request::Request;
use guildhall_domain::row::{Key, Row, Table};
use guildhall_domain::rules::{Call, execute};
use guildhall_domain::world::{Need, Stop, find};
use guildhall_storage::server::{Pool, ServerStore};
use guildhall_sync_core::workspace::Workspace;
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Child;

/// What a history came to.
pub(crate) struct Outcome {
    pub(crate) acts: usize,
    pub(crate) applied: usize,
    pub(crate) hired: usize,
}

async fn numbers(store: &ServerStore, sql: &str) -> (i64, i64, i64) {
    let query = AssertSqlSafe(sql.to_owned());
    let row = match store.pool() {
        Pool::Sqlite(pool) => sqlx::query_as(query).fetch_one(&pool).await,
        Pool::Postgres(pool) => sqlx::query_as(query).fetch_one(&pool).await,
    };
    row.expect("is read")
}

/// Reads on while the processes run: what lies at or below the head is whole when it is first seen. Answers with how often it looked.
pub(crate) async fn tail(store: &ServerStore, running: &mut [Child], mut seen: u64) -> usize {
    match store.pool() {
        Pool::Sqlite(pool) => drop(
            sqlx::query("create index tail on decision (version)")
                .execute(&pool)
                .await
                .expect("is made"),
        ),
        Pool::Postgres(pool) => drop(
            sqlx::query("create index tail on decision (version)")
                .execute(&pool)
                .await
                .expect("is made"),
        ),
    }
    let mut cuts = 0;
    loop {
        let ended = running
            .iter_mut()
            .all(|child| child.try_wait().expect("is known").is_some());
        // One statement is one snapshot.
        let (head, below, above) = numbers(
            store,
            &format!(
                "select h.version, \
                 (select count(distinct d.version) from decision d where d.version > {seen} and d.version <= h.version), \
                 (select count(*) from decision d where d.version > h.version) from sync_head h"
            ),
        )
        .await;
        let new = u64::try_from(head).expect("counts up") - seen;
        assert_eq!(
            u64::try_from(below).expect("is a count"),
            new,
            "a hole above {seen}"
        );
        assert_eq!(above, 0, "an act beyond the head {head}");
        seen += new;
        cuts += 1;
        if ended {
            for child in running {
                assert!(
                    child.wait().expect("has ended").success(),
                    "a process failed"
                );
            }
            return cuts;
        }
        tokio::task::yield_now().await;
    }
}

/// Carries out again what was applied, and compares.
pub(crate) async fn check(store: &ServerStore, logs: &[PathBuf], before: u64) -> Outcome {
    let mut acts = 0;
    let mut applied: BTreeMap<u64, Answered> = BTreeMap::new();
    for log in logs {
        for line in std::fs::read_to_string(log).expect("is read").lines() {
            let answered: Answered = serde_json::from_str(line).expect("is an answer");
            acts += 1;
            if let Some(version) = answered.version {
                assert!(
                    applied.insert(version, answered).is_none(),
                    "two acts at version {version}"
                );
            }
        }
    }
    let head = store.head().await.expect("is read");
    assert!(
        applied.keys().copied().eq(before + 1..=head),
        "every version has its act"
    );
    let count = applied.len();

    let mut model = Workspace::default();
    for (_, account, mutation) in registrations() {
        carry_out(&mut model, account, true, &mutation, account.0, 0);
    }
    for (version, answered) in applied {
        let mutation = answered.envelope.open().expect("can be read");
        carry_out(
            &mut model,
            answered.account,
            false,
            &mutation,
            answered.envelope.id.0,
            version,
        );
    }
    let expected: BTreeMap<Key, Row> = model
        .changes()
        .filter_map(|change| Some((change.key, change.after?.clone())))
        .collect();
    let found = everything(store).await;
    for (key, row) in &expected {
        assert_eq!(
            found.get(key),
            Some(row),
            "{key:?} is not what the acts in their order make of it"
        );
    }
    assert_eq!(
        found.len(),
        expected.len(),
        "there are rows that no act has made"
    );

    let contracts: Vec<Contract> = store.all().await.expect("is read");
    let mut hired: BTreeMap<_, u32> = BTreeMap::new();
    for contract in &contracts {
        *hired.entry(contract.request).or_default() += 1;
    }
    for request in store.all::<Request>().await.expect("is read") {
        let hired = hired.get(&request.id).copied().unwrap_or(0);
        assert!(hired <= request.places, "{} was filled twice", request.id);
    }
    Outcome {
        acts,
        applied: count,
        hired: contracts.len(),
    }
}

fn carry_out(
    model: &mut Workspace,
    account: AccountId,
    system: bool,
    mutation: &Mutation,
    id: uuid::Uuid,
    version: u64,
) {
    loop {
        let actor = match find::<Person>(model, account) {
            Ok(Some(person)) if !system => Actor::from_person(&person),
            Ok(_) => Actor::system(account),
            Err(Stop::Need(need)) => {
                answer(model, need);
                continue;
            }
            Err(Stop::Denied(denied)) => panic!("{denied}"),
        };
        let call = Call {
            world: &*model,
            actor,
            now: NOW,
            id: guildhall_domain::id::MutationId(id),
        };
        match execute(mutation, &call) {
            Ok(effects) => {
                assert!(!effects.is_empty(), "version {version} had an effect");
                model.apply(effects, version);
                return;
            }
            Err(Stop::Need(need)) => answer(model, need),
            Err(Stop::Denied(denied)) => {
                panic!("version {version} is refused in its place: {denied}")
            }
        }
    }
}

/// What the model does not hold does not exist.
fn answer(model: &mut Workspace, need: Need) {
    match need {
        Need::Row(key) => model.load(key, None),
        Need::Rows(lookup) => model.load_all(lookup, Vec::new()),
    }
}

async fn everything(store: &ServerStore) -> BTreeMap<Key, Row> {
    let mut rows = BTreeMap::new();
    for table in Table::ALL {
        let sql = AssertSqlSafe(format!(
            "select cast(id as text), body from {}",
            table.name()
        ));
        let found: Vec<(String, String)> = match store.pool() {
            Pool::Sqlite(pool) => sqlx::query_as(sql).fetch_all(&pool).await,
            Pool::Postgres(pool) => sqlx::query_as(sql).fetch_all(&pool).await,
        }
        .expect("is read");
        for (_, body) in found {
            let row = Row::decode(*table, &body).expect("can be read");
            rows.insert(row.key(), row);
        }
    }
    rows
}
