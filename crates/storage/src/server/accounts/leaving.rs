//! Accounts that are to be deleted, and deleting them.

use super::{Accounts, on_pool, on_transaction, read_id};
use crate::error::StoreError;
use crate::server::pool::Transaction;
use uuid::Uuid;

/// What is kept of an account beside its rows: which acts its devices sent, without their content, and where it stood in lists, or others
/// in its own.
const TRACES: [&str; 5] = [
    "delete from number where device in (select id from device where account = ",
    "delete from device where (account = ",
    "delete from decision where (account = ",
    "delete from impression where (freelancer = ",
    "delete from impression where request in (select id from request where client = ",
];

impl Accounts {
    /// Notes that an account is to be deleted; when it is noted already, from then.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn leave(&self, account: Uuid, due_at: i64) -> Result<(), StoreError> {
        on_pool!(&self.pool, pool => {
            sqlx::query("insert into leaving (account, due_at) values ($1, $2) on conflict (account) do nothing")
                .bind(account.to_string())
                .bind(due_at)
                .execute(pool)
                .await?;
        });
        Ok(())
    }

    /// When an account is to be deleted, if it is.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn leaving_at(&self, account: Uuid) -> Result<Option<i64>, StoreError> {
        Ok(on_pool!(&self.pool, pool => {
            sqlx::query_scalar("select due_at from leaving where account = $1")
                .bind(account.to_string())
                .fetch_optional(pool)
                .await?
        }))
    }

    /// Forgets that an account was to be deleted; false when it was not.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn stay(&self, account: Uuid) -> Result<bool, StoreError> {
        let stays = on_pool!(&self.pool, pool => {
            sqlx::query("delete from leaving where account = $1")
                .bind(account.to_string())
                .execute(pool)
                .await?
                .rows_affected()
        });
        Ok(stays == 1)
    }

    /// The accounts whose time has come.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn leaving_due(&self, now: i64) -> Result<Vec<Uuid>, StoreError> {
        let due: Vec<String> = on_pool!(&self.pool, pool => {
            sqlx::query_scalar("select account from leaving where due_at <= $1 order by due_at, account")
                .bind(now)
                .fetch_all(pool)
                .await?
        });
        due.iter().map(|account| read_id(account)).collect()
    }

    /// Deletes an account with everything that hangs on it, and lets go of files that it sent and that no row names.
    ///
    /// # Errors
    /// [`StoreError`] when nothing of it happened.
    pub async fn erase(&self, account: Uuid) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        let id = match &transaction {
            Transaction::Sqlite(_) | Transaction::Shared(_) => "$1)",
            Transaction::Postgres(_) => "cast($1 as uuid))",
        };
        for trace in TRACES {
            let sql = sqlx::AssertSqlSafe(format!("{trace}{id}"));
            on_transaction!(&mut transaction, connection => {
                sqlx::query(sql).bind(account.to_string()).execute(connection).await?;
            });
        }
        for statement in [
            // The next round of housekeeping takes those off the disk that no row names.
            "update blob_upload set at = 0 where account = $1",
            "delete from account where id = $1",
        ] {
            on_transaction!(&mut transaction, connection => {
                sqlx::query(statement).bind(account.to_string()).execute(connection).await?;
            });
        }
        transaction.commit().await
    }
}
