//! SQLite behind the port of pulls. One read transaction is one moment: head, memberships, entries and bodies agree.

use super::{signed, unsigned};
use crate::error::StoreError;
use guildhall_domain::id::AccountId;
use guildhall_domain::row::{Key, Table};
use guildhall_domain::scope::Scope;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::{Digest, Place};
use guildhall_sync_core::pull::{Entry, Epoch, History, Membership, Snapshot, Span, StoredRow};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row as _, Sqlite, SqlitePool, Transaction};
use std::collections::{BTreeMap, BTreeSet};

/// Entries of spans behind a place. The spans are materialized, so that the JSON is read once and not for every entry.
macro_rules! behind {
    ($order:literal) => {
        concat!(
            "with span (scope, base, above) as materialized (select value ->> 0, value ->> 1, value ->> 2 from json_each(?1)) \
             select p.scope, p.tbl, p.row, p.version, p.put from span \
             cross join placement as p indexed by placement_version \
             on p.scope = span.scope and p.version > span.above and p.version <= ?7 \
             where span.base <= ?7 and (max(p.version, span.base), p.scope, p.tbl, p.row) > (?2, ?3, ?4, ?5) ",
            $order,
            " limit ?6"
        )
    };
}
const ORDERED: &str = behind!("order by max(p.version, span.base), p.scope, p.tbl, p.row");
const ANY: &str = behind!("");

/// A read transaction.
pub(in crate::server) struct Moment(Transaction<'static, Sqlite>);

impl Moment {
    pub(in crate::server) async fn begin(pool: &SqlitePool) -> Result<Self, StoreError> {
        Ok(Self(pool.begin().await?))
    }

    pub(in crate::server) async fn end(self) -> Result<(), StoreError> {
        Ok(self.0.rollback().await?)
    }

    /// Runs one of the statements that find entries.
    async fn behind(
        &mut self,
        sql: &'static str,
        spans: &[Span],
        after: Place,
        upto: u64,
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        let spans: Vec<Value> = spans
            .iter()
            .map(|span| json!([span.scope, span.base, span.above.map_or(-1, signed)]))
            .collect();
        let (table, id) = after.row.map_or((-1, String::new()), |(table, id)| {
            (table.number(), id.to_string())
        });
        let rows = sqlx::query(sql)
            .bind(serde_json::to_string(&spans)?)
            .bind(signed(after.version))
            .bind(after.scope.0.to_string())
            .bind(table)
            .bind(id)
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .bind(i64::try_from(upto).unwrap_or(i64::MAX))
            .fetch_all(&mut *self.0)
            .await?;
        let entry = |row: &SqliteRow| {
            let (scope, table, id, version, put): (&str, i64, &str, i64, bool) = (
                row.try_get(0)?,
                row.try_get(1)?,
                row.try_get(2)?,
                row.try_get(3)?,
                row.try_get(4)?,
            );
            let (Some(table), Ok(id)) = (Table::from_number(table), id.parse()) else {
                return Err(StoreError::Corrupt { what: "placement" });
            };
            Ok(Entry {
                scope: read_scope(scope)?,
                key: Key { table, id },
                version: unsigned(version),
                put,
            })
        };
        rows.iter().map(entry).collect()
    }
}

impl Snapshot for Moment {
    type Error = StoreError;

    async fn standing(&mut self, account: AccountId) -> Result<(History, u64), StoreError> {
        let rows = sqlx::query(
            "select h.version, coalesce((select version from account_floor where account = ?), 0), e.id, e.began, e.copied \
             from sync_head as h cross join sync_epoch as e order by e.number",
        )
        .bind(account.to_string())
        .fetch_all(&mut *self.0)
        .await?;
        let (mut version, mut floor, mut epochs) = (0, 0, Vec::with_capacity(rows.len()));
        for row in &rows {
            (version, floor) = (unsigned(row.try_get(0)?), unsigned(row.try_get(1)?));
            let id: &str = row.try_get(2)?;
            epochs.push(Epoch {
                id: id
                    .parse()
                    .map_err(|_| StoreError::Corrupt { what: "epoch" })?,
                began: unsigned(row.try_get(3)?),
                copied: row.try_get::<Option<i64>, _>(4)?.map(Timestamp),
            });
        }
        Ok((History { epochs, version }, floor))
    }

    async fn memberships(
        &mut self,
        account: AccountId,
        since: u64,
    ) -> Result<Vec<Membership>, StoreError> {
        let rows = sqlx::query(
            "select m.scope, m.version, m.put, coalesce(f.version, 0) \
             from membership as m left join scope_floor as f on f.scope = m.scope \
             where m.account = ? and (m.put = 1 or m.version > ?)",
        )
        .bind(account.to_string())
        .bind(signed(since))
        .fetch_all(&mut *self.0)
        .await?;
        let membership = |row: &SqliteRow| {
            let (scope, version, put, floor): (&str, i64, bool, i64) = (
                row.try_get(0)?,
                row.try_get(1)?,
                row.try_get(2)?,
                row.try_get(3)?,
            );
            Ok(Membership {
                scope: read_scope(scope)?,
                version: unsigned(version),
                put,
                floor: unsigned(floor),
            })
        };
        rows.iter().map(membership).collect()
    }

    async fn entries(
        &mut self,
        spans: &[Span],
        after: Place,
        upto: u64,
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        self.behind(ORDERED, spans, after, upto, limit).await
    }

    async fn any_entries(
        &mut self,
        spans: &[Span],
        after: Place,
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        self.behind(ANY, spans, after, u64::MAX, limit).await
    }

    async fn rows(&mut self, keys: &BTreeSet<Key>) -> Result<Vec<StoredRow>, StoreError> {
        let mut tables: BTreeMap<Table, Vec<String>> = BTreeMap::new();
        for key in keys {
            tables
                .entry(key.table)
                .or_default()
                .push(key.id.to_string());
        }
        let mut rows = Vec::with_capacity(keys.len());
        for (table, ids) in tables {
            let sql = format!(
                "select id, version, body from {} where id in (select value from json_each(?))",
                table.name()
            );
            let found = sqlx::query(AssertSqlSafe(sql))
                .bind(serde_json::to_string(&ids)?)
                .fetch_all(&mut *self.0)
                .await?;
            for row in found {
                let (id, version, body): (&str, i64, String) =
                    (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
                let id = id.parse().map_err(|_| StoreError::Corrupt { what: "id" })?;
                rows.push(StoredRow {
                    key: Key { table, id },
                    version: unsigned(version),
                    body: RawValue::from_string(body)?,
                });
            }
        }
        Ok(rows)
    }

    async fn digests(&mut self, account: AccountId) -> Result<BTreeMap<Scope, Digest>, StoreError> {
        let rows = sqlx::query(
            "select d.scope, d.digest from membership as m cross join scope_digest as d on d.scope = m.scope \
             where m.account = ? and m.put = 1",
        )
        .bind(account.to_string())
        .fetch_all(&mut *self.0)
        .await?;
        let digest = |row: &SqliteRow| {
            let (scope, digest): (&str, i64) = (row.try_get(0)?, row.try_get(1)?);
            Ok((read_scope(scope)?, Digest(digest.cast_unsigned())))
        };
        rows.iter().map(digest).collect()
    }
}

fn read_scope(text: &str) -> Result<Scope, StoreError> {
    let id = text
        .parse()
        .map_err(|_| StoreError::Corrupt { what: "scope" })?;
    Ok(Scope(id))
}
