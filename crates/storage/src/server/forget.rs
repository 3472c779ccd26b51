//! Throwing away what is over: entries of rows that left a scope, and of memberships that were lost, a month ago. What is thrown
//! away raises a floor; a device that stands below one gets the whole scope anew.

use super::ServerStore;
use crate::error::StoreError;
use guildhall_domain::time::Timestamp;

/// How long it is remembered that something is gone.
const MEMORY_MS: i64 = 30 * DAY_MS;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

impl ServerStore {
    /// Throws away what was over 30 days ago; answers with how many entries that were.
    ///
    /// # Errors
    /// [`StoreError`] when nothing was thrown away.
    pub async fn forget(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut writing = self.writer.0.begin_with("begin immediate").await?;
        sqlx::query(
            "insert into sync_past (at, version) select ?1, version from sync_head \
             where not exists (select 1 from sync_past where at > ?2)",
        )
        .bind(now.0)
        .bind(now.plus_ms(-DAY_MS).0)
        .execute(&mut *writing)
        .await?;
        let old: Option<i64> =
            sqlx::query_scalar("select max(version) from sync_past where at <= ?")
                .bind(now.plus_ms(-MEMORY_MS).0)
                .fetch_one(&mut *writing)
                .await?;
        let mut gone = 0;
        if let Some(old) = old {
            for (floor, drop) in [
                (
                    "insert into scope_floor (scope, version) select scope, max(version) from placement \
                     where put = 0 and version <= ? group by scope \
                     on conflict (scope) do update set version = max(version, excluded.version)",
                    "delete from placement where put = 0 and version <= ?",
                ),
                (
                    "insert into account_floor (account, version) select account, max(version) from membership \
                     where put = 0 and version <= ? group by account \
                     on conflict (account) do update set version = max(version, excluded.version)",
                    "delete from membership where put = 0 and version <= ?",
                ),
            ] {
                sqlx::query(floor).bind(old).execute(&mut *writing).await?;
                let dropped = sqlx::query(drop).bind(old).execute(&mut *writing).await?;
                gone += dropped.rows_affected();
            }
            // The newest of the old ones stays: it says up to where everything is old.
            sqlx::query(
                "delete from sync_past where at < (select max(at) from sync_past where at <= ?)",
            )
            .bind(now.plus_ms(-MEMORY_MS).0)
            .execute(&mut *writing)
            .await?;
        }
        writing.commit().await?;
        Ok(gone)
    }
}
