//! Who is connected, and waking those who see something new. A wake-up is a hint: losing one costs time, never truth.

use guildhall_domain::id::AccountId;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;

/// The live sessions by account.
#[derive(Debug, Default)]
pub struct Hub {
    sessions: Mutex<BTreeMap<AccountId, Vec<Arc<Notify>>>>,
}

/// A session's place in the hub; leaving is dropping it.
#[derive(Debug)]
pub struct Seat<'a> {
    hub: &'a Hub,
    account: AccountId,
    bell: Arc<Notify>,
}

impl Hub {
    /// Takes a seat for a session.
    pub fn join(&self, account: AccountId) -> Seat<'_> {
        let bell = Arc::new(Notify::new());
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.entry(account).or_default().push(Arc::clone(&bell));
        Seat {
            hub: self,
            account,
            bell,
        }
    }

    /// Wakes every session of these accounts.
    pub fn wake<'a>(&self, accounts: impl IntoIterator<Item = &'a AccountId>) {
        let sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        for account in accounts {
            for bell in sessions.get(account).into_iter().flatten() {
                bell.notify_one();
            }
        }
    }

    /// How many sessions are live.
    pub fn sessions(&self) -> usize {
        self.sessions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .map(Vec::len)
            .sum()
    }
}

impl Seat<'_> {
    /// Waits for a wake-up; one that came while nobody waited counts.
    pub async fn rung(&self) {
        self.bell.notified().await;
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        let mut sessions = self
            .hub
            .sessions
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(bells) = sessions.get_mut(&self.account) {
            bells.retain(|bell| !Arc::ptr_eq(bell, &self.bell));
            if bells.is_empty() {
                sessions.remove(&self.account);
            }
        }
    }
}
