//! Reading for pulls: each page in a read transaction of its own.

use super::pool::on_pool;
use super::{Database, ServerStore, postgres, sqlite};
use crate::error::StoreError;
use crate::number::unsigned;
use guildhall_protocol::sync::{Cursor, Delta};
use guildhall_sync_core::fault;
use guildhall_sync_core::pull::{self, Ask};
use sqlx::Row as _;

impl ServerStore {
    /// The next page of what this person sees that changed since the cursor.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn pull(&self, ask: &Ask) -> Result<Delta, StoreError> {
        fault!(ServerPull);
        let delta = match &self.database {
            Database::Sqlite { readers, .. } => {
                let mut moment = sqlite::Moment::begin(readers).await?;
                let delta = pull::pull(&mut moment, ask).await?;
                moment.end().await?;
                delta
            }
            Database::Postgres(database) => {
                let mut moment = postgres::Moment::begin(&database.readers).await?;
                let delta = pull::pull(&mut moment, ask).await?;
                moment.end().await?;
                delta
            }
        };
        fault!(ServerPulled);
        Ok(delta)
    }

    /// The answer to somebody to whom nothing is new if the history stands here; none when it has gone on.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn unchanged(&self, ask: &Ask, head: Cursor) -> Result<Option<Delta>, StoreError> {
        fault!(ServerPull);
        let delta = match &self.database {
            Database::Sqlite { readers, .. } => {
                let mut moment = sqlite::Moment::begin(readers).await?;
                let delta = pull::unchanged(&mut moment, ask, head).await?;
                moment.end().await?;
                delta
            }
            Database::Postgres(database) => {
                let mut moment = postgres::Moment::begin(&database.readers).await?;
                let delta = pull::unchanged(&mut moment, ask, head).await?;
                moment.end().await?;
                delta
            }
        };
        fault!(ServerPulled);
        Ok(delta)
    }

    /// The newest version.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn head(&self) -> Result<u64, StoreError> {
        let version: i64 = on_pool!(&self.pool(), pool => {
            sqlx::query_scalar("select version from sync_head").fetch_one(pool).await?
        });
        Ok(unsigned(version))
    }

    /// Where the history stands.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn stands_at(&self) -> Result<Cursor, StoreError> {
        let (version, epoch): (i64, String) = on_pool!(&self.pool(), pool => {
            let row = sqlx::query(
                "select version, (select cast(id as text) from sync_epoch order by number desc limit 1) from sync_head",
            )
            .fetch_one(pool)
            .await?;
            (row.try_get(0)?, row.try_get(1)?)
        });
        Ok(Cursor {
            epoch: epoch
                .parse()
                .map_err(|_| StoreError::Corrupt { what: "epoch" })?,
            version: unsigned(version),
        })
    }
}
