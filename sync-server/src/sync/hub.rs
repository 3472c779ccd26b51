//! Who is connected, and waking those who see something new. A wake-up is a hint: losing one costs time, never truth.

use guildhall_domain::id::AccountId;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Notify, broadcast};
use uuid::Uuid;

/// The live sessions by account.
#[derive(Debug, Default)]
pub struct Hub {
    sessions: Mutex<HashMap<AccountId, Vec<Arc<Bell>>>>,
}

/// What wakes a session.
#[derive(Debug)]
struct Bell {
    sign_in: Uuid,
    is_over: AtomicBool,
    notify: Notify,
}

/// Why a session was woken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ring {
    /// There may be something new.
    News,
    /// Its sign-in has ended.
    Over,
}

/// A session's place in the hub; leaving is dropping it.
#[derive(Debug)]
pub struct Seat<'a> {
    hub: &'a Hub,
    account: AccountId,
    bell: Arc<Bell>,
}

impl Hub {
    /// Takes a seat for a session.
    pub fn join(&self, account: AccountId, sign_in: Uuid) -> Seat<'_> {
        let bell = Arc::new(Bell {
            sign_in,
            is_over: AtomicBool::new(false),
            notify: Notify::new(),
        });
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
                bell.notify.notify_one();
            }
        }
    }

    /// Ends the sessions of each sign-in that ends before its time. The task ends with the sender.
    pub fn heed(self: &Arc<Self>, mut revocations: broadcast::Receiver<Uuid>) {
        let hub = Arc::clone(self);
        tokio::spawn(async move {
            loop {
                match revocations.recv().await {
                    Ok(sign_in) => hub.end(|bell| bell.sign_in == sign_in),
                    // Who missed some cannot tell whose sign-in ended: all desktops show their tokens again.
                    Err(broadcast::error::RecvError::Lagged(_)) => hub.end(|_| true),
                    Err(broadcast::error::RecvError::Closed) => return,
                }
            }
        });
    }

    fn end(&self, is_meant: impl Fn(&Bell) -> bool) {
        let sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        for bell in sessions.values().flatten().filter(|bell| is_meant(bell)) {
            bell.is_over.store(true, Ordering::Release);
            bell.notify.notify_one();
        }
    }

    /// Wakes every session.
    pub fn wake_all(&self) {
        let sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        for bell in sessions.values().flatten() {
            bell.notify.notify_one();
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
    pub async fn rung(&self) -> Ring {
        self.bell.notify.notified().await;
        if self.bell.is_over.load(Ordering::Acquire) {
            Ring::Over
        } else {
            Ring::News
        }
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
