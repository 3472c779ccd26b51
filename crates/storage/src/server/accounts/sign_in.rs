//! The sign-ins of an account, as its owner sees them.

use super::{Accounts, on_pool, read_id};
use crate::error::StoreError;
use sqlx::Row as _;
use uuid::Uuid;

/// A sign-in that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSignIn {
    /// Its family.
    pub family: Uuid,
    /// What the computer is called; may be empty.
    pub name: String,
    /// Its operating system; may be empty.
    pub system: String,
    /// Since when.
    pub began_at: i64,
    /// From which network it began.
    pub began_network: String,
    /// When it last asked for tokens.
    pub seen_at: i64,
    /// From which network.
    pub seen_network: String,
}

impl Accounts {
    /// The sign-ins of an account that hold, the one last used first.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn sign_ins(&self, account: Uuid, now: i64) -> Result<Vec<StoredSignIn>, StoreError> {
        on_pool!(&self.pool, pool => {
            let rows = sqlx::query(
                "select id, device_name, device_system, created_at, began_network, seen_at, seen_network from token_family f \
                 where account = $1 and scope = 'marketplace' and revoked_at is null and expires_at > $2 and exists \
                       (select 1 from refresh_token r where r.family = f.id and r.expires_at > $2) \
                 order by seen_at desc, id desc",
            )
            .bind(account.to_string())
            .bind(now)
            .fetch_all(pool)
            .await?;
            rows.iter()
                .map(|row| {
                    Ok(StoredSignIn {
                        family: read_id(row.try_get("id")?)?,
                        name: row.try_get("device_name")?,
                        system: row.try_get("device_system")?,
                        began_at: row.try_get("created_at")?,
                        began_network: row.try_get("began_network")?,
                        seen_at: row.try_get("seen_at")?,
                        seen_network: row.try_get("seen_network")?,
                    })
                })
                .collect()
        })
    }

    /// Ends one sign-in of an account, and what the account opened to keep order. False when the account has none of that id.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn revoke_one(
        &self,
        account: Uuid,
        family: Uuid,
        why: &str,
        now: i64,
    ) -> Result<bool, StoreError> {
        let ended = on_pool!(&self.pool, pool => {
            sqlx::query(
                "update token_family set revoked_at = $3, revoked_why = $4 \
                 where account = $1 and (id = $2 or scope = 'oversight') and revoked_at is null and expires_at > $3 and exists \
                       (select 1 from token_family f where f.account = $1 and f.id = $2 and f.revoked_at is null and f.expires_at > $3)",
            )
            .bind(account.to_string())
            .bind(family.to_string())
            .bind(now)
            .bind(why)
            .execute(pool)
            .await?
            .rows_affected()
        });
        Ok(ended > 0)
    }
}
