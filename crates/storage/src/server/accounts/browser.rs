//! The sessions of browsers on the sign-in pages.

use super::{Accounts, on_pool, read_id};
use crate::error::StoreError;
use uuid::Uuid;

/// A browser that is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredBrowser {
    /// As whom.
    pub account: Uuid,
    /// Since when.
    pub created_at: i64,
    /// When it was last seen.
    pub seen_at: i64,
    /// When its person last showed at a provider that it is still them.
    pub confirmed_at: Option<i64>,
}

impl Accounts {
    /// The session of a browser, if it holds.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn browser_session(
        &self,
        hash: &[u8],
        now: i64,
        seen_after: i64,
    ) -> Result<Option<StoredBrowser>, StoreError> {
        let found: Option<(String, i64, i64, Option<i64>)> = on_pool!(&self.pool, pool => {
            sqlx::query_as(
                "select account, created_at, seen_at, confirmed_at from browser_session \
                 where hash = $1 and expires_at > $2 and seen_at > $3",
            )
            .bind(hash)
            .bind(now)
            .bind(seen_after)
            .fetch_optional(pool)
            .await?
        });
        found
            .map(|(account, created_at, seen_at, confirmed_at)| {
                Ok(StoredBrowser {
                    account: read_id(&account)?,
                    created_at,
                    seen_at,
                    confirmed_at,
                })
            })
            .transpose()
    }

    /// Notes that its person has just shown at a provider that it is still them. False when the session does not hold.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn browser_confirmed(
        &self,
        hash: &[u8],
        account: Uuid,
        now: i64,
    ) -> Result<bool, StoreError> {
        let noted = on_pool!(&self.pool, pool => {
            sqlx::query("update browser_session set confirmed_at = $3 where hash = $1 and account = $2 and expires_at > $3")
                .bind(hash)
                .bind(account.to_string())
                .bind(now)
                .execute(pool)
                .await?
                .rows_affected()
        });
        Ok(noted == 1)
    }

    /// The sessions of an account: since when each is, and when it was last seen.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn browser_sessions(&self, account: Uuid) -> Result<Vec<(i64, i64)>, StoreError> {
        Ok(on_pool!(&self.pool, pool => {
            sqlx::query_as("select created_at, seen_at from browser_session where account = $1 order by created_at")
                .bind(account.to_string())
                .fetch_all(pool)
                .await?
        }))
    }

    /// Notes a visit.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn browser_seen(&self, hash: &[u8], now: i64) -> Result<(), StoreError> {
        on_pool!(&self.pool, pool => {
            sqlx::query("update browser_session set seen_at = $2 where hash = $1")
                .bind(hash)
                .bind(now)
                .execute(pool)
                .await?;
        });
        Ok(())
    }

    /// Keeps a session.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn begin_browser_session(
        &self,
        hash: &[u8],
        account: Uuid,
        now: i64,
        expires_at: i64,
    ) -> Result<(), StoreError> {
        on_pool!(&self.pool, pool => {
            sqlx::query(
                "insert into browser_session (hash, account, created_at, seen_at, expires_at) values ($1, $2, $3, $3, $4)",
            )
            .bind(hash)
            .bind(account.to_string())
            .bind(now)
            .bind(expires_at)
            .execute(pool)
            .await?;
        });
        Ok(())
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn end_browser_session(&self, hash: &[u8]) -> Result<(), StoreError> {
        on_pool!(&self.pool, pool => {
            sqlx::query("delete from browser_session where hash = $1").bind(hash).execute(pool).await?;
        });
        Ok(())
    }
}
