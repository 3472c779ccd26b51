//! Tokens that people made for their own programs.

use super::{Accounts, on_pool, on_transaction, read_id};
use crate::error::StoreError;
use crate::server::audit::{self, AuditKind, AuditNote};
use sqlx::{PgConnection, Row as _, SqliteConnection};
use uuid::Uuid;

/// A token to be kept.
#[derive(Debug, Clone)]
pub struct NewPersonalToken<'a> {
    /// Its id, by which its owner revokes it.
    pub id: Uuid,
    /// What is kept of it.
    pub hash: &'a [u8],
    /// Whose it is.
    pub account: Uuid,
    /// What its owner calls it.
    pub name: &'a str,
    /// The names of its scopes, with spaces between.
    pub scopes: &'a str,
    /// Since when.
    pub created_at: i64,
    /// Until when it is good.
    pub expires_at: i64,
}

/// A token that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPersonalToken {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub account: Uuid,
    /// What its owner calls it.
    pub name: String,
    /// The names of its scopes, with spaces between.
    pub scopes: String,
    /// Since when.
    pub created_at: i64,
    /// Until when it is good.
    pub expires_at: i64,
    /// When it was last used, if ever.
    pub used_at: Option<i64>,
}

const COLUMNS: &str = "id, account, name, scopes, created_at, expires_at, used_at";

macro_rules! read {
    ($row:expr) => {{
        let row = $row;
        Ok::<_, StoreError>(StoredPersonalToken {
            id: read_id(row.try_get("id")?)?,
            account: read_id(row.try_get("account")?)?,
            name: row.try_get("name")?,
            scopes: row.try_get("scopes")?,
            created_at: row.try_get("created_at")?,
            expires_at: row.try_get("expires_at")?,
            used_at: row.try_get("used_at")?,
        })
    }};
}

impl Accounts {
    /// Keeps a token and writes it into the log; false when its owner has as many as anybody may have.
    ///
    /// # Errors
    /// [`StoreError`] when nothing of it happened.
    pub async fn insert_personal_token(
        &self,
        token: &NewPersonalToken<'_>,
        most: i64,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let inserted = on_transaction!(&mut transaction, connection => {
            sqlx::query(
                "insert into personal_token (hash, id, account, name, scopes, created_at, expires_at) \
                 select $1, $2, $3, $4, $5, $6, $7 where (select count(*) from personal_token where account = $3) < $8",
            )
            .bind(token.hash)
            .bind(token.id.to_string())
            .bind(token.account.to_string())
            .bind(token.name)
            .bind(token.scopes)
            .bind(token.created_at)
            .bind(token.expires_at)
            .bind(most)
            .execute(&mut *connection)
            .await?
            .rows_affected()
        });
        if inserted == 0 {
            return Ok(false);
        }
        let note = AuditNote {
            kind: AuditKind::TokenMade,
            who: Some(token.account),
            whom: None,
            note: format!("{}, for {}", token.name, token.scopes),
        };
        audit::append(&mut transaction, &[note], token.created_at).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// The tokens of an account that hold, the newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn personal_tokens(
        &self,
        account: Uuid,
        now: i64,
    ) -> Result<Vec<StoredPersonalToken>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!(
            "select {COLUMNS} from personal_token where account = $1 and expires_at > $2 order by created_at desc, id desc"
        ));
        on_pool!(&self.pool, pool => {
            let rows = sqlx::query(sql).bind(account.to_string()).bind(now).fetch_all(pool).await?;
            rows.iter().map(|row| read!(row)).collect()
        })
    }

    /// The token of a hash, if it holds.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn personal_token(
        &self,
        hash: &[u8],
        now: i64,
    ) -> Result<Option<StoredPersonalToken>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!(
            "select {COLUMNS} from personal_token where hash = $1 and expires_at > $2"
        ));
        on_pool!(&self.pool, pool => {
            let row = sqlx::query(sql).bind(hash).bind(now).fetch_optional(pool).await?;
            row.map(|row| read!(&row)).transpose()
        })
    }

    /// Notes that a token was used.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn personal_token_used(&self, id: Uuid, now: i64) -> Result<(), StoreError> {
        on_pool!(&self.pool, pool => {
            sqlx::query("update personal_token set used_at = $2 where id = $1")
                .bind(id.to_string())
                .bind(now)
                .execute(pool)
                .await?;
        });
        Ok(())
    }

    /// Revokes one token of an account, or all of them, and writes it into the log. Answers with how many there were.
    ///
    /// # Errors
    /// [`StoreError`] when nothing of it happened.
    pub async fn revoke_personal_tokens(
        &self,
        account: Uuid,
        one: Option<Uuid>,
        now: i64,
    ) -> Result<usize, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let revoked: Vec<String> = on_transaction!(&mut transaction, connection => {
            sqlx::query_scalar(
                "delete from personal_token where account = $1 and (id = $2 or $2 is null) returning name",
            )
            .bind(account.to_string())
            .bind(one.map(|id| id.to_string()))
            .fetch_all(&mut *connection)
            .await?
        });
        let count = revoked.len();
        let notes: Vec<AuditNote> = revoked
            .into_iter()
            .map(|name| AuditNote {
                kind: AuditKind::TokenRevoked,
                who: Some(account),
                whom: None,
                note: name,
            })
            .collect();
        audit::append(&mut transaction, &notes, now).await?;
        transaction.commit().await?;
        Ok(count)
    }
}

/// Revokes the tokens of everybody who is suspended by what is written, in the same transaction.
macro_rules! revoke {
    ($name:ident, $connection:ty) => {
        pub(in crate::server) async fn $name(
            connection: &mut $connection,
            notes: &[AuditNote],
        ) -> Result<(), StoreError> {
            let suspended = notes
                .iter()
                .filter(|note| note.kind == AuditKind::Suspended);
            for account in suspended.filter_map(|note| note.whom) {
                sqlx::query("delete from personal_token where account = $1")
                    .bind(account.to_string())
                    .execute(&mut *connection)
                    .await?;
            }
            Ok(())
        }
    };
}

revoke!(revoke_suspended_sqlite, SqliteConnection);
revoke!(revoke_suspended_postgres, PgConnection);
