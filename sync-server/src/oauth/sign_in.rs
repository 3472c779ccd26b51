//! The check of an address and a password, with the same answer and the same work for every miss.

use std::net::IpAddr;

use guildhall_storage::StoreError;
use guildhall_storage::server::AuditKind;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

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

impl From<StoreError> for SignInError {
    fn from(error: StoreError) -> Self {
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
        let rate = self.config.shared.widen(limits.login, peer);
        let key = format!("login:{network}");
        self.limiter.take(rate, &key, now).await??;
        let lock = lock_key(email, &network);
        self.limiter
            .is_locked(limits.login_failures, &lock, now)
            .await??;

        let found = self.accounts.credentials(&fold(email)).await?;
        let (known, stored) = found.map_or((None, None), |(id, hash)| (Some(id), hash));
        let checked = self
            .passwords
            .check(password, stored)
            .await
            .map_err(Failure::from)?;
        let (Some(account), Checked::Right | Checked::RightButStale(_)) = (known, &checked) else {
            self.limiter.fail(limits.login_failures, &lock, now).await?;
            self.failed_sign_ins.count(known);
            return Err(SignInError::Wrong);
        };
        self.limiter.forgive(&lock).await?;
        if let Checked::RightButStale(hash) = checked {
            self.accounts.set_password(account, &hash).await?;
        }
        self.let_in(account).await
    }

    /// Whoever has shown that an account is theirs, unless they are suspended.
    pub(super) async fn let_in(&self, account: Uuid) -> Result<Uuid, SignInError> {
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

    /// Writes down that somebody signed in, and by what.
    pub(crate) async fn note_sign_in(&self, account: Uuid, by: &str) -> Result<(), Failure> {
        Ok(self.audit(AuditKind::SignedIn, account, by).await?)
    }

    /// Checks the password of somebody whom the browser knows, within the same limits. A suspension is no reason to keep an old one.
    pub(crate) async fn knows_password(
        &self,
        account: Uuid,
        password: &str,
        peer: Option<IpAddr>,
    ) -> Result<(), SignInError> {
        let email = self.accounts.email(account).await?.unwrap_or_default();
        match self.sign_in(&email, password, peer).await {
            Ok(_) | Err(SignInError::Suspended { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// The lock of one account for one network. Hashed, because what is typed may be anything.
fn lock_key(email: &str, network: &str) -> String {
    let hash = Sha256::digest(fold(email).as_bytes());
    format!("lock:{hash:.24x}:{network}")
}
