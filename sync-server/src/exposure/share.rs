//! The share of the first places that newcomers are to have: what the operator decided, and what this process goes by.

use guildhall_matching::NewcomerShare;
use guildhall_storage::StoreError;
use guildhall_storage::server::accounts::Accounts;
use guildhall_storage::server::{AuditKind, AuditNote};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use uuid::Uuid;

/// Where it is kept.
const NEWCOMERS: &str = "newcomers";

/// What is decided in this database.
///
/// # Errors
/// [`StoreError`] when it cannot be read.
pub async fn kept(accounts: &Accounts) -> Result<NewcomerShare, StoreError> {
    let kept = accounts.setting(NEWCOMERS).await?;
    Ok(kept.map_or_else(NewcomerShare::default, |text| {
        let percent = text.parse().ok();
        // What makes no sense keeps no places: then everybody stands where the fit has them.
        percent
            .and_then(|percent| NewcomerShare::new(percent).ok())
            .unwrap_or(NewcomerShare::NONE)
    }))
}

/// Decides, and writes down who did; nobody in particular is the operator.
///
/// # Errors
/// [`StoreError`] when it cannot be kept.
pub async fn keep(
    share: NewcomerShare,
    accounts: &Accounts,
    who: Option<Uuid>,
    now: i64,
) -> Result<(), StoreError> {
    let percent = share.percent();
    let note = AuditNote {
        kind: AuditKind::SettingChanged,
        who,
        whom: None,
        note: format!("newcomers: {percent} %"),
    };
    accounts
        .set(NEWCOMERS, &percent.to_string(), Some(note), now)
        .await
}

/// The share that this process goes by. All clones are the same one.
#[derive(Debug, Clone)]
pub struct Share(Arc<AtomicU8>);

impl Default for Share {
    fn default() -> Self {
        Self(Arc::new(AtomicU8::new(NewcomerShare::default().percent())))
    }
}

impl Share {
    /// What is decided in this database.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn of(accounts: &Accounts) -> Result<Self, StoreError> {
        let share = Self::default();
        share.set(kept(accounts).await?);
        Ok(share)
    }

    /// What it is.
    pub fn get(&self) -> NewcomerShare {
        // Nothing else is ever put in.
        NewcomerShare::new(self.0.load(Ordering::Relaxed)).unwrap_or_default()
    }

    /// Goes by another from now on.
    pub fn set(&self, share: NewcomerShare) {
        self.0.store(share.percent(), Ordering::Relaxed);
    }
}
