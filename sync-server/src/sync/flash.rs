//! A commit on its way to the sessions that it concerns: worked out once for all to whom it is the same, written once for each way
//! of saying it, and kept only as long as somebody has not said it yet.

use super::past::Past;
use axum::extract::ws::{Message, Utf8Bytes};
use guildhall_domain::id::AccountId;
use guildhall_protocol::sync::pack::{PackError, pack_delta};
use guildhall_protocol::sync::{Cursor, Delta, FromServer};
use guildhall_sync_core::planted;
use guildhall_sync_core::pull::{Audience, Commit};
use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use uuid::Uuid;

/// How many flashes may wait for a session that is busy.
const WAITING: usize = 4;
/// What is larger is better fetched page by page.
const MAXIMUM_BYTES: usize = 64 * 1024;
/// A flash is there as a delta, packed, and perhaps as text.
const TIMES: usize = 3;
/// How many bytes all flashes together may keep; what does not fit is asked of the database.
const KEPT: usize = 16 * 1024 * 1024;

/// How deltas are said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Voice {
    /// As JSON.
    Text,
    /// Packed, with this dictionary.
    Packed(Option<u32>),
}

impl Voice {
    /// A delta as a message to a desktop that knows this epoch.
    pub(super) fn say(self, delta: Delta, known: Option<Uuid>) -> Result<Message, PackError> {
        match self {
            Self::Text => {
                let delta = Box::new(delta);
                let text = serde_json::to_string(&FromServer::Delta { delta });
                let text = text.map_err(|_| PackError::Unreadable)?;
                Ok(Message::Text(Utf8Bytes::from(text)))
            }
            Self::Packed(with) => Ok(Message::Binary(pack_delta(delta, known, with)?.into())),
        }
    }
}

/// What one commit is to everybody to whom it is the same.
#[derive(Debug)]
pub struct Flash {
    /// Whoever stands at this version or later misses nothing else.
    since: u64,
    epoch: Uuid,
    kept: Arc<Kept>,
    audience: Audience,
    delta: OnceLock<Option<Delta>>,
    said: Mutex<BTreeMap<Voice, Message>>,
    _room: Room,
}

#[derive(Debug)]
struct Kept {
    commit: Commit,
    _room: Room,
}

/// What a session does with a flash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// It knows all of it.
    Known,
    /// It asks the database.
    Ask,
    /// It passes it on.
    Say,
}

impl Flash {
    /// Where a desktop stands that has heard it.
    pub(super) fn cursor(&self) -> Cursor {
        Cursor {
            epoch: self.epoch,
            version: self.kept.commit.head(),
        }
    }

    /// What it is to a desktop that stands here.
    pub(super) fn read(&self, cursor: Cursor) -> Reading {
        if cursor.epoch != self.epoch {
            return Reading::Ask;
        }
        if cursor.version >= self.kept.commit.head() {
            return Reading::Known;
        }
        let is_next = cursor.version >= self.since || planted!(BehindTold);
        if is_next && self.delta().is_some() {
            Reading::Say
        } else {
            Reading::Ask
        }
    }

    /// What it tells; none when it is too much for one page.
    pub(super) fn delta(&self) -> Option<&Delta> {
        let make = || {
            let delta = self.kept.commit.delta(&self.audience, self.epoch);
            delta.ok().flatten()
        };
        self.delta.get_or_init(make).as_ref()
    }

    /// The message that tells it.
    pub(super) fn say(&self, voice: Voice) -> Result<Message, PackError> {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(message) = said.get(&voice) {
            return Ok(message.clone());
        }
        let delta = self.delta().ok_or(PackError::Unreadable)?;
        // Whoever takes a flash stands in its epoch.
        let message = voice.say(delta.clone(), Some(self.epoch))?;
        said.insert(voice, message.clone());
        Ok(message)
    }
}

/// What waits for a session.
#[derive(Debug, Default)]
pub(super) struct Mail {
    flashes: VecDeque<Arc<Flash>>,
    must_ask: bool,
}

