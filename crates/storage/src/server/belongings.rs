//! What the server holds about one person, in pieces, for a file that they take along.

use super::ServerStore;
use super::pool::{Pool, on_pool};
use crate::error::StoreError;
use crate::number::unsigned;
use guildhall_domain::id::AccountId;
use guildhall_domain::row::Table;
use guildhall_domain::scope::Scope;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

/// How many rows are read at once.
const PAGE: i64 = 500;

impl ServerStore {
    /// The documents of a table that lie in a scope, in the order of their ids, from after one on, as many as are read at once.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub async fn in_scope(
        &self,
        scope: Scope,
        table: Table,
        after: Uuid,
    ) -> Result<Vec<(Uuid, String)>, StoreError> {
        let name = table.name();
        let sql = match self.pool() {
            Pool::Sqlite(_) => format!(
                "select t.id, t.body from placement p join {name} t on t.id = p.row \
                 where p.scope = $1 and p.tbl = $2 and p.put = 1 and t.id > $3 order by t.id limit $4"
            ),
            Pool::Postgres(_) => format!(
                "select cast(t.id as text), t.body from placement p join {name} t on t.id = p.row_id \
                 where p.scope = cast($1 as uuid) and p.tbl = $2 and p.put and t.id > cast($3 as uuid) order by t.id limit $4"
            ),
        };
        let found: Vec<(String, String)> = on_pool!(&self.pool(), pool => {
            sqlx::query_as(AssertSqlSafe(sql))
                .bind(scope.0.to_string())
                .bind(table.number())
                .bind(after.to_string())
                .bind(PAGE)
                .fetch_all(pool)
                .await?
        });
        found
            .into_iter()
            .map(|(id, body)| {
                let id = id
                    .parse()
                    .map_err(|_| StoreError::Corrupt { what: "row" })?;
                Ok((id, body))
            })
            .collect()
    }

    /// The files that an account has sent, by their hashes, with their sizes.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub async fn files_of(&self, account: AccountId) -> Result<Vec<(String, u64)>, StoreError> {
        let found: Vec<(String, i64)> = on_pool!(&self.pool(), pool => {
            sqlx::query_as("select blob, size from blob_upload where account = $1 order by blob")
                .bind(account.to_string())
                .fetch_all(pool)
                .await?
        });
        Ok(found
            .into_iter()
            .map(|(blob, size)| (blob, unsigned(size)))
            .collect())
    }
}
