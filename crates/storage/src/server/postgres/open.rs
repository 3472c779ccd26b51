//! How a PostgreSQL is opened here.

use super::Database;
use crate::error::StoreError;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::str::FromStr as _;
use std::time::Duration;
use tokio::sync::watch;
use uuid::Uuid;

/// Batches come one after another; a second connection is there while the first is being made anew.
const WRITERS: u32 = 2;
const READERS: u32 = 12;
/// How long a request may wait for a connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// Connects and brings the schema up to date. `fresh_epoch` names the history of a database that is empty.
pub(crate) async fn open(url: &str, fresh_epoch: Uuid) -> Result<Database, StoreError> {
    let options = PgConnectOptions::from_str(url)?
        .application_name("guildhall-server")
        // What the promises rest on is said here, whatever the server's own settings are.
        .options([
            ("synchronous_commit", "on"),
            ("default_transaction_isolation", "read committed"),
        ]);
    // A process that hangs in a batch would hold up all others.
    let writing = options.clone().options([
        ("idle_in_transaction_session_timeout", "30s"),
        ("lock_timeout", "30s"),
    ]);
    let pool = |connections| {
        PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(PATIENCE)
            .idle_timeout(None)
            .max_lifetime(None)
    };
    let writer = pool(WRITERS).connect_with(writing).await?;
    // Of several processes that start at once one migrates and the others wait for it.
    sqlx::migrate!("../../migrations/postgres/server")
        .run(&writer)
        .await?;
    sqlx::query("insert into sync_head (only_one, version) values (1, 0) on conflict do nothing")
        .execute(&writer)
        .await?;
    sqlx::query(
        "insert into sync_epoch (number, id, began) values (1, $1, 0) on conflict do nothing",
    )
    .bind(fresh_epoch)
    .execute(&writer)
    .await?;
    let readers = pool(READERS).connect_with(options).await?;
    let (announced, heads) = watch::channel(0);
    tokio::spawn(super::follow::announce(readers.clone(), heads));
    Ok(Database {
        writer,
        readers,
        process: Uuid::new_v4(),
        announced,
    })
}
