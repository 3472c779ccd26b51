//! Ways to sign in to an account, of which one always stays.

use super::on_transaction;
use crate::error::StoreError;
use crate::server::pool::Transaction;
use uuid::Uuid;

/// What a server lets people sign in with, besides a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ways<'a> {
    /// Through these.
    pub issuers: &'a [&'a str],
    /// With passkeys.
    pub passkeys: bool,
}

/// What came of taking a way to sign in from an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// It is gone.
    Done,
    /// The account never had it.
    NotThere,
    /// It has no other, so it stays.
    LastWay,
}

/// Writes to an account first, so that of two ways that are taken away at once the second sees what the first has left.
pub(super) async fn hold(transaction: &mut Transaction, account: Uuid) -> Result<(), StoreError> {
    on_transaction!(transaction, connection => {
        sqlx::query("update account set name = name where id = $1")
            .bind(account.to_string())
            .execute(connection)
            .await?;
    });
    Ok(())
}

/// Whether there is still a way.
pub(super) async fn is_left(
    transaction: &mut Transaction,
    account: Uuid,
    ways: &Ways<'_>,
) -> Result<bool, StoreError> {
    let (has_password, passkeys, identities): (Option<bool>, i64, Vec<String>) = on_transaction!(transaction, connection => {
        let has_password = sqlx::query_scalar("select password_hash is not null from account where id = $1")
            .bind(account.to_string())
            .fetch_optional(&mut *connection)
            .await?;
        let passkeys = sqlx::query_scalar("select count(*) from passkey where account = $1")
            .bind(account.to_string())
            .fetch_one(&mut *connection)
            .await?;
        let identities = sqlx::query_scalar("select issuer from account_identity where account = $1")
            .bind(account.to_string())
            .fetch_all(&mut *connection)
            .await?;
        (has_password, passkeys, identities)
    });
    let through = |issuer: &String| ways.issuers.contains(&issuer.as_str());
    Ok(has_password.unwrap_or(false)
        || (ways.passkeys && passkeys > 0)
        || identities.iter().any(through))
}
