//! Taking in rows that the rules made elsewhere: a market that was lived through in memory.

use super::{ServerStore, batch::Entries, write};
use crate::error::StoreError;
use guildhall_domain::mutation::Effect;
use guildhall_domain::row::Row;
use guildhall_domain::time::Timestamp;
use guildhall_sync_core::workspace::Workspace;
use sqlx::Connection as _;

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
        let mut connection = self.writer.acquire().await?;
        let mut transaction = connection.begin_with("begin immediate").await?;
        let head: i64 = sqlx::query_scalar("select version from sync_head")
            .fetch_one(&mut *transaction)
            .await?;
        let mut version = u64::try_from(head).unwrap_or(0);
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            version += 1;
            let mut slice = Workspace::default();
            slice.apply(
                rows.by_ref().take(SLICE).map(Effect::Put).collect(),
                version,
            );
            write::write(&mut transaction, &slice, &Entries::default(), version, now).await?;
        }
        transaction.commit().await?;
        Ok(version)
    }
}
