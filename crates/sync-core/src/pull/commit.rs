//! A commit as those who listen see it: the pull from just before it to just after it, answered from memory.
//!
//! Who listens stands at the version before the commit, so what they are to be told lies in the commit itself, unless they see a
//! scope now that they did not see before: its older rows are not here. The answer is worked out by the pull itself, over a moment
//! that holds nothing but the commit, so memory and database cannot tell different things.

use super::snapshot::{Entry, Epoch, History, Membership, Snapshot, Span, StoredRow};
use super::{Ask, pull};
use crate::sharing::Placement;
use guildhall_domain::id::AccountId;
use guildhall_domain::row::{Key, Table};
use guildhall_domain::scope::Scope;
use guildhall_protocol::sync::{Cursor, Delta, Digest, Place};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use uuid::Uuid;

/// What a row costs beside its body, in memory and in a delta.
const ROW: usize = 256;

/// What a commit changed.
#[derive(Debug, Default)]
pub struct Commit {
    since: u64,
    head: u64,
    is_whole: bool,
    entries: BTreeMap<Scope, Vec<Entry>>,
    rows: BTreeMap<Key, StoredRow>,
    members: BTreeMap<Scope, Vec<AccountId>>,
    moved: BTreeMap<AccountId, Vec<Membership>>,
}

/// People to whom a commit is the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Audience {
    /// The changed scopes that they see.
    scopes: Vec<Scope>,
    /// The scopes that they see no more, and since when.
    lost: Vec<(Scope, u64)>,
    /// The one whose own person it changed: it is told to nobody else in the same words.
    own: Option<AccountId>,
}

/// Whom a commit concerns.
#[derive(Debug, Default)]
pub struct Concerned {
    /// Those to whom it can be told from memory.
    pub told: BTreeMap<Audience, Vec<AccountId>>,
    /// Those who must ask the database.
    pub asking: BTreeSet<AccountId>,
}

impl Commit {
    /// What was written between two versions: rows as they stand, where they lie and from where they left, and who sees other
    /// scopes than before.
    pub fn new(
        (since, head): (u64, u64),
        rows: Vec<StoredRow>,
        placements: &[Placement],
        moved: BTreeMap<AccountId, Vec<Membership>>,
    ) -> Self {
        let rows: BTreeMap<Key, StoredRow> = rows.into_iter().map(|row| (row.key, row)).collect();
        let is_known = |place: &Placement| {
            let row = rows.get(&place.key).map(|row| row.version);
            !place.put || row == Some(place.version)
        };
        let is_whole = placements.iter().all(is_known);
        let mut entries: BTreeMap<Scope, Vec<Entry>> = BTreeMap::new();
        for place in placements {
            entries.entry(place.scope).or_default().push(Entry {
                scope: place.scope,
                key: place.key,
                version: place.version,
                put: place.put,
            });
        }
        Self {
            since,
            head,
            is_whole,
            entries,
            rows,
            members: BTreeMap::new(),
            moved,
        }
    }

    /// The same with those who see its scopes, as it stands afterwards.
    #[must_use]
    pub fn seen_by(mut self, members: BTreeMap<Scope, Vec<AccountId>>) -> Self {
        self.members = members;
        self
    }

    /// The version before it.
    pub fn since(&self) -> u64 {
        self.since
    }

    /// The version after it.
    pub fn head(&self) -> u64 {
        self.head
    }

    /// Everybody who sees something new.
    pub fn touched(&self) -> impl Iterator<Item = AccountId> {
        let members = self.members.values().flatten();
        members.chain(self.moved.keys()).copied()
    }

    /// About how many bytes it keeps.
    pub fn bytes(&self) -> usize {
        let rows: usize = self.rows.values().map(bytes).sum();
        let entries: usize = self.entries.values().map(Vec::len).sum();
        let members: usize = self.members.values().map(Vec::len).sum();
        rows + entries * size_of::<Entry>() + members * size_of::<AccountId>()
    }

    /// About how many bytes it is, told to these.
    pub fn bytes_for(&self, audience: &Audience) -> usize {
        let scopes = audience.scopes.iter();
        let entries = scopes.filter_map(|scope| self.entries.get(scope)).flatten();
        entries
            .map(|entry| self.rows.get(&entry.key).map_or(ROW, bytes))
            .sum()
    }

