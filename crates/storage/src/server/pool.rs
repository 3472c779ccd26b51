//! Either database, for statements that both understand: `$1` placeholders, text ids, integers of eight bytes.

use super::group::Turn;
use crate::error::StoreError;
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool};

/// Connections to either database.
#[derive(Debug, Clone)]
pub enum Pool {
    /// A file.
    Sqlite(SqlitePool),
    /// A PostgreSQL.
    Postgres(PgPool),
}

/// A transaction on either database.
#[derive(Debug)]
pub(crate) enum Transaction {
    /// On a file.
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    /// On a file, with others in one commit.
    Shared(Turn),
    /// On a PostgreSQL.
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Pool {
    /// Begins a transaction that may write. On a file it is the only one; on PostgreSQL it locks the rows it must.
    pub(crate) async fn begin(&self) -> Result<Transaction, StoreError> {
        Ok(match self {
            Self::Sqlite(pool) => Transaction::Sqlite(pool.begin_with("begin immediate").await?),
            Self::Postgres(pool) => Transaction::Postgres(pool.begin().await?),
        })
    }
}

impl Transaction {
    /// Ends it; when this returns, it is on the disk.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await?,
            Self::Shared(turn) => turn.commit().await?,
            Self::Postgres(transaction) => transaction.commit().await?,
        }
        Ok(())
    }
}

/// Carries out the same statements on whichever database it is.
macro_rules! on_pool {
    ($pool:expr, $executor:ident => $body:expr) => {
        match $pool {
            $crate::server::pool::Pool::Sqlite($executor) => $body,
            $crate::server::pool::Pool::Postgres($executor) => $body,
        }
    };
}

/// The same within a transaction.
macro_rules! on_transaction {
    ($transaction:expr, $executor:ident => $body:expr) => {
        match $transaction {
            $crate::server::pool::Transaction::Sqlite(transaction) => {
                let $executor = &mut **transaction;
                $body
            }
            $crate::server::pool::Transaction::Shared(turn) => {
                let $executor = turn.connection()?;
                $body
            }
            $crate::server::pool::Transaction::Postgres(transaction) => {
                let $executor = &mut **transaction;
                $body
            }
        }
    };
}

pub(crate) use {on_pool, on_transaction};
