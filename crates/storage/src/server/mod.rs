//! The server's store: one writer that takes batches, many readers.

mod batch;
mod blob;
pub mod copy;
mod decode;
mod forget;
mod import;
mod port;
mod pull;
mod read;
mod sqlite;

pub use batch::{Act, Committed, Deriver, Job, JobAnswer, NoDeriver};
pub use blob::{BlobStanding, StaleBlobs};
pub use read::{ActivityLine, Counts, RequestLine};

use crate::error::StoreError;
use guildhall_sync_core::fault;
use sqlx::SqlitePool;
use sqlx::sqlite::SqliteSynchronous;
use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// The writer's batches touch pages all over the file: ids and scopes are random.
const WRITER_CACHE_KIB: u32 = 16_384;
const READER_CACHE_KIB: u32 = 4_096;

/// The marketplace on disk.
#[derive(Debug, Clone)]
pub struct ServerStore {
    writer: sqlite::Writer,
    readers: SqlitePool,
    /// Held as long as the database is in use.
    lock: Arc<Mutex<Option<File>>>,
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
        Ok(Self {
            writer: sqlite::Writer(writer),
            readers,
            lock: Arc::new(Mutex::new(Some(lock))),
        })
    }

    /// Connections for the tables that are not synced: accounts, sessions, tokens.
    pub fn pool(&self) -> &SqlitePool {
        &self.readers
    }

    /// Closes all connections, so that the log is folded into the file.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.0.close().await;
        let mut lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        *lock = None;
    }
}
