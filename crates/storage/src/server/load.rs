//! Loading what rules ask for, in bulk.

use crate::error::StoreError;
use guildhall_domain::row::{Key, Lookup, Row, Table};
use guildhall_domain::world::Need;
use guildhall_sync_core::workspace::Workspace;
use sqlx::{AssertSqlSafe, Row as _, SqliteConnection};
use std::collections::{BTreeMap, BTreeSet};

/// Reads a stored body.
pub(super) fn decode(table: Table, id: &str, body: &str) -> Result<Row, StoreError> {
    Row::decode(table, body).map_err(|source| StoreError::Row {
        table,
        id: id.to_owned(),
        source,
    })
}

/// Answers these needs from the database.
pub(super) async fn load(
    connection: &mut SqliteConnection,
    workspace: &mut Workspace,
    needs: &BTreeSet<Need>,
) -> Result<(), StoreError> {
    let mut keys: BTreeMap<Table, Vec<Key>> = BTreeMap::new();
    let mut lookups: BTreeMap<(Table, &'static str), Vec<Lookup>> = BTreeMap::new();
    for need in needs.iter().filter(|need| !workspace.holds(**need)) {
        match need {
            Need::Row(key) => keys.entry(key.table).or_default().push(*key),
            Need::Rows(lookup) => lookups
                .entry((lookup.table, lookup.column.name()))
                .or_default()
                .push(*lookup),
        }
    }
    for (table, keys) in keys {
        let ids: Vec<String> = keys.iter().map(|key| key.id.to_string()).collect();
        let sql = format!(
            "select id, body from {} where id in (select value from json_each(?))",
            table.name()
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(serde_json::to_string(&ids)?)
            .fetch_all(&mut *connection)
            .await?;
        for row in rows {
            let (id, body): (&str, &str) = (row.try_get(0)?, row.try_get(1)?);
            let found = decode(table, id, body)?;
            workspace.load(found.key(), Some(found));
        }
        // What was not found is known to be absent from here on.
        for key in keys {
            workspace.load(key, None);
        }
    }
    for ((table, column), lookups) in lookups {
        let values: Vec<String> = lookups
            .iter()
            .map(|lookup| lookup.value.to_string())
            .collect();
        let sql = format!(
            "select id, body from {} where {column} in (select value from json_each(?))",
            table.name()
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(serde_json::to_string(&values)?)
            .fetch_all(&mut *connection)
            .await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            let (id, body): (&str, &str) = (row.try_get(0)?, row.try_get(1)?);
            found.push(decode(table, id, body)?);
        }
        for lookup in lookups {
            let rows = found
                .iter()
                .filter(|row| lookup.matches(row))
                .cloned()
                .collect();
            workspace.load_all(lookup, rows);
        }
    }
    Ok(())
}
