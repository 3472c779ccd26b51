//! Taking in rows that the rules made elsewhere: a market that was lived through in memory.

use super::batch::{Entries, concerned, write};
use super::port::{Note, Writable, Writing as _};
use super::{Database, ServerStore};
use crate::error::StoreError;
use guildhall_domain::mutation::Effect;
use guildhall_domain::row::Row;
use guildhall_domain::time::Timestamp;
use guildhall_sync_core::workspace::Workspace;
use std::collections::BTreeSet;

/// So many rows are written with one round of statements.
const SLICE: usize = 4_000;

impl ServerStore {
    /// Writes new rows, parents before children, all of them or none. The schema's constraints hold as for every other write, and
    /// the rows are shared as their scopes say. Answers with the version after it.
    ///
    /// # Errors
    /// [`StoreError`] when nothing was written.
    pub async fn import(&self, rows: Vec<Row>, now: Timestamp) -> Result<u64, StoreError> {
        match &self.database {
            Database::Sqlite { writer, .. } => import(writer, rows, now).await,
            Database::Postgres(database) => import(database, rows, now).await,
        }
    }
}

async fn import<D: Writable>(
    database: &D,
    mut rows: Vec<Row>,
    now: Timestamp,
) -> Result<u64, StoreError> {
    rows.sort_by_key(Row::key);
    let mut writing = database.begin().await?;
    let mut version = writing.head().await?;
    let mut rows = rows.into_iter().peekable();
    let (mut keys, mut touched) = (BTreeSet::new(), Vec::new());
    while rows.peek().is_some() {
        version += 1;
        let mut slice = Workspace::default();
        slice.apply(
            rows.by_ref().take(SLICE).map(Effect::Put).collect(),
            version,
        );
        keys.extend(concerned(slice.changes()));
        let span = (version - 1, version);
        let commit = write(&mut writing, &slice, Entries::default(), span, now).await?;
        touched.extend(commit.touched());
    }
    let note = Note {
        concerned: &keys,
        touched: &touched,
    };
    writing.note(note).await?;
    writing.commit().await?;
    Ok(version)
}
