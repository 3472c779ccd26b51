//! A server's database that is nothing but maps, and the bugs that can be planted in it.

use guildhall_domain::id::AccountId;
use guildhall_domain::row::{Key, Row, Table};
use guildhall_domain::scope::Scope;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::{Digest, Place};
use guildhall_sync_core::pull::{Entry, Epoch, History, Membership, Snapshot, Span, StoredRow};
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What is wrong with the server or the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bug {
    /// Rows that left a scope are forgotten, and nobody remembers that they were.
    NoFloor,
    /// The same for memberships.
    NoAccountFloor,
    /// A row goes with its first reason instead of its last.
    NoReasons,
    /// The first page says how far all pages go.
    Pinned,
    /// A scope that comes anew does not drop what the device holds of it.
    NoReset,
    /// The place of a page's last entry is forgotten but for its version.
    CoarsePosition,
}

impl Bug {
    pub(crate) const ALL: [Self; 6] = [
        Self::NoFloor,
        Self::NoAccountFloor,
        Self::NoReasons,
        Self::Pinned,
        Self::NoReset,
        Self::CoarsePosition,
    ];
}

/// Everything the server holds.
#[derive(Debug, Clone)]
pub(crate) struct Base {
    pub(crate) epochs: Vec<Epoch>,
    pub(crate) version: u64,
    rows: BTreeMap<u128, (u64, u64, BTreeSet<u128>)>,
    places: BTreeMap<(u128, u128), (u64, bool)>,
    members: BTreeMap<(u128, u128), (u64, bool)>,
    floors: BTreeMap<u128, u64>,
    account_floors: BTreeMap<u128, u64>,
    pub(crate) bug: Option<Bug>,
    /// How far pages go while [`Bug::Pinned`] is planted.
    pub(crate) pin: Option<u64>,
}

pub(crate) fn key(row: u128) -> Key {
    Key {
        table: Table::ReadMark,
        id: Uuid::from_u128(row),
    }
}

pub(crate) fn scope(number: u128) -> Scope {
    Scope(Uuid::from_u128(number))
}

pub(crate) fn account(number: u128) -> AccountId {
    AccountId(Uuid::from_u128(number))
}

fn row(number: u128, text: u64) -> Row {
    Row::ReadMark(guildhall_domain::message::ReadMark {
        id: Uuid::from_u128(number),
        application: Uuid::nil().into(),
        reader: account(0),
        up_to: Timestamp(i64::try_from(text).expect("is small")),
    })
}

impl Base {
    pub(crate) fn new(bug: Option<Bug>) -> Self {
        Self {
            epochs: vec![Epoch {
                id: Uuid::from_u128(0xe0),
                began: 0,
                copied: None,
            }],
            version: 0,
            rows: BTreeMap::new(),
            places: BTreeMap::new(),
            members: BTreeMap::new(),
            floors: BTreeMap::new(),
            account_floors: BTreeMap::new(),
            bug,
            pin: None,
        }
    }

    /// Writes a row, in its scopes or in other ones; without a text it is deleted.
    pub(crate) fn put(&mut self, row: u128, text: Option<u64>, scopes: Option<BTreeSet<u128>>) {
        let old = self.rows.get(&row).map(|(_, _, scopes)| scopes.clone());
        if text.is_none() && old.is_none() {
            return;
        }
        let old = old.unwrap_or_default();
        let new = match text {
            Some(_) => scopes.unwrap_or_else(|| old.clone()),
            None => BTreeSet::new(),
        };
        self.version += 1;
        for gone in old.difference(&new) {
            self.places.insert((*gone, row), (self.version, false));
        }
        for here in &new {
            self.places.insert((*here, row), (self.version, true));
        }
        match text {
            Some(text) => self.rows.insert(row, (self.version, text, new)),
            None => self.rows.remove(&row),
        };
    }

    /// Several rows under one version, as one act writes them.
    pub(crate) fn put_many(&mut self, rows: &[u128], text: u64, scopes: &BTreeSet<u128>) {
        let before = self.version;
        for row in rows {
            self.version = before;
            self.put(*row, Some(text), Some(scopes.clone()));
        }
    }

    pub(crate) fn member(&mut self, who: u128, scope: u128, put: bool) {
        let is = self.members.get(&(who, scope)).is_some_and(|(_, put)| *put);
        if is != put {
            self.version += 1;
            self.members.insert((who, scope), (self.version, put));
        }
    }

