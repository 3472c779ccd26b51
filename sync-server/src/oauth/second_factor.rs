//! The second factor: a code from an app, or one of the codes on paper, after the password.

use guildhall_oauth::{RECOVERY_CODES, RecoveryCode, TotpSecret};
use guildhall_storage::StoreError;
use guildhall_storage::server::AuditKind;
use uuid::Uuid;

use super::{Failure, Notice, OAuth, Visitor, chance};
use crate::limit::Limited;

/// How the second factor of an account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SecondFactor {
    /// Since when it is asked for.
    pub(crate) since: i64,
    /// How many recovery codes are left.
    pub(crate) codes_left: u32,
}

/// Why a code is not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CodeError {
    /// It is wrong, was used, or is not of this time.
    #[error("the code is not right")]
    Wrong,
    /// Too many tries.
    #[error("too many tries")]
    Limited(Limited),
    /// The server failed.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl From<Limited> for CodeError {
    fn from(limited: Limited) -> Self {
        Self::Limited(limited)
    }
}

impl From<StoreError> for CodeError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// What somebody showed after the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShownCode {
    /// A code of the app.
    App,
    /// A code on paper, which is used up now.
    Recovery,
}

impl OAuth {
    /// The second factor of an account, if one is asked for.
    pub(crate) async fn second_factor(
        &self,
        account: Uuid,
    ) -> Result<Option<SecondFactor>, Failure> {
        let stored = self.accounts.second_factor(account).await?;
        Ok(stored.and_then(|stored| {
            Some(SecondFactor {
                since: stored.confirmed_at?,
                codes_left: stored.codes_left,
            })
        }))
    }

    /// Begins to set it up, with a secret for the app.
    pub(crate) async fn begin_second_factor(&self, account: Uuid) -> Result<TotpSecret, Failure> {
        let secret = TotpSecret::mint(chance::bytes()?);
        self.accounts
            .begin_second_factor(account, secret.as_bytes())
            .await?;
        Ok(secret)
    }

    /// The secret that is being set up.
    pub(crate) async fn unconfirmed_secret(
        &self,
        account: Uuid,
    ) -> Result<Option<TotpSecret>, Failure> {
        let stored = self.accounts.second_factor(account).await?;
        let stored = stored.filter(|stored| stored.confirmed_at.is_none());
        stored.map(|stored| read(&stored.secret)).transpose()
    }

    /// Ends the setting up with a code of the app, and answers with the recovery codes, which are shown once.
    pub(crate) async fn confirm_second_factor(
        &self,
        account: Uuid,
        typed: &str,
    ) -> Result<Vec<RecoveryCode>, CodeError> {
        let key = self.take_code_try(account).await?;
        let now = self.now();
        let secret = self.unconfirmed_secret(account).await?;
        let step = secret.and_then(|secret| secret.matching_step(typed, now, -1));
        let Some(step) = step else {
            self.limiter
                .fail(self.config.limits.login_failures, &key, now)
                .await?;
            return Err(CodeError::Wrong);
        };
        let (codes, hashes) = recovery_codes()?;
        if !self
            .accounts
            .confirm_second_factor(account, step, &hashes, now)
            .await?
        {
            return Err(CodeError::Wrong);
        }
        self.limiter.forgive(&key).await?;
        self.audit(AuditKind::SecondFactorOn, account, "").await?;
        self.tell(account, Notice::SecondFactorOn);
        Ok(codes)
    }

