//! Copies: whole or not there, and what devices do that knew more.

use crate::bed::{Bed, on_both};
use crate::samples::{ADA, NOW, adas, commit, publish, reopen};
use guildhall_domain::request::Request;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::{Cursor, Delta};
use guildhall_storage::server::ServerStore;
use guildhall_storage::server::copy::{
    self, Copy, CopyError, Replaced, Restored, postgres::Marketplace,
};
use guildhall_sync_core::pull::Ask;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::{TempDir, tempdir};
use uuid::Uuid;

const FRESH: Uuid = Uuid::from_u128(0xe9_0002);

on_both!(
    a_copy_is_one_cut_though_the_server_goes_on_writing,
    nothing_is_written_over,
    a_database_in_use_and_a_damaged_copy_are_left_alone,
    a_cursor_from_before_the_copy_goes_on_and_a_later_one_gets_everything,
    who_slept_through_two_restorings_is_told_the_last_version_that_holds_in_both,
    a_copy_goes_into_a_database_where_nothing_is,
);

/// A database with its blobs, and room for copies of it.
struct Market {
    bed: Bed,
    room: TempDir,
}

impl Market {
    fn new(bed: Bed) -> Self {
        let room = tempdir().expect("is made");
        Self { bed, room }
    }

    /// Where a copy of this name lies.
    fn copy(&self, name: &str) -> PathBuf {
        self.room.path().join(name)
    }

    fn blobs(&self) -> PathBuf {
        match &self.bed {
            Bed::File(folder) => folder.path().join("blobs"),
            Bed::Postgres(_) => self.room.path().join("blobs"),
        }
    }

    async fn backup(&self, copy: &Path) -> Result<Copy, CopyError> {
        let blobs = self.blobs();
        match &self.bed {
            Bed::File(folder) => copy::backup(&database(folder.path()), copy, NOW).await,
            Bed::Postgres(url) => {
                let market = Marketplace { url, blobs };
                copy::postgres::backup(&market, copy, NOW).await
            }
        }
    }

    async fn restore(
        &self,
        copy: &Path,
        now: Timestamp,
        fresh: Uuid,
    ) -> Result<Restored, CopyError> {
        let blobs = self.blobs();
        match &self.bed {
            Bed::File(folder) => copy::restore(&database(folder.path()), copy, now, fresh).await,
            Bed::Postgres(url) => {
                let market = Marketplace { url, blobs };
                copy::postgres::restore(&market, copy, now, fresh).await
            }
        }
    }

    /// How many requests there are in what was replaced.
    async fn left(&self, replaced: Option<Replaced>) -> usize {
        match replaced.expect("there was one") {
            Replaced::File(file) => {
                let aside = tempdir().expect("is made");
                fs::copy(file, database(aside.path())).expect("is kept");
                requests(&reopen(aside.path()).await).await
            }
            Replaced::Schema(name) => {
                let Bed::Postgres(url) = &self.bed else {
                    panic!("a file has no schema");
                };
                let mut connection = PgConnection::connect(url).await.expect("connects");
                let count = AssertSqlSafe(format!("select count(*) from \"{name}\".request"));
                let count: i64 = sqlx::query_scalar(count)
                    .fetch_one(&mut connection)
                    .await
                    .expect("is counted");
                usize::try_from(count).expect("is small")
            }
        }
    }
}

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

async fn a_copy_is_one_cut_though_the_server_goes_on_writing(bed: Bed) {
    let market = Market::new(bed);
    let copy = market.copy("copy.db");
    let store = market.bed.open().await;
    commit(&store, &[adas(1, [publish(1, "The first request")])]).await;
    let head = store.head().await.expect("is read");
    let blob = "ab".repeat(32);
    fs::create_dir_all(market.blobs().join("ab")).expect("is made");
    fs::write(market.blobs().join("ab").join(&blob), "bytes").expect("is written");
    fs::write(market.blobs().join("half.part"), "half").expect("is written");

    let made = market.backup(&copy).await;

    let made = made.expect("is made");
    assert_eq!((made.head, made.at), (head, Some(NOW)));
    commit(&store, &[adas(2, [publish(2, "The second request")])]).await;
    store.close().await;
    let restored = market.restore(&copy, NOW, FRESH).await;
    assert_eq!(restored.expect("is restored").copy, made);
    assert_eq!(requests(&market.bed.reopen().await).await, 1);
    let blobs = market.copy("copy.db.blobs");
    assert_eq!(
        fs::read(blobs.join("ab").join(blob)).expect("is there"),
        b"bytes"
    );
    assert!(!blobs.join("half.part").exists(), "that is none yet");
    assert!(!market.copy("copy.db.part").exists());
}

