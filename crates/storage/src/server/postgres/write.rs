//! Writing a batch in bulk: a handful of statements, however many mutations.

use super::{blob, number_of, signed, unsigned};
use crate::error::StoreError;
use crate::server::accounts::revoke_suspended_postgres;
use crate::server::audit::append_postgres;
use crate::server::port::{Device, Entry, Moved, Put, Writes};
use guildhall_domain::id::{AccountId, DeviceId};
use guildhall_domain::row::{Key, Table};
use guildhall_domain::scope::Scope;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::{Chain, Digest, Verdict};
use guildhall_sync_core::pull::Membership;
use guildhall_sync_core::sharing::{Grant, Placement};
use sqlx::{AssertSqlSafe, PgConnection};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Writes everything; answers with the memberships that changed.
pub(super) async fn write(
    connection: &mut PgConnection,
    writes: &Writes,
) -> Result<Moved, StoreError> {
    puts(connection, &writes.puts).await?;
    deletes(connection, &writes.deletes).await?;
    placements(connection, &writes.placements).await?;
    digests(connection, &writes.digests).await?;
    grants(connection, &writes.grants).await?;
    let changed = memberships(connection, &writes.memberships).await?;
    blob::write(connection, &writes.named_files, &writes.files).await?;
    entries(connection, &writes.entries, writes.now).await?;
    devices(connection, &writes.devices, writes.now).await?;
    numbers(connection, &writes.numbers).await?;
    append_postgres(connection, &writes.audit, writes.now.0).await?;
    revoke_suspended_postgres(connection, &writes.audit).await?;
    sqlx::query("update sync_head set version = $1")
        .bind(signed(writes.head))
        .execute(connection)
        .await?;
    Ok(changed)
}

