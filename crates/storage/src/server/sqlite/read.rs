//! What a batch reads.

use super::unsigned;
use crate::error::StoreError;
use crate::server::decode::decode;
use crate::server::port::{Decided, Device, Members};
use guildhall_domain::id::{AccountId, DeviceId, MutationId};
use guildhall_domain::row::{Row, Table};
use guildhall_domain::scope::Scope;
use guildhall_protocol::sync::{Chain, Verdict};
use sqlx::{AssertSqlSafe, Row as _, SqliteConnection};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

pub(super) async fn devices(
    connection: &mut SqliteConnection,
    ids: &BTreeSet<DeviceId>,
) -> Result<BTreeMap<DeviceId, Device>, StoreError> {
    let rows = sqlx::query(
        "select id, account, last_seq, chain from device where id in (select value from json_each(?))",
    )
    .bind(serde_json::to_string(ids)?)
    .fetch_all(connection)
    .await?;
    let mut devices = BTreeMap::new();
    for row in rows {
        let (id, account, last): (&str, &str, i64) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let (Ok(id), Ok(account)) = (id.parse(), account.parse()) else {
            return Err(StoreError::Corrupt { what: "device" });
        };
        let device = Device {
            account,
            last_seq: unsigned(last),
            chain: chain(row.try_get(3)?)?,
        };
        devices.insert(id, device);
    }
    Ok(devices)
}

fn chain(bytes: &[u8]) -> Result<Chain, StoreError> {
    let bytes = bytes.try_into();
    bytes
        .map(Chain)
        .map_err(|_| StoreError::Corrupt { what: "chain" })
}

pub(super) async fn numbers(
    connection: &mut SqliteConnection,
    ranges: &BTreeMap<DeviceId, (u64, u64)>,
) -> Result<BTreeMap<(DeviceId, u64), Chain>, StoreError> {
    let ranges: Vec<_> = ranges
        .iter()
        .map(|(device, (first, last))| (device, first, last))
        .collect();
    let rows = sqlx::query(
        "select n.device, n.seq, n.chain from json_each(?) as r cross join number as n \
         on n.device = r.value ->> 0 and n.seq between r.value ->> 1 and r.value ->> 2",
    )
    .bind(serde_json::to_string(&ranges)?)
    .fetch_all(connection)
    .await?;
    let mut numbers = BTreeMap::new();
    for row in rows {
        let (device, seq): (&str, i64) = (row.try_get(0)?, row.try_get(1)?);
        let Ok(device) = device.parse() else {
            return Err(StoreError::Corrupt { what: "number" });
        };
        numbers.insert((device, unsigned(seq)), chain(row.try_get(2)?)?);
    }
    Ok(numbers)
}

pub(super) async fn decided(
    connection: &mut SqliteConnection,
    ids: &BTreeSet<MutationId>,
) -> Result<BTreeMap<MutationId, Decided>, StoreError> {
    let rows = sqlx::query(
        "select mutation, account, version, denied from decision where mutation in (select value from json_each(?))",
    )
    .bind(serde_json::to_string(ids)?)
    .fetch_all(connection)
    .await?;
    let mut decided = BTreeMap::new();
    for row in rows {
        let (id, account): (&str, &str) = (row.try_get(0)?, row.try_get(1)?);
        let (version, denied): (Option<i64>, Option<&str>) = (row.try_get(2)?, row.try_get(3)?);
        let (Ok(id), Ok(account)) = (id.parse(), account.parse()) else {
            return Err(StoreError::Corrupt { what: "decision" });
        };
        let verdict = match denied {
            Some(denied) => Verdict::Rejected {
                denied: serde_json::from_str(denied)?,
            },
            None => Verdict::Applied {
                version: unsigned(version.unwrap_or(0)),
            },
        };
        decided.insert(id, Decided { account, verdict });
    }
    Ok(decided)
}

/// The rows with one of these values in a column that is named by our own code.
pub(super) async fn rows(
    connection: &mut SqliteConnection,
    table: Table,
    column: &'static str,
    values: &BTreeSet<Uuid>,
) -> Result<Vec<(Row, u64)>, StoreError> {
    let sql = format!(
        "select id, version, body from {} where {column} in (select value from json_each(?))",
        table.name()
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(serde_json::to_string(values)?)
        .fetch_all(connection)
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let (id, version, body): (&str, i64, &str) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        found.push((decode(table, id, body)?, unsigned(version)));
    }
    Ok(found)
}

/// One row a scope: thousands may see it, and each row that is fetched costs more than what stands in it.
pub(super) async fn members(
    connection: &mut SqliteConnection,
    scopes: &BTreeSet<Scope>,
) -> Result<Members, StoreError> {
    let rows = sqlx::query(
        "select scope, group_concat(account, ' ') from membership \
         where put = 1 and scope in (select value from json_each(?)) group by scope",
    )
    .bind(serde_json::to_string(scopes)?)
    .fetch_all(connection)
    .await?;
    let mut members = Members::new();
    for row in rows {
        let (scope, accounts): (&str, &str) = (row.try_get(0)?, row.try_get(1)?);
        let accounts: Result<Vec<AccountId>, _> = accounts.split(' ').map(str::parse).collect();
        let (Ok(scope), Ok(accounts)) = (scope.parse(), accounts) else {
            return Err(StoreError::Corrupt { what: "membership" });
        };
        members.insert(Scope(scope), accounts);
    }
    Ok(members)
}
