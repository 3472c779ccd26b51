//! The second factor of an account, its recovery codes, and sign-ins that still lack it.

use super::{Accounts, on_pool, on_transaction, read_id};
use crate::error::StoreError;
use uuid::Uuid;

/// The second factor of an account.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredSecondFactor {
    /// What the app and the server share.
    pub secret: Vec<u8>,
    /// Since when it is asked for; none while it is set up.
    pub confirmed_at: Option<i64>,
    /// The last step whose code was used.
    pub last_step: i64,
    /// How many recovery codes are left.
    pub codes_left: u32,
}

impl Accounts {
    /// Keeps a secret that is not asked for yet, in place of an earlier one. One that is asked for stays.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn begin_second_factor(
        &self,
        account: Uuid,
        secret: &[u8],
    ) -> Result<(), StoreError> {
        on_pool!(&self.pool, pool => {
            sqlx::query(
                "insert into second_factor (account, secret) values ($1, $2) on conflict (account) do update \
                 set secret = excluded.secret where second_factor.confirmed_at is null",
            )
            .bind(account.to_string())
            .bind(secret)
            .execute(pool)
            .await?;
        });
        Ok(())
    }

    /// The second factor of an account, asked for or still being set up.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn second_factor(
        &self,
        account: Uuid,
    ) -> Result<Option<StoredSecondFactor>, StoreError> {
        let found: Option<(Vec<u8>, Option<i64>, i64, i64)> = on_pool!(&self.pool, pool => {
            sqlx::query_as(
                "select secret, confirmed_at, last_step, (select count(*) from recovery_code c where c.account = f.account) \
                 from second_factor f where account = $1",
            )
            .bind(account.to_string())
            .fetch_optional(pool)
            .await?
        });
        Ok(found.map(
            |(secret, confirmed_at, last_step, codes)| StoredSecondFactor {
                secret,
                confirmed_at,
                last_step,
                codes_left: u32::try_from(codes).unwrap_or(u32::MAX),
            },
        ))
    }

    /// Begins to ask for it, because a code of this step was right, and keeps the recovery codes. False when it was asked for already.
    ///
    /// # Errors
    /// [`StoreError`] when nothing of it happened.
    pub async fn confirm_second_factor(
        &self,
        account: Uuid,
        step: i64,
        codes: &[[u8; 32]],
        now: i64,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let confirmed = on_transaction!(&mut transaction, connection => {
            sqlx::query(
                "update second_factor set confirmed_at = $2, last_step = $3 where account = $1 and confirmed_at is null",
            )
            .bind(account.to_string())
            .bind(now)
            .bind(step)
            .execute(&mut *connection)
            .await?
            .rows_affected()
        });
        if confirmed == 0 {
            return Ok(false);
        }
        replace(&mut transaction, account, codes).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Uses a step up, so that its code and all before it are good no more. False when another use came first.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn spend_step(&self, account: Uuid, step: i64) -> Result<bool, StoreError> {
        let spent = on_pool!(&self.pool, pool => {
            sqlx::query(
                "update second_factor set last_step = $2 where account = $1 and confirmed_at is not null and last_step < $2",
            )
            .bind(account.to_string())
            .bind(step)
            .execute(pool)
            .await?
            .rows_affected()
        });
        Ok(spent == 1)
    }

    /// Uses a recovery code up. False when the account has no such one.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn spend_recovery_code(
        &self,
        account: Uuid,
        hash: &[u8],
    ) -> Result<bool, StoreError> {
        let spent = on_pool!(&self.pool, pool => {
            sqlx::query("delete from recovery_code where account = $1 and hash = $2")
                .bind(account.to_string())
                .bind(hash)
                .execute(pool)
                .await?
                .rows_affected()
        });
        Ok(spent == 1)
    }

    /// Keeps other recovery codes in place of those that there are.
    ///
    /// # Errors
    /// [`StoreError`] when nothing of it happened.
    pub async fn replace_recovery_codes(
        &self,
        account: Uuid,
        codes: &[[u8; 32]],
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        replace(&mut transaction, account, codes).await?;
        transaction.commit().await
    }

    /// Asks for it no more, and throws the secret and the recovery codes away. False when there was none.
    ///
    /// # Errors
    /// [`StoreError`] when nothing of it happened.
    pub async fn end_second_factor(&self, account: Uuid) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let ended = on_transaction!(&mut transaction, connection => {
            sqlx::query("delete from recovery_code where account = $1")
                .bind(account.to_string())
                .execute(&mut *connection)
                .await?;
            sqlx::query("delete from second_factor where account = $1")
                .bind(account.to_string())
                .execute(&mut *connection)
                .await?
                .rows_affected()
        });
        transaction.commit().await?;
        Ok(ended == 1)
    }

    /// Notes that the browser with this session has shown the first thing for an account, named for the log, and still has to show the second factor.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn begin_half_sign_in(
        &self,
        browser: &[u8],
        account: Uuid,
        means: &str,
        expires_at: i64,
    ) -> Result<(), StoreError> {
        on_pool!(&self.pool, pool => {
            sqlx::query(
                "insert into half_sign_in (browser, account, means, expires_at) values ($1, $2, $3, $4) on conflict (browser) \
                 do update set account = excluded.account, means = excluded.means, expires_at = excluded.expires_at",
            )
            .bind(browser)
            .bind(account.to_string())
            .bind(means)
            .bind(expires_at)
            .execute(pool)
            .await?;
        });
        Ok(())
    }

    /// Whose first thing the browser with this session has shown, and what it was, if it is not too long ago.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn half_sign_in(
        &self,
        browser: &[u8],
        now: i64,
    ) -> Result<Option<(Uuid, String)>, StoreError> {
        let found: Option<(String, String)> = on_pool!(&self.pool, pool => {
            sqlx::query_as("select account, means from half_sign_in where browser = $1 and expires_at > $2")
                .bind(browser)
                .bind(now)
                .fetch_optional(pool)
                .await?
        });
        found
            .map(|(account, means)| Ok((read_id(&account)?, means)))
            .transpose()
    }

    /// Forgets it; false when another came first.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn end_half_sign_in(&self, browser: &[u8]) -> Result<bool, StoreError> {
        let ended = on_pool!(&self.pool, pool => {
            sqlx::query("delete from half_sign_in where browser = $1")
                .bind(browser)
                .execute(pool)
                .await?
                .rows_affected()
        });
        Ok(ended == 1)
    }
}

async fn replace(
    transaction: &mut super::Transaction,
    account: Uuid,
    codes: &[[u8; 32]],
) -> Result<(), StoreError> {
    on_transaction!(transaction, connection => {
        sqlx::query("delete from recovery_code where account = $1")
            .bind(account.to_string())
            .execute(&mut *connection)
            .await?;
        for code in codes {
            sqlx::query("insert into recovery_code (hash, account) values ($1, $2)")
                .bind(code.to_vec())
                .bind(account.to_string())
                .execute(&mut *connection)
                .await?;
        }
    });
    Ok(())
}
