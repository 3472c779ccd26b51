//! The rows a batch of mutations works on: loaded as rules ask for them, changed in memory, written in bulk.

use guildhall_domain::mutation::Effect;
use guildhall_domain::row::{Key, Lookup, Row};
use guildhall_domain::world::{Need, World};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A row as it was loaded and as it stands.
#[derive(Debug, Clone)]
struct Slot {
    stored: Option<Row>,
    /// The version that it was stored with.
    since: u64,
    current: Option<Row>,
    version: Option<u64>,
}

/// Rows in memory between a load and a write.
#[derive(Debug, Default)]
pub struct Workspace {
    rows: BTreeMap<Key, Slot>,
    lookups: BTreeMap<Lookup, BTreeSet<Uuid>>,
    changed: BTreeSet<Key>,
}

/// A row that stands otherwise than it was loaded.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    /// Which row.
    pub key: Key,
    /// As stored.
    pub before: Option<&'a Row>,
    /// The version that it was stored with; 0 for one that was not.
    pub since: u64,
    /// As it shall be stored.
    pub after: Option<&'a Row>,
    /// The version of the last mutation that touched it.
    pub version: u64,
}

impl Workspace {
    /// Takes in what the store holds for a key: a row with its version, or nothing.
    pub fn load(&mut self, key: Key, row: Option<(Row, u64)>) {
        self.rows.entry(key).or_insert_with(|| {
            let (row, since) = row.unzip();
            Slot {
                stored: row.clone(),
                since: since.unwrap_or(0),
                current: row,
                version: None,
            }
        });
    }

    /// Takes in everything the store holds for a lookup. What has been changed here meanwhile stays as it stands.
    pub fn load_all(&mut self, lookup: Lookup, rows: Vec<(Row, u64)>) {
        for (row, version) in rows {
            self.load(row.key(), Some((row, version)));
        }
        let in_table = |id| Key {
            table: lookup.table,
            id,
        };
        let ids = self
            .rows
            .range(in_table(Uuid::nil())..=in_table(Uuid::max()))
            .filter(|(_, slot)| slot.current.as_ref().is_some_and(|row| lookup.matches(row)))
            .map(|(key, _)| key.id)
            .collect();
        self.lookups.insert(lookup, ids);
    }

    /// True when this need has been answered.
    pub fn holds(&self, need: Need) -> bool {
        match need {
            Need::Row(key) => self.rows.contains_key(&key),
            Need::Rows(lookup) => self.lookups.contains_key(&lookup),
        }
    }

    /// Lets effects happen, as of a version.
    pub fn apply(&mut self, effects: Vec<Effect>, version: u64) {
        for effect in effects {
            let key = effect.key();
            let after = match effect {
                Effect::Put(row) => Some(row),
                Effect::Delete(_) => None,
            };
            let slot = self.rows.entry(key).or_insert(Slot {
                stored: None,
                since: 0,
                current: None,
                version: None,
            });
            let before = std::mem::replace(&mut slot.current, after.clone());
            slot.version = Some(version);
            self.changed.insert(key);
            self.reindex(key, before.as_ref(), after.as_ref());
        }
    }

    fn reindex(&mut self, key: Key, before: Option<&Row>, after: Option<&Row>) {
        for lookup in before.into_iter().flat_map(Row::lookups) {
            if let Some(ids) = self.lookups.get_mut(&lookup) {
                ids.remove(&key.id);
            }
        }
        for lookup in after.into_iter().flat_map(Row::lookups) {
            if let Some(ids) = self.lookups.get_mut(&lookup) {
                ids.insert(key.id);
            }
        }
    }

    /// Every row that stands otherwise than it was loaded, in the order of keys.
    pub fn changes(&self) -> impl Iterator<Item = Change<'_>> {
        self.changed.iter().filter_map(|key| {
            let slot = self.rows.get(key)?;
            let changed = slot.stored != slot.current;
            changed.then_some(Change {
                key: *key,
                before: slot.stored.as_ref(),
                since: slot.since,
                after: slot.current.as_ref(),
                version: slot.version?,
            })
        })
    }
}

impl World for Workspace {
    fn row(&self, key: Key) -> Result<Option<Row>, Need> {
        self.rows
            .get(&key)
            .map(|slot| slot.current.clone())
            .ok_or(Need::Row(key))
    }

    fn rows(&self, lookup: Lookup) -> Result<Vec<Row>, Need> {
        let ids = self.lookups.get(&lookup).ok_or(Need::Rows(lookup))?;
        let row = |id: &Uuid| {
            self.rows
                .get(&Key {
                    table: lookup.table,
                    id: *id,
                })?
                .current
                .clone()
        };
        Ok(ids.iter().filter_map(row).collect())
    }
}
