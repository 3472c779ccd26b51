//! Writing a batch in bulk: a handful of statements, however many mutations.

use super::batch::{Entries, Entry};
use crate::error::StoreError;
use guildhall_domain::id::AccountId;
use guildhall_domain::row::Table;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::Verdict;
use guildhall_sync_core::sharing::{Grant, Placement, Sharing, sharing};
use guildhall_sync_core::workspace::Workspace;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, SqliteConnection};
use std::collections::{BTreeMap, BTreeSet};

/// Writes everything a batch changed; answers with the accounts that see something new.
pub(super) async fn write(
    connection: &mut SqliteConnection,
    workspace: &Workspace,
    entries: &Entries,
    version: u64,
    now: Timestamp,
) -> Result<Vec<AccountId>, StoreError> {
    write_rows(connection, workspace).await?;
    let sharing = sharing(workspace.changes());
    write_placements(connection, &sharing.placements).await?;
    let joined = write_grants(connection, &sharing.grants).await?;
    write_entries(connection, entries, now).await?;
    sqlx::query("update sync_head set version = ?")
        .bind(signed(version))
        .execute(&mut *connection)
        .await?;
    touched(connection, &sharing, &joined).await
}

fn signed(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}

async fn write_rows(
    connection: &mut SqliteConnection,
    workspace: &Workspace,
) -> Result<(), StoreError> {
    let mut puts: BTreeMap<Table, Vec<Value>> = BTreeMap::new();
    let mut deletes: BTreeMap<Table, Vec<String>> = BTreeMap::new();
    for change in workspace.changes() {
        let id = change.key.id.to_string();
        match change.after {
            Some(row) => puts.entry(change.key.table).or_default().push(json!([
                id,
                change.version,
                row.encode()?
            ])),
            None => deletes.entry(change.key.table).or_default().push(id),
        }
    }
    for (table, rows) in puts {
        let sql = format!(
            "insert into {} (id, version, body) select value ->> 0, value ->> 1, value ->> 2 from json_each(?) where true \
             on conflict (id) do update set version = excluded.version, body = excluded.body",
            table.name()
        );
        sqlx::query(AssertSqlSafe(sql))
            .bind(serde_json::to_string(&rows)?)
            .execute(&mut *connection)
            .await?;
    }
    for (table, ids) in deletes {
        let sql = format!(
            "delete from {} where id in (select value from json_each(?))",
            table.name()
        );
        sqlx::query(AssertSqlSafe(sql))
            .bind(serde_json::to_string(&ids)?)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

async fn write_placements(
    connection: &mut SqliteConnection,
    placements: &[Placement],
) -> Result<(), StoreError> {
    if placements.is_empty() {
        return Ok(());
    }
    let rows: Vec<Value> = placements
        .iter()
        .map(|place| {
            json!([
                place.scope.0,
                place.key.table.number(),
                place.key.id,
                place.version,
                i64::from(place.put)
            ])
        })
        .collect();
    sqlx::query(
        "insert into placement (scope, tbl, row, version, put) \
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 from json_each(?) where true \
         on conflict (scope, tbl, row) do update set version = excluded.version, put = excluded.put",
    )
    .bind(serde_json::to_string(&rows)?)
    .execute(&mut *connection)
    .await?;
    Ok(())
}

/// Writes reasons and what follows from them for memberships; answers with the accounts whose memberships changed.
async fn write_grants(
    connection: &mut SqliteConnection,
    grants: &[Grant],
) -> Result<BTreeSet<AccountId>, StoreError> {
    if grants.is_empty() {
        return Ok(BTreeSet::new());
    }
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
    sqlx::query(
        "insert into scope_grant (account, scope, tbl, row) \
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(?) where true on conflict do nothing",
    )
    .bind(serde_json::to_string(&rows(true))?)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "delete from scope_grant where (account, scope, tbl, row) in \
         (select value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(?))",
    )
    .bind(serde_json::to_string(&rows(false))?)
    .execute(&mut *connection)
    .await?;

    let mut pairs: BTreeMap<(AccountId, uuid::Uuid), u64> = BTreeMap::new();
    for grant in grants {
        let version = pairs.entry((grant.account, grant.scope.0)).or_default();
        *version = grant.version.max(*version);
    }
    let pairs: Vec<Value> = pairs
        .into_iter()
        .map(|((account, scope), version)| json!([account, scope, version]))
        .collect();
    let changed: Vec<String> = sqlx::query_scalar(
        "insert into membership (account, scope, version, put) \
         select value ->> 0, value ->> 1, value ->> 2, \
                exists (select 1 from scope_grant g where g.account = value ->> 0 and g.scope = value ->> 1) \
         from json_each(?) where true \
         on conflict (account, scope) do update set version = excluded.version, put = excluded.put where put <> excluded.put \
         returning account",
    )
    .bind(serde_json::to_string(&pairs)?)
    .fetch_all(&mut *connection)
    .await?;
    parse_accounts(changed)
}

async fn write_entries(
    connection: &mut SqliteConnection,
    entries: &Entries,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut decisions = Vec::with_capacity(entries.decisions.len());
    for Entry {
        id,
        account,
        place,
        verdict,
    } in &entries.decisions
    {
        let (version, denied) = match verdict {
            Verdict::Applied { version } => (Some(*version), None),
            Verdict::Rejected { denied } => (None, Some(serde_json::to_string(denied)?)),
        };
        decisions.push(json!([
            id,
            account,
            place.map(|place| place.0),
            place.map(|place| place.1),
            version,
            denied,
            now
        ]));
    }
    if !decisions.is_empty() {
        sqlx::query(
            "insert into decision (mutation, account, device, seq, version, denied, at) \
             select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6 from json_each(?)",
        )
        .bind(serde_json::to_string(&decisions)?)
        .execute(&mut *connection)
        .await?;
    }
    let devices: Vec<Value> = entries
        .devices
        .iter()
        .map(|(id, (account, last))| json!([id, account, last, now]))
        .collect();
    if !devices.is_empty() {
        sqlx::query(
            "insert into device (id, account, last_seq, seen_at) \
             select value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(?) where true \
             on conflict (id) do update set last_seq = excluded.last_seq, seen_at = excluded.seen_at",
        )
        .bind(serde_json::to_string(&devices)?)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// The accounts that see something new: members of the scopes that changed, and those whose memberships changed.
async fn touched(
    connection: &mut SqliteConnection,
    sharing: &Sharing,
    joined: &BTreeSet<AccountId>,
) -> Result<Vec<AccountId>, StoreError> {
    let scopes: BTreeSet<_> = sharing.placements.iter().map(|place| place.scope).collect();
    let members: Vec<String> = sqlx::query_scalar(
        "select distinct account from membership where put = 1 and scope in (select value from json_each(?))",
    )
    .bind(serde_json::to_string(&scopes)?)
    .fetch_all(&mut *connection)
    .await?;
    let mut touched = parse_accounts(members)?;
    touched.extend(joined);
    Ok(touched.into_iter().collect())
}

fn parse_accounts(texts: Vec<String>) -> Result<BTreeSet<AccountId>, StoreError> {
    texts
        .into_iter()
        .map(|text| {
            text.parse()
                .map_err(|_| StoreError::Corrupt { what: "account" })
        })
        .collect()
}
