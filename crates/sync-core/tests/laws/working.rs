//! The workspace of a batch: rows are loaded once, changed in memory, and every change is known with its version.

use crate::acts::publish;
use crate::ledger::Ledger;
use guildhall_domain::id::{AccountId, MutationId, RequestId};
use guildhall_domain::mutation::{Effect, Mutation};
use guildhall_domain::request::Request;
use guildhall_domain::row::{Column, Key, Lookup, Noun, Row};
use guildhall_domain::scope::{Scope, grants, placements};
use guildhall_domain::world::{Need, World as _};
use guildhall_protocol::sync::Digest;
use guildhall_sync_core::sharing::sharing;
use guildhall_sync_core::workspace::Workspace;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const ME: AccountId = AccountId(Uuid::from_u128(1));

/// A request as the rules would make it.
fn request(number: u128) -> Request {
    let mut ledger = Ledger::of(&[ME]);
    let id = Uuid::from_u128(number);
    ledger
        .decide(ME, MutationId(id), &publish(id, 1))
        .expect("is allowed");
    let key = Key::of::<Request>(id);
    Request::from_row(ledger.now()[&key].clone()).expect("is a request")
}

fn mine() -> Lookup {
    Lookup::of::<Request>(Column::Client, ME)
}

#[test]
fn what_is_not_loaded_is_asked_for_and_what_is_absent_is_known() {
    let mut workspace = Workspace::default();
    let key = Key::of::<Request>(RequestId(Uuid::from_u128(5)));

    assert_eq!(workspace.row(key), Err(Need::Row(key)));
    assert_eq!(workspace.rows(mine()), Err(Need::Rows(mine())));
    workspace.load(key, None);
    workspace.load_all(mine(), Vec::new());

    assert_eq!(workspace.row(key), Ok(None));
    assert_eq!(workspace.rows(mine()), Ok(Vec::new()));
    assert!(workspace.holds(Need::Row(key)) && workspace.holds(Need::Rows(mine())));
}

#[test]
fn a_lookup_follows_what_happens_whether_loaded_before_or_after() {
    let (old, new) = (request(5), request(6));
    let mut before = Workspace::default();
    before.load_all(mine(), vec![(old.clone().into_row(), 1)]);
    before.apply(vec![Effect::put(new.clone())], 1);
    before.apply(vec![Effect::Delete(Key::of::<Request>(old.id))], 2);
    let mut after = Workspace::default();
    after.apply(vec![Effect::put(new.clone())], 1);
    after.load(
        Key::of::<Request>(old.id),
        Some((old.clone().into_row(), 1)),
    );
    after.apply(vec![Effect::Delete(Key::of::<Request>(old.id))], 2);
    after.load_all(mine(), vec![(old.into_row(), 1)]);

    for workspace in [before, after] {
        assert_eq!(workspace.rows(mine()), Ok(vec![Row::Request(new.clone())]));
    }
}

#[test]
fn a_later_load_does_not_undo_what_happened() {
    let stored = request(5);
    let mut changed = stored.clone();
    changed.hired = 1;
    let mut workspace = Workspace::default();
    workspace.load(
        Key::of::<Request>(stored.id),
        Some((stored.clone().into_row(), 1)),
    );
    workspace.apply(vec![Effect::put(changed.clone())], 1);

    workspace.load(
        Key::of::<Request>(stored.id),
        Some((stored.clone().into_row(), 1)),
    );
    workspace.load_all(mine(), vec![(stored.into_row(), 1)]);

    let row = Row::Request(changed.clone());
    assert_eq!(workspace.row(row.key()), Ok(Some(row.clone())));
    assert_eq!(workspace.rows(mine()), Ok(vec![row]));
}

#[test]
fn a_change_carries_its_last_version_and_what_comes_back_is_none() {
    let stored = request(5);
    let mut later = stored.clone();
    later.hired = 1;
    let mut workspace = Workspace::default();
    let key = Key::of::<Request>(stored.id);
    workspace.load(key, Some((stored.clone().into_row(), 1)));

    workspace.apply(vec![Effect::put(later.clone())], 1);
    later.terms_version = 2;
    workspace.apply(vec![Effect::put(later)], 2);
    let known: Vec<(Key, u64)> = workspace
        .changes()
        .map(|change| (change.key, change.version))
        .collect();
    assert_eq!(known, [(key, 2)]);
    workspace.apply(vec![Effect::put(stored)], 3);

    assert_eq!(workspace.changes().count(), 0);
}

