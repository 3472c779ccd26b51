//! What lies in scopes, in 64 bits each. The writer keeps it up to date; here it is read for comparisons.

use super::{Database, ServerStore, postgres, sqlite};
use crate::error::StoreError;
use guildhall_domain::id::AccountId;
use guildhall_domain::scope::Scope;
use guildhall_protocol::sync::Digest;
use guildhall_sync_core::pull::Snapshot as _;
use std::collections::BTreeMap;

impl ServerStore {
    /// The digests of the scopes that this person sees.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn digests(&self, account: AccountId) -> Result<BTreeMap<Scope, Digest>, StoreError> {
        match &self.database {
            Database::Sqlite { readers, .. } => {
                let mut moment = sqlite::Moment::begin(readers).await?;
                let digests = moment.digests(account).await?;
                moment.end().await?;
                Ok(digests)
            }
            Database::Postgres(database) => {
                let mut moment = postgres::Moment::begin(&database.readers).await?;
                let digests = moment.digests(account).await?;
                moment.end().await?;
                Ok(digests)
            }
        }
    }
}
