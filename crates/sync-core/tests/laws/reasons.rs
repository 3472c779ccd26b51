//! Small cases of a delta: reasons to see a row, numbers to confirm, rows that cannot be read.

use crate::acts::publish;
use crate::ledger::{NOW, cursor, delta_row};
use guildhall_domain::id::{AccountId, MutationId};
use guildhall_domain::message::ReadMark;
use guildhall_domain::person::{Person, Roles, Standing, Status};
use guildhall_domain::row::{Key, Row, Table};
use guildhall_domain::scope::Scope;
use guildhall_protocol::sync::{Cursor, Delta, LeftRow};
use guildhall_sync_core::pull::Cut;
use guildhall_sync_core::replica::{BasePut, Progress, Replica};
use serde_json::value::RawValue;
use uuid::Uuid;

const ME: AccountId = AccountId(Uuid::from_u128(1));
const A: Scope = Scope(Uuid::from_u128(0xa));
const B: Scope = Scope(Uuid::from_u128(0xb));

fn person(id: AccountId, name: &str) -> Row {
    Row::Person(Person {
        id,
        name: name.into(),
        roles: Roles {
            client: true,
            ..Roles::default()
        },
        status: Status::Active,
        standing: Standing::default(),
        proven: std::collections::BTreeMap::new(),
        joined: NOW,
    })
}

fn other(name: &str) -> Row {
    person(AccountId(Uuid::from_u128(2)), name)
}

fn nothing_until(version: u64) -> Delta {
    Delta::nothing(cursor(version))
}

/// A replica that sees one row through these scopes.
fn seeing(scopes: &[Scope]) -> Replica {
    let mut replica = Replica::new(ME, [], [], None, Vec::new());
    let delta = Delta {
        whole: true,
        rows: vec![
            delta_row(&person(ME, "Myself"), vec![Scope::own(ME)]),
            delta_row(&other("Somebody"), scopes.to_vec()),
        ],
        ..nothing_until(1)
    };
    let change = replica.apply(read(delta));
    assert_eq!(change.arrived.len(), 2);
    replica
}

fn sees(replica: &Replica) -> bool {
    replica.rows().any(|row| row.key() == other("").key())
}

fn left(scope: Scope) -> LeftRow {
    let key = other("").key();
    LeftRow {
        scope,
        table: key.table,
        id: key.id,
    }
}

fn read(delta: Delta) -> Cut {
    Cut::read(delta).expect("can be read")
}

#[test]
fn a_row_goes_with_its_last_reason_only() {
    let mut replica = seeing(&[A, B]);

    let first = Delta {
        left: vec![left(A)],
        ..nothing_until(2)
    };
    assert_eq!(replica.apply(read(first)).drops, []);
    assert!(sees(&replica));
    let second = Delta {
        left: vec![left(B)],
        ..nothing_until(3)
    };
    let change = replica.apply(read(second));

    assert_eq!(change.drops, [other("").key()]);
    assert!(!sees(&replica));
}

#[test]
fn a_lost_scope_takes_its_rows_along_but_not_those_of_others() {
    let lost = Delta {
        reset: vec![A],
        ..nothing_until(2)
    };

    let mut only = seeing(&[A]);
    let mut both = seeing(&[A, B]);
    assert_eq!(only.apply(read(lost.clone())).drops.len(), 1);
    assert_eq!(both.apply(read(lost)).drops.len(), 0);

    assert!(!sees(&only));
    assert!(sees(&both));
}

#[test]
fn a_row_that_leaves_one_scope_and_comes_by_another_stays() {
    let mut replica = seeing(&[A]);
    let moved = Delta {
        left: vec![left(A)],
        rows: vec![delta_row(&other("Renamed"), vec![B])],
        ..nothing_until(2)
    };

    let change = replica.apply(read(moved));

    assert_eq!(change.drops, []);
    assert_eq!(change.arrived, [], "it was here before");
    assert!(replica.rows().any(|row| *row == other("Renamed")));
}

#[test]
fn a_scope_that_comes_anew_holds_what_it_brings_and_nothing_else() {
    let mut replica = seeing(&[A]);
    let third = person(AccountId(Uuid::from_u128(3)), "Third");
    let anew = Delta {
        reset: vec![A],
        rows: vec![delta_row(&third, vec![A])],
        ..nothing_until(2)
    };

    let change = replica.apply(read(anew));

    assert_eq!(change.drops, [other("").key()]);
    assert_eq!(change.arrived, [third.key()]);
    assert!(!sees(&replica));
}

#[test]
fn hearing_of_a_reason_that_was_never_there_changes_nothing() {
    let mut replica = seeing(&[A]);
    let strange = Delta {
        left: vec![left(B)],
        reset: vec![Scope(Uuid::from_u128(0xdead))],
        ..nothing_until(2)
    };

    assert_eq!(replica.apply(read(strange)).drops, []);
    assert!(sees(&replica));
}

