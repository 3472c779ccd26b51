//! A server in maps: every version is kept whole, and a delta is the plain difference of two of them.

use guildhall_domain::actor::Actor;
use guildhall_domain::denied::Denied;
use guildhall_domain::id::{AccountId, MutationId};
use guildhall_domain::mutation::{Effect, Mutation};
use guildhall_domain::person::{Person, Roles, Standing, Status};
use guildhall_domain::row::{Key, Lookup, Row};
use guildhall_domain::rules::{Call, execute};
use guildhall_domain::scope::{Scope, grants, placements};
use guildhall_domain::time::Timestamp;
use guildhall_domain::world::{Need, Stop, World, find};
use guildhall_protocol::sync::{Cursor, Delta, DeltaRow, LeftRow};
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

pub(crate) type Rows = BTreeMap<Key, Row>;

const EPOCH: Uuid = Uuid::from_u128(0xe90c);
pub(crate) const NOW: Timestamp = Timestamp(1_795_000_000_000);

/// All versions of all rows.
pub(crate) struct Ledger {
    versions: Vec<Rows>,
}

/// What a person sees at a version, and why.
pub(crate) struct View {
    pub(crate) rows: Rows,
    pub(crate) reasons: BTreeSet<(Scope, Key)>,
    scopes: BTreeSet<Scope>,
}

struct Now<'a>(&'a Rows);

impl World for Now<'_> {
    fn row(&self, key: Key) -> Result<Option<Row>, Need> {
        Ok(self.0.get(&key).cloned())
    }

    fn rows(&self, lookup: Lookup) -> Result<Vec<Row>, Need> {
        let found = self.0.values().filter(|row| lookup.matches(row));
        Ok(found.cloned().collect())
    }
}

impl Ledger {
    /// With these people, each of whom may work and hire.
    pub(crate) fn of(people: &[AccountId]) -> Self {
        let person = |id: AccountId| {
            Row::Person(Person {
                id,
                name: "Somebody".into(),
                roles: Roles {
                    freelancer: true,
                    client: true,
                    moderator: false,
                    admin: false,
                },
                status: Status::Active,
                standing: Standing::default(),
                proven: std::collections::BTreeMap::new(),
                joined: NOW,
            })
        };
        let rows = people.iter().map(|id| person(*id));
        Self {
            versions: vec![rows.map(|row| (row.key(), row)).collect()],
        }
    }

    pub(crate) fn head(&self) -> u64 {
        u64::try_from(self.versions.len() - 1).expect("is small")
    }

    fn at(&self, version: u64) -> &Rows {
        &self.versions[usize::try_from(version).expect("is small")]
    }

    pub(crate) fn now(&self) -> &Rows {
        self.at(self.head())
    }

    /// Lets effects happen as one version.
    pub(crate) fn put(&mut self, effects: Vec<Effect>) {
        let mut rows = self.now().clone();
        for effect in effects {
            match effect {
                Effect::Put(row) => rows.insert(row.key(), row),
                Effect::Delete(key) => rows.remove(&key),
            };
        }
        self.versions.push(rows);
    }

    /// Decides an act; answers with the version that contains it.
    pub(crate) fn decide(
        &mut self,
        account: AccountId,
        id: MutationId,
        mutation: &Mutation,
    ) -> Result<u64, Denied> {
        let world = Now(self.now());
        let person = find::<Person>(&world, account).ok().flatten();
        let call = Call {
            world: &world,
            actor: person.map_or(Actor::nobody(account), |person| Actor::from_person(&person)),
            // The server's clock is later than the device's.
            now: NOW.plus_ms(5_000),
            id,
        };
        match execute(mutation, &call) {
            Ok(effects) if effects.is_empty() => {}
            Ok(effects) => self.put(effects),
            Err(Stop::Denied(denied)) => return Err(denied),
            Err(Stop::Need(need)) => panic!("the world is whole: {need:?}"),
        }
        Ok(self.head())
    }

    /// What a person sees at a version, by definition.
    pub(crate) fn view(&self, account: AccountId, version: u64) -> View {
        let rows = self.at(version);
        let scopes: BTreeSet<Scope> = rows
            .values()
            .flat_map(grants)
            .filter(|(who, _)| *who == account)
            .map(|(_, scope)| scope)
            .collect();
        let reasons: BTreeSet<(Scope, Key)> = rows
            .values()
            .flat_map(|row| placements(row).into_iter().map(|scope| (scope, row.key())))
            .filter(|(scope, _)| scopes.contains(scope))
            .collect();
        View {
            rows: reasons
                .iter()
                .map(|(_, key)| (*key, rows[key].clone()))
                .collect(),
            reasons,
            scopes,
        }
    }

    /// The way of a person from a version to a later one.
    pub(crate) fn delta(&self, account: AccountId, from: Option<u64>, to: u64) -> Delta {
        let after = self.view(account, to);
        let before = from.map(|version| self.view(account, version));
        let mut reset = Vec::new();
        let mut left = Vec::new();
        let mut seen: BTreeMap<Key, Vec<Scope>> = BTreeMap::new();
        if let Some(before) = &before {
            reset.extend(before.scopes.symmetric_difference(&after.scopes).copied());
            for (scope, key) in before.reasons.difference(&after.reasons) {
                if after.scopes.contains(scope) {
                    left.push(LeftRow {
                        scope: *scope,
                        table: key.table,
                        id: key.id,
                    });
                }
            }
        }
        for (scope, key) in &after.reasons {
            let known = before.as_ref().is_some_and(|before| {
                before.scopes.contains(scope)
                    && before.reasons.contains(&(*scope, *key))
                    && before.rows.get(key) == after.rows.get(key)
            });
            if !known {
                seen.entry(*key).or_default().push(*scope);
            }
        }
        Delta {
            whole: before.is_none(),
            reset,
            rows: seen
                .into_iter()
                .map(|(key, scopes)| delta_row(&after.rows[&key], scopes))
                .collect(),
            left,
            ..Delta::nothing(cursor(to))
        }
    }
}

pub(crate) fn cursor(version: u64) -> Cursor {
    Cursor {
        epoch: EPOCH,
        version,
    }
}

/// A row on its way to a device.
pub(crate) fn delta_row(row: &Row, scopes: Vec<Scope>) -> DeltaRow {
    let body = row.encode().expect("is JSON");
    DeltaRow {
        table: row.table(),
        id: row.id(),
        version: 1,
        body: RawValue::from_string(body).expect("is JSON"),
        scopes,
    }
}
