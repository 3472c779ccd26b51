//! Authorization codes.

use super::token::SignIns;
use super::{Accounts, on_pool, on_transaction, read_id};
use crate::error::StoreError;
use crate::server::pool::Transaction;
use sqlx::Row as _;
use uuid::Uuid;

/// A code to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewCode<'a> {
    /// Its hash.
    pub hash: &'a [u8],
    /// Whose sign-in it stands for.
    pub account: Uuid,
    /// Which program asked.
    pub client_id: &'a str,
    /// Where it was sent.
    pub redirect_uri: &'a str,
    /// What it opens.
    pub scope: &'a str,
    /// What its receiver must prove.
    pub challenge: &'a str,
    /// When it ends.
    pub expires_at: i64,
}

/// A code as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCode {
    /// Whose sign-in it stands for.
    pub account: Uuid,
    /// Which program asked.
    pub client_id: String,
    /// Where it was sent.
    pub redirect_uri: String,
    /// What it opens.
    pub scope: String,
    /// What its receiver must prove.
    pub challenge: String,
    /// When it ends.
    pub expires_at: i64,
    /// When it was exchanged, if it was.
    pub used_at: Option<i64>,
    /// What it was exchanged for.
    pub family: Option<Uuid>,
}

impl Accounts {
    /// Keeps a code.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn insert_code(&self, code: &NewCode<'_>) -> Result<(), StoreError> {
        on_pool!(&self.pool, pool => {
            sqlx::query(
                "insert into authorization_code (hash, account, client_id, redirect_uri, scope, challenge, expires_at) \
                 values ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(code.hash)
            .bind(code.account.to_string())
            .bind(code.client_id)
            .bind(code.redirect_uri)
            .bind(code.scope)
            .bind(code.challenge)
            .bind(code.expires_at)
            .execute(pool)
            .await?;
        });
        Ok(())
    }
}

impl SignIns {
    /// Reads a code; nobody else reads it within a transaction until this one ends.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn code(&mut self, hash: &[u8]) -> Result<Option<StoredCode>, StoreError> {
        if let Transaction::Postgres(transaction) = &mut self.transaction {
            sqlx::query("select 1 from authorization_code where hash = $1 for update")
                .bind(hash)
                .fetch_optional(&mut **transaction)
                .await?;
        }
        on_transaction!(&mut self.transaction, connection => {
            let row = sqlx::query(
                "select account, client_id, redirect_uri, scope, challenge, expires_at, used_at, family \
                 from authorization_code where hash = $1",
            )
            .bind(hash)
            .fetch_optional(connection)
            .await?;
            let Some(row) = row else { return Ok(None) };
            let family: Option<String> = row.try_get("family")?;
            Ok(Some(StoredCode {
                account: read_id(row.try_get("account")?)?,
                client_id: row.try_get("client_id")?,
                redirect_uri: row.try_get("redirect_uri")?,
                scope: row.try_get("scope")?,
                challenge: row.try_get("challenge")?,
                expires_at: row.try_get("expires_at")?,
                used_at: row.try_get("used_at")?,
                family: family.map(|family| read_id(&family)).transpose()?,
            }))
        })
    }

    /// Notes what a code was exchanged for.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn spend_code(
        &mut self,
        hash: &[u8],
        now: i64,
        family: Uuid,
    ) -> Result<(), StoreError> {
        on_transaction!(&mut self.transaction, connection => {
            sqlx::query("update authorization_code set used_at = $2, family = $3 where hash = $1")
                .bind(hash)
                .bind(now)
                .bind(family.to_string())
                .execute(connection)
                .await?;
        });
        Ok(())
    }
}
