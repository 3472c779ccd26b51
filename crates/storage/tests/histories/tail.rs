//! A reader beside the processes: what lies at or below the head is whole when it is first seen.

use crate::anomaly::{Anomaly, unless};
use guildhall_storage::server::{Pool, ServerStore};
use sqlx::AssertSqlSafe;
use std::process::Child;
use std::time::Duration;

/// How long between two looks: the processes need the processors more.
const PAUSE: Duration = Duration::from_millis(3);
const INDEX: &str = "create index tail on decision (version)";

async fn numbers(store: &ServerStore, sql: &str) -> (i64, i64, i64) {
    let query = AssertSqlSafe(sql.to_owned());
    let row = match store.pool() {
        Pool::Sqlite(pool) => sqlx::query_as(query).fetch_one(&pool).await,
        Pool::Postgres(pool) => sqlx::query_as(query).fetch_one(&pool).await,
    };
    row.expect("is read")
}

/// Lets the versions of decisions be looked up.
pub(crate) async fn prepare(store: &ServerStore) {
    let made = match store.pool() {
        Pool::Sqlite(pool) => sqlx::query(INDEX).execute(&pool).await.map(drop),
        Pool::Postgres(pool) => sqlx::query(INDEX).execute(&pool).await.map(drop),
    };
    made.expect("is made");
}

/// Reads on while the processes run; answers with how often it looked.
pub(crate) async fn tail(
    store: &ServerStore,
    running: &mut [Child],
    mut seen: u64,
) -> Result<usize, Anomaly> {
    let mut cuts = 0;
    let mut pace = tokio::time::interval(PAUSE);
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
        let head = u64::try_from(head).expect("counts up");
        let below = u64::try_from(below).expect("is a count");
        unless(seen + below == head, || Anomaly::Hole { above: seen })?;
        unless(above == 0, || Anomaly::Beyond { head })?;
        seen = head;
        cuts += 1;
        if ended {
            return Ok(cuts);
        }
        pace.tick().await;
    }
}
