//! Which version of the operator's texts an account agreed to, and when.

use super::{Accounts, on_pool};
use crate::error::StoreError;
use uuid::Uuid;

impl Accounts {
    /// The version that an account agreed to last, and when.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn agreed(&self, account: Uuid) -> Result<Option<(String, i64)>, StoreError> {
        Ok(on_pool!(&self.pool, pool => {
            sqlx::query_as("select terms_version, terms_at from account where id = $1")
                .bind(account.to_string())
                .fetch_optional(pool)
                .await?
        }))
    }

    /// Notes that an account agreed to a version. Agreeing to it again keeps the first time.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn agree(&self, account: Uuid, version: &str, now: i64) -> Result<(), StoreError> {
        on_pool!(&self.pool, pool => {
            sqlx::query(
                "update account set terms_version = $2, terms_at = $3 where id = $1 and terms_version <> $2",
            )
            .bind(account.to_string())
            .bind(version)
            .bind(now)
            .execute(pool)
            .await?;
        });
        Ok(())
    }
}
