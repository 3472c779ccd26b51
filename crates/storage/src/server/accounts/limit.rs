//! How often something was tried.

use super::{Accounts, on_pool, on_transaction};
use crate::error::StoreError;
use crate::server::pool::Transaction;

/// One try, to be taken out of a bucket.
#[derive(Debug, Clone, Copy)]
pub struct Try<'a> {
    /// Which bucket.
    pub key: &'a str,
    /// When.
    pub now: i64,
    /// After how many milliseconds there is one more in it.
    pub every_ms: i64,
    /// How many there are at most.
    pub burst: u32,
}

/// Moves a bucket's fullness by one try, unless it would be full beyond its burst: the rate in one statement, so that two tries at once
/// cannot both take the last place. False when it was full.
pub(super) async fn take(
    transaction: &mut Transaction,
    taken: &Try<'_>,
) -> Result<bool, StoreError> {
    let taken = on_transaction!(transaction, connection => {
        sqlx::query(
            "insert into limit_bucket (key, until) values ($1, $2 + $3) on conflict (key) do update \
             set until = case when limit_bucket.until > $2 then limit_bucket.until else $2 end + $3 \
             where case when limit_bucket.until > $2 then limit_bucket.until else $2 end + $3 <= $2 + $3 * $4",
        )
        .bind(taken.key)
        .bind(taken.now)
        .bind(taken.every_ms)
        .bind(i64::from(taken.burst))
        .execute(connection)
        .await?
        .rows_affected()
    });
    Ok(taken > 0)
}

impl Accounts {
    /// Takes a try out of its bucket. False when there was none.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn take(&self, taken: &Try<'_>) -> Result<bool, StoreError> {
        let mut transaction = self.begin_shared().await?;
        let is_taken = take(&mut transaction, taken).await?;
        transaction.commit().await?;
        Ok(is_taken)
    }

    /// Failures and end of a bucket.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn bucket(&self, key: &str) -> Result<Option<(u32, i64)>, StoreError> {
        let found: Option<(i64, i64)> = on_pool!(&self.pool, pool => {
            sqlx::query_as("select failures, until from limit_bucket where key = $1")
                .bind(key)
                .fetch_optional(pool)
                .await?
        });
        Ok(found.map(|(failures, until)| (u32::try_from(failures).unwrap_or(u32::MAX), until)))
    }

    /// Counts a failure, from one on when the last lies further back; answers with how many it makes.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn count_failure(
        &self,
        key: &str,
        now: i64,
        forget_ms: i64,
    ) -> Result<u32, StoreError> {
        let failures: i64 = on_pool!(&self.pool, pool => {
            sqlx::query_scalar(
                "insert into limit_bucket (key, failures, until) values ($1, 1, $2) on conflict (key) do update \
                 set failures = case when limit_bucket.until + $3 < $2 then 1 else limit_bucket.failures + 1 end, until = $2 \
                 returning failures",
            )
            .bind(key)
            .bind(now)
            .bind(forget_ms)
            .fetch_one(pool)
            .await?
        });
        Ok(u32::try_from(failures).unwrap_or(u32::MAX))
    }

    /// Locks a bucket until then.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn lock(&self, key: &str, until: i64) -> Result<(), StoreError> {
        on_pool!(&self.pool, pool => {
            sqlx::query("update limit_bucket set until = $2 where key = $1")
                .bind(key)
                .bind(until)
                .execute(pool)
                .await?;
        });
        Ok(())
    }

    /// Forgets a bucket.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn forgive(&self, key: &str) -> Result<(), StoreError> {
        on_pool!(&self.pool, pool => {
            sqlx::query("delete from limit_bucket where key = $1").bind(key).execute(pool).await?;
        });
        Ok(())
    }

    /// Forgets all buckets that ended before then.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn forgive_before(&self, then: i64) -> Result<(), StoreError> {
        on_pool!(&self.pool, pool => {
            sqlx::query("delete from limit_bucket where until < $1").bind(then).execute(pool).await?;
        });
        Ok(())
    }
}
