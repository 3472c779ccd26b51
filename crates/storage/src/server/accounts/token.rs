//! Families of tokens.

use super::limit::{Try, take};
use super::{Accounts, on_pool, on_transaction, read_id};
use crate::error::StoreError;
use crate::server::pool::{Pool, Transaction};
use crate::server::postgres::announce_ended;
use sqlx::Row as _;
use uuid::Uuid;

/// A transaction over codes and tokens.
#[derive(Debug)]
pub struct SignIns {
    pub(super) transaction: Transaction,
}

/// A family to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewFamily<'a> {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub account: Uuid,
    /// Whom it is given to.
    pub client_id: &'a str,
    /// What it opens.
    pub scope: &'a str,
    /// The computer.
    pub device: NewDevice<'a>,
    /// When it begins.
    pub began_at: i64,
    /// When it ends.
    pub ends_at: i64,
}

/// A pair of tokens to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewPair<'a> {
    /// The family.
    pub family: Uuid,
    /// Hash of the refresh token.
    pub refresh: &'a [u8],
    /// Hash of the access token.
    pub access: &'a [u8],
    /// How many exchanges lie between the sign-in and this pair.
    pub generation: i64,
    /// When the refresh token ends.
    pub refresh_expires_at: i64,
    /// When the access token ends.
    pub access_expires_at: i64,
}

/// A refresh token that is exchanged.
#[derive(Debug, Clone, Copy)]
pub struct Exchange<'a> {
    /// Hash of the token that was shown.
    pub shown: &'a [u8],
    /// What it is exchanged for.
    pub next: NewPair<'a>,
    /// When.
    pub at: i64,
    /// From which network.
    pub network: &'a str,
    /// How often its reply was lost.
    pub reissues: u32,
    /// Since when that is counted.
    pub reissues_since: i64,
}

/// What a desktop says of its computer when it signs in, and where it did so.
#[derive(Debug, Clone, Copy)]
pub struct NewDevice<'a> {
    /// What the computer is called; may be empty.
    pub name: &'a str,
    /// Its operating system; may be empty.
    pub system: &'a str,
    /// The network it came from.
    pub network: &'a str,
}

/// A refresh token with its family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRefresh {
    /// The family.
    pub family: Uuid,
    /// Whose it is.
    pub account: Uuid,
    /// Whom it was given to.
    pub client_id: String,
    /// When the family ends.
    pub ends_at: i64,
    /// When the family was ended, if it was.
    pub revoked_at: Option<i64>,
    /// How many exchanges lie between the sign-in and this token.
    pub generation: i64,
    /// When it ends.
    pub expires_at: i64,
    /// Hash of what it was exchanged for.
    pub successor: Option<Vec<u8>>,
    /// When that was first used.
    pub successor_used_at: Option<i64>,
    /// When it was taken back.
    pub superseded_at: Option<i64>,
    /// How often its reply was lost.
    pub reissues: u32,
    /// Since when that is counted.
    pub reissues_since: i64,
}

/// Whom an access token stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCaller {
    /// The account.
    pub account: Uuid,
    /// The sign-in.
    pub family: Uuid,
    /// What it opens.
    pub scope: String,
    /// Hash of the refresh token beside it.
    pub refresh: Vec<u8>,
    /// When it ends.
    pub expires_at: i64,
    /// When the pair was first used.
    pub used_at: Option<i64>,
}

