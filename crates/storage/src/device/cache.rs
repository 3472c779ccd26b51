//! `cache.db`: the server's rows at one cursor.

use crate::error::StoreError;
use crate::number::{signed, unsigned};
use crate::sqlite;
use futures_util::TryStreamExt as _;
use guildhall_domain::id::AccountId;
use guildhall_domain::row::{Key, Row, Table};
use guildhall_domain::scope::Scope;
use guildhall_protocol::sync::pack::{pack, unpack};
use guildhall_protocol::sync::{Cursor, Delta, Position};
use guildhall_sync_core::pull::{Cut, Merge};
use guildhall_sync_core::replica::{BaseChange, BasePut};
use guildhall_sync_core::{fault, planted};
use sqlx::sqlite::SqliteSynchronous;
use sqlx::{Connection as _, QueryBuilder, Row as _, SqliteConnection, SqlitePool};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// The cache file.
#[derive(Debug, Clone)]
pub struct Cache {
    pool: SqlitePool,
}

/// The server's state as it was stored.
#[derive(Debug, Default)]
pub struct CachedBase {
    /// All rows with their versions.
    pub rows: Vec<(Row, u64)>,
    /// Why the person sees them.
    pub reasons: Vec<(Scope, Key)>,
    /// Where the server's history stood.
    pub cursor: Option<Cursor>,
    /// The pages of a pull whose last one has not come, put together, and where the last of them ended.
    pub staged: Option<(Merge, Position)>,
}

/// A page of a pull as it is laid aside: packed, so that writing it, and throwing it away later, is a small part of the work.
#[derive(Debug)]
pub struct PackedPage(Vec<u8>);

/// A page that unpacks to more than this is none of ours.
const PAGE_MAXIMUM: usize = 64 * 1024 * 1024;

impl PackedPage {
    /// Packs a page.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be written.
    pub fn of(page: &Delta) -> Result<Self, StoreError> {
        let packed = pack(&serde_json::to_vec(page)?, None);
        packed
            .map(Self)
            .map_err(|_| StoreError::Corrupt { what: "page" })
    }

    fn read(packed: &[u8]) -> Result<Cut, StoreError> {
        let corrupt = StoreError::Corrupt { what: "page" };
        let Ok(text) = unpack(packed, PAGE_MAXIMUM) else {
            return Err(corrupt);
        };
        serde_json::from_slice(&text)
            .ok()
            .and_then(|page| Cut::read(page).ok())
            .ok_or(corrupt)
    }
}

