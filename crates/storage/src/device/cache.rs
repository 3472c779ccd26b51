//! `cache.db`: the server's rows at one cursor.

use crate::error::StoreError;
use crate::number::{signed, unsigned};
use crate::sqlite;
use guildhall_domain::id::AccountId;
use guildhall_domain::row::{Key, Row, Table};
use guildhall_domain::scope::Scope;
use guildhall_protocol::sync::{Cursor, Delta, Position};
use guildhall_sync_core::pull::Merge;
use guildhall_sync_core::replica::{BaseChange, BasePut};
use guildhall_sync_core::{fault, planted};
use serde_json::{Value, json};
use sqlx::sqlite::SqliteSynchronous;
use sqlx::{Connection as _, QueryBuilder, Row as _, SqliteConnection, SqlitePool};
use std::path::{Path, PathBuf};

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
        for row in sqlx::query("select tbl, id, version, body from row")
            .fetch_all(&self.pool)
            .await?
        {
            let (table, id, version, body): (i64, &str, i64, &str) = (
                row.try_get(0)?,
                row.try_get(1)?,
                row.try_get(2)?,
                row.try_get(3)?,
            );
            let table = Table::from_number(table).ok_or(StoreError::Corrupt {
                what: "table number",
            })?;
            let row = Row::decode(table, body).map_err(|source| StoreError::Row {
                table,
                id: id.to_owned(),
                source,
            })?;
            base.rows.push((row, unsigned(version)));
        }
        for row in sqlx::query("select scope, tbl, id from reason")
            .fetch_all(&self.pool)
            .await?
        {
            let (scope, table, id): (&str, i64, &str) =
                (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            let (Ok(scope), Some(table), Ok(id)) =
                (scope.parse(), Table::from_number(table), id.parse())
            else {
                return Err(StoreError::Corrupt { what: "reason" });
            };
            base.reasons.push((Scope(scope), Key { table, id }));
        }
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
        let places = |pairs: &[(Scope, Key)]| -> Vec<Value> {
            pairs
                .iter()
                .map(|(scope, key)| json!([scope.0, key.table.number(), key.id]))
                .collect()
        };
        sqlx::query(
            "delete from reason where (scope, tbl, id) in (select value ->> 0, value ->> 1, value ->> 2 from json_each(?))",
        )
        .bind(serde_json::to_string(&places(&change.left))?)
        .execute(&mut *transaction)
        .await?;
        let drops: Vec<Value> = change
            .drops
            .iter()
            .map(|key| json!([key.table.number(), key.id]))
            .collect();
        sqlx::query("delete from row where (tbl, id) in (select value ->> 0, value ->> 1 from json_each(?))")
            .bind(serde_json::to_string(&drops)?)
            .execute(&mut *transaction)
            .await?;
        // In the order of the tables' keys: each page of the file is then written once.
        let mut puts: Vec<&BasePut> = change.puts.iter().collect();
        puts.sort_unstable_by_key(|put| (put.key.table.number(), put.key.id));
        put_rows(&mut transaction, &puts).await?;
        let mut joined: Vec<&(Scope, Key)> = change.joined.iter().collect();
        joined.sort_unstable_by_key(|(scope, key)| (scope.0, key.table.number(), key.id));
        put_reasons(&mut transaction, &joined).await?;
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
    pub async fn stage(&self, account: AccountId, page: &Delta) -> Result<(), StoreError> {
        let mut connection = self.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        // So that nobody else goes on with it.
        sqlx::query("insert into state (only_one, account) values (1, ?) on conflict do nothing")
            .bind(account.to_string())
            .execute(&mut *transaction)
            .await?;
        sqlx::query("insert into page (body) values (?)")
            .bind(serde_json::to_string(page)?)
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
            let page: Delta = serde_json::from_str(row.try_get(1)?)
                .map_err(|_| StoreError::Corrupt { what: "page" })?;
            end = page.next;
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
        let mut sql = QueryBuilder::new("insert into row (tbl, id, version, body) ");
        sql.push_values(run, |mut row, put| {
            row.push_bind(put.key.table.number())
                .push_bind(put.key.id.to_string())
                .push_bind(signed(put.version))
                .push_bind(put.body.as_str());
        });
        sql.push(if planted!(OldBodyKept) {
            " on conflict (tbl, id) do nothing"
        } else {
            " on conflict (tbl, id) do update set version = excluded.version, body = excluded.body"
        });
        sql.build().execute(&mut *connection).await?;
    }
    Ok(())
}

async fn put_reasons(
    connection: &mut SqliteConnection,
    joined: &[&(Scope, Key)],
) -> Result<(), StoreError> {
    for run in runs(joined) {
        let mut sql = QueryBuilder::new("insert into reason (scope, tbl, id) ");
        sql.push_values(run, |mut row, (scope, key)| {
            row.push_bind(scope.0.to_string())
                .push_bind(key.table.number())
                .push_bind(key.id.to_string());
        });
        sql.push(" on conflict do nothing");
        sql.build().execute(&mut *connection).await?;
    }
    Ok(())
}

async fn clear(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    for sql in [
        "delete from row",
        "delete from reason",
        "delete from page",
        "delete from state",
    ] {
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
