//! How SQLite files are opened here.

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::path::Path;
use std::time::Duration;

/// The log is folded into the file when it has grown by so many pages of 4 KiB. The pages of a busy market are written again and
/// again; folded in less often, most of them reach the file once.
const FOLD_AFTER_PAGES: &str = "16000";
/// A log that has been larger is cut back to this many bytes.
const LOG_BYTES: &str = "67108864";
/// Rows come from the thread of a connection in a queue of this length: a short one wakes both sides again and again.
const ROWS_AT_ONCE: usize = 1_024;

/// A pool over a file in WAL mode. `Full` waits for the disk at every commit. Each connection keeps up to `cache_kib` in memory.
pub(crate) async fn open(
    path: &Path,
    connections: u32,
    synchronous: SqliteSynchronous,
    cache_kib: u32,
) -> Result<SqlitePool, sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .foreign_keys(true)
        .pragma("cache_size", format!("-{cache_kib}"))
        .pragma("wal_autocheckpoint", FOLD_AFTER_PAGES)
        .pragma("journal_size_limit", LOG_BYTES)
        // A statement that changes many rows keeps what it would have to put back; in a file that is a fifth of all writing.
        .pragma("temp_store", "memory")
        .row_buffer_size(ROWS_AT_ONCE)
        .busy_timeout(Duration::from_secs(10));
    SqlitePoolOptions::new()
        .max_connections(connections)
        .min_connections(1)
        .idle_timeout(None)
        // A file does not hang up: asking each time whether it is there costs two changes of threads and tells nothing.
        .test_before_acquire(false)
        .max_lifetime(None)
        .connect_with(options)
        .await
}