impl Accounts {
    /// Begins a transaction over codes and tokens; dropped without [`SignIns::commit`], nothing of it has happened.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn begin(&self) -> Result<SignIns, StoreError> {
        Ok(SignIns {
            transaction: self.begin_shared().await?,
        })
    }

    /// The same with one try taken out of a bucket, which is kept with the rest; nothing when the bucket was empty.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn begin_counted(&self, taken: &Try<'_>) -> Result<Option<SignIns>, StoreError> {
        if let Pool::Postgres(_) = &self.pool {
            // In a transaction of its own: everybody from one network shares the bucket, and would wait for each other's commit.
            if !self.take(taken).await? {
                return Ok(None);
            }
            return Ok(Some(self.begin().await?));
        }
        let mut transaction = self.begin_shared().await?;
        let is_taken = take(&mut transaction, taken).await?;
        Ok(is_taken.then_some(SignIns { transaction }))
    }

    /// Ends every sign-in of an account, in desktops and browsers, but perhaps one desktop's; answers with the families that ended.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn revoke_account(
        &self,
        account: Uuid,
        but: Option<Uuid>,
        why: &str,
        now: i64,
    ) -> Result<Vec<Uuid>, StoreError> {
        let ended: Vec<String> = on_pool!(&self.pool, pool => {
            let ended = sqlx::query_scalar(
                "update token_family set revoked_at = $2, revoked_why = $3 \
                 where account = $1 and revoked_at is null and id <> $4 returning id",
            )
            .bind(account.to_string())
            .bind(now)
            .bind(why)
            .bind(but.map(|family| family.to_string()).unwrap_or_default())
            .fetch_all(pool)
            .await?;
            sqlx::query("delete from half_sign_in where account = $1")
                .bind(account.to_string())
                .execute(pool)
                .await?;
            sqlx::query("delete from browser_session where account = $1")
                .bind(account.to_string())
                .execute(pool)
                .await?;
            ended
        });
        ended.iter().map(|family| read_id(family)).collect()
    }

    /// Lets the other processes over this database know that a sign-in has ended. It is a hint: who misses it refuses the sign-in's
    /// tokens all the same.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be reached.
    pub async fn announce_ended(&self, family: Uuid) -> Result<(), StoreError> {
        match &self.pool {
            Pool::Sqlite(_) => Ok(()),
            Pool::Postgres(pool) => announce_ended(pool, family).await,
        }
    }

    /// Whom an access token stands for, if it holds.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn caller(
        &self,
        access: &[u8],
        now: i64,
    ) -> Result<Option<StoredCaller>, StoreError> {
        on_pool!(&self.pool, pool => {
            let row = sqlx::query(
                "select a.refresh, a.expires_at, r.used_at, f.id, f.account, f.scope \
                 from access_token a join refresh_token r on r.hash = a.refresh join token_family f on f.id = r.family \
                 where a.hash = $1 and a.expires_at > $2 and r.superseded_at is null \
                   and f.revoked_at is null and f.expires_at > $2",
            )
            .bind(access)
            .bind(now)
            .fetch_optional(pool)
            .await?;
            let Some(row) = row else { return Ok(None) };
            Ok(Some(StoredCaller {
                account: read_id(row.try_get("account")?)?,
                family: read_id(row.try_get("id")?)?,
                scope: row.try_get("scope")?,
                refresh: row.try_get("refresh")?,
                expires_at: row.try_get("expires_at")?,
                used_at: row.try_get("used_at")?,
            }))
        })
    }

    /// Notes that a pair has reached its owner. False if it was taken back in the meantime.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn mark_used(&self, refresh: &[u8], now: i64) -> Result<bool, StoreError> {
        let marked = on_pool!(&self.pool, pool => {
            sqlx::query(
                "update refresh_token set used_at = coalesce(used_at, $2) where hash = $1 and superseded_at is null",
            )
            .bind(refresh)
            .bind(now)
            .execute(pool)
            .await?
            .rows_affected()
        });
        Ok(marked > 0)
    }
}

impl SignIns {
    /// Ends the transaction; when this returns, it is on the disk.
    ///
    /// # Errors
    /// [`StoreError`] when nothing of it happened.
    pub async fn commit(self) -> Result<(), StoreError> {
        self.transaction.commit().await
    }

