//! The check of an address and a password, with the same answer and the same work for every miss.

use std::net::IpAddr;

use sha2::{Digest as _, Sha256};
use sqlx::Row as _;
use uuid::Uuid;

use super::caller::read_id;
use super::registration::fold;
use super::{Failure, OAuth};
use crate::limit::{Limited, network};
use crate::password::Checked;

/// Why somebody is not signed in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SignInError {
    /// There is no such account or it has another password. Nobody is told which.
    #[error("the address or the password is wrong")]
    Wrong,
    /// Too many tries.
    #[error("too many tries")]
    Limited(Limited),
    /// The password is right but the person is suspended.
    #[error("the person is suspended: {reason}")]
    Suspended {
        /// Why.
        reason: String,
    },
    /// The server failed or is too busy.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl From<Limited> for SignInError {
    fn from(limited: Limited) -> Self {
        Self::Limited(limited)
    }
}

impl From<sqlx::Error> for SignInError {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl OAuth {
    /// Checks an address and a password that were typed on the page.
    pub(crate) async fn sign_in(
        &self,
        email: &str,
        password: &str,
        peer: Option<IpAddr>,
    ) -> Result<Uuid, SignInError> {
        let limits = &self.config.limits;
        let (now, network) = (self.now(), network(peer));
        self.limiter
            .take(limits.login, &format!("login:{network}"), now)
            .await??;
        let lock = lock_key(email, &network);
        self.limiter
            .is_locked(limits.login_failures, &lock, now)
            .await??;

        let row = sqlx::query("select id, password_hash from account where email_folded = ?1")
            .bind(fold(email))
            .fetch_optional(&self.pool)
            .await?;
        let stored = match &row {
            Some(row) => row.try_get("password_hash")?,
            None => None,
        };
        let checked = self
            .passwords
            .check(password, stored)
            .await
            .map_err(Failure::from)?;
        let (Some(row), Checked::Right | Checked::RightButStale(_)) = (row, &checked) else {
            self.limiter.fail(limits.login_failures, &lock, now).await?;
            return Err(SignInError::Wrong);
        };
        self.limiter.forgive(&lock).await?;
        let account = read_id(&row.try_get::<String, _>("id")?, "account")?;
        if let Checked::RightButStale(hash) = checked {
            sqlx::query("update account set password_hash = ?2 where id = ?1")
                .bind(account.to_string())
                .bind(hash)
                .execute(&self.pool)
                .await?;
        }
        let Some(person) = self.person(account).await? else {
            let what = "it has no person and was not cut short";
            return Err(Failure::Row {
                table: "account",
                what,
            }
            .into());
        };
        match person.suspended {
            None => Ok(account),
            Some(reason) => Err(SignInError::Suspended { reason }),
        }
    }

    /// Takes one registration out of the bucket of a network.
    pub(crate) async fn may_register(
        &self,
        peer: Option<IpAddr>,
    ) -> Result<Result<(), Limited>, Failure> {
        let key = format!("register:{}", network(peer));
        Ok(self
            .limiter
            .take(self.config.limits.register, &key, self.now())
            .await?)
    }
}

/// The lock of one account for one network. Hashed, because what is typed may be anything.
fn lock_key(email: &str, network: &str) -> String {
    let hash = Sha256::digest(fold(email).as_bytes());
    format!("lock:{hash:.24x}:{network}")
}
