//! `outbox.db`: what only this person has. Every write is on the disk before it is answered.

mod drafts;
mod numbers;
mod queue;
mod refused;

use crate::error::StoreError;
use crate::sqlite;
use guildhall_domain::id::{AccountId, DeviceId, MutationId};
use guildhall_domain::mutation::Mutation;
use guildhall_protocol::sync::{Chain, act};
use guildhall_sync_core::fault;
use sqlx::sqlite::SqliteSynchronous;
use sqlx::{Connection as _, SqliteConnection, SqlitePool};
use std::path::Path;

pub use numbers::Sealed;
pub use queue::Queued;
pub use refused::Refused;

/// The outbox file.
#[derive(Debug, Clone)]
pub struct Outbox {
    pub(in crate::device) pool: SqlitePool,
}

impl Outbox {
    /// Opens the file. It is never rebuilt: what is in it exists nowhere else.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be opened.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        fault!(OutboxOpen);
        let pool = sqlite::open(path, 1, SqliteSynchronous::Full, super::CACHE_KIB).await?;
        sqlx::migrate!("../../migrations/sqlite/device_outbox")
            .run(&pool)
            .await?;
        Ok(Self { pool })
    }

    /// The account this outbox belongs to, if one has signed in.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn account(&self) -> Result<Option<AccountId>, StoreError> {
        let account: Option<Option<String>> = sqlx::query_scalar("select account from device")
            .fetch_optional(&self.pool)
            .await?;
        account
            .flatten()
            .map(|text| {
                text.parse()
                    .map_err(|_| StoreError::Corrupt { what: "account" })
            })
            .transpose()
    }

    /// Makes this the outbox of an account: the same device number as before, or a fresh one for another account.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be written.
    pub async fn adopt(&self, account: AccountId, fresh: DeviceId) -> Result<(), StoreError> {
        fault!(OutboxAdopt);
        if self.account().await? == Some(account) {
            return Ok(());
        }
        let mut connection = self.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        forget(&mut transaction).await?;
        sqlx::query("insert into device (only_one, id, account, next_seq) values (1, ?, ?, 1)")
            .bind(fresh.to_string())
            .bind(account.to_string())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Closes the file.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// Empties every table but the settings, which are the installation's.
async fn forget(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    for sql in [
        "delete from device",
        "delete from outbox",
        "delete from kept",
        "delete from refused",
        "delete from draft",
        "delete from blob",
    ] {
        sqlx::query(sql).execute(&mut *connection).await?;
    }
    Ok(())
}

fn mutation_id(text: &str) -> Result<MutationId, StoreError> {
    text.parse().map_err(|_| StoreError::Corrupt {
        what: "mutation id",
    })
}

fn chain(bytes: &[u8]) -> Result<Chain, StoreError> {
    let bytes = bytes.try_into();
    bytes
        .map(Chain)
        .map_err(|_| StoreError::Corrupt { what: "chain" })
}

fn seal(mutation: &Mutation) -> Result<(String, String), StoreError> {
    let (name, args) = act::write(mutation)?;
    Ok((name, args.get().to_owned()))
}

fn open(name: &str, args: &str) -> Result<Mutation, StoreError> {
    act::read(name, args).map_err(|_| StoreError::Corrupt { what: "act" })
}