#[test]
fn sharing_says_what_begins_stays_and_ends() {
    let mut before = request(5);
    let mut workspace = Workspace::default();
    let key = Key::of::<Request>(before.id);
    workspace.load(key, Some((before.clone().into_row(), 1)));
    let other = AccountId(Uuid::from_u128(2));
    before.client = other;
    workspace.apply(vec![Effect::put(before.clone())], 4);

    let said = sharing(workspace.changes());

    let scope = Scope::request(before.id);
    let places: Vec<(Scope, u64, bool)> = said
        .placements
        .iter()
        .map(|place| (place.scope, place.version, place.put))
        .collect();
    assert_eq!(places, [(scope, 4, true)], "it stays, at a later version");
    let given: BTreeSet<(AccountId, bool)> = said
        .grants
        .iter()
        .map(|grant| (grant.account, grant.put))
        .collect();
    assert_eq!(given, BTreeSet::from([(other, true), (ME, false)]));

    workspace.apply(vec![Effect::Delete(key)], 5);
    let gone = sharing(workspace.changes());
    assert!(gone.placements.iter().all(|place| !place.put));
    assert!(gone.grants.iter().all(|grant| !grant.put));
}

#[test]
fn after_any_walk_the_kept_sharing_is_the_definition() {
    let people = [
        ME,
        AccountId(Uuid::from_u128(2)),
        AccountId(Uuid::from_u128(3)),
    ];
    let mut ledger = Ledger::of(&people);
    let mut places: BTreeSet<(Scope, Key)> = BTreeSet::new();
    let mut given: BTreeSet<(AccountId, Scope, Key)> = BTreeSet::new();
    let mut workspace = Workspace::default();
    let mut digests: BTreeMap<Scope, Digest> = BTreeMap::new();
    let mut versions: BTreeMap<Key, u64> = ledger.now().keys().map(|key| (*key, 1)).collect();
    workspace.apply(ledger.now().values().cloned().map(Effect::Put).collect(), 1);
    keep(&workspace, &mut places, &mut given, &mut digests);

    for number in 0..2_000_u16 {
        let who = people[usize::from(number) % 3];
        let fresh = Uuid::from_u128(0xf00 + u128::from(number));
        let rows: Vec<Row> = ledger.now().values().cloned().collect();
        let seen: Vec<&Row> = rows.iter().collect();
        // A walk that visits the sorts in an order of its own.
        let sort = u8::try_from(number.wrapping_mul(7_919) % 20).expect("is small");
        let act = crate::acts::pick(who, &seen, sort, number.wrapping_mul(31), fresh);
        let Some(act) = act.filter(|act| rows.len() < 150 || !is_new(act)) else {
            continue;
        };
        let before = ledger.now().clone();
        if ledger.decide(who, MutationId(fresh), &act).is_err() {
            continue;
        }
        let mut workspace = Workspace::default();
        for (key, row) in &before {
            let since = versions.get(key).copied().expect("was written");
            workspace.load(*key, Some((row.clone(), since)));
        }
        let after = ledger.now();
        let changed: Vec<&Row> = after
            .iter()
            .filter(|(key, row)| before.get(key) != Some(row))
            .map(|(_, row)| row)
            .collect();
        let version = u64::from(number) + 2;
        versions.extend(changed.iter().map(|row| (row.key(), version)));
        let effects = changed.into_iter().map(|row| Effect::Put(row.clone()));
        workspace.apply(effects.collect(), version);
        keep(&workspace, &mut places, &mut given, &mut digests);
    }

    let rows = ledger.now();
    assert!(rows.len() >= 100, "{}", rows.len());
    let defined: BTreeSet<(Scope, Key)> = rows
        .values()
        .flat_map(|row| placements(row).into_iter().map(|scope| (scope, row.key())))
        .collect();
    assert_eq!(places, defined);
    let defined: BTreeSet<(AccountId, Scope, Key)> = rows
        .values()
        .flat_map(|row| {
            grants(row)
                .into_iter()
                .map(|(who, scope)| (who, scope, row.key()))
        })
        .collect();
    assert_eq!(given, defined);
    let mut defined: BTreeMap<Scope, Digest> = BTreeMap::new();
    for (scope, key) in &places {
        *defined.entry(*scope).or_default() ^= Digest::of(*scope, *key, versions[key]);
    }
    digests.retain(|_, digest| !digest.is_nothing());
    assert_eq!(digests, defined);
}

fn is_new(act: &Mutation) -> bool {
    matches!(
        act,
        Mutation::PublishRequest { .. } | Mutation::SendMessage { .. }
    )
}

/// Keeps what a store would keep.
fn keep(
    workspace: &Workspace,
    places: &mut BTreeSet<(Scope, Key)>,
    given: &mut BTreeSet<(AccountId, Scope, Key)>,
    digests: &mut BTreeMap<Scope, Digest>,
) {
    let said = sharing(workspace.changes());
    for (scope, digest) in said.digests {
        *digests.entry(scope).or_default() ^= digest;
    }
    for place in said.placements {
        if place.put {
            places.insert((place.scope, place.key));
        } else {
            places.remove(&(place.scope, place.key));
        }
    }
    for grant in said.grants {
        let grant_key = (grant.account, grant.scope, grant.key);
        if grant.put {
            given.insert(grant_key);
        } else {
            given.remove(&grant_key);
        }
    }
}