async fn nothing_is_written_over(bed: Bed) {
    let market = Market::new(bed);
    let copy = market.copy("copy.db");
    let store = market.bed.open().await;
    fs::write(&copy, "dear to somebody").expect("is written");

    let refused = market.backup(&copy).await;

    assert!(matches!(refused, Err(CopyError::Exists(_))), "{refused:?}");
    assert_eq!(fs::read(&copy).expect("is there"), b"dear to somebody");
    store.close().await;
}

async fn a_database_in_use_and_a_damaged_copy_are_left_alone(bed: Bed) {
    let market = Market::new(bed);
    let copy = market.copy("copy.db");
    let store = market.bed.open().await;
    commit(&store, &[adas(1, [publish(1, "The first request")])]).await;
    market.backup(&copy).await.expect("is made");

    let in_use = market.restore(&copy, NOW, FRESH).await;
    assert!(matches!(in_use, Err(CopyError::InUse)), "{in_use:?}");
    store.close().await;
    let whole = fs::read(&copy).expect("is there");
    let mut holed = whole.clone();
    let middle = holed.len() / 2;
    let end = holed.len().min(middle + 4_096);
    holed[middle..end].fill(0xff);
    for bytes in [&holed[..], &whole[..middle], b"no copy at all", b""] {
        fs::write(&copy, bytes).expect("is written");
        let damaged = market.restore(&copy, NOW, FRESH).await;
        let is_said = match &market.bed {
            Bed::File(_) => matches!(
                damaged,
                Err(CopyError::Damaged { .. } | CopyError::NoDatabase(_))
            ),
            Bed::Postgres(_) => matches!(damaged, Err(CopyError::Program { .. })),
        };
        assert!(is_said, "{damaged:?}");
    }

    assert_eq!(requests(&market.bed.reopen().await).await, 1);
}

async fn a_copy_goes_into_a_database_where_nothing_is(bed: Bed) {
    let market = Market::new(bed);
    let copy = market.copy("copy.db");
    let store = market.bed.open().await;
    commit(&store, &[adas(1, [publish(1, "The first request")])]).await;
    let head = delta(&store, None).await.cursor;
    market.backup(&copy).await.expect("is made");
    store.close().await;
    let other = Market::new(market.bed.another());

    let restored = other.restore(&copy, NOW, FRESH).await;

    assert_eq!(restored.expect("is restored").replaced, None);
    let store = other.bed.reopen().await;
    assert_eq!(requests(&store).await, 1);
    assert!(!delta(&store, Some(head)).await.whole);
}

async fn a_cursor_from_before_the_copy_goes_on_and_a_later_one_gets_everything(bed: Bed) {
    let market = Market::new(bed);
    let copy = market.copy("copy.db");
    let store = market.bed.open().await;
    commit(&store, &[adas(1, [publish(1, "Before the copy")])]).await;
    let before = delta(&store, None).await.cursor;
    commit(&store, &[adas(2, [publish(2, "In the copy")])]).await;
    let end = delta(&store, None).await.cursor;
    market.backup(&copy).await.expect("is made");
    commit(&store, &[adas(3, [publish(3, "After the copy")])]).await;
    let beyond = delta(&store, None).await.cursor;
    store.close().await;

    let restored = market.restore(&copy, NOW, FRESH).await;
    let replaced = restored.expect("is restored").replaced;

    let store = market.bed.reopen().await;
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
    assert_eq!(market.left(replaced).await, 3, "all of it is in one place");
}

async fn who_slept_through_two_restorings_is_told_the_last_version_that_holds_in_both(bed: Bed) {
    let market = Market::new(bed);
    let (early, late) = (market.copy("early.db"), market.copy("late.db"));
    let store = market.bed.open().await;
    commit(&store, &[adas(1, [publish(1, "In both")])]).await;
    let shared = delta(&store, None).await.cursor;
    market.backup(&early).await.expect("is made");
    commit(&store, &[adas(2, [publish(2, "Lost with the first")])]).await;
    let slept = delta(&store, None).await.cursor;
    store.close().await;
    let first = market.restore(&early, NOW, FRESH).await;
    first.expect("is restored");
    let store = market.bed.reopen().await;
    for number in 3..6 {
        commit(
            &store,
            &[adas(number - 1, [publish(number, "Of the second life")])],
        )
        .await;
    }
    market.backup(&late).await.expect("is made");
    store.close().await;
    let third = Uuid::from_u128(0xe9_0003);

    let second = market.restore(&late, NOW.plus_ms(1), third).await;

    second.expect("is restored");
    let store = market.bed.reopen().await;
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
