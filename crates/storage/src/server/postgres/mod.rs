//! PostgreSQL behind the writer's port: the same statements whatever the number of rows, with lists passed as arrays.
//!
//! Several processes may write. Whoever begins a batch locks the one row of `sync_head`, so they write one after another, and each
//! reads what the one before committed. What a batch means for the other processes is one line in `commit_log`.

pub(super) mod blob;
mod follow;
mod log;
mod open;
mod read;
mod snapshot;
mod write;

pub(super) use follow::announce_ended;
pub use follow::{Follower, News};
pub(super) use open::open;
pub(super) use snapshot::Moment;

use super::impression::{Impression, keep_postgres};
use super::port::{Decided, Device, Held, Members, Moved, Note, Writable, Writes, Writing};
use crate::error::StoreError;
use crate::number::{signed, unsigned};
use guildhall_domain::attachment::BlobHash;
use guildhall_domain::id::{AccountId, DeviceId, MutationId};
use guildhall_domain::row::{Column, Key, Row, Table};
use guildhall_domain::scope::Scope;
use guildhall_protocol::sync::Chain;
use sqlx::{PgPool, Postgres, Transaction};
use std::collections::{BTreeMap, BTreeSet};
use tokio::sync::watch;
use uuid::Uuid;

/// A PostgreSQL database.
#[derive(Debug, Clone)]
pub(super) struct Database {
    /// Connections of batches.
    pub(super) writer: PgPool,
    /// All other connections.
    pub(super) readers: PgPool,
    /// This process among those that write.
    process: Uuid,
    /// Where the last batch of this process ended.
    announced: watch::Sender<u64>,
}

/// A write transaction.
pub(super) struct Batch {
    transaction: Transaction<'static, Postgres>,
    process: Uuid,
    announced: watch::Sender<u64>,
    before: u64,
    after: u64,
}

impl Writable for Database {
    type Writing = Batch;

    async fn begin(&self) -> Result<Batch, StoreError> {
        let mut transaction = self.writer.begin().await?;
        // Whoever waited here sees, in each later statement, what the one before has committed.
        let head: i64 = sqlx::query_scalar("select version from sync_head for update")
            .fetch_one(&mut *transaction)
            .await?;
        let before = unsigned(head);
        Ok(Batch {
            transaction,
            process: self.process,
            announced: self.announced.clone(),
            before,
            after: before,
        })
    }
}

impl Writing for Batch {
    async fn head(&mut self) -> Result<u64, StoreError> {
        Ok(self.before)
    }

    async fn devices(
        &mut self,
        ids: &BTreeSet<DeviceId>,
    ) -> Result<BTreeMap<DeviceId, Device>, StoreError> {
        read::devices(&mut self.transaction, ids).await
    }

    async fn numbers(
        &mut self,
        ranges: &BTreeMap<DeviceId, (u64, u64)>,
    ) -> Result<BTreeMap<(DeviceId, u64), Chain>, StoreError> {
        read::numbers(&mut self.transaction, ranges).await
    }

    async fn decided(
        &mut self,
        ids: &BTreeSet<MutationId>,
    ) -> Result<BTreeMap<MutationId, Decided>, StoreError> {
        read::decided(&mut self.transaction, ids).await
    }

    async fn rows(
        &mut self,
        table: Table,
        ids: &BTreeSet<Uuid>,
    ) -> Result<Vec<(Row, u64)>, StoreError> {
        read::rows(&mut self.transaction, table, "id", ids).await
    }

    async fn rows_where(
        &mut self,
        table: Table,
        column: Column,
        values: &BTreeSet<Uuid>,
    ) -> Result<Vec<(Row, u64)>, StoreError> {
        read::rows(&mut self.transaction, table, column.name(), values).await
    }

    async fn held(&mut self, pairs: &BTreeSet<(AccountId, BlobHash)>) -> Result<Held, StoreError> {
        blob::held(&mut self.transaction, pairs).await
    }

    async fn write(&mut self, writes: &Writes) -> Result<Moved, StoreError> {
        self.after = writes.head;
        write::write(&mut self.transaction, writes).await
    }

    async fn keep(&mut self, seen: &[Impression]) -> Result<(), StoreError> {
        keep_postgres(&mut self.transaction, seen).await
    }

    async fn members(&mut self, scopes: &BTreeSet<Scope>) -> Result<Members, StoreError> {
        read::members(&mut self.transaction, scopes).await
    }

    async fn noted(&mut self, since: u64) -> Result<BTreeSet<Key>, StoreError> {
        log::noted(&mut self.transaction, since, self.before).await
    }

    async fn note(&mut self, note: Note<'_>) -> Result<(), StoreError> {
        let span = (self.before, self.after);
        log::note(&mut self.transaction, self.process, span, note).await
    }

    async fn commit(self) -> Result<(), StoreError> {
        self.transaction.commit().await?;
        if self.after > self.before {
            self.announced.send_replace(self.after);
        }
        Ok(())
    }
}

/// The table of a number that was stored.
fn table_of(number: i16) -> Result<Table, StoreError> {
    Table::from_number(i64::from(number)).ok_or(StoreError::Corrupt { what: "table" })
}

fn number_of(table: Table) -> i16 {
    i16::try_from(table.number()).unwrap_or(i16::MAX)
}
