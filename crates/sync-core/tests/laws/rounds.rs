//! How often a rule stops to ask for rows. A store gives up after a dozen times, so no rule may come near it.

use crate::acts::{SORTS, pick};
use crate::ledger::{Ledger, NOW};
use guildhall_domain::actor::Actor;
use guildhall_domain::id::{AccountId, MutationId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::person::Person;
use guildhall_domain::row::Row;
use guildhall_domain::rules::{Call, execute};
use guildhall_domain::world::{Need, Stop, World, find};
use guildhall_sync_core::workspace::Workspace;
use std::collections::BTreeMap;
use uuid::Uuid;

const PEOPLE: [AccountId; 3] = [
    AccountId(Uuid::from_u128(1)),
    AccountId(Uuid::from_u128(2)),
    AccountId(Uuid::from_u128(3)),
];

/// Runs the rule as a store does, which knows nothing at first; answers with how often rows were asked for.
fn rounds(ledger: &Ledger, who: AccountId, id: MutationId, act: &Mutation) -> usize {
    let mut workspace = Workspace::default();
    for round in 0.. {
        let stopped = find::<Person>(&workspace, who).and_then(|person| {
            let call = Call {
                world: &workspace,
                actor: person.map_or(Actor::nobody(who), |person| Actor::from_person(&person)),
                now: NOW,
                id,
            };
            execute(act, &call)
        });
        match stopped {
            Err(Stop::Need(Need::Row(key))) => {
                assert_eq!(workspace.row(key), Err(Need::Row(key)), "asked for twice");
                workspace.load(key, ledger.now().get(&key).cloned().map(|row| (row, 1)));
            }
            Err(Stop::Need(Need::Rows(lookup))) => {
                let found = ledger.now().values().filter(|row| lookup.matches(row));
                workspace.load_all(lookup, found.cloned().map(|row| (row, 1)).collect());
            }
            Ok(_) | Err(Stop::Denied(_)) => return round,
        }
    }
    unreachable!("there is no last number")
}

#[test]
fn no_rule_asks_more_often_than_a_store_answers() {
    let mut ledger = Ledger::of(&PEOPLE);
    let mut most: BTreeMap<String, usize> = BTreeMap::new();
    for number in 0..4_000_u16 {
        let who = PEOPLE[usize::from(number) % 3];
        let fresh = Uuid::from_u128(0xf00 + u128::from(number));
        let id = MutationId(fresh);
        let rows: Vec<&Row> = ledger.now().values().collect();
        let sort = u8::try_from(number.wrapping_mul(7_919) % u16::from(SORTS)).expect("is small");
        let act = pick(who, &rows, sort, number.wrapping_mul(31), fresh);
        let Some(act) = act.filter(|_| rows.len() < 200 || sort != 0) else {
            continue;
        };
        let rounds = rounds(&ledger, who, id, &act);
        if ledger.decide(who, id, &act).is_ok() {
            let json = serde_json::to_value(&act).expect("is JSON");
            let name = json["name"].as_str().expect("is a name").to_owned();
            let before = most.entry(name).or_default();
            *before = rounds.max(*before);
        }
    }

    let longest = most.iter().max_by_key(|(_, rounds)| **rounds);
    assert_eq!(longest, Some((&"offer.accept".to_owned(), &7)), "{most:?}");
    assert!(most.len() >= 15, "{most:?}");
}
