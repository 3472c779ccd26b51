//! The server's store: one writer that takes batches, many readers.

pub mod accounts;
mod audit;
mod batch;
mod belongings;
mod blob;
pub mod copy;
mod decode;
mod digest;
mod forget;
mod group;
mod import;
mod impression;
mod pool;
mod port;
mod postgres;
mod pull;
mod read;
mod sqlite;

pub use accounts::Accounts;
pub use audit::{
    Audit, AuditBroken, AuditCheck, AuditHead, AuditKind, AuditLine, AuditNote, NoHead,
};
pub use batch::{Act, Committed, Deriver, Job, JobAnswer, NoDeriver};
pub use blob::{BlobStanding, StaleBlobs};
pub use impression::{CERTAIN, FirstPlaces, Impression, Shown};
pub use pool::Pool;
pub use postgres::{Follower, News};
pub use read::{ActivityLine, Applicants, Counts, RequestLine};

use crate::error::StoreError;
use group::{Group, Turns};
use guildhall_sync_core::fault;
use pool::Transaction;
use sqlx::SqlitePool;
use sqlx::sqlite::SqliteSynchronous;
use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// The writer's batches touch pages all over the file: ids and scopes are random.
const WRITER_CACHE_KIB: u32 = 16_384;
const READER_CACHE_KIB: u32 = 4_096;

/// The marketplace: a file, or a PostgreSQL that several processes may share.
#[derive(Debug, Clone)]
pub struct ServerStore {
    database: Database,
    /// How often acts have failed by a fault of the server.
    strikes: Arc<batch::Strikes>,
}

#[derive(Debug, Clone)]
enum Database {
    Sqlite {
        writer: sqlite::Writer,
        readers: SqlitePool,
        /// For what is written beside the batches: sign-ins, limits, the log. Apart, so that waiting for the writer takes no reader away.
        side_writer: Group,
        /// Held as long as the database is in use.
        lock: Arc<Mutex<Option<File>>>,
    },
    Postgres(postgres::Database),
}

impl ServerStore {
    /// Opens the file, making and migrating it as needed. `fresh_epoch` names the history of a file that is made.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be opened or is of a later version.
    pub async fn open(path: &Path, fresh_epoch: Uuid) -> Result<Self, StoreError> {
        fault!(ServerOpen);
        let lock = copy::share(path).map_err(sqlx::Error::Io)?;
        let writer =
            crate::sqlite::open(path, 1, SqliteSynchronous::Full, WRITER_CACHE_KIB).await?;
        sqlx::migrate!("../../migrations/sqlite/server")
            .run(&writer)
            .await?;
        sqlx::query(
            "insert into sync_head (only_one, version) values (1, 0) on conflict do nothing",
        )
        .execute(&writer)
        .await?;
        sqlx::query("insert into sync_epoch (number, id, began) select 1, ?, 0 where not exists (select 1 from sync_epoch)")
            .bind(fresh_epoch.to_string())
            .execute(&writer)
            .await?;
        let readers =
            crate::sqlite::open(path, 4, SqliteSynchronous::Full, READER_CACHE_KIB).await?;
        // One connection: nobody waits in the file for another, which there is asking again and again.
        let side_writer =
            crate::sqlite::open(path, 1, SqliteSynchronous::Full, READER_CACHE_KIB).await?;
        let turns = Turns::default();
        Ok(Self {
            database: Database::Sqlite {
                writer: sqlite::Writer {
                    pool: writer,
                    turns: Turns::clone(&turns),
                },
                readers,
                side_writer: Group::new(side_writer, turns),
                lock: Arc::new(Mutex::new(Some(lock))),
            },
            strikes: Arc::default(),
        })
    }

    /// Connects to a PostgreSQL by its `postgres://` address, migrating it as needed. `fresh_epoch` names the history of a database
    /// that is empty.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be reached or is of a later version.
    pub async fn connect(url: &str, fresh_epoch: Uuid) -> Result<Self, StoreError> {
        Ok(Self {
            database: Database::Postgres(postgres::open(url, fresh_epoch).await?),
            strikes: Arc::default(),
        })
    }

    /// Follows what other processes write; none when no other process can.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn follow(&self) -> Result<Option<Follower>, StoreError> {
        match &self.database {
            Database::Sqlite { .. } => Ok(None),
            Database::Postgres(database) => Ok(Some(database.follow().await?)),
        }
    }

    /// Throws away what is kept only for a while.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn tidy(&self) -> Result<(), StoreError> {
        match &self.database {
            Database::Sqlite { .. } => Ok(()),
            Database::Postgres(database) => database.tidy().await,
        }
    }

    /// The tables that are not synced: accounts, sessions, tokens.
    pub fn accounts(&self) -> Accounts {
        match &self.database {
            Database::Sqlite { side_writer, .. } => Accounts::shared(side_writer),
            Database::Postgres(database) => Accounts::new(Pool::Postgres(database.readers.clone())),
        }
    }

    /// What happened to accounts and roles.
    pub fn audit(&self) -> Audit {
        Audit::new(self.side_writer())
    }

    /// Begins a transaction beside the batches, in its turn.
    async fn begin_beside(&self) -> Result<Transaction, StoreError> {
        match &self.database {
            Database::Sqlite { side_writer, .. } => {
                Ok(Transaction::Shared(side_writer.begin().await?))
            }
            Database::Postgres(database) => Pool::Postgres(database.readers.clone()).begin().await,
        }
    }

    /// Connections for what is written beside the batches.
    fn side_writer(&self) -> Pool {
        match &self.database {
            Database::Sqlite { side_writer, .. } => Pool::Sqlite(side_writer.pool().clone()),
            Database::Postgres(database) => Pool::Postgres(database.readers.clone()),
        }
    }

    /// Connections for looking into the database beside the store.
    pub fn pool(&self) -> Pool {
        match &self.database {
            Database::Sqlite { readers, .. } => Pool::Sqlite(readers.clone()),
            Database::Postgres(database) => Pool::Postgres(database.readers.clone()),
        }
    }

    /// Closes all connections, so that the log of a file is folded into it.
    pub async fn close(&self) {
        match &self.database {
            Database::Sqlite {
                writer,
                readers,
                side_writer,
                lock,
            } => {
                readers.close().await;
                side_writer.pool().close().await;
                writer.pool.close().await;
                let mut lock = lock.lock().unwrap_or_else(PoisonError::into_inner);
                *lock = None;
            }
            Database::Postgres(database) => {
                database.readers.close().await;
                database.writer.close().await;
            }
        }
    }
}
