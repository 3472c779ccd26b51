//! What the desktop has on disk in the end.

use crate::audit::damage;
use crate::ground::file;
use guildhall_domain::id::AccountId;
use guildhall_domain::row::{Key, Row};
use guildhall_protocol::sync::DeltaRow;
use guildhall_storage::device::{Cache, Outbox};
use guildhall_storage::server::ServerStore;
use guildhall_sync_core::pull::Ask;
use sqlx::SqlitePool;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use uuid::Uuid;

/// What is wrong with the desktop's files: they are sound, nothing waits, and the cache is what a fresh download would be.
pub(crate) async fn on_disk(profile: &Path, data: &Path, account: AccountId) -> Vec<String> {
    let mut accounts = std::fs::read_dir(profile.join("accounts")).expect("is there");
    let folder = accounts.next().expect("one account").expect("reads").path();
    assert!(accounts.next().is_none(), "one account");
    let mut faults = Vec::new();
    for entry in std::fs::read_dir(&folder).expect("is there") {
        let name = entry.expect("reads").file_name();
        if name.to_string_lossy().ends_with(".damaged") {
            faults.push(format!("{} was set aside", name.display()));
        }
    }
    for name in ["outbox.db", "cache.db"] {
        let pool = SqlitePool::connect(&format!("sqlite://{}", folder.join(name).display()))
            .await
            .expect("opens");
        faults.extend(damage(&pool).await);
        pool.close().await;
    }

    let outbox = Outbox::open(&folder.join("outbox.db"))
        .await
        .expect("opens");
    let queued = outbox.load().await.expect("reads").expect("is somebody's");
    faults.extend(queued.pending.iter().map(|act| format!("waits: {act:?}")));
    let refused = outbox.refused().await.expect("reads");
    faults.extend(refused.iter().map(|act| format!("was refused: {act:?}")));
    outbox.close().await;

    let cache = Cache::open(&folder.join("cache.db")).await.expect("opens");
    let held = cache.load(account).await.expect("reads");
    cache.close().await;
    let store = ServerStore::open(&file(data), Uuid::new_v4())
        .await
        .expect("opens");
    let fresh = store.pull(&Ask::since(account, None)).await.expect("reads");
    store.close().await;
    if held.cursor != Some(fresh.cursor) {
        faults.push(format!("{:?} is not {:?}", held.cursor, fresh.cursor));
    }
    let rows = |rows: Vec<(Row, u64)>| -> BTreeMap<Key, (Row, u64)> {
        let keyed = rows.into_iter().map(|held| (held.0.key(), held));
        keyed.collect()
    };
    let decode = |row: &DeltaRow| {
        Row::decode(row.table, row.body.get()).map(|decoded| (decoded, row.version))
    };
    let fresh_rows: Result<Vec<(Row, u64)>, _> = fresh.rows.iter().map(decode).collect();
    let (held_rows, fresh_rows) = (rows(held.rows), rows(fresh_rows.expect("reads")));
    let keys: BTreeSet<&Key> = held_rows.keys().chain(fresh_rows.keys()).collect();
    for key in keys {
        if held_rows.get(key) != fresh_rows.get(key) {
            faults.push(format!(
                "the cache has {:?} instead of {:?}",
                held_rows.get(key),
                fresh_rows.get(key)
            ));
        }
    }
    let reasons: BTreeSet<_> = held.reasons.into_iter().collect();
    let fresh_reasons: BTreeSet<_> = fresh
        .rows
        .iter()
        .flat_map(|row| {
            let (table, id) = (row.table, row.id);
            row.scopes
                .iter()
                .map(move |scope| (*scope, Key { table, id }))
        })
        .collect();
    if reasons != fresh_reasons {
        faults.push("the cache has other reasons than a fresh download".to_owned());
    }
    faults
}
