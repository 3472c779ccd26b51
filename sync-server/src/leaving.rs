//! Deleting accounts: at once where nobody else is concerned, after two weeks where there are contracts.

use crate::clock;
use crate::oauth::Failure;
use crate::state::Market;
use crate::sync::Overloaded;
use guildhall_domain::contract::Contract;
use guildhall_domain::denied::{Code, Denied};
use guildhall_domain::id::AccountId;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::row::Column;
use guildhall_storage::StoreError;
use guildhall_storage::server::AuditKind;
use uuid::Uuid;

/// Why an account was not deleted.
#[derive(Debug, thiserror::Error)]
pub enum LeaveError {
    /// The database, or something else inside.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// The writer has too much to do.
    #[error(transparent)]
    Overloaded(#[from] Overloaded),
    /// The rules would not have it.
    #[error("the person cannot be taken out")]
    Denied(#[source] Denied),
    /// Nobody would be left who runs the market.
    #[error("this is the only admin")]
    LastAdmin,
    /// The folder of letters.
    #[error("letters to the person cannot be thrown away")]
    Letters(#[from] std::io::Error),
}

impl From<StoreError> for LeaveError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// What asking to be deleted led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Left {
    /// The account is gone.
    Now,
    /// It will be, unless it is taken back.
    Later,
}

/// Deletes an account, or notes that it is to be deleted.
pub(crate) async fn leave(market: &Market, account: Uuid) -> Result<Left, LeaveError> {
    if is_last_admin(market, account).await? {
        return Err(LeaveError::LastAdmin);
    }
    let accounts = market.store.accounts();
    let now = (market.clock)().0;
    if has_contracts(market, account).await? {
        let due_at = now + market.oauth.config().lifetimes.leave_ms;
        accounts.leave(account, due_at).await?;
        market
            .oauth
            .audit(AuditKind::LeaveAsked, account, "")
            .await?;
        market.oauth.write_of_leaving(account);
        return Ok(Left::Later);
    }
    // Noted, so that a crash in the middle is made up for.
    accounts.leave(account, now).await?;
    erase(market, account).await?;
    Ok(Left::Now)
}

/// True when the market would have no admin without this one.
///
/// # Errors
/// [`StoreError`] when the database cannot be read.
pub async fn is_last_admin(market: &Market, account: Uuid) -> Result<bool, StoreError> {
    let trusted = market.store.trusted().await?;
    let mut admins = trusted.iter().filter(|person| person.roles.admin);
    let is_one = admins.clone().any(|person| person.id.0 == account);
    let others = admins.any(|person| person.id.0 != account && !person.is_suspended());
    Ok(is_one && !others)
}

async fn has_contracts(market: &Market, account: Uuid) -> Result<bool, StoreError> {
    for side in [Column::Client, Column::Freelancer] {
        if !market
            .store
            .list::<Contract>(side, account)
            .await?
            .is_empty()
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Deletes the accounts whose time has come.
///
/// # Errors
/// [`LeaveError`] when one could not be deleted; the next round goes on.
pub async fn round(market: &Market) -> Result<(), LeaveError> {
    let now = (market.clock)().0;
    for account in market.store.accounts().leaving_due(now).await? {
        // The others have left, or lost the role, since this was asked for.
        if is_last_admin(market, account).await? {
            tracing::warn!(%account, "the only admin is not deleted before there is another");
            continue;
        }
        erase(market, account).await?;
    }
    Ok(())
}

/// Deletes an account. Each step may be done again after a crash; what names the account as one to be deleted goes last, with it.
async fn erase(market: &Market, account: Uuid) -> Result<(), LeaveError> {
    let accounts = market.store.accounts();
    let email = accounts.email(account).await?.unwrap_or_default();
    let erased = market
        .writer
        .act(
            AccountId(account),
            true,
            clock::mutation_id(),
            Mutation::ErasePerson {},
        )
        .await?;
    match erased {
        Ok(_) => {}
        Err(denied) if matches!(denied.code, Code::AlreadyDone | Code::NotFound) => {}
        Err(denied) => return Err(LeaveError::Denied(denied)),
    }
    market.oauth.forget_letters(&email).await?;
    market.oauth.end_account(account).await?;
    market.oauth.audit(AuditKind::Erased, account, "").await?;
    accounts.erase(account).await?;
    market.oauth.forget_callers();
    Ok(())
}