/// The next of what waits for a session.
#[derive(Debug)]
pub(super) enum Mailed {
    /// Nothing.
    Nothing,
    /// To ask the database.
    Ask,
    /// A flash.
    Flash(Arc<Flash>),
}

impl Mail {
    /// One more flash; a session that is too far behind asks instead.
    pub(super) fn put(&mut self, flash: Option<&Arc<Flash>>) {
        match flash {
            Some(flash) if !self.must_ask && self.flashes.len() < WAITING => {
                self.flashes.push_back(Arc::clone(flash));
            }
            Some(_) | None => {
                self.must_ask = true;
                self.flashes = VecDeque::new();
            }
        }
    }

    /// Takes the next one out.
    pub(super) fn take(&mut self) -> Mailed {
        if std::mem::take(&mut self.must_ask) {
            return Mailed::Ask;
        }
        let next = self.flashes.pop_front();
        if self.flashes.is_empty() {
            // An idle session keeps nothing.
            self.flashes = VecDeque::new();
        }
        next.map_or(Mailed::Nothing, Mailed::Flash)
    }
}

/// Room that is taken out of [`KEPT`], until it is dropped.
#[derive(Debug)]
struct Room {
    used: Arc<AtomicUsize>,
    bytes: usize,
}

impl Room {
    fn take(used: &Arc<AtomicUsize>, bytes: usize) -> Option<Self> {
        let more = |used: usize| Some(used.saturating_add(bytes)).filter(|more| *more <= KEPT);
        let taken = used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
        taken.ok().map(|_| Self {
            used: Arc::clone(used),
            bytes,
        })
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.used.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// Gives a commit to those of whom somebody listens; who gets no flash must ask. To be called in the order of the commits.
pub(super) fn deliver(
    commit: Commit,
    past: &mut Past,
    used: &Arc<AtomicUsize>,
    is_listening: impl Fn(AccountId) -> bool,
    mut give: impl FnMut(AccountId, Option<&Arc<Flash>>),
) {
    let since = past.follow(&commit);
    let concerned = commit.concerned(is_listening);
    for account in concerned.asking {
        give(account, None);
    }
    if concerned.told.is_empty() {
        return;
    }
    let kept = Room::take(used, commit.bytes()).map(|room| Kept {
        commit,
        _room: room,
    });
    let kept = kept.map(Arc::new);
    for (audience, accounts) in concerned.told {
        let flash = kept.as_ref().and_then(|kept| {
            let bytes = kept.commit.bytes_for(&audience);
            let room = Room::take(used, bytes.saturating_mul(TIMES))?;
            (bytes <= MAXIMUM_BYTES).then(|| {
                Arc::new(Flash {
                    since,
                    epoch: past.epoch(),
                    kept: Arc::clone(kept),
                    audience,
                    delta: OnceLock::new(),
                    said: Mutex::default(),
                    _room: room,
                })
            })
        });
        for account in accounts {
            give(account, flash.as_ref());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use guildhall_domain::row::{Key, Table};
    use guildhall_domain::scope::Scope;
    use guildhall_sync_core::pull::StoredRow;
    use guildhall_sync_core::sharing::Placement;
    use serde_json::value::RawValue;

    const ANN: AccountId = AccountId(Uuid::from_u128(1));
    const BEN: AccountId = AccountId(Uuid::from_u128(2));
    const EPOCH: Uuid = Uuid::from_u128(9);

    fn at(version: u64) -> Cursor {
        Cursor {
            epoch: EPOCH,
            version,
        }
    }

    /// A message of so many bytes in a scope that both see.
    fn commit(since: u64, head: u64, bytes: usize) -> Commit {
        let scope = Scope(Uuid::from_u128(7));
        let key = Key {
            table: Table::Message,
            id: Uuid::from_u128(8),
        };
        let row = StoredRow {
            key,
            version: head,
            body: RawValue::from_string(format!("\"{}\"", "x".repeat(bytes))).expect("is JSON"),
        };
        let placement = Placement {
            scope,
            key,
            version: head,
            put: true,
        };
        Commit::new((since, head), vec![row], &[placement], BTreeMap::new())
            .seen_by(BTreeMap::from([(scope, vec![ANN, BEN])]))
    }

    struct Post {
        past: Past,
        used: Arc<AtomicUsize>,
    }

    impl Post {
        fn at(version: u64) -> Self {
            Self {
                past: Past::at(at(version)),
                used: Arc::default(),
            }
        }

        /// What both get.
        fn given(&mut self, commit: Commit) -> [Option<Arc<Flash>>; 2] {
            let mut given = BTreeMap::new();
            let give = |account, flash: Option<&Arc<Flash>>| {
                given.insert(account, flash.cloned());
            };
            deliver(commit, &mut self.past, &self.used, |_| true, give);
            [ANN, BEN].map(|account| given.remove(&account).expect("it concerns them"))
        }

        fn used(&self) -> usize {
            self.used.load(Ordering::Relaxed)
        }
    }

    #[test]
    fn who_is_told_the_same_shares_the_bytes() {
        let [ann, ben] = Post::at(4).given(commit(4, 5, 10));
        let (ann, ben) = (ann.expect("a flash"), ben.expect("a flash"));
        assert!(Arc::ptr_eq(&ann, &ben));
        for voice in [Voice::Text, Voice::Packed(None), Voice::Packed(Some(1))] {
            let said = [&ann, &ben].map(|flash| flash.say(voice).expect("is written").into_data());
            assert_eq!(said[0].as_ptr(), said[1].as_ptr(), "{voice:?}");
        }
    }

    #[test]
    fn a_flash_is_for_those_who_missed_nothing_before_it() {
        let mut post = Post::at(3);
        post.given(commit(3, 4, 10));
        let [ann, _] = post.given(commit(4, 5, 10));
        let flash = ann.expect("a flash");
        assert_eq!(flash.read(at(4)), Reading::Say);
        assert_eq!(
            flash.read(at(3)),
            Reading::Say,
            "what was before did not concern them"
        );
        assert_eq!(flash.read(at(2)), Reading::Ask);
        assert_eq!(flash.read(at(5)), Reading::Known);
        let elsewhere = Cursor {
            epoch: Uuid::nil(),
            version: 4,
        };
        assert_eq!(flash.read(elsewhere), Reading::Ask);

        // Version 6 was another process's.
        let [ann, _] = post.given(commit(6, 7, 10));
        let flash = ann.expect("a flash");
        assert_eq!(flash.read(at(5)), Reading::Ask);
        assert_eq!(flash.read(at(6)), Reading::Say);
    }

    #[test]
    fn a_session_that_does_not_listen_asks_once_for_all() {
        let mut post = Post::at(0);
        let mut mail = Mail::default();
        for version in 0..=WAITING as u64 {
            let [ann, _] = post.given(commit(version, version + 1, 10));
            mail.put(ann.as_ref());
        }
        assert!(matches!(mail.take(), Mailed::Ask));
        assert!(matches!(mail.take(), Mailed::Nothing));
        assert_eq!(post.used(), 0, "nothing is kept for it");
    }

    #[test]
    fn so_much_is_kept_and_no_more() {
        let mut post = Post::at(0);
        let mut kept = Vec::new();
        let mut version = 0;
        while let [Some(flash), _] = post.given(commit(version, version + 1, MAXIMUM_BYTES / 2)) {
            kept.push(flash);
            version += 1;
            assert!(post.used() <= KEPT);
        }
        assert!(kept.len() > 50, "{}", kept.len());
        drop(kept);
        assert_eq!(post.used(), 0);
        let [ann, _] = post.given(commit(version + 1, version + 2, 10));
        assert!(ann.is_some(), "there is room again");
        let [ann, _] = post.given(commit(version + 2, version + 3, MAXIMUM_BYTES));
        assert!(ann.is_none(), "too much for one message");
    }
}