    /// Begins a family.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn insert_family(&mut self, family: &NewFamily<'_>) -> Result<(), StoreError> {
        on_transaction!(&mut self.transaction, connection => {
            sqlx::query(
                "insert into token_family (id, account, client_id, created_at, expires_at, device_name, device_system, \
                        began_network, seen_at, seen_network, scope) values ($1, $2, $3, $4, $5, $6, $7, $8, $4, $8, $9)",
            )
            .bind(family.id.to_string())
            .bind(family.account.to_string())
            .bind(family.client_id)
            .bind(family.began_at)
            .bind(family.ends_at)
            .bind(family.device.name)
            .bind(family.device.system)
            .bind(family.device.network)
            .bind(family.scope)
            .execute(connection)
            .await?;
        });
        Ok(())
    }

    /// Keeps the first pair of a family.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn insert_pair(&mut self, pair: &NewPair<'_>) -> Result<(), StoreError> {
        on_transaction!(&mut self.transaction, connection => {
            sqlx::query("insert into refresh_token (hash, family, generation, expires_at) values ($1, $2, $3, $4)")
                .bind(pair.refresh)
                .bind(pair.family.to_string())
                .bind(pair.generation)
                .bind(pair.refresh_expires_at)
                .execute(&mut *connection)
                .await?;
            sqlx::query("insert into access_token (hash, refresh, expires_at) values ($1, $2, $3)")
                .bind(pair.access)
                .bind(pair.refresh)
                .bind(pair.access_expires_at)
                .execute(&mut *connection)
                .await?;
        });
        Ok(())
    }

    /// Reads a refresh token with its family and its successor; until this transaction ends, none of the three changes.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn refresh(&mut self, hash: &[u8]) -> Result<Option<StoredRefresh>, StoreError> {
        if let Transaction::Postgres(transaction) = &mut self.transaction {
            // Locked in statements of their own: what the last one reads must be as it stands once all locks are held.
            for lock in [
                "select 1 from token_family where id = (select family from refresh_token where hash = $1) for update",
                "select 1 from refresh_token where hash = $1 for update",
                "select 1 from refresh_token where hash = (select successor from refresh_token where hash = $1) for update",
            ] {
                sqlx::query(lock)
                    .bind(hash)
                    .fetch_optional(&mut **transaction)
                    .await?;
            }
        }
        on_transaction!(&mut self.transaction, connection => {
            let row = sqlx::query(
                "select r.generation, r.expires_at, r.successor, r.superseded_at, r.reissues, r.reissues_since, \
                        n.used_at as successor_used_at, f.id, f.account, f.client_id, f.expires_at as ends_at, f.revoked_at \
                 from refresh_token r join token_family f on f.id = r.family \
                 left join refresh_token n on n.hash = r.successor where r.hash = $1",
            )
            .bind(hash)
            .fetch_optional(connection)
            .await?;
            let Some(row) = row else { return Ok(None) };
            let reissues: i64 = row.try_get("reissues")?;
            Ok(Some(StoredRefresh {
                family: read_id(row.try_get("id")?)?,
                account: read_id(row.try_get("account")?)?,
                client_id: row.try_get("client_id")?,
                ends_at: row.try_get("ends_at")?,
                revoked_at: row.try_get("revoked_at")?,
                generation: row.try_get("generation")?,
                expires_at: row.try_get("expires_at")?,
                successor: row.try_get("successor")?,
                successor_used_at: row.try_get("successor_used_at")?,
                superseded_at: row.try_get("superseded_at")?,
                reissues: u32::try_from(reissues).unwrap_or(u32::MAX),
                reissues_since: row.try_get("reissues_since")?,
            }))
        })
    }

    /// Keeps the pair that a refresh token is exchanged for, and notes when and from where that was.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn exchange(&mut self, exchange: &Exchange<'_>) -> Result<(), StoreError> {
        // At once, because each way to the connection and back costs more than what is done there.
        let sql = match &self.transaction {
            Transaction::Sqlite(_) | Transaction::Shared(_) => {
                "insert into refresh_token (hash, family, generation, expires_at) values ($1, $2, $3, $4); \
                 insert into access_token (hash, refresh, expires_at) values ($5, $1, $6); \
                 update token_family set seen_at = $7, seen_network = $8 where id = $2; \
                 update refresh_token set successor = $1, used_at = coalesce(used_at, $7), reissues = $9, \
                        reissues_since = $10 where hash = $11"
            }
            Transaction::Postgres(_) => {
                "with next as (insert into refresh_token (hash, family, generation, expires_at) values ($1, $2, $3, $4)), \
                      access as (insert into access_token (hash, refresh, expires_at) values ($5, $1, $6)), \
                      seen as (update token_family set seen_at = $7, seen_network = $8 where id = $2) \
                 update refresh_token set successor = $1, used_at = coalesce(used_at, $7), reissues = $9, \
                        reissues_since = $10 where hash = $11"
            }
        };
        let next = &exchange.next;
        on_transaction!(&mut self.transaction, connection => {
            sqlx::query(sql)
                .bind(next.refresh)
                .bind(next.family.to_string())
                .bind(next.generation)
                .bind(next.refresh_expires_at)
                .bind(next.access)
                .bind(next.access_expires_at)
                .bind(exchange.at)
                .bind(exchange.network)
                .bind(i64::from(exchange.reissues))
                .bind(exchange.reissues_since)
                .bind(exchange.shown)
                .execute(connection)
                .await?;
        });
        Ok(())
    }

    /// Takes back a pair whose reply is taken for lost.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn supersede(&mut self, refresh: &[u8], now: i64) -> Result<(), StoreError> {
        on_transaction!(&mut self.transaction, connection => {
            sqlx::query("update refresh_token set superseded_at = $2 where hash = $1")
                .bind(refresh)
                .bind(now)
                .execute(connection)
                .await?;
        });
        Ok(())
    }

    /// Ends a family, and with it what its account opened to keep order, from whichever computer.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn revoke(&mut self, family: Uuid, why: &str, now: i64) -> Result<(), StoreError> {
        on_transaction!(&mut self.transaction, connection => {
            sqlx::query(
                "update token_family set revoked_at = $2, revoked_why = $3 where revoked_at is null and (id = $1 \
                 or scope = 'oversight' and account = (select account from token_family where id = $1))",
            )
            .bind(family.to_string())
            .bind(now)
            .bind(why)
            .execute(connection)
            .await?;
        });
        Ok(())
    }

    /// The family of a refresh token.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn family_of_refresh(&mut self, hash: &[u8]) -> Result<Option<Uuid>, StoreError> {
        self.family("select family from refresh_token where hash = $1", hash)
            .await
    }

    /// The family of an access token.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn family_of_access(&mut self, hash: &[u8]) -> Result<Option<Uuid>, StoreError> {
        self.family(
            "select r.family from access_token a join refresh_token r on r.hash = a.refresh where a.hash = $1",
            hash,
        )
        .await
    }

    async fn family(&mut self, sql: &'static str, hash: &[u8]) -> Result<Option<Uuid>, StoreError> {
        let found: Option<String> = on_transaction!(&mut self.transaction, connection => {
            sqlx::query_scalar(sql).bind(hash).fetch_optional(connection).await?
        });
        found.map(|family| read_id(&family)).transpose()
    }
}
