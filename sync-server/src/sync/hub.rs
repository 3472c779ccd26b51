//! Who is connected, and handing them what is new. A wake-up is a hint: losing one costs time, never truth.

use super::flash::{Flash, Mail, Mailed, deliver};
use super::past::Past;
use guildhall_domain::id::AccountId;
use guildhall_protocol::sync::Cursor;
use guildhall_sync_core::pull::Commit;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, broadcast};
use uuid::Uuid;

/// The live sessions, and what this process has seen of the history.
#[derive(Debug, Default)]
pub struct Hub {
    inside: Mutex<Inside>,
    /// How many bytes of flashes are kept.
    used: Arc<AtomicUsize>,
}

#[derive(Debug, Default)]
struct Inside {
    sessions: HashMap<AccountId, Vec<Arc<Bell>>>,
    past: Past,
}

/// What wakes a session.
#[derive(Debug)]
struct Bell {
    sign_in: Uuid,
    is_over: AtomicBool,
    mail: Mutex<Mail>,
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
pub struct Seat {
    hub: Arc<Hub>,
    account: AccountId,
    bell: Arc<Bell>,
}

impl Hub {
    /// A hub of a process that finds the history here.
    pub fn at(head: Cursor) -> Self {
        let inside = Inside {
            sessions: HashMap::new(),
            past: Past::at(head),
        };
        Self {
            inside: Mutex::new(inside),
            used: Arc::default(),
        }
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a seat for a session.
    pub fn join(self: &Arc<Self>, account: AccountId, sign_in: Uuid) -> Seat {
        let bell = Arc::new(Bell {
            sign_in,
            is_over: AtomicBool::new(false),
            mail: Mutex::default(),
            notify: Notify::new(),
        });
        let mut inside = self.inside();
        let bells = inside.sessions.entry(account).or_default();
        bells.push(Arc::clone(&bell));
        Seat {
            hub: Arc::clone(self),
            account,
            bell,
        }
    }

    /// Hands a commit of this process to every session that it concerns. To be called in the order of the commits.
    pub fn announce(&self, commit: Commit) {
        if commit.since() == commit.head() {
            return;
        }
        let mut inside = self.inside();
        let Inside { sessions, past } = &mut *inside;
        let is_listening = |account| sessions.contains_key(&account);
        deliver(commit, past, &self.used, is_listening, |account, flash| {
            for bell in sessions.get(&account).into_iter().flatten() {
                bell.ring(flash);
            }
        });
    }

    /// Somebody else has written what concerns these accounts: their sessions ask the database.
    pub fn wake<'a>(&self, accounts: impl IntoIterator<Item = &'a AccountId>) {
        let mut inside = self.inside();
        inside.past.break_off();
        for account in accounts {
            for bell in inside.sessions.get(account).into_iter().flatten() {
                bell.ring(None);
            }
        }
    }

    /// Where the history stands, as far as this process knows, if nothing until there is new to this person.
    pub(super) fn nothing_since(&self, account: AccountId, cursor: Cursor) -> Option<Cursor> {
        self.inside().past.nothing_since(account, cursor)
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
        let inside = self.inside();
        let bells = inside.sessions.values().flatten();
        for bell in bells.filter(|bell| is_meant(bell)) {
            bell.is_over.store(true, Ordering::Release);
            bell.notify.notify_one();
        }
    }

    /// Somebody else has written: every session asks the database.
    pub fn wake_all(&self) {
        let mut inside = self.inside();
        inside.past.break_off();
        for bell in inside.sessions.values().flatten() {
            bell.ring(None);
        }
    }

    /// How many sessions are live.
    pub fn sessions(&self) -> usize {
        self.inside().sessions.values().map(Vec::len).sum()
    }
}

impl Bell {
    /// Hands over a flash, or tells to ask.
    fn ring(&self, flash: Option<&Arc<Flash>>) {
        let mut mail = self.mail.lock().unwrap_or_else(PoisonError::into_inner);
        mail.put(flash);
        drop(mail);
        self.notify.notify_one();
    }
}

impl Seat {
    /// The next of what was handed to the session.
    pub(super) fn mail(&self) -> Mailed {
        let mail = self.bell.mail.lock();
        mail.unwrap_or_else(PoisonError::into_inner).take()
    }

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

impl Drop for Seat {
    fn drop(&mut self) {
        let mut inside = self.hub.inside();
        if let Some(bells) = inside.sessions.get_mut(&self.account) {
            bells.retain(|bell| !Arc::ptr_eq(bell, &self.bell));
            if bells.is_empty() {
                inside.sessions.remove(&self.account);
            }
        }
    }
}
