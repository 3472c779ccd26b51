//! What a batch reads.

use super::{signed, unsigned};
use crate::error::StoreError;
use crate::server::decode::decode;
use crate::server::port::{Decided, Device, Members};
use guildhall_domain::id::{AccountId, DeviceId, MutationId};
use guildhall_domain::row::{Row, Table};
use guildhall_domain::scope::Scope;
use guildhall_protocol::sync::{Chain, Verdict};
use sqlx::{AssertSqlSafe, PgConnection};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

pub(super) async fn devices(
    connection: &mut PgConnection,
    ids: &BTreeSet<DeviceId>,
) -> Result<BTreeMap<DeviceId, Device>, StoreError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows: Vec<(Uuid, Uuid, i64, Vec<u8>)> =
        sqlx::query_as("select id, account, last_seq, chain from device where id = any($1)")
            .bind(ids)
            .fetch_all(connection)
            .await?;
    let mut devices = BTreeMap::new();
    for (id, account, last, bytes) in rows {
        let device = Device {
            account: AccountId(account),
            last_seq: unsigned(last),
            chain: chain(bytes)?,
        };
        devices.insert(DeviceId(id), device);
    }
    Ok(devices)
}

fn chain(bytes: Vec<u8>) -> Result<Chain, StoreError> {
    let bytes = bytes.try_into();
    bytes
        .map(Chain)
        .map_err(|_| StoreError::Corrupt { what: "chain" })
}

pub(super) async fn numbers(
    connection: &mut PgConnection,
    ranges: &BTreeMap<DeviceId, (u64, u64)>,
) -> Result<BTreeMap<(DeviceId, u64), Chain>, StoreError> {
    if ranges.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(Uuid, i64, Vec<u8>)> = sqlx::query_as(
        "select n.device, n.seq, n.chain from unnest($1::uuid[], $2::bigint[], $3::bigint[]) as r (device, first, last) \
         join number as n on n.device = r.device and n.seq between r.first and r.last",
    )
    .bind(ranges.keys().map(|device| device.0).collect::<Vec<_>>())
    .bind(ranges.values().map(|range| signed(range.0)).collect::<Vec<_>>())
    .bind(ranges.values().map(|range| signed(range.1)).collect::<Vec<_>>())
    .fetch_all(connection)
    .await?;
    let mut numbers = BTreeMap::new();
    for (device, seq, bytes) in rows {
        numbers.insert((DeviceId(device), unsigned(seq)), chain(bytes)?);
    }
    Ok(numbers)
}

pub(super) async fn decided(
    connection: &mut PgConnection,
    ids: &BTreeSet<MutationId>,
) -> Result<BTreeMap<MutationId, Decided>, StoreError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows: Vec<(Uuid, Uuid, Option<i64>, Option<String>)> = sqlx::query_as(
        "select mutation, account, version, denied from decision where mutation = any($1)",
    )
    .bind(ids)
    .fetch_all(connection)
    .await?;
    let mut decided = BTreeMap::new();
    for (id, account, version, denied) in rows {
        let verdict = match denied {
            Some(denied) => Verdict::Rejected {
                denied: serde_json::from_str(&denied)?,
            },
            None => Verdict::Applied {
                version: unsigned(version.unwrap_or(0)),
            },
        };
        let account = AccountId(account);
        decided.insert(MutationId(id), Decided { account, verdict });
    }
    Ok(decided)
}

/// The rows with one of these values in a column that is named by our own code.
pub(super) async fn rows(
    connection: &mut PgConnection,
    table: Table,
    column: &'static str,
    values: &BTreeSet<Uuid>,
) -> Result<Vec<(Row, u64)>, StoreError> {
    let sql = format!(
        "select id, version, body from {} where {column} = any($1)",
        table.name()
    );
    let values: Vec<Uuid> = values.iter().copied().collect();
    let rows: Vec<(Uuid, i64, String)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(values)
        .fetch_all(connection)
        .await?;
    rows.into_iter()
        .map(|(id, version, body)| {
            let row = decode(table, &id.to_string(), &body)?;
            Ok((row, unsigned(version)))
        })
        .collect()
}

pub(super) async fn members(
    connection: &mut PgConnection,
    scopes: &BTreeSet<Scope>,
) -> Result<Members, StoreError> {
    let scopes: Vec<Uuid> = scopes.iter().map(|scope| scope.0).collect();
    let members: Vec<(Uuid, Vec<Uuid>)> = sqlx::query_as(
        "select scope, array_agg(account order by account) from membership \
         where put and scope = any($1) group by scope",
    )
    .bind(scopes)
    .fetch_all(connection)
    .await?;
    let members = members.into_iter().map(|(scope, accounts)| {
        let accounts = accounts.into_iter().map(AccountId).collect();
        (Scope(scope), accounts)
    });
    Ok(members.collect())
}