#[test]
fn the_same_delta_twice_is_the_same_as_once() {
    let mut replica = seeing(&[A]);
    let delta = Delta {
        left: vec![left(A)],
        rows: vec![delta_row(&person(ME, "Renamed"), vec![Scope::own(ME)])],
        ..nothing_until(2)
    };
    replica.apply(read(delta.clone()));
    let once: Vec<Row> = replica.rows().cloned().collect();

    let change = replica.apply(read(delta));

    assert!(change.drops.is_empty() && change.arrived.is_empty());
    assert_eq!(replica.rows().cloned().collect::<Vec<_>>(), once);
}

#[test]
fn a_whole_delta_leaves_nothing_of_before_but_what_is_pending() {
    let mut replica = seeing(&[A]);
    let id = MutationId(Uuid::from_u128(9));
    replica
        .act(id, NOW, publish(Uuid::from_u128(77), 1))
        .expect("is allowed");
    let elsewhere = Cursor {
        epoch: Uuid::from_u128(0xe2),
        version: 1,
    };
    let whole = Delta {
        whole: true,
        cursor: elsewhere,
        rows: vec![delta_row(&person(ME, "Myself"), vec![Scope::own(ME)])],
        ..nothing_until(1)
    };

    let change = replica.apply(read(whole));

    assert!(change.whole && change.arrived.is_empty());
    assert!(!sees(&replica));
    assert_eq!(replica.cursor(), Some(elsewhere));
    assert_eq!(replica.pending().len(), 1);
    let request = |row: &Row| row.table() == Table::Request;
    assert!(replica.rows().any(request), "what is pending is shown");
}

#[test]
fn an_applied_act_stays_until_a_delta_reaches_its_version() {
    let mut replica = seeing(&[A]);
    let id = MutationId(Uuid::from_u128(9));
    replica
        .act(id, NOW, publish(Uuid::from_u128(77), 1))
        .expect("is allowed");
    let request = |replica: &Replica| replica.rows().any(|row| row.table() == Table::Request);
    replica.advance(id, Progress::Applied { seq: 1, version: 5 });

    let early = replica.apply(read(nothing_until(4)));
    assert!(early.confirmed.is_empty());
    assert!(request(&replica), "it does not flicker");
    let late = replica.apply(read(nothing_until(5)));

    assert_eq!(late.confirmed, [id]);
    assert!(replica.pending().is_empty());
    assert!(
        !request(&replica),
        "the server's word counts, and it brought no row"
    );
}

#[test]
fn a_row_that_cannot_be_read_is_named_and_makes_all_of_its_delta_unreadable() {
    let mut broken = delta_row(&other("Somebody"), vec![A]);
    broken.body = RawValue::from_string("{\"id\": 7}".into()).expect("is JSON");
    let delta = Delta {
        reset: vec![A],
        rows: vec![delta_row(&person(ME, "Renamed"), vec![A]), broken],
        ..nothing_until(2)
    };

    let error = Cut::read(delta).expect_err("cannot be read");

    assert_eq!((error.table, error.id), (Table::Person, other("").id()));
}

#[test]
fn a_field_that_this_version_does_not_know_is_kept_in_what_is_stored() {
    let mut replica = seeing(&[A]);
    let mut newer = delta_row(&other("Somebody"), vec![A]);
    let body = newer.body.get().replacen('{', "{\"star_sign\":\"leo\",", 1);
    newer.body = RawValue::from_string(body.clone()).expect("is JSON");
    let delta = Delta {
        rows: vec![newer],
        ..nothing_until(2)
    };

    let change = replica.apply(read(delta));

    let put = BasePut {
        key: other("").key(),
        version: 1,
        body: body.into(),
        scopes: vec![A],
    };
    assert_eq!(change.puts, [put]);
}

#[test]
fn withdrawing_what_others_build_on_takes_only_its_own_effect() {
    let mut replica = seeing(&[A]);
    let (first, second) = (
        MutationId(Uuid::from_u128(9)),
        MutationId(Uuid::from_u128(10)),
    );
    let id = Uuid::from_u128(77);
    replica.act(first, NOW, publish(id, 1)).expect("is allowed");
    let pause = guildhall_domain::mutation::Mutation::PauseRequest { id: id.into() };
    replica.act(second, NOW, pause).expect("is allowed");

    let gone = replica.withdraw(first).expect("was pending");

    assert_eq!(
        gone.mutation.words(),
        "Request number 1\n\nWhat there is to do."
    );
    assert_eq!(
        replica.pending().len(),
        1,
        "the pause waits for the server's word"
    );
    assert_eq!(replica.unconfirmed().count(), 0);
    assert!(replica.withdraw(first).is_none());
    let mark = Key {
        table: Table::ReadMark,
        id: ReadMark::id_of(id.into(), ME),
    };
    assert!(!replica.rows().any(|row| row.key() == mark));
}
