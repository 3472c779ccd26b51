//! PostgreSQL behind the port of pulls. One transaction is one moment: head, memberships, entries and bodies agree.

use super::{number_of, signed, table_of, unsigned};
use crate::error::StoreError;
use guildhall_domain::id::AccountId;
use guildhall_domain::row::{Key, Table};
use guildhall_domain::scope::Scope;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::{Digest, Place};
use guildhall_sync_core::pull::{Entry, Epoch, History, Membership, Snapshot, Span, StoredRow};
use serde_json::value::RawValue;
use sqlx::{AssertSqlSafe, PgPool, Postgres, Transaction};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Entries of spans behind a place.
macro_rules! behind {
    ($order:literal) => {
        concat!(
            "select p.scope, p.tbl, p.row_id, p.version, p.put \
             from unnest($1::uuid[], $2::bigint[], $3::bigint[]) as span (scope, base, above) \
             join placement as p on p.scope = span.scope and p.version > span.above and p.version <= $9 \
             where span.base <= $9 and (greatest(p.version, span.base), p.scope, p.tbl, p.row_id) > ($4, $5, $6, $7) ",
            $order,
            " limit $8"
        )
    };
}
const ORDERED: &str = behind!("order by greatest(p.version, span.base), p.scope, p.tbl, p.row_id");
const ANY: &str = behind!("");

/// A read transaction.
pub(in crate::server) struct Moment(Transaction<'static, Postgres>);

impl Moment {
    pub(in crate::server) async fn begin(pool: &PgPool) -> Result<Self, StoreError> {
        Ok(Self(
            pool.begin_with("begin isolation level repeatable read, read only")
                .await?,
        ))
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
        let (table, id) = after
            .row
            .map_or((-1, Uuid::nil()), |(table, id)| (number_of(table), id));
        let rows: Vec<(Uuid, i16, Uuid, i64, bool)> = sqlx::query_as(sql)
            .bind(spans.iter().map(|span| span.scope.0).collect::<Vec<_>>())
            .bind(
                spans
                    .iter()
                    .map(|span| signed(span.base))
                    .collect::<Vec<_>>(),
            )
            .bind(
                spans
                    .iter()
                    .map(|span| span.above.map_or(-1, signed))
                    .collect::<Vec<_>>(),
            )
            .bind(signed(after.version))
            .bind(after.scope.0)
            .bind(table)
            .bind(id)
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .bind(i64::try_from(upto).unwrap_or(i64::MAX))
            .fetch_all(&mut *self.0)
            .await?;
        let entry = |(scope, table, id, version, put): (Uuid, i16, Uuid, i64, bool)| {
            Ok(Entry {
                scope: Scope(scope),
                key: Key {
                    table: table_of(table)?,
                    id,
                },
                version: unsigned(version),
                put,
            })
        };
        rows.into_iter().map(entry).collect()
    }
}

impl Snapshot for Moment {
    type Error = StoreError;

    async fn standing(&mut self, account: AccountId) -> Result<(History, u64), StoreError> {
        let rows: Vec<(i64, i64, Uuid, i64, Option<i64>)> = sqlx::query_as(
            "select h.version, coalesce((select version from account_floor where account = $1), 0), e.id, e.began, e.copied \
             from sync_head as h cross join sync_epoch as e order by e.number",
        )
        .bind(account.0)
        .fetch_all(&mut *self.0)
        .await?;
        let (mut version, mut floor, mut epochs) = (0, 0, Vec::with_capacity(rows.len()));
        for (head, least, id, began, copied) in rows {
            (version, floor) = (unsigned(head), unsigned(least));
            epochs.push(Epoch {
                id,
                began: unsigned(began),
                copied: copied.map(Timestamp),
            });
        }
        Ok((History { epochs, version }, floor))
    }

    async fn memberships(
        &mut self,
        account: AccountId,
        since: u64,
    ) -> Result<Vec<Membership>, StoreError> {
        let rows: Vec<(Uuid, i64, bool, i64)> = sqlx::query_as(
            "select m.scope, m.version, m.put, coalesce(f.version, 0) \
             from membership as m left join scope_floor as f on f.scope = m.scope \
             where m.account = $1 and (m.put or m.version > $2)",
        )
        .bind(account.0)
        .bind(signed(since))
        .fetch_all(&mut *self.0)
        .await?;
        let membership = |(scope, version, put, floor)| Membership {
            scope: Scope(scope),
            version: unsigned(version),
            put,
            floor: unsigned(floor),
        };
        Ok(rows.into_iter().map(membership).collect())
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
        let mut tables: BTreeMap<Table, Vec<Uuid>> = BTreeMap::new();
        for key in keys {
            tables.entry(key.table).or_default().push(key.id);
        }
        let mut rows = Vec::with_capacity(keys.len());
        for (table, ids) in tables {
            let sql = format!(
                "select id, version, body from {} where id = any($1)",
                table.name()
            );
            let found: Vec<(Uuid, i64, String)> = sqlx::query_as(AssertSqlSafe(sql))
                .bind(ids)
                .fetch_all(&mut *self.0)
                .await?;
            for (id, version, body) in found {
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
        let rows: Vec<(Uuid, i64)> = sqlx::query_as(
            "select d.scope, d.digest from membership as m join scope_digest as d on d.scope = m.scope \
             where m.account = $1 and m.put",
        )
        .bind(account.0)
        .fetch_all(&mut *self.0)
        .await?;
        let digest = |(scope, digest): (Uuid, i64)| (Scope(scope), Digest(digest.cast_unsigned()));
        Ok(rows.into_iter().map(digest).collect())
    }
}
