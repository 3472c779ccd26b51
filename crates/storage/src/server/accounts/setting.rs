//! What the operator decided while the server ran.

use super::{Accounts, on_pool, on_transaction};
use crate::error::StoreError;
use crate::server::audit::{self, AuditNote};

impl Accounts {
    /// What was decided under this key, if anything.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(on_pool!(&self.pool, pool => {
            sqlx::query_scalar("select value from setting where key = $1")
                .bind(key)
                .fetch_optional(pool)
                .await?
        }))
    }

    /// Decides something, and writes into the audit log what is given for it; both or neither.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn set(
        &self,
        key: &str,
        value: &str,
        note: Option<AuditNote>,
        now: i64,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        on_transaction!(&mut transaction, connection => {
            sqlx::query(
                "insert into setting (key, value) values ($1, $2) \
                 on conflict (key) do update set value = excluded.value",
            )
            .bind(key)
            .bind(value)
            .execute(connection)
            .await?;
        });
        audit::append(&mut transaction, note.as_slice(), now).await?;
        transaction.commit().await
    }
}
