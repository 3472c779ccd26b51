//! An empty database for the tests of this crate.

use sqlx::SqlitePool;
use sqlx::sqlite::SqlitePoolOptions;

/// A database in memory with the tables of sign-in.
pub(crate) async fn pool() -> SqlitePool {
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect("sqlite::memory:")
        .await
        .expect("opens in memory");
    let tables = include_str!("../../../migrations/sqlite/server/0002_accounts.sql");
    sqlx::raw_sql(tables)
        .execute(&pool)
        .await
        .expect("makes the tables");
    pool
}
