//! The rules run over what this device holds: the very ones the server runs, so a screen offers exactly what will be taken.

use crate::snapshot::Snapshot;
use guildhall_domain::actor::Actor;
use guildhall_domain::denied::Code;
use guildhall_domain::id::MutationId;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::row::{Key, Lookup, Row};
use guildhall_domain::rules::{Call, execute};
use guildhall_domain::world::{Need, Stop, World};
use uuid::Uuid;

/// A snapshot as the rules read it. A row this device does not hold does not exist for it, so nothing ever needs loading.
pub struct SnapshotWorld<'a>(pub &'a Snapshot);

impl World for SnapshotWorld<'_> {
    fn row(&self, key: Key) -> Result<Option<Row>, Need> {
        let row = self
            .0
            .rows
            .get(&key.table)
            .and_then(|rows| rows.get(&key.id));
        Ok(row.map(|row| row.as_ref().clone()))
    }

    fn rows(&self, lookup: Lookup) -> Result<Vec<Row>, Need> {
        let rows = self
            .0
            .rows
            .get(&lookup.table)
            .into_iter()
            .flat_map(|rows| rows.values());
        Ok(rows
            .filter(|row| lookup.matches(row))
            .map(|row| row.as_ref().clone())
            .collect())
    }

    fn is_whole(&self) -> bool {
        false
    }
}

/// Who acts at this desktop.
pub fn actor(snapshot: &Snapshot) -> Actor {
    snapshot
        .person()
        .map_or_else(|| Actor::nobody(snapshot.me), Actor::from_person)
}

/// True when the rules would take this act now, or would once its form is filled in.
pub fn may(snapshot: &Snapshot, mutation: &Mutation) -> bool {
    let world = SnapshotWorld(snapshot);
    let call = Call {
        world: &world,
        actor: actor(snapshot),
        now: snapshot.now,
        id: MutationId(Uuid::nil()),
    };
    match execute(mutation, &call) {
        Ok(_) => true,
        Err(Stop::Denied(denied)) => denied.code == Code::Validation,
        Err(Stop::Need(_)) => false,
    }
}

/// The names of those acts that are possible now, in their order.
pub(super) fn possible<const N: usize>(
    snapshot: &Snapshot,
    acts: [(&str, Option<Mutation>); N],
) -> Vec<String> {
    acts.into_iter()
        .filter(|(_, mutation)| mutation.as_ref().is_some_and(|act| may(snapshot, act)))
        .map(|(name, _)| name.to_owned())
        .collect()
}
