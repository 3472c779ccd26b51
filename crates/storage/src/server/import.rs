//! Taking in rows that the rules made elsewhere: a market that was lived through in memory.

use super::ServerStore;
use super::batch::{Entries, write};
use super::port::{Writable as _, Writing as _};
use crate::error::StoreError;
use guildhall_domain::mutation::Effect;
use guildhall_domain::row::Row;
use guildhall_domain::time::Timestamp;
use guildhall_sync_core::workspace::Workspace;

/// So many rows are written with one round of statements.
const SLICE: usize = 4_000;

impl ServerStore {
    /// Writes new rows, parents before children, all of them or none. The schema's constraints hold as for every other write, and
    /// the rows are shared as their scopes say. Answers with the version after it.
    ///
    /// # Errors
    /// [`StoreError`] when nothing was written.
    pub async fn import(&self, mut rows: Vec<Row>, now: Timestamp) -> Result<u64, StoreError> {
        rows.sort_by_key(Row::key);
        let mut writing = self.writer.begin().await?;
        let mut version = writing.head().await?;
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            version += 1;
            let mut slice = Workspace::default();
            slice.apply(
                rows.by_ref().take(SLICE).map(Effect::Put).collect(),
                version,
            );
            write(&mut writing, &slice, Entries::default(), version, now).await?;
        }
        writing.commit().await?;
        Ok(version)
    }
}
