//! The numbers under which acts are sent, and the hash chain over them.

use super::{Outbox, chain, mutation_id};
use crate::error::StoreError;
use crate::number::{signed, unsigned};
use guildhall_domain::id::{DeviceId, MutationId};
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::Chain;
use guildhall_sync_core::{fault, planted};
use serde_json::value::RawValue;
use sqlx::{Connection as _, Row as _, SqliteConnection};
use uuid::Uuid;

/// An act as it is sent.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// Its id.
    pub id: MutationId,
    /// When it was done here.
    pub at: Timestamp,
    /// Its name, with the version of its arguments.
    pub name: String,
    /// Its arguments, byte for byte.
    pub args: Box<RawValue>,
    /// Its number and the chain before it, once it was sent.
    pub numbered: Option<(u64, Chain)>,
}

impl Outbox {
    /// What is sent of these acts, each in the bytes it was first written down in, in the order of the ids.
    ///
    /// # Errors
    /// [`StoreError`] when one cannot be read.
    pub async fn sealed(&self, ids: &[MutationId]) -> Result<Vec<Sealed>, StoreError> {
        let rows = sqlx::query(
            "select o.id, o.at, o.name, o.args, o.seq, o.chain from json_each(?) as wanted join outbox as o on o.id = wanted.value \
             order by wanted.key",
        )
        .bind(serde_json::to_string(ids)?)
        .fetch_all(&self.pool)
        .await?;
        let mut acts = Vec::with_capacity(rows.len());
        for row in rows {
            let id: &str = row.try_get(0)?;
            let (seq, before): (Option<i64>, Option<&[u8]>) = (row.try_get(4)?, row.try_get(5)?);
            acts.push(Sealed {
                id: mutation_id(id)?,
                at: Timestamp(row.try_get(1)?),
                name: row.try_get(2)?,
                args: RawValue::from_string(row.try_get(3)?)?,
                numbered: match (seq, before) {
                    (Some(seq), Some(before)) => Some((unsigned(seq), chain(before)?)),
                    (_, _) => None,
                },
            });
        }
        Ok(acts)
    }

    /// Gives numbers to acts that are about to be sent, each with the chain before it. `next` and `chain` are what the act after
    /// them will get.
    ///
    /// # Errors
    /// [`StoreError`] when it is not on the disk; then nothing may be sent.
    pub async fn number(
        &self,
        acts: &[(MutationId, u64, Chain)],
        next: u64,
        chain: Chain,
    ) -> Result<(), StoreError> {
        let mut connection = self.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        sqlx::query(
            "update outbox set seq = n.value ->> 1, chain = unhex(n.value ->> 2) from json_each(?) as n where outbox.id = n.value ->> 0",
        )
        .bind(serde_json::to_string(acts)?)
        .execute(&mut *transaction)
        .await?;
        sqlx::query("update device set next_seq = ?, chain = ?")
            .bind(signed(next))
            .bind(chain.0.as_slice())
            .execute(&mut *transaction)
            .await?;
        fault!(OutboxNumber);
        transaction.commit().await?;
        fault!(OutboxNumbered);
        Ok(())
    }

    /// Lets acts that were decided be sent once more under their numbers, from this one on. False when that number is not here.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be written.
    pub async fn send_from(&self, seq: u64) -> Result<bool, StoreError> {
        let sent = sqlx::query(
            "update outbox set version = null where seq >= ?1 and exists (select 1 from outbox where seq = ?1)",
        )
        .bind(signed(seq))
        .execute(&self.pool)
        .await?;
        Ok(sent.rows_affected() > 0)
    }

    /// Takes a fresh device number: the server knows this one differently. Acts that were not decided get new numbers.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be written.
    pub async fn renumber(&self, fresh: DeviceId) -> Result<(), StoreError> {
        let mut connection = self.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        begin_anew(&mut transaction, fresh).await?;
        fault!(OutboxRenumber);
        transaction.commit().await?;
        fault!(OutboxRenumbered);
        Ok(())
    }

    /// Notes to which part of the server's history the versions of this file belong.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be written.
    pub async fn live_in(&self, epoch: Uuid) -> Result<(), StoreError> {
        sqlx::query("update device set epoch = ?")
            .bind(epoch.to_string())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// The server was restored from a copy that ends at this version, and another epoch began: what took effect later is queued again
    /// in its old place, under a fresh device number and with the ids it had. Doing it once more changes nothing. Answers with the
    /// acts that were lost.
    ///
    /// # Errors
    /// [`StoreError`] when nothing was changed.
    pub async fn requeue(
        &self,
        after: u64,
        fresh: DeviceId,
        epoch: Uuid,
    ) -> Result<Vec<MutationId>, StoreError> {
        let mut connection = self.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        if !planted!(LossForgotten) {
            sqlx::query(
                "insert into outbox (place, id, at, name, args, version) select place, id, at, name, args, version from kept where version > ?",
            )
            .bind(signed(after))
            .execute(&mut *transaction)
            .await?;
        }
        sqlx::query("delete from kept where version > ?")
            .bind(signed(after))
            .execute(&mut *transaction)
            .await?;
        let lost: Vec<String> =
            sqlx::query_scalar("update outbox set version = null where version > ? returning id")
                .bind(signed(after))
                .fetch_all(&mut *transaction)
                .await?;
        begin_anew(&mut transaction, fresh).await?;
        sqlx::query("update device set epoch = ?")
            .bind(epoch.to_string())
            .execute(&mut *transaction)
            .await?;
        fault!(OutboxRenumber);
        transaction.commit().await?;
        fault!(OutboxRenumbered);
        lost.iter().map(|id| mutation_id(id)).collect()
    }
}

/// Counts from 1 under a fresh device number.
async fn begin_anew(connection: &mut SqliteConnection, fresh: DeviceId) -> Result<(), StoreError> {
    // Applied acts lose their number too: it may be used again. They are told apart by their version.
    sqlx::query("update outbox set seq = null, chain = null")
        .execute(&mut *connection)
        .await?;
    sqlx::query("update device set id = ?, next_seq = 1, chain = null")
        .bind(fresh.to_string())
        .execute(connection)
        .await?;
    Ok(())
}
