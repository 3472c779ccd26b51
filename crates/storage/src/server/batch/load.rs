//! Loading what rules ask for, in bulk.

use crate::error::StoreError;
use crate::server::port::Writing;
use guildhall_domain::mutation::Effect;
use guildhall_domain::row::{Column, Key, Lookup, Row, Table};
use guildhall_domain::world::Need;
use guildhall_sync_core::workspace::Workspace;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Loads what effects are about to change and nobody has asked for: a rule may overwrite a row without looking at it, and a deriver
/// that forgot concludes again what is stored. Taken for new, such a row would be counted twice in its scopes.
pub(super) async fn load_before<W: Writing>(
    writing: &mut W,
    workspace: &mut Workspace,
    effects: &[Effect],
) -> Result<(), StoreError> {
    let unknown: BTreeSet<Need> = effects
        .iter()
        .map(Effect::key)
        // A line of the log has its act's own id and is written once.
        .filter(|key| key.table != Table::Activity)
        .map(Need::Row)
        .filter(|need| !workspace.holds(*need))
        .collect();
    load(writing, workspace, &unknown).await
}

/// Answers these needs from the database.
pub(super) async fn load<W: Writing>(
    writing: &mut W,
    workspace: &mut Workspace,
    needs: &BTreeSet<Need>,
) -> Result<(), StoreError> {
    let mut keys: BTreeMap<Table, BTreeSet<Uuid>> = BTreeMap::new();
    let mut lookups: BTreeMap<(Table, &'static str), (Column, BTreeSet<Uuid>)> = BTreeMap::new();
    for need in needs.iter().filter(|need| !workspace.holds(**need)) {
        match need {
            Need::Row(key) => {
                keys.entry(key.table).or_default().insert(key.id);
            }
            Need::Rows(lookup) => {
                lookups
                    .entry((lookup.table, lookup.column.name()))
                    .or_insert((lookup.column, BTreeSet::new()))
                    .1
                    .insert(lookup.value);
            }
        }
    }
    for (table, ids) in keys {
        for (row, version) in writing.rows(table, &ids).await? {
            workspace.load(row.key(), Some((row, version)));
        }
        // What was not found is known to be absent from here on.
        for id in ids {
            workspace.load(Key { table, id }, None);
        }
    }
    for ((table, _), (column, values)) in lookups {
        let mut found: BTreeMap<Uuid, Vec<(Row, u64)>> = BTreeMap::new();
        for (row, version) in writing.rows_where(table, column, &values).await? {
            if let Some(value) = row.column(column) {
                found.entry(value).or_default().push((row, version));
            }
        }
        for value in values {
            let lookup = Lookup {
                table,
                column,
                value,
            };
            workspace.load_all(lookup, found.remove(&value).unwrap_or_default());
        }
    }
    Ok(())
}
