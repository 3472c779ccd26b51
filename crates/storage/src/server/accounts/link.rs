//! Links that were sent to the address of an account.

use super::{Accounts, on_pool, on_transaction, read_id};
use crate::error::StoreError;
use uuid::Uuid;

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPurpose {
    /// Shows that letters to the address reach its owner.
    Verify,
    /// Sets a new password.
    Recover,
    /// Takes back that the account is to be deleted.
    Keep,
}

impl LinkPurpose {
    fn stored(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Recover => "recover",
            Self::Keep => "keep",
        }
    }
}

impl Accounts {
    /// Keeps a link. An earlier one for the same purpose is good no more.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn insert_link(
        &self,
        hash: &[u8],
        account: Uuid,
        purpose: LinkPurpose,
        expires_at: i64,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        on_transaction!(&mut transaction, connection => {
            sqlx::query("delete from account_link where account = $1 and purpose = $2 and used_at is null")
                .bind(account.to_string())
                .bind(purpose.stored())
                .execute(&mut *connection)
                .await?;
            sqlx::query("insert into account_link (hash, account, purpose, expires_at) values ($1, $2, $3, $4)")
                .bind(hash)
                .bind(account.to_string())
                .bind(purpose.stored())
                .bind(expires_at)
                .execute(&mut *connection)
                .await?;
        });
        transaction.commit().await
    }

    /// Whose link this is, if it is good.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn link(
        &self,
        hash: &[u8],
        purpose: LinkPurpose,
        now: i64,
    ) -> Result<Option<Uuid>, StoreError> {
        let found: Option<String> = on_pool!(&self.pool, pool => {
            sqlx::query_scalar(
                "select account from account_link where hash = $1 and purpose = $2 and used_at is null and expires_at > $3",
            )
            .bind(hash)
            .bind(purpose.stored())
            .bind(now)
            .fetch_optional(pool)
            .await?
        });
        found.map(|account| read_id(&account)).transpose()
    }

    /// Uses a link up and does what it is for, both or neither: its address is known to reach its owner, and with a hash the
    /// account has another password. None when the link is not good.
    ///
    /// # Errors
    /// [`StoreError`] when nothing of it happened.
    pub async fn spend_link(
        &self,
        hash: &[u8],
        purpose: LinkPurpose,
        password_hash: Option<&str>,
        now: i64,
    ) -> Result<Option<Uuid>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let found: Option<String> = on_transaction!(&mut transaction, connection => {
            let found: Option<String> = sqlx::query_scalar(
                "update account_link set used_at = $3 where hash = $1 and purpose = $2 and used_at is null and expires_at > $3 \
                 returning account",
            )
            .bind(hash)
            .bind(purpose.stored())
            .bind(now)
            .fetch_optional(&mut *connection)
            .await?;
            if let Some(account) = &found {
                sqlx::query(
                    "update account set email_verified_at = coalesce(email_verified_at, $2), \
                            password_hash = coalesce($3, password_hash) where id = $1",
                )
                .bind(account)
                .bind(now)
                .bind(password_hash)
                .execute(&mut *connection)
                .await?;
            }
            found
        });
        transaction.commit().await?;
        found.map(|account| read_id(&account)).transpose()
    }
}