    /// Whom of those who listen it concerns.
    pub fn concerned(&self, is_listening: impl Fn(AccountId) -> bool) -> Concerned {
        let mut scopes: HashMap<AccountId, Vec<Scope>> = HashMap::new();
        for (scope, members) in &self.members {
            for account in members.iter().filter(|account| is_listening(**account)) {
                scopes.entry(*account).or_default().push(*scope);
            }
        }
        for account in self.moved.keys().filter(|account| is_listening(**account)) {
            scopes.entry(*account).or_default();
        }
        let mut concerned = Concerned::default();
        for (account, scopes) in scopes {
            match self.audience(account, scopes) {
                Some(audience) => concerned.told.entry(audience).or_default().push(account),
                None => {
                    concerned.asking.insert(account);
                }
            }
        }
        concerned
    }

    /// To whom else it is what it is to this person; none when they must ask.
    fn audience(&self, account: AccountId, scopes: Vec<Scope>) -> Option<Audience> {
        let moved = self.moved.get(&account).map_or(&[][..], Vec::as_slice);
        if !self.is_whole || moved.iter().any(|one| one.put) {
            return None;
        }
        let person = Key {
            table: Table::Person,
            id: account.0,
        };
        Some(Audience {
            scopes,
            lost: moved.iter().map(|one| (one.scope, one.version)).collect(),
            own: self.rows.contains_key(&person).then_some(account),
        })
    }

    /// What a pull answers these who stand at any version from which this commit is the first to concern them; none when that
    /// does not fit into one page.
    ///
    /// # Errors
    /// When a body cannot be read.
    pub fn delta(&self, audience: &Audience, epoch: Uuid) -> serde_json::Result<Option<Delta>> {
        let account = audience.own.unwrap_or(AccountId(Uuid::nil()));
        let cursor = Cursor {
            epoch,
            version: self.since,
        };
        let mut moment = Moment {
            commit: self,
            audience,
            epoch,
        };
        let ask = Ask::next(account, cursor);
        let pulled = pin!(pull(&mut moment, &ask));
        // Nothing here waits.
        let Poll::Ready(delta) = pulled.poll(&mut Context::from_waker(Waker::noop())) else {
            return Ok(None);
        };
        Ok(Some(delta?).filter(|delta| delta.next.is_none()))
    }
}

fn bytes(row: &StoredRow) -> usize {
    row.body.get().len() + ROW
}

/// The moment after a commit, for those to whom nothing older is new.
struct Moment<'a> {
    commit: &'a Commit,
    audience: &'a Audience,
    epoch: Uuid,
}

impl Snapshot for Moment<'_> {
    type Error = serde_json::Error;

    async fn standing(&mut self, _: AccountId) -> Result<(History, u64), Self::Error> {
        let history = History {
            epochs: vec![Epoch {
                id: self.epoch,
                began: 0,
                copied: None,
            }],
            version: self.commit.head,
        };
        // What was thrown away is old, and who listens has heard of it.
        Ok((history, 0))
    }

    async fn memberships(&mut self, _: AccountId, _: u64) -> Result<Vec<Membership>, Self::Error> {
        let membership = |scope, version, put| Membership {
            scope,
            version,
            put,
            floor: 0,
        };
        let seen = self.audience.scopes.iter();
        let seen = seen.map(|scope| membership(*scope, 0, true));
        let lost = self.audience.lost.iter();
        let lost = lost.map(|(scope, version)| membership(*scope, *version, false));
        Ok(seen.chain(lost).collect())
    }

    async fn entries(
        &mut self,
        spans: &[Span],
        _: Place,
        upto: u64,
        limit: usize,
    ) -> Result<Vec<Entry>, Self::Error> {
        let mut found: Vec<Entry> = spans
            .iter()
            .filter_map(|span| Some((span, self.commit.entries.get(&span.scope)?)))
            .flat_map(|(span, entries)| {
                let is_new =
                    |entry: &&Entry| span.above < Some(entry.version) && entry.version <= upto;
                entries.iter().filter(is_new).copied()
            })
            .collect();
        found.sort_by_key(|entry| (entry.version, entry.scope, entry.key.table, entry.key.id));
        found.truncate(limit);
        Ok(found)
    }

    async fn rows(&mut self, keys: &BTreeSet<Key>) -> Result<Vec<StoredRow>, Self::Error> {
        let rows = keys.iter().filter_map(|key| self.commit.rows.get(key));
        Ok(rows.cloned().collect())
    }

    async fn digests(&mut self, _: AccountId) -> Result<BTreeMap<Scope, Digest>, Self::Error> {
        // A commit knows only what changed; nobody who compares is answered from memory.
        Ok(BTreeMap::new())
    }
}