impl Cache {
    /// Opens the file. A damaged one is set aside as `*.damaged` and made anew: everything in it can be fetched again.
    ///
    /// # Errors
    /// [`StoreError`] when not even an empty one can be made.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        match Self::open_sound(path).await {
            Err(error) if error.is_damaged() => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the cache is damaged and is fetched anew"
                );
                set_aside(path);
                Self::open_sound(path).await
            }
            other => other,
        }
    }

    async fn open_sound(path: &Path) -> Result<Self, StoreError> {
        fault!(CacheOpen);
        // Nothing here is the only copy, so a lost last transaction costs a download and no more.
        let pool = sqlite::open(path, 1, SqliteSynchronous::Normal, super::CACHE_KIB).await?;
        sqlx::migrate!("../../migrations/sqlite/device_cache")
            .run(&pool)
            .await?;
        let verdict: String = sqlx::query_scalar("pragma quick_check(1)")
            .fetch_one(&pool)
            .await?;
        if verdict != "ok" {
            pool.close().await;
            return Err(StoreError::Corrupt { what: "cache" });
        }
        Ok(Self { pool })
    }

    /// Reads everything that belongs to this account; another account's rows are dropped first.
    ///
    /// # Errors
    /// [`StoreError`]; a row that cannot be read counts as damage.
    pub async fn load(&self, account: AccountId) -> Result<CachedBase, StoreError> {
        fault!(CacheLoad);
        let state = sqlx::query("select account, epoch, version from state")
            .fetch_optional(&self.pool)
            .await?;
        let Some(state) = state else {
            return Ok(CachedBase::default());
        };
        let (owner, epoch, version): (&str, Option<&str>, Option<i64>) =
            (state.try_get(0)?, state.try_get(1)?, state.try_get(2)?);
        if owner != account.to_string() {
            self.clear().await?;
            return Ok(CachedBase::default());
        }
        let mut base = CachedBase::default();
        if let (Some(epoch), Some(version)) = (epoch, version) {
            let epoch = epoch
                .parse()
                .map_err(|_| StoreError::Corrupt { what: "epoch" })?;
            base.cursor = Some(Cursor {
                epoch,
                version: unsigned(version),
            });
        }
        // Read as they come: the connection's thread looks for the next rows while these are decoded.
        let mut rows =
            sqlx::query("select tbl, id, version, body, scopes from row order by tbl, id")
                .fetch(&self.pool);
        while let Some(row) = rows.try_next().await? {
            let (table, id, version, body, scopes): (i64, Uuid, i64, &str, &[u8]) = (
                row.try_get(0)?,
                row.try_get(1)?,
                row.try_get(2)?,
                row.try_get(3)?,
                row.try_get(4)?,
            );
            let table = Table::from_number(table).ok_or(StoreError::Corrupt {
                what: "table number",
            })?;
            let row = Row::decode(table, body).map_err(|source| StoreError::Row {
                table,
                id: id.to_string(),
                source,
            })?;
            let (scopes, []) = scopes.as_chunks() else {
                return Err(StoreError::Corrupt { what: "scopes" });
            };
            let key = row.key();
            if key.id != id {
                return Err(StoreError::Corrupt { what: "row id" });
            }
            let reason = |scope: &[u8; 16]| (Scope(Uuid::from_bytes(*scope)), key);
            base.reasons.extend(scopes.iter().map(reason));
            base.rows.push((row, unsigned(version)));
        }
        drop(rows);
        base.staged = self.staged().await?;
        Ok(base)
    }

    /// Stores what a delta changed, in one transaction.
    ///
    /// # Errors
    /// [`StoreError`] when nothing was stored.
    pub async fn store(&self, account: AccountId, change: &BaseChange) -> Result<(), StoreError> {
        let mut connection = self.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        if change.whole {
            clear(&mut transaction).await?;
        }
        for key in &change.drops {
            sqlx::query("delete from row where tbl = ? and id = ?")
                .bind(key.table.number())
                .bind(key.id)
                .execute(&mut *transaction)
                .await?;
        }
        for (key, scopes) in &change.moved {
            sqlx::query("update row set scopes = ? where tbl = ? and id = ?")
                .bind(packed(scopes))
                .bind(key.table.number())
                .bind(key.id)
                .execute(&mut *transaction)
                .await?;
        }
        // In the order of the table's key: each page of the file is then written once.
        let mut puts: Vec<&BasePut> = change.puts.iter().collect();
        puts.sort_unstable_by_key(|put| (put.key.table.number(), put.key.id));
        put_rows(&mut transaction, &puts).await?;
        sqlx::query("delete from page")
            .execute(&mut *transaction)
            .await?;
        if let Some(cursor) = change
            .cursor
            .filter(|_| !planted!(CursorUnstored, sometimes))
        {
            sqlx::query(
                "insert into state (only_one, account, epoch, version) values (1, ?, ?, ?) \
                 on conflict (only_one) do update set account = excluded.account, epoch = excluded.epoch, version = excluded.version",
            )
            .bind(account.to_string())
            .bind(cursor.epoch.to_string())
            .bind(signed(cursor.version))
            .execute(&mut *transaction)
            .await?;
        }
        fault!(CacheStore);
        transaction.commit().await?;
        fault!(CacheStored);
        Ok(())
    }

    /// Lays a page aside until the last of its pull has come. It was asked for with the cursor that is stored.
    ///
    /// # Errors
    /// [`StoreError`] when it was not stored.
    pub async fn stage(&self, account: AccountId, page: &PackedPage) -> Result<(), StoreError> {
        let mut connection = self.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        // So that nobody else goes on with it.
        sqlx::query("insert into state (only_one, account) values (1, ?) on conflict do nothing")
            .bind(account.to_string())
            .execute(&mut *transaction)
            .await?;
        sqlx::query("insert into page (body) values (?)")
            .bind(page.0.as_slice())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn staged(&self) -> Result<Option<(Merge, Position)>, StoreError> {
        let mut merge = Merge::default();
        let (mut last, mut end) = (0, None);
        // One at a time: together they may be much.
        while let Some(row) =
            sqlx::query("select number, body from page where number > ? order by number limit 1")
                .bind(last)
                .fetch_optional(&self.pool)
                .await?
        {
            last = row.try_get::<i64, _>(0)?;
            let page = PackedPage::read(row.try_get(1)?)?;
            end = page.said.next;
            merge.page(page);
        }
        Ok(end.map(|end| (merge, end)))
    }

    /// Throws away what was laid aside.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub async fn unstage(&self) -> Result<(), StoreError> {
        sqlx::query("delete from page").execute(&self.pool).await?;
        Ok(())
    }

    /// Drops everything.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub async fn clear(&self) -> Result<(), StoreError> {
        let mut connection = self.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        clear(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Closes the file.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// Closes the file and sets it aside as damaged.
    pub async fn discard(self, path: &Path) {
        self.pool.close().await;
        set_aside(path);
    }
}

/// How many rows go into one statement. Few sizes, so that each statement is made ready once.
const AT_ONCE: [usize; 3] = [256, 16, 1];

/// Cuts a list into runs of the lengths that statements have.
fn runs<T>(mut list: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let length = AT_ONCE.into_iter().find(|length| *length <= list.len())?;
        let (run, rest) = list.split_at(length);
        list = rest;
        Some(run)
    })
}

async fn put_rows(connection: &mut SqliteConnection, puts: &[&BasePut]) -> Result<(), StoreError> {
    for run in runs(puts) {
        let mut sql = QueryBuilder::new("insert into row (tbl, id, version, body, scopes) ");
        sql.push_values(run, |mut row, put| {
            row.push_bind(put.key.table.number())
                .push_bind(put.key.id)
                .push_bind(signed(put.version))
                .push_bind(&*put.body)
                .push_bind(packed(&put.scopes));
        });
        sql.push(if planted!(OldBodyKept) {
            " on conflict (tbl, id) do nothing"
        } else {
            " on conflict (tbl, id) do update set version = excluded.version, body = excluded.body, \
             scopes = excluded.scopes"
        });
        sql.build().execute(&mut *connection).await?;
    }
    Ok(())
}

/// Scopes as they lie in the file: 16 bytes each, one after the other.
fn packed(scopes: &[Scope]) -> Vec<u8> {
    scopes
        .iter()
        .flat_map(|scope| scope.0.into_bytes())
        .collect()
}

async fn clear(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    for sql in ["delete from row", "delete from page", "delete from state"] {
        sqlx::query(sql).execute(&mut *connection).await?;
    }
    Ok(())
}

fn set_aside(path: &Path) {
    let with = |suffix: &str| -> PathBuf {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    // Best effort: what cannot be moved is removed, and what cannot be removed makes the next open fail with its own error.
    if std::fs::rename(path, with(".damaged")).is_err() {
        let _ = std::fs::remove_file(path);
    }
    for suffix in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(with(suffix));
    }
}
