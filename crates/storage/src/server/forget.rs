//! Throwing away what is over: entries of rows that left a scope, and of memberships that were lost, a month ago. What is thrown
//! away raises a floor; a device that stands below one gets the whole scope anew.

use super::ServerStore;
use super::pool::{Transaction, on_transaction};
use crate::error::StoreError;
use guildhall_domain::time::Timestamp;

/// How long it is remembered that something is gone.
const MEMORY_MS: i64 = 30 * DAY_MS;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// For rows and for people: how a floor is raised, and what may go then.
const FORGETTING: [(&str, &str); 2] = [
    (
        "insert into scope_floor (scope, version) select scope, max(version) from placement \
         where not put and version <= $1 group by scope on conflict (scope) do update set version = \
         case when scope_floor.version > excluded.version then scope_floor.version else excluded.version end",
        "delete from placement where not put and version <= $1",
    ),
    (
        "insert into account_floor (account, version) select account, max(version) from membership \
         where not put and version <= $1 group by account on conflict (account) do update set version = \
         case when account_floor.version > excluded.version then account_floor.version else excluded.version end",
        "delete from membership where not put and version <= $1",
    ),
];

impl ServerStore {
    /// Throws away what was over 30 days ago; answers with how many entries that were.
    ///
    /// # Errors
    /// [`StoreError`] when nothing was thrown away.
    pub async fn forget(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut writing = self.begin_beside().await?;
        if let Transaction::Postgres(transaction) = &mut writing {
            // No batch runs meanwhile, in whichever process.
            sqlx::query("select version from sync_head for update")
                .execute(&mut **transaction)
                .await?;
        }
        let gone = on_transaction!(&mut writing, connection => {
            sqlx::query(
                "insert into sync_past (at, version) select $1, version from sync_head \
                 where not exists (select 1 from sync_past where at > $2)",
            )
            .bind(now.0)
            .bind(now.plus_ms(-DAY_MS).0)
            .execute(&mut *connection)
            .await?;
            let old: Option<i64> = sqlx::query_scalar("select max(version) from sync_past where at <= $1")
                .bind(now.plus_ms(-MEMORY_MS).0)
                .fetch_one(&mut *connection)
                .await?;
            let mut gone = 0;
            if let Some(old) = old {
                for (floor, drop) in FORGETTING {
                    sqlx::query(floor).bind(old).execute(&mut *connection).await?;
                    gone += sqlx::query(drop).bind(old).execute(&mut *connection).await?.rows_affected();
                }
                // The newest of the old ones stays: it says up to where everything is old.
                sqlx::query("delete from sync_past where at < (select max(at) from sync_past where at <= $1)")
                    .bind(now.plus_ms(-MEMORY_MS).0)
                    .execute(&mut *connection)
                    .await?;
            }
            gone
        });
        writing.commit().await?;
        Ok(gone)
    }
}