    /// Checks a code, of the app or on paper, and uses it up.
    pub(crate) async fn spend_code(
        &self,
        account: Uuid,
        typed: &str,
    ) -> Result<ShownCode, CodeError> {
        let key = self.take_code_try(account).await?;
        let now = self.now();
        let stored = self.accounts.second_factor(account).await?;
        let shown = match (stored, RecoveryCode::parse(typed)) {
            (None, _) => None,
            (Some(_), Some(code)) => self
                .accounts
                .spend_recovery_code(account, code.hash().as_bytes())
                .await?
                .then_some(ShownCode::Recovery),
            (Some(stored), None) => {
                match read(&stored.secret)?.matching_step(typed, now, stored.last_step) {
                    Some(step) => self
                        .accounts
                        .spend_step(account, step)
                        .await?
                        .then_some(ShownCode::App),
                    None => None,
                }
            }
        };
        let Some(shown) = shown else {
            self.limiter
                .fail(self.config.limits.login_failures, &key, now)
                .await?;
            self.failed_sign_ins.count(Some(account));
            return Err(CodeError::Wrong);
        };
        self.limiter.forgive(&key).await?;
        Ok(shown)
    }

    /// Counts a try. For the account whatever the network, because only who knows the password gets here.
    async fn take_code_try(&self, account: Uuid) -> Result<String, CodeError> {
        let (limits, now) = (&self.config.limits, self.now());
        let rate = format!("codes:{account}");
        self.limiter.take(limits.login, &rate, now).await??;
        let lock = format!("code:{account}");
        self.limiter
            .is_locked(limits.login_failures, &lock, now)
            .await??;
        Ok(lock)
    }

    /// Asks for no second factor any more. False when none was asked for.
    ///
    /// # Errors
    /// [`Failure`] when the database cannot be written.
    pub async fn end_second_factor(&self, account: Uuid, note: &str) -> Result<bool, Failure> {
        let was_on = self.accounts.end_second_factor(account).await?;
        if was_on {
            self.audit(AuditKind::SecondFactorOff, account, note)
                .await?;
            self.tell(account, Notice::SecondFactorOff);
        }
        Ok(was_on)
    }

    /// Makes other recovery codes; those on paper are good no more.
    pub(crate) async fn renew_recovery_codes(
        &self,
        account: Uuid,
    ) -> Result<Vec<RecoveryCode>, Failure> {
        let (codes, hashes) = recovery_codes()?;
        self.accounts
            .replace_recovery_codes(account, &hashes)
            .await?;
        self.audit(AuditKind::RecoveryCodesRenewed, account, "")
            .await?;
        self.tell(account, Notice::RecoveryCodesRenewed);
        Ok(codes)
    }

    /// Notes that a browser has shown the first thing for an account, and still has to show the second factor.
    pub(crate) async fn begin_half_sign_in(
        &self,
        visitor: &Visitor,
        account: Uuid,
        means: &str,
    ) -> Result<(), Failure> {
        let expires_at = self.now() + self.config.lifetimes.second_step_ms;
        let browser = visitor.hash();
        Ok(self
            .accounts
            .begin_half_sign_in(browser.as_bytes(), account, means, expires_at)
            .await?)
    }

    /// Whose first thing a browser has shown, and what it was.
    pub(crate) async fn half_sign_in(
        &self,
        visitor: &Visitor,
    ) -> Result<Option<(Uuid, String)>, Failure> {
        let browser = visitor.hash();
        let found = self.accounts.half_sign_in(browser.as_bytes(), self.now());
        Ok(found.await?)
    }

    /// Forgets it, because the second factor was shown.
    pub(crate) async fn end_half_sign_in(&self, visitor: &Visitor) -> Result<bool, Failure> {
        let browser = visitor.hash();
        Ok(self.accounts.end_half_sign_in(browser.as_bytes()).await?)
    }
}

fn read(stored: &[u8]) -> Result<TotpSecret, Failure> {
    TotpSecret::from_stored(stored).ok_or(Failure::Row {
        table: "second_factor",
        what: "its secret has another length",
    })
}

fn recovery_codes() -> Result<(Vec<RecoveryCode>, Vec<[u8; 32]>), Failure> {
    let mut codes = Vec::with_capacity(RECOVERY_CODES);
    for _ in 0..RECOVERY_CODES {
        codes.push(RecoveryCode::mint(chance::bytes()?));
    }
    let hashes = codes.iter().map(|code| code.hash().to_bytes()).collect();
    Ok((codes, hashes))
}
