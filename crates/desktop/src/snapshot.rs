//! Everything this device holds at one moment, as the screens read it: the cached rows with what is still on its way.

use crate::blobs::FileState;
use guildhall_domain::attachment::BlobHash;
use guildhall_domain::id::AccountId;
use guildhall_domain::person::Person;
use guildhall_domain::row::{Key, Noun, Row, Table};
use guildhall_domain::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;

/// Rows, drafts and what waits, at one moment.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The person at this desktop.
    pub me: AccountId,
    /// The moment.
    pub now: Timestamp,
    /// When the device last was up to date.
    pub as_of: Option<Timestamp>,
    /// The cached rows, shared with the replica: a moment costs no copy of them.
    pub rows: BTreeMap<Table, BTreeMap<Uuid, Arc<Row>>>,
    /// Rows that carry a change the server has not confirmed.
    pub waiting: BTreeSet<Key>,
    /// Autosaved forms and texts as JSON, by key, e.g. `request/<id>`; only on this device.
    pub drafts: BTreeMap<String, String>,
    /// How files stand that this device knows more of than their names.
    pub files: BTreeMap<BlobHash, FileState>,
    /// Ids of requests that have been opened on this device.
    pub opened: BTreeSet<Uuid>,
}

impl Snapshot {
    /// An empty device.
    pub fn empty(me: AccountId, now: Timestamp) -> Self {
        Self {
            me,
            now,
            as_of: None,
            rows: BTreeMap::new(),
            waiting: BTreeSet::new(),
            drafts: BTreeMap::new(),
            files: BTreeMap::new(),
            opened: BTreeSet::new(),
        }
    }

    /// All nouns of a kind, in the order of their ids.
    pub fn all<N: Noun + 'static>(&self) -> impl Iterator<Item = &N> {
        self.rows
            .get(&N::TABLE)
            .into_iter()
            .flat_map(BTreeMap::values)
            .filter_map(|row| N::in_row(row))
    }

    /// The noun of an id.
    pub fn find<N: Noun + 'static>(&self, id: impl Into<Uuid>) -> Option<&N> {
        self.rows
            .get(&N::TABLE)?
            .get(&id.into())
            .and_then(|row| N::in_row(row))
    }

    /// The person at this desktop, once the first download is in.
    pub fn person(&self) -> Option<&Person> {
        self.find::<Person>(self.me)
    }

    /// True when the row carries a change the server has not confirmed.
    pub fn is_waiting<N: Noun>(&self, id: impl Into<Uuid>) -> bool {
        self.waiting.contains(&Key::of::<N>(id))
    }

    /// Puts a row, as a change of the cache does.
    pub fn put(&mut self, row: Row) {
        self.rows
            .entry(row.table())
            .or_default()
            .insert(row.id(), Arc::new(row));
    }

    /// Takes a row away.
    pub fn remove(&mut self, key: Key) {
        if let Some(rows) = self.rows.get_mut(&key.table) {
            rows.remove(&key.id);
        }
    }
}
