//! `outbox.db`: what only this person has. Every write is on the disk before it is answered.

use crate::error::StoreError;
use crate::sqlite;
use guildhall_domain::denied::Denied;
use guildhall_domain::id::{AccountId, DeviceId, MutationId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::{Chain, act};
use guildhall_sync_core::replica::{Pending, Progress};
use guildhall_sync_core::{fault, planted};
use serde_json::value::RawValue;
use sqlx::sqlite::SqliteSynchronous;
use sqlx::{Connection as _, Row as _, SqliteConnection, SqlitePool};
use std::collections::BTreeMap;
use std::path::Path;

/// How long acts are kept that the server has taken.
const KEPT_MS: i64 = 30 * 24 * 3_600_000;
/// How many of them at most.
const KEPT_ACTS: i64 = 20_000;

/// The outbox file.
#[derive(Debug, Clone)]
pub struct Outbox {
    pub(super) pool: SqlitePool,
}

/// The queue as it was stored.
#[derive(Debug, Clone)]
pub struct Queued {
    /// This installation, for this account.
    pub device: DeviceId,
    /// The number the next act will get.
    pub next_seq: u64,
    /// The hash chain over everything that has a number.
    pub chain: Chain,
    /// In order.
    pub pending: Vec<Pending>,
}

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

/// An act that was refused, with the person's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its id.
    pub id: MutationId,
    /// When it was done here.
    pub at: Timestamp,
    /// What was done.
    pub mutation: Mutation,
    /// Why it was refused.
    pub denied: Denied,
    /// When the refusal arrived.
    pub refused_at: Timestamp,
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
        for sql in [
            "delete from device",
            "delete from outbox",
            "delete from kept",
            "delete from refused",
            "delete from draft",
            "delete from blob",
        ] {
            sqlx::query(sql).execute(&mut *transaction).await?;
        }
        sqlx::query("insert into device (only_one, id, account, next_seq) values (1, ?, ?, 1)")
            .bind(fresh.to_string())
            .bind(account.to_string())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
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

    /// Reads the queue.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn load(&self) -> Result<Option<Queued>, StoreError> {
        fault!(OutboxLoad);
        let device =
            sqlx::query("select id, next_seq, chain from device where account is not null")
                .fetch_optional(&self.pool)
                .await?;
        let Some(device) = device else {
            return Ok(None);
        };
        let (id, next_seq, last): (&str, i64, Option<&[u8]>) =
            (device.try_get(0)?, device.try_get(1)?, device.try_get(2)?);
        let device = id
            .parse()
            .map_err(|_| StoreError::Corrupt { what: "device" })?;
        let chain = match last {
            Some(last) => chain(last)?,
            None => Chain::start(device),
        };
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
            let seq = seq.map(|seq| u64::try_from(seq).unwrap_or(0));
            let progress = match (seq, version) {
                (seq, Some(version)) => Progress::Applied {
                    seq: seq.unwrap_or(0),
                    version: u64::try_from(version).unwrap_or(0),
                },
                (Some(seq), None) => Progress::Numbered { seq },
                (None, None) => Progress::Queued,
            };
            pending.push(Pending {
                id: id.parse().map_err(|_| StoreError::Corrupt {
                    what: "mutation id",
                })?,
                at: Timestamp(at),
                mutation: open(name, args)?,
                progress,
            });
        }
        Ok(Some(Queued {
            device,
            next_seq: u64::try_from(next_seq).unwrap_or(1),
            chain,
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
                id: id.parse().map_err(|_| StoreError::Corrupt {
                    what: "mutation id",
                })?,
                at: Timestamp(row.try_get(1)?),
                name: row.try_get(2)?,
                args: RawValue::from_string(row.try_get(3)?)?,
                numbered: match (seq, before) {
                    (Some(seq), Some(before)) => {
                        Some((u64::try_from(seq).unwrap_or(0), chain(before)?))
                    }
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
        let gone: Vec<String> = refused
            .iter()
            .map(|one| one.id.to_string())
            .chain(quiet.iter().map(ToString::to_string))
            .collect();
        sqlx::query("delete from outbox where id in (select value from json_each(?))")
            .bind(serde_json::to_string(&gone)?)
            .execute(&mut *transaction)
            .await?;
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
        let ids = serde_json::to_string(ids)?;
        let mut connection = self.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        sqlx::query(
            "insert into kept (place, id, at, name, args, version, kept_at) select place, id, at, name, args, version, ? from outbox \
             where id in (select value from json_each(?)) and version is not null on conflict do nothing",
        )
        .bind(now.0)
        .bind(&ids)
        .execute(&mut *transaction)
        .await?;
        sqlx::query("delete from outbox where id in (select value from json_each(?))")
            .bind(&ids)
            .execute(&mut *transaction)
            .await?;
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

    /// The server was restored from a copy that ends at this version: what took effect later is queued again in its old place, under a
    /// fresh device number and with the ids it had. Doing it once more changes nothing. Answers with the acts that were lost.
    ///
    /// # Errors
    /// [`StoreError`] when nothing was changed.
    pub async fn requeue(
        &self,
        after: u64,
        fresh: DeviceId,
    ) -> Result<Vec<MutationId>, StoreError> {
        let mut connection = self.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        sqlx::query(
            "insert into outbox (place, id, at, name, args, version) select place, id, at, name, args, version from kept where version > ?",
        )
        .bind(signed(after))
        .execute(&mut *transaction)
        .await?;
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
        fault!(OutboxRenumber);
        transaction.commit().await?;
        fault!(OutboxRenumbered);
        lost.iter()
            .map(|id| {
                id.parse().map_err(|_| StoreError::Corrupt {
                    what: "mutation id",
                })
            })
            .collect()
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
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let mut connection = self.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        for (key, body) in drafts {
            sqlx::query(
                "insert into draft (key, body, saved_at) values (?, ?, ?) \
                 on conflict (key) do update set body = excluded.body, saved_at = excluded.saved_at",
            )
            .bind(key)
            .bind(body)
            .bind(now.0)
            .execute(&mut *transaction)
            .await?;
        }
        for one in refused {
            insert_refused(&mut transaction, one).await?;
        }
        sqlx::query("delete from outbox where id in (select value from json_each(?))")
            .bind(serde_json::to_string(&ids)?)
            .execute(&mut *transaction)
            .await?;
        fault!(OutboxCancel);
        transaction.commit().await?;
        fault!(OutboxCancelled);
        Ok(())
    }

    /// Refused acts, newest first.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn refused(&self) -> Result<Vec<Refused>, StoreError> {
        let rows = sqlx::query("select id, at, name, args, denied, refused_at from refused order by refused_at desc, id desc")
            .fetch_all(&self.pool)
            .await?;
        let mut refused = Vec::with_capacity(rows.len());
        for row in rows {
            let (id, at, name, args): (&str, i64, &str, &str) = (
                row.try_get(0)?,
                row.try_get(1)?,
                row.try_get(2)?,
                row.try_get(3)?,
            );
            let (denied, refused_at): (&str, i64) = (row.try_get(4)?, row.try_get(5)?);
            refused.push(Refused {
                id: id.parse().map_err(|_| StoreError::Corrupt {
                    what: "mutation id",
                })?,
                at: Timestamp(at),
                mutation: open(name, args)?,
                denied: serde_json::from_str(denied)?,
                refused_at: Timestamp(refused_at),
            });
        }
        Ok(refused)
    }

    /// Discards a refused act: only the person does this.
    ///
    /// # Errors
    /// [`StoreError`] when it is not on the disk.
    pub async fn discard_refused(&self, id: MutationId) -> Result<(), StoreError> {
        fault!(OutboxDiscard);
        sqlx::query("delete from refused where id = ?")
            .bind(id.to_string())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// All drafts by key.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn drafts(&self) -> Result<BTreeMap<String, String>, StoreError> {
        let rows: Vec<(String, String)> = sqlx::query_as("select key, body from draft")
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.into_iter().collect())
    }

    /// Keeps a draft, or drops it.
    ///
    /// # Errors
    /// [`StoreError`] when it is not on the disk.
    pub async fn save_draft(
        &self,
        key: &str,
        body: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        fault!(OutboxDraft);
        match body {
            Some(body) => {
                sqlx::query(
                    "insert into draft (key, body, saved_at) values (?, ?, ?) \
                     on conflict (key) do update set body = excluded.body, saved_at = excluded.saved_at",
                )
                .bind(key)
                .bind(body)
                .bind(now.0)
                .execute(&self.pool)
                .await?;
            }
            None => {
                sqlx::query("delete from draft where key = ?")
                    .bind(key)
                    .execute(&self.pool)
                    .await?;
            }
        }
        Ok(())
    }

    /// A setting of this installation.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(
            sqlx::query_scalar("select value from setting where key = ?")
                .bind(key)
                .fetch_optional(&self.pool)
                .await?,
        )
    }

    /// Keeps a setting.
    ///
    /// # Errors
    /// [`StoreError`] when it is not on the disk.
    pub async fn set_setting(&self, key: &str, value: &str) -> Result<(), StoreError> {
        fault!(OutboxSetting);
        sqlx::query("insert into setting (key, value) values (?, ?) on conflict (key) do update set value = excluded.value")
            .bind(key)
            .bind(value)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Forgets the account with its queue, drafts and refused acts; settings stay.
    ///
    /// # Errors
    /// [`StoreError`] when it is not on the disk.
    pub async fn forget_account(&self) -> Result<(), StoreError> {
        let mut connection = self.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        for sql in [
            "delete from device",
            "delete from outbox",
            "delete from kept",
            "delete from refused",
            "delete from draft",
        ] {
            sqlx::query(sql).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Closes the file.
    pub async fn close(&self) {
        self.pool.close().await;
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

async fn insert_refused(
    connection: &mut SqliteConnection,
    one: &Refused,
) -> Result<(), StoreError> {
    let (name, args) = seal(&one.mutation)?;
    sqlx::query(
        "insert into refused (id, at, name, args, denied, refused_at) values (?, ?, ?, ?, ?, ?) on conflict do nothing",
    )
    .bind(one.id.to_string())
    .bind(one.at.0)
    .bind(name)
    .bind(args)
    .bind(serde_json::to_string(&one.denied)?)
    .bind(one.refused_at.0)
    .execute(connection)
    .await?;
    Ok(())
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
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
