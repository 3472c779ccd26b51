//! What a pull asks of a database: one moment of it, in plain data. An adapter speaks SQL and decides nothing.

use guildhall_domain::id::AccountId;
use guildhall_domain::row::Key;
use guildhall_domain::scope::Scope;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::{Cursor, Digest, Place};
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use uuid::Uuid;

/// A read transaction: whatever is asked of it is answered as of the same moment.
pub trait Snapshot: Send {
    /// Why it could not be read.
    type Error: From<serde_json::Error> + Send;

    /// The history and where it stands, and up to which version lost memberships of this person have been thrown away; 0 when none
    /// was.
    fn standing(
        &mut self,
        account: AccountId,
    ) -> impl Future<Output = Result<(History, u64), Self::Error>> + Send;

    /// The scopes that this person sees, and those they lost after `since`.
    fn memberships(
        &mut self,
        account: AccountId,
        since: u64,
    ) -> impl Future<Output = Result<Vec<Membership>, Self::Error>> + Send;

    /// What lies in these spans behind a place: by the larger of the entry's version and the span's base, of which none is above
    /// `upto`, then scope, table and row, at most `limit` of it.
    fn entries(
        &mut self,
        spans: &[Span],
        after: Place,
        upto: u64,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Entry>, Self::Error>> + Send;

    /// Any of what lies in these spans behind a place, in no order, at most `limit` of it.
    fn any_entries(
        &mut self,
        spans: &[Span],
        after: Place,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Entry>, Self::Error>> + Send {
        self.entries(spans, after, u64::MAX, limit)
    }

    /// The bodies of rows, in any order; one that does not exist is left out.
    fn rows(
        &mut self,
        keys: &BTreeSet<Key>,
    ) -> impl Future<Output = Result<Vec<StoredRow>, Self::Error>> + Send;

    /// The digests of the scopes that this person sees; one that holds nothing may be left out.
    fn digests(
        &mut self,
        account: AccountId,
    ) -> impl Future<Output = Result<BTreeMap<Scope, Digest>, Self::Error>> + Send;
}

/// The parts of a server's history, oldest first, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// Never empty.
    pub epochs: Vec<Epoch>,
    /// The newest version.
    pub version: u64,
}

/// A part of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Epoch {
    /// Its name.
    pub id: Uuid,
    /// It begins after this version.
    pub began: u64,
    /// When the copy was made from which the server was restored then; none for the first epoch, and where nobody knows.
    pub copied: Option<Timestamp>,
}

/// That a person sees a scope, or has ceased to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// Which scope.
    pub scope: Scope,
    /// Since.
    pub version: u64,
    /// False when it was lost.
    pub put: bool,
    /// Up to which version entries of rows that left the scope have been thrown away; 0 when none was.
    pub floor: u64,
}

/// A part of a scope's entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Of which scope.
    pub scope: Scope,
    /// Entries of an earlier version count as of this one.
    pub base: u64,
    /// Only entries of a later version; all of them when none.
    pub above: Option<u64>,
}

/// That a row lies in a scope, or has left it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Which scope.
    pub scope: Scope,
    /// Which row.
    pub key: Key,
    /// Since.
    pub version: u64,
    /// False when it left.
    pub put: bool,
}

/// A row as it is stored.
#[derive(Debug, Clone)]
pub struct StoredRow {
    /// Which row.
    pub key: Key,
    /// The version that wrote it last.
    pub version: u64,
    /// Its document.
    pub body: Box<RawValue>,
}

impl History {
    /// The newest cut.
    pub fn head(&self) -> Cursor {
        Cursor {
            epoch: self.current().id,
            version: self.version,
        }
    }

    /// The part of the history that is being written.
    pub fn current(&self) -> Epoch {
        self.epochs.last().copied().unwrap_or(Epoch {
            id: Uuid::nil(),
            began: 0,
            copied: None,
        })
    }

    /// Up to which version a device of this epoch and the present one have lived through the same. One of an epoch that nobody
    /// remembers shares nothing for certain.
    pub fn shared(&self, epoch: Uuid) -> u64 {
        match self.epochs.iter().position(|one| one.id == epoch) {
            // Left for a later epoch that begins before: what the device heard since then was never.
            Some(place) => self.epochs[place + 1..]
                .iter()
                .map(|later| later.began)
                .fold(self.version, u64::min),
            None => 0,
        }
    }

    /// The version from which a device with this cursor goes on; none when what it holds is not part of this history.
    pub fn reach(&self, cursor: Cursor) -> Option<u64> {
        let is_known = self.epochs.iter().any(|epoch| epoch.id == cursor.epoch);
        (is_known && cursor.version <= self.shared(cursor.epoch)).then_some(cursor.version)
    }
}
