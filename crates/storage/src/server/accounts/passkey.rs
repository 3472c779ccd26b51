//! Passkeys of accounts, and ceremonies with one that are under way.

use super::{Accounts, Removal, Ways, on_pool, on_transaction, read_id, way};
use crate::error::StoreError;
use crate::server::audit::{self, AuditKind, AuditNote};
use sqlx::Row as _;
use uuid::Uuid;

/// A passkey that is kept: the public half, and how its owner knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPasskey {
    /// Its id, by which its owner removes it.
    pub id: Uuid,
    /// Whose it is.
    pub account: Uuid,
    /// What its owner calls it.
    pub name: String,
    /// By which name its device knows it.
    pub credential: Vec<u8>,
    /// Its public key and counter, as the rules of passkeys write them.
    pub key: String,
    /// Since when.
    pub created_at: i64,
    /// When it last signed somebody in, if ever.
    pub used_at: Option<i64>,
}

/// What a ceremony is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CeremonyKind {
    /// Makes a passkey for an account.
    Add,
    /// Signs somebody in.
    SignIn,
}

impl CeremonyKind {
    fn stored(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::SignIn => "sign_in",
        }
    }
}

const COLUMNS: &str = "id, account, name, credential, key, created_at, used_at";

macro_rules! read {
    ($row:expr) => {{
        let row = $row;
        Ok::<_, StoreError>(StoredPasskey {
            id: read_id(row.try_get("id")?)?,
            account: read_id(row.try_get("account")?)?,
            name: row.try_get("name")?,
            credential: row.try_get("credential")?,
            key: row.try_get("key")?,
            created_at: row.try_get("created_at")?,
            used_at: row.try_get("used_at")?,
        })
    }};
}

impl Accounts {
    /// Keeps a passkey and writes it into the log; false when its owner has as many as anybody may have.
    ///
    /// # Errors
    /// [`StoreError`] when nothing of it happened; [`StoreError::is_taken`] when some account has it already.
    pub async fn insert_passkey(
        &self,
        passkey: &StoredPasskey,
        most: i64,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let inserted = on_transaction!(&mut transaction, connection => {
            sqlx::query(
                "insert into passkey (id, account, name, credential, key, created_at) \
                 select $1, $2, $3, $4, $5, $6 where (select count(*) from passkey where account = $2) < $7",
            )
            .bind(passkey.id.to_string())
            .bind(passkey.account.to_string())
            .bind(passkey.name.clone())
            .bind(passkey.credential.clone())
            .bind(passkey.key.clone())
            .bind(passkey.created_at)
            .bind(most)
            .execute(&mut *connection)
            .await?
            .rows_affected()
        });
        if inserted == 0 {
            return Ok(false);
        }
        let note = note(AuditKind::PasskeyAdded, passkey.account, &passkey.name);
        audit::append(&mut transaction, &[note], passkey.created_at).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// The passkeys of an account, the newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn passkeys(&self, account: Uuid) -> Result<Vec<StoredPasskey>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!(
            "select {COLUMNS} from passkey where account = $1 order by created_at desc, id desc"
        ));
        on_pool!(&self.pool, pool => {
            let rows = sqlx::query(sql).bind(account.to_string()).fetch_all(pool).await?;
            rows.iter().map(|row| read!(row)).collect()
        })
    }

    /// The passkey that its device knows by this name.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn passkey(&self, credential: &[u8]) -> Result<Option<StoredPasskey>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!(
            "select {COLUMNS} from passkey where credential = $1"
        ));
        on_pool!(&self.pool, pool => {
            let row = sqlx::query(sql).bind(credential).fetch_optional(pool).await?;
            row.map(|row| read!(&row)).transpose()
        })
    }

    /// Notes that a passkey signed somebody in, and how its counter stands. False when it did so elsewhere in the meantime.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn passkey_used(
        &self,
        before: &StoredPasskey,
        key: &str,
        now: i64,
    ) -> Result<bool, StoreError> {
        let noted = on_pool!(&self.pool, pool => {
            sqlx::query("update passkey set key = $3, used_at = $4 where id = $1 and key = $2")
                .bind(before.id.to_string())
                .bind(before.key.clone())
                .bind(key)
                .bind(now)
                .execute(pool)
                .await?
                .rows_affected()
        });
        Ok(noted == 1)
    }

    /// Removes a passkey of an account that keeps another way to sign in, and writes it into the log.
    ///
    /// # Errors
    /// [`StoreError`] when nothing of it happened.
    pub async fn remove_passkey(
        &self,
        account: Uuid,
        id: Uuid,
        ways: &Ways<'_>,
        now: i64,
    ) -> Result<Removal, StoreError> {
        let mut transaction = self.pool.begin().await?;
        way::hold(&mut transaction, account).await?;
        let removed: Option<String> = on_transaction!(&mut transaction, connection => {
            sqlx::query_scalar("delete from passkey where account = $1 and id = $2 returning name")
                .bind(account.to_string())
                .bind(id.to_string())
                .fetch_optional(&mut *connection)
                .await?
        });
        let Some(name) = removed else {
            return Ok(Removal::NotThere);
        };
        if !way::is_left(&mut transaction, account, ways).await? {
            return Ok(Removal::LastWay);
        }
        let note = note(AuditKind::PasskeyRemoved, account, &name);
        audit::append(&mut transaction, &[note], now).await?;
        transaction.commit().await?;
        Ok(Removal::Done)
    }

    /// Notes what a browser was asked, in place of what it was asked before.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn begin_ceremony(
        &self,
        browser: &[u8],
        kind: CeremonyKind,
        account: Option<Uuid>,
        state: &str,
        expires_at: i64,
    ) -> Result<(), StoreError> {
        on_pool!(&self.pool, pool => {
            sqlx::query(
                "insert into passkey_ceremony (browser, kind, account, state, expires_at) values ($1, $2, $3, $4, $5) \
                 on conflict (browser, kind) do update \
                 set account = excluded.account, state = excluded.state, expires_at = excluded.expires_at",
            )
            .bind(browser)
            .bind(kind.stored())
            .bind(account.map(|account| account.to_string()))
            .bind(state)
            .bind(expires_at)
            .execute(pool)
            .await?;
        });
        Ok(())
    }

    /// What a browser was asked, for whom, if it was not too long ago. Each is answered once, rightly or not.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn end_ceremony(
        &self,
        browser: &[u8],
        kind: CeremonyKind,
        now: i64,
    ) -> Result<Option<(Option<Uuid>, String)>, StoreError> {
        let found: Option<(Option<String>, String, i64)> = on_pool!(&self.pool, pool => {
            sqlx::query_as(
                "delete from passkey_ceremony where browser = $1 and kind = $2 returning account, state, expires_at",
            )
            .bind(browser)
            .bind(kind.stored())
            .fetch_optional(pool)
            .await?
        });
        found
            .filter(|(.., expires_at)| now < *expires_at)
            .map(|(account, state, _)| {
                let account = account.map(|account| read_id(&account)).transpose()?;
                Ok((account, state))
            })
            .transpose()
    }
}

fn note(kind: AuditKind, account: Uuid, name: &str) -> AuditNote {
    AuditNote {
        kind,
        who: Some(account),
        whom: None,
        note: name.to_owned(),
    }
}
