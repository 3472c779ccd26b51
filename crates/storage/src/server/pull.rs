//! The way from one cut to the next, for one person: a pure function of person, cursor and head.

use super::ServerStore;
use crate::error::StoreError;
use guildhall_domain::id::{AccountId, DeviceId};
use guildhall_domain::row::{Key, Table};
use guildhall_domain::scope::Scope;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::{Cursor, Delta, DeltaRow, LeftRow};
use guildhall_sync_core::fault;
use serde_json::value::RawValue;
use sqlx::{AssertSqlSafe, Connection as _, Row as _, SqliteConnection};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

impl ServerStore {
    /// Everything this person sees that changed since the cursor, as one consistent cut.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn pull(
        &self,
        account: AccountId,
        device: DeviceId,
        cursor: Option<Cursor>,
        now: Timestamp,
    ) -> Result<Delta, StoreError> {
        fault!(ServerPull);
        let mut connection = self.readers.acquire().await?;
        // One read transaction is one snapshot: head, memberships, placements and bodies agree.
        let mut snapshot = connection.begin().await?;
        let head = sqlx::query("select epoch, version from sync_head")
            .fetch_one(&mut *snapshot)
            .await?;
        let (epoch, version): (&str, i64) = (head.try_get(0)?, head.try_get(1)?);
        let epoch: Uuid = epoch
            .parse()
            .map_err(|_| StoreError::Corrupt { what: "epoch" })?;
        let head = Cursor {
            epoch,
            version: u64::try_from(version).unwrap_or(0),
        };
        let since = cursor.filter(|cursor| cursor.epoch == epoch && cursor.version <= head.version);
        let whole = since.is_none();
        let since = since.map_or(-1, |cursor| {
            i64::try_from(cursor.version).unwrap_or(i64::MAX)
        });

        let last_seq: Option<i64> =
            sqlx::query_scalar("select last_seq from device where id = ? and account = ?")
                .bind(device.to_string())
                .bind(account.to_string())
                .fetch_optional(&mut *snapshot)
                .await?;
        let mut seen: BTreeMap<Key, Vec<Scope>> = BTreeMap::new();
        let mut left = Vec::new();
        for place in places(&mut snapshot, account, since).await? {
            if place.put {
                seen.entry(place.key).or_default().push(place.scope);
            } else if !place.joined {
                left.push(LeftRow {
                    scope: place.scope,
                    table: place.key.table,
                    id: place.key.id,
                });
            }
        }
        let reset = if whole {
            Vec::new()
        } else {
            changed_scopes(&mut snapshot, account, since).await?
        };
        let rows = bodies(&mut snapshot, account, seen).await?;
        snapshot.rollback().await?;
        fault!(ServerPulled);
        Ok(Delta {
            whole,
            cursor: head,
            last_seq: last_seq
                .and_then(|last| u64::try_from(last).ok())
                .unwrap_or(0),
            reset,
            rows,
            left,
            server_time: now,
        })
    }

    /// The newest version.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn head(&self) -> Result<u64, StoreError> {
        let version: i64 = sqlx::query_scalar("select version from sync_head")
            .fetch_one(&self.readers)
            .await?;
        Ok(u64::try_from(version).unwrap_or(0))
    }
}

/// The scopes this person lost since then, and those that came.
async fn changed_scopes(
    connection: &mut SqliteConnection,
    account: AccountId,
    since: i64,
) -> Result<Vec<Scope>, StoreError> {
    let scopes: Vec<String> = sqlx::query_scalar(
        "select scope from membership where account = ? and version > ? order by put, scope",
    )
    .bind(account.to_string())
    .bind(since)
    .fetch_all(&mut *connection)
    .await?;
    scopes
        .into_iter()
        .map(|scope| {
            scope
                .parse()
                .map(Scope)
                .map_err(|_| StoreError::Corrupt { what: "scope" })
        })
        .collect()
}

struct Place {
    scope: Scope,
    key: Key,
    put: bool,
    /// The whole scope is new to this person.
    joined: bool,
}

/// What changed since then in the scopes of a person; of a scope that came since then, everything. One statement, because a busy
/// client sees thousands of scopes of which a change touches two or three.
async fn places(
    connection: &mut SqliteConnection,
    account: AccountId,
    since: i64,
) -> Result<Vec<Place>, StoreError> {
    let rows = sqlx::query(
        "select p.scope, p.tbl, p.row, p.put, m.version > ?2 \
         from membership as m cross join placement as p indexed by placement_version \
         on p.scope = m.scope and p.version > iif(m.version > ?2, -1, ?2) \
         where m.account = ?1 and m.put = 1",
    )
    .bind(account.to_string())
    .bind(since)
    .fetch_all(&mut *connection)
    .await?;
    let mut places = Vec::with_capacity(rows.len());
    for row in rows {
        let (scope, table, id, put, joined): (&str, i64, &str, bool, bool) = (
            row.try_get(0)?,
            row.try_get(1)?,
            row.try_get(2)?,
            row.try_get(3)?,
            row.try_get(4)?,
        );
        let (Ok(scope), Some(table), Ok(id)) =
            (scope.parse(), Table::from_number(table), id.parse())
        else {
            return Err(StoreError::Corrupt { what: "placement" });
        };
        places.push(Place {
            scope: Scope(scope),
            key: Key { table, id },
            put,
            joined,
        });
    }
    Ok(places)
}

async fn bodies(
    connection: &mut SqliteConnection,
    account: AccountId,
    seen: BTreeMap<Key, Vec<Scope>>,
) -> Result<Vec<DeltaRow>, StoreError> {
    let tables: BTreeSet<Table> = seen.keys().map(|key| key.table).collect();
    let mut rows = Vec::with_capacity(seen.len());
    for table in tables {
        let ids: Vec<String> = seen
            .keys()
            .filter(|key| key.table == table)
            .map(|key| key.id.to_string())
            .collect();
        let sql = format!(
            "select id, body from {} where id in (select value from json_each(?))",
            table.name()
        );
        let found = sqlx::query(AssertSqlSafe(sql))
            .bind(serde_json::to_string(&ids)?)
            .fetch_all(&mut *connection)
            .await?;
        for row in found {
            let (id, body): (&str, String) = (row.try_get(0)?, row.try_get(1)?);
            let id: Uuid = id.parse().map_err(|_| StoreError::Corrupt { what: "id" })?;
            let scopes = seen.get(&Key { table, id }).cloned().unwrap_or_default();
            let body = if table == Table::Person && id != account.0 {
                without_reason(body)?
            } else {
                body
            };
            rows.push(DeltaRow {
                table,
                id,
                body: RawValue::from_string(body)?,
                scopes,
            });
        }
    }
    Ok(rows)
}

/// Why somebody was suspended is told to them and to admins; others see that they are.
fn without_reason(body: String) -> Result<String, StoreError> {
    let mut person: serde_json::Value = serde_json::from_str(&body)?;
    match person.pointer_mut("/status/reason") {
        Some(reason) => {
            *reason = serde_json::Value::from("");
            Ok(person.to_string())
        }
        None => Ok(body),
    }
}
