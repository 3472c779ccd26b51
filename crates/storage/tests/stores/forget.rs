//! What left a scope is forgotten after a month, and a device that was away longer still ends with what is to be seen.

use crate::samples::{ADA, BEN, NOW, adas, alone, apply, commit, open, publish, request_id};
use guildhall_domain::id::ApplicationId;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::row::{Key, Row};
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::Cursor;
use guildhall_storage::server::ServerStore;
use guildhall_sync_core::pull::{Ask, Cut};
use guildhall_sync_core::replica::Replica;
use std::collections::BTreeMap;
use tempfile::tempdir;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

fn later(days: i64) -> Timestamp {
    NOW.plus_ms(days * DAY_MS)
}

async fn follow(store: &ServerStore, replica: &mut Replica, cursor: Option<Cursor>) {
    let ask = Ask::since(replica.me(), cursor);
    let delta = store.pull(&ask).await.expect("is read");
    replica.apply(Cut::read(delta).expect("can be read"));
}

async fn anew(store: &ServerStore) -> BTreeMap<Key, Row> {
    let mut replica = Replica::new(BEN, [], [], None, Vec::new());
    follow(store, &mut replica, None).await;
    rows(&replica)
}

fn rows(replica: &Replica) -> BTreeMap<Key, Row> {
    replica.rows().map(|row| (row.key(), row.clone())).collect()
}

#[tokio::test]
async fn a_device_that_was_away_while_things_were_forgotten_ends_with_what_is_to_be_seen() {
    let folder = tempdir().expect("is made");
    let store = open(folder.path()).await;
    commit(&store, &[adas(1, [publish(1, "The first request")])]).await;
    commit(&store, &[alone(BEN, 50, apply(1))]).await;
    let mut away = Replica::new(BEN, [], [], None, Vec::new());
    follow(&store, &mut away, None).await;
    assert!(
        rows(&away).values().any(|row| row.id() == ADA.0),
        "he sees her"
    );

    assert_eq!(store.forget(later(0)).await.expect("is done"), 0);
    let withdraw = Mutation::WithdrawApplication {
        id: ApplicationId::of(request_id(1), BEN),
    };
    commit(&store, &[alone(BEN, 51, withdraw)]).await;
    // What is a month old is forgotten and nothing else.
    store.forget(later(2)).await.expect("is done");
    store.forget(later(31)).await.expect("is done");
    store.forget(later(33)).await.expect("is done");
    let again = store.forget(later(34)).await.expect("is done");
    assert_eq!(again, 0, "once");

    let cursor = away.cursor();
    follow(&store, &mut away, cursor).await;
    assert_eq!(rows(&away), anew(&store).await);
}
