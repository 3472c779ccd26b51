//! What a batch reads.

use super::{accounts, unsigned};
use crate::error::StoreError;
use crate::server::decode::decode;
use crate::server::port::{Decided, Device};
use guildhall_domain::id::{AccountId, DeviceId, MutationId};
use guildhall_domain::row::{Row, Table};
use guildhall_domain::scope::Scope;
use guildhall_protocol::sync::Verdict;
use sqlx::{AssertSqlSafe, Row as _, SqliteConnection};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

pub(super) async fn devices(
    connection: &mut SqliteConnection,
    ids: &BTreeSet<DeviceId>,
) -> Result<BTreeMap<DeviceId, Device>, StoreError> {
    let rows = sqlx::query(
        "select id, account, last_seq from device where id in (select value from json_each(?))",
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
        let last_seq = unsigned(last);
        devices.insert(id, Device { account, last_seq });
    }
    Ok(devices)
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
) -> Result<Vec<Row>, StoreError> {
    let sql = format!(
        "select id, body from {} where {column} in (select value from json_each(?))",
        table.name()
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(serde_json::to_string(values)?)
        .fetch_all(connection)
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let (id, body): (&str, &str) = (row.try_get(0)?, row.try_get(1)?);
        found.push(decode(table, id, body)?);
    }
    Ok(found)
}

pub(super) async fn members(
    connection: &mut SqliteConnection,
    scopes: &BTreeSet<Scope>,
) -> Result<BTreeSet<AccountId>, StoreError> {
    let members = sqlx::query_scalar(
        "select distinct account from membership where put = 1 and scope in (select value from json_each(?))",
    )
    .bind(serde_json::to_string(scopes)?)
    .fetch_all(connection)
    .await?;
    accounts(members)
}