    /// Throws away what was over at a version.
    pub(crate) fn forget(&mut self, upto: u64) {
        let over = |entry: &(u64, bool)| !entry.1 && entry.0 <= upto;
        let gone: Vec<_> = self.places.extract_if(.., |_, entry| over(entry)).collect();
        for ((scope, _), (version, _)) in gone {
            let floor = self.floors.entry(scope).or_default();
            *floor = version.max(*floor);
        }
        let gone: Vec<_> = self
            .members
            .extract_if(.., |_, entry| over(entry))
            .collect();
        for ((who, _), (version, _)) in gone {
            let floor = self.account_floors.entry(who).or_default();
            *floor = version.max(*floor);
        }
    }

    /// What a person sees, by definition.
    pub(crate) fn visible(&self, who: u128) -> BTreeMap<Key, (Row, u64)> {
        let mine: BTreeSet<u128> = (self.members.iter())
            .filter(|((account, _), (_, put))| *account == who && *put)
            .map(|((_, scope), _)| *scope)
            .collect();
        (self.rows.iter())
            .filter(|(_, (_, _, scopes))| !scopes.is_disjoint(&mine))
            .map(|(id, (version, text, _))| (key(*id), (row(*id, *text), *version)))
            .collect()
    }

    /// What this person's scopes count, row by row.
    pub(crate) fn counted(&self, who: u128) -> BTreeMap<Scope, Digest> {
        let mut counted: BTreeMap<Scope, Digest> = BTreeMap::new();
        for ((account, id), (_, put)) in &self.members {
            if *account != who || !put {
                continue;
            }
            for (row, (version, _, scopes)) in &self.rows {
                if scopes.contains(id) {
                    let place = scope(*id);
                    *counted.entry(place).or_default() ^= Digest::of(place, key(*row), *version);
                }
            }
        }
        counted
    }

    fn has(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }
}

impl Snapshot for Base {
    type Error = serde_json::Error;

    async fn standing(&mut self, account: AccountId) -> Result<(History, u64), Self::Error> {
        let history = History {
            epochs: self.epochs.clone(),
            version: self.pin.unwrap_or(self.version),
        };
        let floor = self.account_floors.get(&account.0.as_u128()).copied();
        let floor = floor.filter(|_| !self.has(Bug::NoAccountFloor));
        Ok((history, floor.unwrap_or(0)))
    }

    async fn memberships(
        &mut self,
        account: AccountId,
        since: u64,
    ) -> Result<Vec<Membership>, Self::Error> {
        let mine = self.members.iter().filter(|((who, _), (version, put))| {
            *who == account.0.as_u128() && (*put || *version > since)
        });
        let member = |((_, id), (version, put)): (&(u128, u128), &(u64, bool))| {
            let floor = self.floors.get(id).copied().unwrap_or(0);
            Membership {
                scope: scope(*id),
                version: *version,
                put: *put,
                floor: if self.has(Bug::NoFloor) { 0 } else { floor },
            }
        };
        Ok(mine.map(member).collect())
    }

    async fn entries(
        &mut self,
        spans: &[Span],
        after: Place,
        upto: u64,
        limit: usize,
    ) -> Result<Vec<Entry>, Self::Error> {
        let mut found = BTreeMap::new();
        for ((id, row), (version, put)) in &self.places {
            let Some(span) = spans.iter().find(|span| span.scope == scope(*id)) else {
                continue;
            };
            let place = Place {
                version: span.base.max(*version),
                scope: span.scope,
                row: Some((key(*row).table, key(*row).id)),
            };
            let is_asked = span.above < Some(*version) && place > after && place.version <= upto;
            let is_pinned = self.pin.is_some_and(|pin| *version > pin);
            if is_asked && !is_pinned {
                let entry = Entry {
                    scope: span.scope,
                    key: key(*row),
                    version: *version,
                    put: *put,
                };
                found.insert(place, entry);
            }
        }
        Ok(found.into_values().take(limit).collect())
    }

    async fn rows(&mut self, keys: &BTreeSet<Key>) -> Result<Vec<StoredRow>, Self::Error> {
        let mut found = Vec::new();
        for key in keys {
            if let Some((version, text, _)) = self.rows.get(&key.id.as_u128()) {
                let body = row(key.id.as_u128(), *text).encode()?;
                found.push(StoredRow {
                    key: *key,
                    version: *version,
                    body: RawValue::from_string(body)?,
                });
            }
        }
        Ok(found)
    }

    async fn digests(
        &mut self,
        account: AccountId,
    ) -> Result<BTreeMap<Scope, Digest>, Self::Error> {
        Ok(self.counted(account.0.as_u128()))
    }
}
