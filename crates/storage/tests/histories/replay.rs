//! A market in memory: the acts that were applied, carried out one after another in the order of their versions.

use crate::anomaly::Anomaly;
use crate::market::NOW;
use guildhall_domain::actor::Actor;
use guildhall_domain::id::{AccountId, MutationId};
use guildhall_domain::mutation::{Effect, Mutation};
use guildhall_domain::person::Person;
use guildhall_domain::row::{Key, Lookup, Row};
use guildhall_domain::rules::{Call, execute};
use guildhall_domain::world::{Need, World, find};
use std::collections::{BTreeMap, BTreeSet};

/// The rows that follow from the acts, each with the version of the last act on it.
#[derive(Default)]
pub(crate) struct Replay {
    pub(crate) rows: BTreeMap<Key, (u64, Row)>,
    index: BTreeMap<Lookup, BTreeSet<Key>>,
}

impl World for Replay {
    fn row(&self, key: Key) -> Result<Option<Row>, Need> {
        Ok(self.rows.get(&key).map(|(_, row)| row.clone()))
    }

    fn rows(&self, lookup: Lookup) -> Result<Vec<Row>, Need> {
        let keys = self.index.get(&lookup).into_iter().flatten();
        Ok(keys
            .filter_map(|key| self.rows.get(key))
            .map(|(_, row)| row.clone())
            .collect())
    }
}

impl Replay {
    /// Carries out an act of the server itself.
    pub(crate) fn arrange(&mut self, account: AccountId, id: MutationId, mutation: &Mutation) {
        let done = self.carry_out(Actor::system(account), id, mutation, 0);
        done.expect("everybody may join");
    }

    /// Carries out an act that was applied at this version.
    pub(crate) fn apply(
        &mut self,
        account: AccountId,
        id: MutationId,
        mutation: &Mutation,
        version: u64,
    ) -> Result<(), Anomaly> {
        let actor = match find::<Person>(self, account) {
            Ok(Some(person)) => Actor::from_person(&person),
            Ok(None) | Err(_) => Actor::nobody(account),
        };
        self.carry_out(actor, id, mutation, version)
    }

    fn carry_out(
        &mut self,
        actor: Actor,
        id: MutationId,
        mutation: &Mutation,
        version: u64,
    ) -> Result<(), Anomaly> {
        let call = Call {
            world: &*self,
            actor,
            now: NOW,
            id,
        };
        let effects = execute(mutation, &call).map_err(|stop| Anomaly::OutOfOrder {
            version,
            why: format!("{stop:?}"),
        })?;
        for effect in effects {
            match effect {
                Effect::Put(row) => self.put(version, row),
                Effect::Delete(key) => drop(self.rows.remove(&key)),
            }
        }
        Ok(())
    }

    fn put(&mut self, version: u64, row: Row) {
        let key = row.key();
        for lookup in row.lookups() {
            self.index.entry(lookup).or_default().insert(key);
        }
        self.rows.insert(key, (version, row));
    }
}
