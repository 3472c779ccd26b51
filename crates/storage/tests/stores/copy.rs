//! Copies: whole or not there, and what devices do that knew more.

use crate::samples::{ADA, NOW, adas, commit, open, publish, reopen};
use guildhall_domain::request::Request;
use guildhall_protocol::sync::{Cursor, Delta};
use guildhall_storage::server::ServerStore;
use guildhall_storage::server::copy::{CopyError, backup, restore};
use guildhall_sync_core::pull::Ask;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::tempdir;
use uuid::Uuid;

const FRESH: Uuid = Uuid::from_u128(0xe9_0002);

fn database(folder: &Path) -> PathBuf {
    folder.join("guildhall.db")
}

async fn delta(store: &ServerStore, cursor: Option<Cursor>) -> Delta {
    let ask = Ask::since(ADA, cursor);
    store.pull(&ask).await.expect("is read")
}

async fn requests(store: &ServerStore) -> usize {
    store.all::<Request>().await.expect("is read").len()
}

#[tokio::test]
async fn a_copy_is_one_cut_though_the_server_goes_on_writing() {
    let folder = tempdir().expect("is made");
    let copy = folder.path().join("copy.db");
    let store = open(folder.path()).await;
    commit(&store, &[adas(1, [publish(1, "The first request")])]).await;
    let head = store.head().await.expect("is read");
    let blob = "ab".repeat(32);
    fs::create_dir_all(folder.path().join("blobs/ab")).expect("is made");
    fs::write(folder.path().join("blobs/ab").join(&blob), "bytes").expect("is written");
    fs::write(folder.path().join("blobs/half.part"), "half").expect("is written");

    let made = backup(&database(folder.path()), &copy, NOW).await;

    let made = made.expect("is made");
    assert_eq!((made.head, made.at), (head, Some(NOW)));
    commit(&store, &[adas(2, [publish(2, "The second request")])]).await;
    let other = tempdir().expect("is made");
    fs::copy(&copy, database(other.path())).expect("is copied");
    assert_eq!(requests(&reopen(other.path()).await).await, 1);
    let blobs = folder.path().join("copy.db.blobs");
    assert_eq!(
        fs::read(blobs.join("ab").join(blob)).expect("is there"),
        b"bytes"
    );
    assert!(!blobs.join("half.part").exists(), "that is none yet");
    assert!(!folder.path().join("copy.db.part").exists());
}

#[tokio::test]
async fn nothing_is_written_over() {
    let folder = tempdir().expect("is made");
    let copy = folder.path().join("copy.db");
    let store = open(folder.path()).await;
    fs::write(&copy, "dear to somebody").expect("is written");

    let refused = backup(&database(folder.path()), &copy, NOW).await;

    assert!(matches!(refused, Err(CopyError::Exists(_))), "{refused:?}");
    assert_eq!(fs::read(&copy).expect("is there"), b"dear to somebody");
    store.close().await;
}

#[tokio::test]
async fn a_database_in_use_and_a_damaged_copy_are_left_alone() {
    let folder = tempdir().expect("is made");
    let (file, copy) = (database(folder.path()), folder.path().join("copy.db"));
    let store = open(folder.path()).await;
    commit(&store, &[adas(1, [publish(1, "The first request")])]).await;
    backup(&file, &copy, NOW).await.expect("is made");

    let in_use = restore(&file, &copy, NOW, FRESH).await;
    assert!(matches!(in_use, Err(CopyError::InUse)), "{in_use:?}");
    store.close().await;
    let mut bytes = fs::read(&copy).expect("is there");
    let middle = bytes.len() / 2;
    bytes[middle..middle + 4_096].fill(0xff);
    fs::write(&copy, bytes).expect("is written");
    let damaged = restore(&file, &copy, NOW, FRESH).await;

    assert!(
        matches!(damaged, Err(CopyError::Damaged { .. })),
        "{damaged:?}"
    );
    assert_eq!(requests(&reopen(folder.path()).await).await, 1);
}

#[tokio::test]
async fn a_cursor_from_before_the_copy_goes_on_and_a_later_one_gets_everything() {
    let folder = tempdir().expect("is made");
    let (file, copy) = (database(folder.path()), folder.path().join("copy.db"));
    let store = open(folder.path()).await;
    commit(&store, &[adas(1, [publish(1, "Before the copy")])]).await;
    let before = delta(&store, None).await.cursor;
    commit(&store, &[adas(2, [publish(2, "In the copy")])]).await;
    let end = delta(&store, None).await.cursor;
    backup(&file, &copy, NOW).await.expect("is made");
    commit(&store, &[adas(3, [publish(3, "After the copy")])]).await;
    let beyond = delta(&store, None).await.cursor;
    store.close().await;

    let restored = restore(&file, &copy, NOW, FRESH)
        .await
        .expect("is restored");

    let store = reopen(folder.path()).await;
    assert_eq!(requests(&store).await, 2);
    let early = delta(&store, Some(before)).await;
    assert_eq!((early.whole, early.began), (false, Some(end.version)));
    assert_eq!(early.copied, Some(NOW));
    assert_eq!(early.cursor.epoch, FRESH);
    assert!(early.rows.len() < delta(&store, None).await.rows.len());
    assert!(!delta(&store, Some(end)).await.whole);
    let late = delta(&store, Some(beyond)).await;
    assert_eq!((late.whole, late.began), (true, Some(end.version)));
    // The same act under a new number has its effect once more, and only once.
    let again = adas(3, [publish(3, "After the copy")]);
    commit(&store, std::slice::from_ref(&again)).await;
    commit(&store, &[again]).await;
    assert_eq!(requests(&store).await, 3);
    store.close().await;
    let replaced = restored.replaced.expect("there was one");
    let aside = tempdir().expect("is made");
    fs::copy(replaced, database(aside.path())).expect("is kept");
    let old = reopen(aside.path()).await;
    assert_eq!(requests(&old).await, 3, "all of it is in the one file");
}

#[tokio::test]
async fn who_slept_through_two_restorings_is_told_the_last_version_that_holds_in_both() {
    let folder = tempdir().expect("is made");
    let (file, early) = (database(folder.path()), folder.path().join("early.db"));
    let late = folder.path().join("late.db");
    let store = open(folder.path()).await;
    commit(&store, &[adas(1, [publish(1, "In both")])]).await;
    let shared = delta(&store, None).await.cursor;
    backup(&file, &early, NOW).await.expect("is made");
    commit(&store, &[adas(2, [publish(2, "Lost with the first")])]).await;
    let slept = delta(&store, None).await.cursor;
    store.close().await;
    restore(&file, &early, NOW, FRESH)
        .await
        .expect("is restored");
    let store = reopen(folder.path()).await;
    for number in 3..6 {
        commit(
            &store,
            &[adas(number - 1, [publish(number, "Of the second life")])],
        )
        .await;
    }
    backup(&file, &late, NOW).await.expect("is made");
    store.close().await;
    let third = Uuid::from_u128(0xe9_0003);

    restore(&file, &late, NOW.plus_ms(1), third)
        .await
        .expect("is restored");

    let store = reopen(folder.path()).await;
    let delta = delta(&store, Some(slept)).await;
    assert_eq!((delta.whole, delta.began), (true, Some(shared.version)));
    let unknown = Cursor {
        epoch: Uuid::from_u128(7),
        version: 1,
    };
    let ask = Ask::since(ADA, Some(unknown));
    let delta = store.pull(&ask).await.expect("is read");
    assert_eq!((delta.whole, delta.began), (true, Some(0)));
}
