//! What a batch means for other processes over the same database: rows that their derivers hold in memory.

use super::conclude::Deriver;
use super::load::load;
use crate::error::StoreError;
use crate::server::port::Writing;
use guildhall_domain::recommendation::Recommendation;
use guildhall_domain::row::{Key, Noun as _, Table};
use guildhall_domain::world::Need;
use guildhall_sync_core::workspace::{Change, Workspace};
use std::collections::BTreeSet;

/// The tables whose rows a deriver may hold in memory.
pub(crate) const CONCERNED: [Table; 3] = [Table::Person, Table::Profile, Table::Request];

/// The rows that derivers must look at again because of these changes: changed ones, and requests whose matches changed.
pub(crate) fn concerned<'a>(changes: impl Iterator<Item = Change<'a>>) -> BTreeSet<Key> {
    changes
        .filter_map(|change| {
            if CONCERNED.contains(&change.key.table) {
                return Some(change.key);
            }
            let row = change.after.or(change.before)?;
            let pair = Recommendation::in_row(row)?;
            Some(Key {
                table: Table::Request,
                id: pair.request.0,
            })
        })
        .collect()
}

/// Lets the deriver look again at what other processes have written since it last did.
pub(super) async fn catch_up<W: Writing>(
    writing: &mut W,
    deriver: &mut dyn Deriver,
    head: u64,
) -> Result<(), StoreError> {
    let Some(known) = deriver.knows().filter(|known| *known < head) else {
        return Ok(());
    };
    let keys = writing.noted(known).await?;
    let mut rows = Workspace::default();
    let mut needs: BTreeSet<Need> = keys.iter().flat_map(|key| deriver.needs(*key)).collect();
    loop {
        load(writing, &mut rows, &needs).await?;
        match deriver.catch_up(&keys, &rows, head) {
            Ok(()) => return Ok(()),
            Err(need) if needs.insert(need) => {}
            Err(_) => {
                return Err(StoreError::Corrupt {
                    what: "conclusions",
                });
            }
        }
    }
}
