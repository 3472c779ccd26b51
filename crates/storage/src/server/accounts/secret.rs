//! One-time secrets for becoming an admin; only their hashes are kept.

use super::{Accounts, on_pool, on_transaction};
use crate::error::StoreError;

impl Accounts {
    /// Keeps a secret; with `only`, in place of all others.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn keep_secret(&self, hash: &[u8], only: bool, now: i64) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        on_transaction!(&mut transaction, connection => {
            if only {
                sqlx::query("delete from admin_secret").execute(&mut *connection).await?;
            }
            sqlx::query("insert into admin_secret (hash, created_at) values ($1, $2) on conflict do nothing")
                .bind(hash)
                .bind(now)
                .execute(&mut *connection)
                .await?;
        });
        transaction.commit().await
    }

    /// Whether there is a secret that nobody has used.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn has_secret(&self) -> Result<bool, StoreError> {
        let kept: i64 = on_pool!(&self.pool, pool => {
            sqlx::query_scalar("select count(*) from admin_secret").fetch_one(pool).await?
        });
        Ok(kept > 0)
    }

    /// Uses a secret up; false when it is not one.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn spend_secret(&self, hash: &[u8]) -> Result<bool, StoreError> {
        let spent = on_pool!(&self.pool, pool => {
            sqlx::query("delete from admin_secret where hash = $1").bind(hash).execute(pool).await?.rows_affected()
        });
        Ok(spent == 1)
    }
}
