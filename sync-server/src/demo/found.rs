//! Founds a demo market in an empty database.

use super::cast::{self, CAST};
use super::seed::{History, Refused, Size, history};
use crate::oauth::{AccountError, Failure, OAuth, Roles};
use guildhall_domain::time::Timestamp;
use guildhall_storage::StoreError;
use guildhall_storage::server::ServerStore;

/// Why a demo market could not be founded.
#[derive(Debug, thiserror::Error)]
pub enum FoundError {
    /// There are people already.
    #[error("there is a marketplace in this folder already; a demo market needs an empty one")]
    NotEmpty,
    /// The made-up history is not a legal one.
    #[error(transparent)]
    History(#[from] Refused),
    /// The rows could not be written.
    #[error("the demo market could not be written")]
    Store(#[from] StoreError),
    /// The accounts could not be made.
    #[error("the accounts of the demo market could not be made")]
    Accounts(#[from] AccountError),
    /// The accounts could not be read.
    #[error("the accounts could not be read")]
    SignIn(#[from] Failure),
}

/// What stands in a database, as far as a demo is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// Nobody.
    Empty,
    /// A demo market.
    Demo,
    /// Other people's marketplace.
    Taken,
}

/// Tells whether a demo may be made or run here.
///
/// # Errors
/// [`FoundError`] when the database cannot be read.
pub async fn ground(store: &ServerStore, oauth: &OAuth) -> Result<Ground, FoundError> {
    if store.counts().await?.people == 0 {
        // A demo makes its people before its first secret: here an operator waits for the first admin.
        let awaited = store.accounts().has_secret().await?;
        return Ok(if awaited {
            Ground::Taken
        } else {
            Ground::Empty
        });
    }
    let known = oauth.account_by_email(cast::FREELANCER.email).await?;
    Ok(match known {
        Some(account) if account == cast::FREELANCER.account().0 => Ground::Demo,
        Some(_) | None => Ground::Taken,
    })
}

/// Makes people, their accounts and their year; `tell` hears how far it is.
///
/// The accounts come first and the rows last, in one transaction: whoever is interrupted in between begins again.
///
/// # Errors
/// [`FoundError`] when there is a marketplace already or it could not be written.
pub async fn found(
    store: &ServerStore,
    oauth: &OAuth,
    size: Size,
    now: Timestamp,
    mut tell: impl FnMut(&str),
) -> Result<usize, FoundError> {
    if ground(store, oauth).await? != Ground::Empty {
        return Err(FoundError::NotEmpty);
    }
    tell("making up people and a year of their work");
    let History {
        rows,
        inhabitants,
        acts,
    } = history(size, now)?;
    tell(&format!(
        "{acts} acts, all of them under the rules; giving {} people an account",
        inhabitants.len() + CAST.len()
    ));
    let members = CAST.map(|member| {
        (
            member.account().0,
            member.email,
            member.name,
            member.roles(),
        )
    });
    let others = inhabitants.iter().map(|one| {
        let roles = if one.freelancer {
            Roles::FREELANCER
        } else {
            Roles::CLIENT
        };
        (one.account.0, one.email.as_str(), one.name.as_str(), roles)
    });
    oauth
        .adopt_accounts(members.into_iter().chain(others))
        .await?;
    for member in CAST {
        oauth.set_password(member.email, cast::PASSWORD).await?;
    }
    let count = rows.len();
    tell(&format!("writing {count} rows"));
    store.import(rows, now).await?;
    Ok(count)
}
