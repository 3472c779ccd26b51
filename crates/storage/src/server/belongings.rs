//! What the server holds about one person, in pieces, for a file that they take along.

use super::ServerStore;
use super::pool::{Pool, on_pool};
use super::read::nouns;
use crate::error::StoreError;
use crate::number::unsigned;
use guildhall_domain::id::AccountId;
use guildhall_domain::row::{Noun, Table};
use guildhall_domain::scope::Scope;
use sqlx::AssertSqlSafe;
use std::collections::BTreeSet;
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

    /// The scopes that an account sees.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub async fn scopes_of(&self, account: AccountId) -> Result<BTreeSet<Scope>, StoreError> {
        let sql = match self.pool() {
            Pool::Sqlite(_) => "select scope from membership where account = $1 and put = 1",
            Pool::Postgres(_) => {
                "select cast(scope as text) from membership where account = cast($1 as uuid) and put"
            }
        };
        let found: Vec<String> = on_pool!(&self.pool(), pool => {
            sqlx::query_scalar(sql).bind(account.to_string()).fetch_all(pool).await?
        });
        let read = |scope: String| scope.parse().map(Scope);
        let scopes = found.into_iter().map(read).collect::<Result<_, _>>();
        scopes.map_err(|_| StoreError::Corrupt { what: "scope" })
    }

    /// A page of the nouns of a kind that lie in the scopes which an account sees, the greatest id first, from below one on; at a
    /// stage, if one is named.
    ///
    /// # Errors
    /// [`StoreError`] when one cannot be read.
    pub async fn shown<N: Noun>(
        &self,
        account: AccountId,
        stage: Option<&str>,
        below: Uuid,
        limit: u32,
    ) -> Result<Vec<N>, StoreError> {
        let name = N::TABLE.name();
        let sql = match self.pool() {
            Pool::Sqlite(_) => format!(
                "select t.id, t.body from {name} t where t.id < $3 and ($4 is null or t.body ->> '$.stage' = $4) and t.id in \
                     (select p.row from membership m join placement p on p.scope = m.scope \
                      where m.account = $1 and m.put = 1 and p.tbl = $2 and p.put = 1) \
                 order by t.id desc limit $5"
            ),
            Pool::Postgres(_) => format!(
                "select cast(t.id as text), t.body from {name} t where t.id < cast($3 as uuid) \
                     and ($4::text is null or t.body::jsonb ->> 'stage' = $4) and t.id in \
                     (select p.row_id from membership m join placement p on p.scope = m.scope \
                      where m.account = cast($1 as uuid) and m.put and p.tbl = $2 and p.put) \
                 order by t.id desc limit $5"
            ),
        };
        let found: Vec<(String, String)> = on_pool!(&self.pool(), pool => {
            sqlx::query_as(AssertSqlSafe(sql))
                .bind(account.to_string())
                .bind(N::TABLE.number())
                .bind(below.to_string())
                .bind(stage)
                .bind(i64::from(limit))
                .fetch_all(pool)
                .await?
        });
        nouns(found)
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
