//! SQLite behind the ports of the writer and of pulls: the same statements whatever the number of rows, with lists passed as JSON.

pub(super) mod blob;
mod moment;
mod read;
mod write;

pub(super) use moment::Moment;

use super::group::Turns;
use super::impression::{Impression, keep_sqlite};
use super::port::{Decided, Device, Held, Members, Moved, Writable, Writes, Writing};
use crate::error::StoreError;
use crate::number::{signed, unsigned};
use guildhall_domain::attachment::BlobHash;
use guildhall_domain::id::{AccountId, DeviceId, MutationId};
use guildhall_domain::row::{Column, Row, Table};
use guildhall_domain::scope::Scope;
use guildhall_protocol::sync::Chain;
use sqlx::{Sqlite, SqlitePool, Transaction};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::OwnedMutexGuard;
use uuid::Uuid;

/// The one connection that writes batches, and its turns beside others that write.
#[derive(Debug, Clone)]
pub(super) struct Writer {
    pub(super) pool: SqlitePool,
    pub(super) turns: Turns,
}

/// A write transaction. It ends before its turn does.
pub(super) struct Batch {
    transaction: Transaction<'static, Sqlite>,
    _turn: OwnedMutexGuard<()>,
}

impl Writable for Writer {
    type Writing = Batch;

    async fn begin(&self) -> Result<Batch, StoreError> {
        let turn = Arc::clone(&self.turns).lock_owned().await;
        // The lock is taken at once: one that begins as a reader could not become a writer beside another.
        let transaction = self.pool.begin_with("begin immediate").await?;
        Ok(Batch {
            transaction,
            _turn: turn,
        })
    }
}

impl Writing for Batch {
    async fn head(&mut self) -> Result<u64, StoreError> {
        let version: i64 = sqlx::query_scalar("select version from sync_head")
            .fetch_one(&mut *self.transaction)
            .await?;
        Ok(unsigned(version))
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
        write::write(&mut self.transaction, writes).await
    }

    async fn keep(&mut self, seen: &[Impression]) -> Result<(), StoreError> {
        keep_sqlite(&mut self.transaction, seen).await
    }

    async fn members(&mut self, scopes: &BTreeSet<Scope>) -> Result<Members, StoreError> {
        read::members(&mut self.transaction, scopes).await
    }

    async fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit().await?)
    }
}
