//! Links that are sent to an address: asked for, looked at, used once.

use std::net::IpAddr;

use guildhall_domain::mutation::TrustedRole;
use guildhall_oauth::{Token, TokenKind};
use guildhall_storage::StoreError;
use guildhall_storage::server::AuditKind;
use guildhall_storage::server::accounts::LinkPurpose;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::registration::{Email, fold, parse_password};
use super::{Failure, Notice, OAuth};
use crate::limit::{Limited, network};
use crate::mail::{Pause, Unsent};
use crate::problem::FieldError;

/// Why a link is not sent, or does nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LinkError {
    /// It was used, has run out, or was never one.
    #[error("the link is not good")]
    NotGood,
    /// Too many were asked for.
    #[error("too many links were asked for")]
    Limited(Limited),
    /// What was typed with it is no good.
    #[error("{}", .0.message)]
    Invalid(FieldError),
    /// Too much is waiting to be done.
    #[error("too much is waiting")]
    Full,
    /// The server failed.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl From<StoreError> for LinkError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Limited> for LinkError {
    fn from(limited: Limited) -> Self {
        Self::Limited(limited)
    }
}

impl OAuth {
    /// Has a link to set a password sent to whoever has this address. All that is done before the answer is the same whether somebody
    /// has it or nobody.
    pub(crate) async fn ask_to_recover(
        &self,
        email: &str,
        peer: Option<IpAddr>,
    ) -> Result<(), LinkError> {
        let email = Email::parse(email).map_err(LinkError::Invalid)?;
        self.take_link(&email.folded, "recover", peer).await?;
        let errand = self.errands.recover(email.folded);
        errand.map_err(|_| LinkError::Full)
    }

    /// Has a link to show that the address of an account is right sent there again.
    pub(crate) async fn ask_to_verify_again(
        &self,
        account: Uuid,
        peer: Option<IpAddr>,
    ) -> Result<(), LinkError> {
        let email = self.accounts.email(account).await?.unwrap_or_default();
        self.take_link(&fold(&email), "verify", peer).await?;
        self.errands.verify(account).map_err(|_| LinkError::Full)
    }

    /// Has it sent for the first time. Should too much be waiting, the person asks again.
    pub(crate) fn ask_to_verify(&self, account: Uuid) {
        if self.errands.verify(account).is_err() {
            tracing::warn!("too many letters wait; a new account was not written to");
        }
    }

    async fn take_link(
        &self,
        folded: &str,
        purpose: &str,
        peer: Option<IpAddr>,
    ) -> Result<(), LinkError> {
        let (limits, now) = (&self.config.limits, self.now());
        let key = format!("links:{}", network(peer));
        let rate = self.config.shared.widen(limits.links, peer);
        self.limiter.take(rate, &key, now).await??;
        // Hashed, because what is typed may be anything.
        let key = format!("{purpose}:{:.24x}", Sha256::digest(folded.as_bytes()));
        self.limiter
            .take(limits.links_to_address, &key, now)
            .await??;
        Ok(())
    }

    /// Says whether a link is good, without using it up.
    pub(crate) async fn is_good_link(
        &self,
        token: &str,
        purpose: LinkPurpose,
    ) -> Result<Uuid, LinkError> {
        let token = parse(token)?;
        let found = self
            .accounts
            .link(token.hash().as_bytes(), purpose, self.now())
            .await?;
        found.ok_or(LinkError::NotGood)
    }

    /// Takes note that an address reaches its owner.
    pub(crate) async fn verify_email(&self, token: &str) -> Result<(), LinkError> {
        let token = parse(token)?;
        let spent = self
            .accounts
            .spend_link(
                token.hash().as_bytes(),
                LinkPurpose::Verify,
                None,
                self.now(),
            )
            .await?;
        spent.map(drop).ok_or(LinkError::NotGood)
    }

    /// Gives the owner of a link another password and ends all their sign-ins.
    pub(crate) async fn recover(&self, token: &str, password: &str) -> Result<(), LinkError> {
        let account = self.is_good_link(token, LinkPurpose::Recover).await?;
        let email = self.accounts.email(account).await?.unwrap_or_default();
        let password = parse_password(password, Email::parse(&email).ok().as_ref())
            .map_err(LinkError::Invalid)?;
        let hash = self
            .passwords
            .hash(&password)
            .await
            .map_err(Failure::from)?;
        let token = parse(token)?;
        let spent = self
            .accounts
            .spend_link(
                token.hash().as_bytes(),
                LinkPurpose::Recover,
                Some(&hash),
                self.now(),
            )
            .await?;
        let account = spent.ok_or(LinkError::NotGood)?;
        self.revoke_account(account, "password_recovered").await?;
        self.tell(account, Notice::PasswordChanged);
        Ok(())
    }

    /// Has somebody told that their account is to be deleted.
    pub(crate) fn write_of_leaving(&self, account: Uuid) {
        if self.errands.leave(account).is_err() {
            tracing::warn!("too many letters wait; somebody who leaves was not written to");
        }
    }

    /// Has somebody told that they are trusted with a role, or no more.
    pub fn write_of_role(&self, account: Uuid, role: TrustedRole, is_granted: bool) {
        let notice = if is_granted {
            Notice::Trusted(role)
        } else {
            Notice::Distrusted(role)
        };
        self.tell(account, notice);
    }

    /// When an account is to be deleted, if it is.
    pub(crate) async fn leaving_at(&self, account: Uuid) -> Result<Option<i64>, Failure> {
        Ok(self.accounts.leaving_at(account).await?)
    }

    /// Takes back that an account is to be deleted.
    pub(crate) async fn stay(&self, account: Uuid) -> Result<(), Failure> {
        if self.accounts.stay(account).await? {
            self.audit(AuditKind::LeaveTakenBack, account, "").await?;
        }
        Ok(())
    }

    /// The same with the link that was sent.
    pub(crate) async fn keep_account(&self, token: &str) -> Result<(), LinkError> {
        let token = parse(token)?;
        let spent = self
            .accounts
            .spend_link(token.hash().as_bytes(), LinkPurpose::Keep, None, self.now())
            .await?;
        let account = spent.ok_or(LinkError::NotGood)?;
        Ok(self.stay(account).await?)
    }

    /// Throws away letters to an address.
    pub(crate) async fn forget_letters(&self, email: &str) -> std::io::Result<()> {
        self.mailroom.forget(email).await
    }

    /// Ends all sign-ins of an account that is deleted.
    pub(crate) async fn end_account(&self, account: Uuid) -> Result<(), Failure> {
        self.revoke_account(account, "erased").await
    }

    /// The address of an account, and whether letters to it are known to reach its owner.
    pub(crate) async fn address(&self, account: Uuid) -> Result<(String, bool), Failure> {
        let email = self.accounts.email(account).await?.unwrap_or_default();
        let is_verified = self.accounts.verified_at(account).await?.is_some();
        Ok((email, is_verified))
    }

    /// Letters that were not sent, the newest first, and what each waits for.
    pub(crate) async fn unsent_mail(&self) -> std::io::Result<Vec<(Unsent, Option<Pause>)>> {
        self.mailroom.unsent(self.now()).await
    }

    /// Waits until all letters that were asked for are written.
    pub async fn settle_mail(&self) {
        self.errands.settle().await;
    }
}

fn parse(token: &str) -> Result<Token, LinkError> {
    Token::parse_as(TokenKind::Link, token).map_err(|_| LinkError::NotGood)
}
