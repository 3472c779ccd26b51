//! An empty database for the tests of this crate.

use guildhall_storage::server::{Accounts, Pool};
use sqlx::sqlite::SqlitePoolOptions;

/// The tables of sign-in in memory.
pub(crate) async fn accounts() -> Accounts {
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect("sqlite::memory:")
        .await
        .expect("opens in memory");
    let tables = concat!(
        include_str!("../../../migrations/sqlite/server/0002_accounts.sql"),
        include_str!("../../../migrations/sqlite/server/0010_audit.sql"),
    );
    sqlx::raw_sql(tables)
        .execute(&pool)
        .await
        .expect("makes the tables");
    Accounts::new(Pool::Sqlite(pool))
}