async fn puts(connection: &mut PgConnection, puts: &[Put]) -> Result<(), StoreError> {
    let mut tables: BTreeMap<Table, Vec<&Put>> = BTreeMap::new();
    for put in puts {
        tables.entry(put.key.table).or_default().push(put);
    }
    for (table, puts) in tables {
        let sql = format!(
            "insert into {} (id, version, body) select * from unnest($1::uuid[], $2::bigint[], $3::text[]) \
             on conflict (id) do update set version = excluded.version, body = excluded.body",
            table.name()
        );
        sqlx::query(AssertSqlSafe(sql))
            .bind(puts.iter().map(|put| put.key.id).collect::<Vec<_>>())
            .bind(
                puts.iter()
                    .map(|put| signed(put.version))
                    .collect::<Vec<_>>(),
            )
            .bind(puts.iter().map(|put| put.body.as_str()).collect::<Vec<_>>())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

async fn deletes(connection: &mut PgConnection, keys: &[Key]) -> Result<(), StoreError> {
    let mut tables: BTreeMap<Table, Vec<Uuid>> = BTreeMap::new();
    for key in keys {
        tables.entry(key.table).or_default().push(key.id);
    }
    for (table, ids) in tables {
        let sql = format!("delete from {} where id = any($1)", table.name());
        sqlx::query(AssertSqlSafe(sql))
            .bind(ids)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

async fn placements(
    connection: &mut PgConnection,
    placements: &[Placement],
) -> Result<(), StoreError> {
    if placements.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "insert into placement (scope, tbl, row_id, version, put) \
         select * from unnest($1::uuid[], $2::smallint[], $3::uuid[], $4::bigint[], $5::boolean[]) \
         on conflict (scope, tbl, row_id) do update set version = excluded.version, put = excluded.put",
    )
    .bind(placements.iter().map(|place| place.scope.0).collect::<Vec<_>>())
    .bind(placements.iter().map(|place| number_of(place.key.table)).collect::<Vec<_>>())
    .bind(placements.iter().map(|place| place.key.id).collect::<Vec<_>>())
    .bind(placements.iter().map(|place| signed(place.version)).collect::<Vec<_>>())
    .bind(placements.iter().map(|place| place.put).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

async fn digests(
    connection: &mut PgConnection,
    digests: &BTreeMap<Scope, Digest>,
) -> Result<(), StoreError> {
    if digests.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "insert into scope_digest (scope, digest) select * from unnest($1::uuid[], $2::bigint[]) \
         on conflict (scope) do update set digest = scope_digest.digest # excluded.digest",
    )
    .bind(digests.keys().map(|scope| scope.0).collect::<Vec<_>>())
    .bind(
        digests
            .values()
            .map(|digest| digest.0.cast_signed())
            .collect::<Vec<_>>(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn grants(connection: &mut PgConnection, grants: &[Grant]) -> Result<(), StoreError> {
    let (begun, ended): (Vec<&Grant>, Vec<&Grant>) = grants.iter().partition(|grant| grant.put);
    for (sql, grants) in [
        (
            "insert into scope_grant (account, scope, tbl, row_id) \
             select * from unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::uuid[]) on conflict do nothing",
            begun,
        ),
        (
            "delete from scope_grant as g using unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::uuid[]) as d (account, scope, tbl, row_id) \
             where g.account = d.account and g.scope = d.scope and g.tbl = d.tbl and g.row_id = d.row_id",
            ended,
        ),
    ] {
        if grants.is_empty() {
            continue;
        }
        sqlx::query(sql)
            .bind(
                grants
                    .iter()
                    .map(|grant| grant.account.0)
                    .collect::<Vec<_>>(),
            )
            .bind(grants.iter().map(|grant| grant.scope.0).collect::<Vec<_>>())
            .bind(
                grants
                    .iter()
                    .map(|grant| number_of(grant.key.table))
                    .collect::<Vec<_>>(),
            )
            .bind(grants.iter().map(|grant| grant.key.id).collect::<Vec<_>>())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Makes memberships what the reasons say; answers with those that are something else than before.
async fn memberships(
    connection: &mut PgConnection,
    pairs: &BTreeMap<(AccountId, Scope), u64>,
) -> Result<Moved, StoreError> {
    let mut moved = Moved::new();
    if pairs.is_empty() {
        return Ok(moved);
    }
    let changed: Vec<(Uuid, Uuid, i64, bool)> = sqlx::query_as(
        "insert into membership (account, scope, version, put) \
         select p.account, p.scope, p.version, \
                exists (select 1 from scope_grant as g where g.account = p.account and g.scope = p.scope) \
         from unnest($1::uuid[], $2::uuid[], $3::bigint[]) as p (account, scope, version) \
         on conflict (account, scope) do update set version = excluded.version, put = excluded.put \
         where membership.put <> excluded.put \
         returning account, scope, version, put",
    )
    .bind(pairs.keys().map(|(account, _)| account.0).collect::<Vec<_>>())
    .bind(pairs.keys().map(|(_, scope)| scope.0).collect::<Vec<_>>())
    .bind(pairs.values().map(|version| signed(*version)).collect::<Vec<_>>())
    .fetch_all(connection)
    .await?;
    for (account, scope, version, put) in changed {
        moved
            .entry(AccountId(account))
            .or_default()
            .push(Membership {
                scope: Scope(scope),
                version: unsigned(version),
                put,
                floor: 0,
            });
    }
    Ok(moved)
}

async fn entries(
    connection: &mut PgConnection,
    entries: &[Entry],
    now: Timestamp,
) -> Result<(), StoreError> {
    if entries.is_empty() {
        return Ok(());
    }
    let mut versions = Vec::with_capacity(entries.len());
    let mut denials = Vec::with_capacity(entries.len());
    for entry in entries {
        let (version, denied) = match &entry.verdict {
            Verdict::Applied { version } => (Some(signed(*version)), None),
            Verdict::Rejected { denied } => (None, Some(serde_json::to_string(denied)?)),
        };
        versions.push(version);
        denials.push(denied);
    }
    sqlx::query(
        "insert into decision (mutation, account, device, seq, version, denied, at) \
         select *, $7 from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::text[])",
    )
    .bind(entries.iter().map(|entry| entry.id.0).collect::<Vec<_>>())
    .bind(entries.iter().map(|entry| entry.account.0).collect::<Vec<_>>())
    .bind(entries.iter().map(|entry| entry.place.map(|place| place.0.0)).collect::<Vec<_>>())
    .bind(entries.iter().map(|entry| entry.place.map(|place| signed(place.1))).collect::<Vec<_>>())
    .bind(versions)
    .bind(denials)
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(())
}

async fn devices(
    connection: &mut PgConnection,
    devices: &BTreeMap<DeviceId, Device>,
    now: Timestamp,
) -> Result<(), StoreError> {
    if devices.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "insert into device (id, account, last_seq, chain, seen_at) \
         select *, $5 from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bytea[]) \
         on conflict (id) do update set last_seq = excluded.last_seq, chain = excluded.chain, seen_at = excluded.seen_at",
    )
    .bind(devices.keys().map(|id| id.0).collect::<Vec<_>>())
    .bind(devices.values().map(|device| device.account.0).collect::<Vec<_>>())
    .bind(devices.values().map(|device| signed(device.last_seq)).collect::<Vec<_>>())
    .bind(devices.values().map(|device| device.chain.0.to_vec()).collect::<Vec<_>>())
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(())
}

async fn numbers(
    connection: &mut PgConnection,
    numbers: &BTreeMap<(DeviceId, u64), Chain>,
) -> Result<(), StoreError> {
    if numbers.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "insert into number (device, seq, chain) select * from unnest($1::uuid[], $2::bigint[], $3::bytea[])",
    )
    .bind(numbers.keys().map(|place| place.0.0).collect::<Vec<_>>())
    .bind(numbers.keys().map(|place| signed(place.1)).collect::<Vec<_>>())
    .bind(numbers.values().map(|chain| chain.0.to_vec()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}
