//! Writing a batch in bulk: a handful of statements, however many mutations.

use super::{blob, signed, unsigned};
use crate::error::StoreError;
use crate::server::accounts::revoke_suspended_sqlite;
use crate::server::audit::append_sqlite;
use crate::server::port::{Device, Entry, Moved, Put, Writes};
use guildhall_domain::id::{AccountId, DeviceId};
use guildhall_domain::row::{Key, Table};
use guildhall_domain::scope::Scope;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::{Chain, Digest, Verdict};
use guildhall_sync_core::pull::Membership;
use guildhall_sync_core::sharing::{Grant, Placement};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Row as _, SqlSafeStr, SqliteConnection};
use std::collections::BTreeMap;

/// Writes everything; answers with the memberships that changed.
pub(super) async fn write(
    connection: &mut SqliteConnection,
    writes: &Writes,
) -> Result<Moved, StoreError> {
    puts(connection, &writes.puts).await?;
    deletes(connection, &writes.deletes).await?;
    placements(connection, &writes.placements).await?;
    digests(connection, &writes.digests).await?;
    blob::write(connection, &writes.named_files, &writes.files).await?;
    grants(connection, &writes.grants).await?;
    let changed = memberships(connection, &writes.memberships).await?;
    entries(connection, &writes.entries, writes.now).await?;
    devices(connection, &writes.devices, writes.now).await?;
    numbers(connection, &writes.numbers).await?;
    append_sqlite(connection, &writes.audit, writes.now.0).await?;
    revoke_suspended_sqlite(connection, &writes.audit).await?;
    sqlx::query("update sync_head set version = ?")
        .bind(signed(writes.head))
        .execute(connection)
        .await?;
    Ok(changed)
}

/// Carries out a statement that takes its rows as one JSON list; without rows there is nothing to do.
pub(super) async fn bulk(
    connection: &mut SqliteConnection,
    sql: impl SqlSafeStr,
    rows: &[Value],
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(sql)
        .bind(serde_json::to_string(rows)?)
        .execute(connection)
        .await?;
    Ok(())
}

async fn puts(connection: &mut SqliteConnection, puts: &[Put]) -> Result<(), StoreError> {
    let mut tables: BTreeMap<Table, Vec<Value>> = BTreeMap::new();
    for put in puts {
        let row = json!([put.key.id, put.version, put.body]);
        tables.entry(put.key.table).or_default().push(row);
    }
    for (table, rows) in tables {
        let sql = format!(
            "insert into {} (id, version, body) select value ->> 0, value ->> 1, value ->> 2 from json_each(?) where true \
             on conflict (id) do update set version = excluded.version, body = excluded.body",
            table.name()
        );
        bulk(connection, AssertSqlSafe(sql), &rows).await?;
    }
    Ok(())
}

async fn deletes(connection: &mut SqliteConnection, keys: &[Key]) -> Result<(), StoreError> {
    let mut tables: BTreeMap<Table, Vec<Value>> = BTreeMap::new();
    for key in keys {
        tables.entry(key.table).or_default().push(json!(key.id));
    }
    for (table, ids) in tables {
        let sql = format!(
            "delete from {} where id in (select value from json_each(?))",
            table.name()
        );
        bulk(connection, AssertSqlSafe(sql), &ids).await?;
    }
    Ok(())
}

async fn placements(
    connection: &mut SqliteConnection,
    placements: &[Placement],
) -> Result<(), StoreError> {
    let row = |place: &Placement| {
        json!([
            place.scope.0,
            place.key.table.number(),
            place.key.id,
            place.version,
            i64::from(place.put)
        ])
    };
    let rows: Vec<Value> = placements.iter().map(row).collect();
    bulk(
        connection,
        "insert into placement (scope, tbl, row, version, put) \
             select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 from json_each(?) where true \
             on conflict (scope, tbl, row) do update set version = excluded.version, put = excluded.put",
        &rows,
    )
    .await
}

/// SQLite has no exclusive or: it is what one of both has and not both have.
async fn digests(
    connection: &mut SqliteConnection,
    digests: &BTreeMap<Scope, Digest>,
) -> Result<(), StoreError> {
    let row = |(scope, digest): (&Scope, &Digest)| json!([scope.0, digest.0.cast_signed()]);
    let rows: Vec<Value> = digests.iter().map(row).collect();
    bulk(
        connection,
        "insert into scope_digest (scope, digest) select value ->> 0, value ->> 1 from json_each(?) where true \
             on conflict (scope) do update set digest = (digest | excluded.digest) & ~(digest & excluded.digest)",
        &rows,
    )
    .await
}

