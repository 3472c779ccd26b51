//! The market in memory while its history is lived through: every act goes through the rules, at its own instant.

use guildhall_domain::actor::Actor;
use guildhall_domain::denied::Denied;
use guildhall_domain::id::{AccountId, MutationId};
use guildhall_domain::mutation::{Effect, Mutation};
use guildhall_domain::person::Person;
use guildhall_domain::policy::{self, Relation};
use guildhall_domain::row::{Key, Lookup, Noun, Row};
use guildhall_domain::rules::{Call, execute};
use guildhall_domain::time::Timestamp;
use guildhall_domain::world::{Need, Stop, World, find};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// An act that belongs to the history.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    pub(super) at: Timestamp,
    pub(super) account: AccountId,
    /// Done by the server on behalf of the account.
    pub(super) system: bool,
    pub(super) mutation: Mutation,
}

/// All rows, and where to find them.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    rows: BTreeMap<Key, Row>,
    index: BTreeMap<Lookup, BTreeSet<Uuid>>,
}

impl Ledger {
    /// Does what was planned.
    pub(super) fn act(&mut self, planned: &Planned, id: MutationId) -> Result<(), Denied> {
        match self.decide(planned, id) {
            Ok(effects) => {
                for effect in effects {
                    self.apply(effect);
                }
                Ok(())
            }
            Err(Stop::Denied(denied)) => Err(denied),
            // Nothing needs loading here: what is not in memory does not exist.
            Err(Stop::Need(_)) => Err(Denied::not_found("row")),
        }
    }

    fn decide(&self, planned: &Planned, id: MutationId) -> Result<Vec<Effect>, Stop> {
        let actor = if planned.system {
            Actor::system(planned.account)
        } else {
            let person = find::<Person>(self, planned.account)?;
            let actor = person
                .as_ref()
                .map_or_else(|| Actor::nobody(planned.account), Actor::from_person);
            policy::decide(&actor, policy::Act::Sync, Relation::Owner)?;
            actor
        };
        let call = Call {
            world: self,
            actor,
            now: planned.at,
            id,
        };
        execute(&planned.mutation, &call)
    }

    fn apply(&mut self, effect: Effect) {
        let key = effect.key();
        let after = match effect {
            Effect::Put(row) => Some(row),
            Effect::Delete(_) => None,
        };
        if let Some(before) = self.rows.remove(&key) {
            for lookup in before.lookups() {
                if let Some(ids) = self.index.get_mut(&lookup) {
                    ids.remove(&key.id);
                }
            }
        }
        if let Some(row) = after {
            for lookup in row.lookups() {
                self.index.entry(lookup).or_default().insert(key.id);
            }
            self.rows.insert(key, row);
        }
    }

    /// All nouns of a kind, in the order of their ids.
    pub(super) fn all<N: Noun>(&self) -> Vec<N> {
        self.rows.values().filter_map(N::in_row).cloned().collect()
    }

    /// Every row.
    pub(super) fn into_rows(self) -> Vec<Row> {
        self.rows.into_values().collect()
    }
}

impl World for Ledger {
    fn row(&self, key: Key) -> Result<Option<Row>, Need> {
        Ok(self.rows.get(&key).cloned())
    }

    fn rows(&self, lookup: Lookup) -> Result<Vec<Row>, Need> {
        let ids = self.index.get(&lookup).into_iter().flatten();
        let key = |id: &Uuid| Key {
            table: lookup.table,
            id: *id,
        };
        Ok(ids
            .filter_map(|id| self.rows.get(&key(id)).cloned())
            .collect())
    }
}
