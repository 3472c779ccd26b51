//! What is being written, and the settings of this installation.

use super::Outbox;
use crate::error::StoreError;
use guildhall_domain::time::Timestamp;
use guildhall_sync_core::fault;
use sqlx::SqliteConnection;
use std::collections::BTreeMap;

impl Outbox {
    /// All drafts by key.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn drafts(&self) -> Result<BTreeMap<String, String>, StoreError> {
        let rows: Vec<(String, String)> = sqlx::query_as("select key, body from draft")
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.into_iter().collect())
    }

    /// Keeps a draft, or drops it.
    ///
    /// # Errors
    /// [`StoreError`] when it is not on the disk.
    pub async fn save_draft(
        &self,
        key: &str,
        body: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        fault!(OutboxDraft);
        match body {
            Some(body) => {
                let mut connection = self.pool.acquire().await?;
                keep_draft(&mut connection, key, body, now).await?;
            }
            None => {
                sqlx::query("delete from draft where key = ?")
                    .bind(key)
                    .execute(&self.pool)
                    .await?;
            }
        }
        Ok(())
    }

    /// A setting of this installation.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(
            sqlx::query_scalar("select value from setting where key = ?")
                .bind(key)
                .fetch_optional(&self.pool)
                .await?,
        )
    }

    /// Keeps a setting.
    ///
    /// # Errors
    /// [`StoreError`] when it is not on the disk.
    pub async fn set_setting(&self, key: &str, value: &str) -> Result<(), StoreError> {
        fault!(OutboxSetting);
        sqlx::query("insert into setting (key, value) values (?, ?) on conflict (key) do update set value = excluded.value")
            .bind(key)
            .bind(value)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

pub(super) async fn keep_draft(
    connection: &mut SqliteConnection,
    key: &str,
    body: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into draft (key, body, saved_at) values (?, ?, ?) \
         on conflict (key) do update set body = excluded.body, saved_at = excluded.saved_at",
    )
    .bind(key)
    .bind(body)
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(())
}
