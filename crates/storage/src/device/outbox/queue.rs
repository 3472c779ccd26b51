//! The queue: what was done here and is not settled, in order.

use super::drafts::keep_draft;
use super::refused::insert_refused;
use super::{Outbox, Refused, chain, mutation_id, open, seal};
use crate::error::StoreError;
use crate::number::unsigned;
use guildhall_domain::id::{DeviceId, MutationId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::Chain;
use guildhall_sync_core::replica::{Pending, Progress};
use guildhall_sync_core::{fault, planted};
use sqlx::{Connection as _, Row as _, SqliteConnection};
use std::collections::BTreeMap;
use uuid::Uuid;

/// How long acts are kept that the server has taken.
const KEPT_MS: i64 = 30 * 24 * 3_600_000;
/// How many of them at most.
const KEPT_ACTS: i64 = 20_000;

/// The queue as it was stored.
#[derive(Debug, Clone)]
pub struct Queued {
    /// This installation, for this account.
    pub device: DeviceId,
    /// The number the next act will get.
    pub next_seq: u64,
    /// The hash chain over everything that has a number.
    pub chain: Chain,
    /// The part of the server's history that its versions belong to; none before the first download.
    pub epoch: Option<Uuid>,
    /// In order.
    pub pending: Vec<Pending>,
}

impl Outbox {
    /// Reads the queue.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn load(&self) -> Result<Option<Queued>, StoreError> {
        fault!(OutboxLoad);
        let device =
            sqlx::query("select id, next_seq, chain, epoch from device where account is not null")
                .fetch_optional(&self.pool)
                .await?;
        let Some(device) = device else {
            return Ok(None);
        };
        let (id, next_seq, last, epoch): (&str, i64, Option<&[u8]>, Option<&str>) = (
            device.try_get(0)?,
            device.try_get(1)?,
            device.try_get(2)?,
            device.try_get(3)?,
        );
        let device = id
            .parse()
            .map_err(|_| StoreError::Corrupt { what: "device" })?;
        let chain = match last {
            Some(last) => chain(last)?,
            None => Chain::start(device),
        };
        let epoch = epoch
            .map(str::parse)
            .transpose()
            .map_err(|_| StoreError::Corrupt { what: "epoch" })?;
        let rows =
            sqlx::query("select id, at, name, args, seq, version from outbox order by place")
                .fetch_all(&self.pool)
                .await?;
        let mut pending = Vec::with_capacity(rows.len());
        for row in rows {
            let (id, at, name, args): (&str, i64, &str, &str) = (
                row.try_get(0)?,
                row.try_get(1)?,
                row.try_get(2)?,
                row.try_get(3)?,
            );
            let (seq, version): (Option<i64>, Option<i64>) = (row.try_get(4)?, row.try_get(5)?);
            let seq = seq.map(unsigned);
            let progress = match (seq, version) {
                (seq, Some(version)) => Progress::Applied {
                    seq: seq.unwrap_or(0),
                    version: unsigned(version),
                },
                (Some(seq), None) => Progress::Numbered { seq },
                (None, None) => Progress::Queued,
            };
            pending.push(Pending {
                id: mutation_id(id)?,
                at: Timestamp(at),
                mutation: open(name, args)?,
                progress,
            });
        }
        Ok(Some(Queued {
            device,
            next_seq: u64::try_from(next_seq).unwrap_or(1),
            chain,
            epoch,
            pending,
        }))
    }

    /// Puts an act at the end of the queue and drops the drafts it makes obsolete.
    ///
    /// # Errors
    /// [`StoreError`] when it is not on the disk.
    pub async fn push(
        &self,
        id: MutationId,
        at: Timestamp,
        mutation: &Mutation,
        obsolete: &[String],
    ) -> Result<(), StoreError> {
        let (name, args) = seal(mutation)?;
        let mut connection = self.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        sqlx::query("insert into outbox (id, at, name, args) values (?, ?, ?, ?)")
            .bind(id.to_string())
            .bind(at.0)
            .bind(name)
            .bind(args)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("delete from draft where key in (select value from json_each(?))")
            .bind(serde_json::to_string(obsolete)?)
            .execute(&mut *transaction)
            .await?;
        fault!(OutboxPush);
        if !planted!(UnsafeOutbox, sometimes) {
            transaction.commit().await?;
        }
        fault!(OutboxPushed);
        Ok(())
    }

    /// Notes what the server decided: applied acts wait for their delta, refused ones move over with the person's words, and
    /// those to be tried again get another act in their place.
    ///
    /// # Errors
    /// [`StoreError`] when it is not on the disk.
    pub async fn settle(
        &self,
        applied: &[(MutationId, u64)],
        refused: &[Refused],
        quiet: &[MutationId],
        again: &[(MutationId, Pending)],
    ) -> Result<(), StoreError> {
        let mut connection = self.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        sqlx::query(
            "update outbox set version = a.value ->> 1 from json_each(?) as a where outbox.id = a.value ->> 0",
        )
        .bind(serde_json::to_string(applied)?)
        .execute(&mut *transaction)
        .await?;
        // Before the refused ones are dropped: what of them is tried again has taken their place.
        for (id, with) in again {
            replace_act(&mut transaction, *id, with).await?;
        }
        for one in refused.iter().filter(|_| !planted!(RefusedLost)) {
            insert_refused(&mut transaction, one).await?;
        }
        let gone = refused
            .iter()
            .map(|one| one.id)
            .chain(quiet.iter().copied());
        drop_acts(&mut transaction, &gone.collect::<Vec<_>>()).await?;
        fault!(OutboxSettle);
        transaction.commit().await?;
        fault!(OutboxSettled);
        Ok(())
    }

    /// Puts another act, not numbered yet, in the place of one.
    ///
    /// # Errors
    /// [`StoreError`] when it is not on the disk.
    pub async fn replace(&self, id: MutationId, with: &Pending) -> Result<(), StoreError> {
        let mut connection = self.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        replace_act(&mut transaction, id, with).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Takes acts out of the queue whose effect the cache now contains, and keeps them for a while: see [`Outbox::requeue`].
    ///
    /// # Errors
    /// [`StoreError`] when it is not on the disk.
    pub async fn contain(&self, ids: &[MutationId], now: Timestamp) -> Result<(), StoreError> {
        if ids.is_empty() {
            return Ok(());
        }
        fault!(OutboxDrop);
        let mut connection = self.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        sqlx::query(
            "insert into kept (place, id, at, name, args, version, kept_at) select place, id, at, name, args, version, ? from outbox \
             where id in (select value from json_each(?)) and version is not null on conflict do nothing",
        )
        .bind(now.0)
        .bind(serde_json::to_string(ids)?)
        .execute(&mut *transaction)
        .await?;
        drop_acts(&mut transaction, ids).await?;
        sqlx::query(
            "delete from kept where kept_at < ? or place <= (select max(place) from kept) - ?",
        )
        .bind(now.plus_ms(-KEPT_MS).0)
        .bind(KEPT_ACTS)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        fault!(OutboxDropped);
        Ok(())
    }

    /// Drops acts that were cancelled before they had a number, and keeps their words, in one step.
    ///
    /// # Errors
    /// [`StoreError`] when nothing was changed.
    pub async fn cancel(
        &self,
        ids: &[MutationId],
        drafts: &BTreeMap<String, String>,
        refused: &[Refused],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut connection = self.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        for (key, body) in drafts {
            keep_draft(&mut transaction, key, body, now).await?;
        }
        for one in refused {
            insert_refused(&mut transaction, one).await?;
        }
        drop_acts(&mut transaction, ids).await?;
        fault!(OutboxCancel);
        transaction.commit().await?;
        fault!(OutboxCancelled);
        Ok(())
    }
}

async fn drop_acts(
    connection: &mut SqliteConnection,
    ids: &[MutationId],
) -> Result<(), StoreError> {
    sqlx::query("delete from outbox where id in (select value from json_each(?))")
        .bind(serde_json::to_string(ids)?)
        .execute(connection)
        .await?;
    Ok(())
}

async fn replace_act(
    connection: &mut SqliteConnection,
    id: MutationId,
    with: &Pending,
) -> Result<(), StoreError> {
    let (name, args) = seal(&with.mutation)?;
    sqlx::query(
        "update outbox set id = ?, at = ?, name = ?, args = ?, seq = null, chain = null, version = null where id = ?",
    )
    .bind(with.id.to_string())
    .bind(with.at.0)
    .bind(name)
    .bind(args)
    .bind(id.to_string())
    .execute(connection)
    .await?;
    Ok(())
}