async fn grants(connection: &mut SqliteConnection, grants: &[Grant]) -> Result<(), StoreError> {
    let rows = |put: bool| -> Vec<Value> {
        let chosen = grants.iter().filter(|grant| grant.put == put);
        chosen
            .map(|grant| {
                json!([
                    grant.account,
                    grant.scope.0,
                    grant.key.table.number(),
                    grant.key.id
                ])
            })
            .collect()
    };
    bulk(
        connection,
        "insert into scope_grant (account, scope, tbl, row) \
             select value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(?) where true on conflict do nothing",
        &rows(true),
    )
    .await?;
    bulk(
        connection,
        "delete from scope_grant where (account, scope, tbl, row) in \
             (select value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(?))",
        &rows(false),
    )
    .await
}

/// Makes memberships what the reasons say; answers with those that are something else than before.
async fn memberships(
    connection: &mut SqliteConnection,
    pairs: &BTreeMap<(AccountId, Scope), u64>,
) -> Result<Moved, StoreError> {
    let mut moved = Moved::new();
    if pairs.is_empty() {
        return Ok(moved);
    }
    let pairs: Vec<Value> = pairs
        .iter()
        .map(|((account, scope), version)| json!([account, scope, version]))
        .collect();
    let changed = sqlx::query(
        "insert into membership (account, scope, version, put) \
         select value ->> 0, value ->> 1, value ->> 2, \
                exists (select 1 from scope_grant g where g.account = value ->> 0 and g.scope = value ->> 1) \
         from json_each(?) where true \
         on conflict (account, scope) do update set version = excluded.version, put = excluded.put where put <> excluded.put \
         returning account, scope, version, put",
    )
    .bind(serde_json::to_string(&pairs)?)
    .fetch_all(connection)
    .await?;
    for row in changed {
        let (account, scope): (&str, &str) = (row.try_get(0)?, row.try_get(1)?);
        let (Ok(account), Ok(scope)) = (account.parse(), scope.parse()) else {
            return Err(StoreError::Corrupt { what: "membership" });
        };
        moved.entry(account).or_default().push(Membership {
            scope: Scope(scope),
            version: unsigned(row.try_get(2)?),
            put: row.try_get(3)?,
            floor: 0,
        });
    }
    Ok(moved)
}

async fn entries(
    connection: &mut SqliteConnection,
    entries: &[Entry],
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        let (version, denied) = match &entry.verdict {
            Verdict::Applied { version } => (Some(*version), None),
            Verdict::Rejected { denied } => (None, Some(serde_json::to_string(denied)?)),
        };
        rows.push(json!([
            entry.id,
            entry.account,
            entry.place.map(|place| place.0),
            entry.place.map(|place| place.1),
            version,
            denied,
            now
        ]));
    }
    bulk(
        connection,
        "insert into decision (mutation, account, device, seq, version, denied, at) \
             select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6 from json_each(?)",
        &rows,
    )
    .await
}

async fn devices(
    connection: &mut SqliteConnection,
    devices: &BTreeMap<DeviceId, Device>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let rows: Vec<Value> = devices
        .iter()
        .map(|(id, device)| json!([id, device.account, device.last_seq, device.chain, now]))
        .collect();
    bulk(
        connection,
        "insert into device (id, account, last_seq, chain, seen_at) \
             select value ->> 0, value ->> 1, value ->> 2, unhex(value ->> 3), value ->> 4 from json_each(?) where true \
             on conflict (id) do update set last_seq = excluded.last_seq, chain = excluded.chain, seen_at = excluded.seen_at",
        &rows,
    )
    .await
}

async fn numbers(
    connection: &mut SqliteConnection,
    numbers: &BTreeMap<(DeviceId, u64), Chain>,
) -> Result<(), StoreError> {
    let rows: Vec<Value> = numbers
        .iter()
        .map(|((device, seq), chain)| json!([device, seq, chain]))
        .collect();
    bulk(
        connection,
        "insert into number (device, seq, chain) select value ->> 0, value ->> 1, unhex(value ->> 2) from json_each(?)",
        &rows,
    )
    .await
}
