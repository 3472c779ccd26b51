//! Who the owners of accounts are at providers that this server lets people sign in through.

use super::{Accounts, Removal, Ways, on_pool, on_transaction, read_id, way};
use crate::error::StoreError;
use crate::server::pool::Transaction;
use uuid::Uuid;

/// An identity to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewIdentity<'a> {
    /// Its id here.
    pub id: Uuid,
    /// Who vouches for it.
    pub issuer: &'a str,
    /// What that one calls its person.
    pub subject: &'a str,
    /// When.
    pub linked_at: i64,
}

/// An identity of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredIdentity {
    /// Its id here.
    pub id: Uuid,
    /// Who vouches for it.
    pub issuer: String,
    /// What that one calls its person.
    pub subject: String,
    /// Since when it belongs to the account.
    pub linked_at: i64,
}

impl Accounts {
    /// The account that an identity belongs to.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn by_identity(
        &self,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<Uuid>, StoreError> {
        let found: Option<String> = on_pool!(&self.pool, pool => {
            sqlx::query_scalar("select account from account_identity where issuer = $1 and subject = $2")
                .bind(issuer)
                .bind(subject)
                .fetch_optional(pool)
                .await?
        });
        found.map(|account| read_id(&account)).transpose()
    }

    /// The identities of an account, the oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn identities(&self, account: Uuid) -> Result<Vec<StoredIdentity>, StoreError> {
        let found: Vec<(String, String, String, i64)> = on_pool!(&self.pool, pool => {
            sqlx::query_as(
                "select id, issuer, subject, linked_at from account_identity where account = $1 order by linked_at, id",
            )
            .bind(account.to_string())
            .fetch_all(pool)
            .await?
        });
        found
            .into_iter()
            .map(|(id, issuer, subject, linked_at)| {
                Ok(StoredIdentity {
                    id: read_id(&id)?,
                    issuer,
                    subject,
                    linked_at,
                })
            })
            .collect()
    }

    /// Gives an account an identity.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::is_taken`] when an account has it already.
    pub async fn add_identity(
        &self,
        account: Uuid,
        identity: &NewIdentity<'_>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        insert(&mut transaction, account, identity).await?;
        transaction.commit().await
    }

    /// Takes an identity from an account that keeps another way to sign in.
    ///
    /// # Errors
    /// [`StoreError`] when nothing of it happened.
    pub async fn remove_identity(
        &self,
        account: Uuid,
        identity: Uuid,
        ways: &Ways<'_>,
    ) -> Result<Removal, StoreError> {
        let mut transaction = self.pool.begin().await?;
        way::hold(&mut transaction, account).await?;
        let gone = on_transaction!(&mut transaction, connection => {
            sqlx::query("delete from account_identity where id = $1 and account = $2")
                .bind(identity.to_string())
                .bind(account.to_string())
                .execute(connection)
                .await?
                .rows_affected()
        });
        if gone != 1 {
            return Ok(Removal::NotThere);
        }
        if !way::is_left(&mut transaction, account, ways).await? {
            return Ok(Removal::LastWay);
        }
        transaction.commit().await?;
        Ok(Removal::Done)
    }
}

pub(super) async fn insert(
    transaction: &mut Transaction,
    account: Uuid,
    identity: &NewIdentity<'_>,
) -> Result<(), StoreError> {
    on_transaction!(transaction, connection => {
        sqlx::query(
            "insert into account_identity (id, issuer, subject, account, linked_at) values ($1, $2, $3, $4, $5)",
        )
        .bind(identity.id.to_string())
        .bind(identity.issuer)
        .bind(identity.subject)
        .bind(account.to_string())
        .bind(identity.linked_at)
        .execute(connection)
        .await?;
    });
    Ok(())
}
