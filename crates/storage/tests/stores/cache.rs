//! What can be fetched again: kept while it is sound, made anew when it is not, and the outbox untouched.

use crate::samples::{
    ADA, BEN, DEVICE, NOW, act_id, adas, alone, apply, commit, open, publish, say,
};
use guildhall_domain::id::AccountId;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::row::{Key, Row};
use guildhall_protocol::sync::{Cursor, Delta};
use guildhall_storage::device::{Cache, Outbox, PackedPage};
use guildhall_storage::server::ServerStore;
use guildhall_sync_core::pull::{Ask, Cut};
use guildhall_sync_core::replica::Replica;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tempfile::tempdir;

fn file(folder: &Path) -> PathBuf {
    folder.join("cache.db")
}

async fn cache(folder: &Path) -> Cache {
    Cache::open(&file(folder)).await.expect("opens")
}

/// The replica that is made from what the cache holds.
async fn load(cache: &Cache, account: AccountId) -> Replica {
    let base = cache.load(account).await.expect("is read");
    Replica::new(account, base.rows, base.reasons, base.cursor, Vec::new())
}

fn packed(page: &Delta) -> PackedPage {
    PackedPage::of(page).expect("can be packed")
}

fn rows(replica: &Replica) -> BTreeMap<Key, Row> {
    replica.rows().map(|row| (row.key(), row.clone())).collect()
}

/// Brings replica and cache up to date.
async fn follow(server: &ServerStore, cache: &Cache, replica: &mut Replica) {
    let delta = server
        .pull(&Ask::since(replica.me(), replica.cursor()))
        .await;
    let change = replica.apply(Cut::read(delta.expect("is read")).expect("can be read"));
    cache.store(replica.me(), &change).await.expect("is stored");
}

/// A server on which Ben has applied to a request of Ada's.
async fn market(folder: &Path) -> ServerStore {
    let server = open(folder).await;
    let job = adas(1, [publish(1, "The first request")]);
    commit(&server, &[job, alone(BEN, 50, apply(1))]).await;
    server
}

#[tokio::test]
async fn what_is_loaded_is_what_was_stored_delta_after_delta() {
    let folder = tempdir().expect("is made");
    let server = market(folder.path()).await;
    let file = cache(folder.path()).await;
    let mut bens = Replica::new(BEN, [], [], None, Vec::new());
    follow(&server, &file, &mut bens).await;
    let withdraw = Mutation::WithdrawApplication {
        id: guildhall_domain::id::ApplicationId::of(crate::samples::request_id(1), BEN),
    };
    for act in [adas(2, [say(1, 1, "Hello!")]), alone(BEN, 51, withdraw)] {
        commit(&server, &[act]).await;

        follow(&server, &file, &mut bens).await;

        let loaded = load(&file, BEN).await;
        assert_eq!(rows(&loaded), rows(&bens));
        assert_eq!(loaded.cursor(), bens.cursor());
    }
    file.close().await;
    let again = load(&cache(folder.path()).await, BEN).await;
    assert_eq!(rows(&again), rows(&bens));
    assert_eq!(
        rows(&again).len(),
        9,
        "two people, request, application, message, four lines"
    );
}

#[tokio::test]
async fn a_start_goes_on_with_the_pages_that_had_come_and_shows_them_with_the_last() {
    let folder = tempdir().expect("is made");
    let server = market(folder.path()).await;
    let mut bens = Replica::new(BEN, [], [], None, Vec::new());
    let mut ask = Ask::since(BEN, None);
    ask.page.rows = 1;
    let mut pages = 0;
    let (file, pulled, last) = loop {
        let page = server.pull(&ask).await.expect("is read");
        // Each page is followed by a start of the program.
        let file = cache(folder.path()).await;
        let base = file.load(BEN).await.expect("is read");
        assert!(
            base.rows.is_empty() && base.cursor.is_none(),
            "half a cut is shown"
        );
        let end = base.staged.as_ref().map(|(_, end)| *end);
        assert_eq!(end, ask.after);
        let Some(next) = page.next else {
            break (file, base.staged, page);
        };
        assert!(page.rows.len() <= 1);
        file.stage(BEN, &packed(&page))
            .await
            .expect("is laid aside");
        file.close().await;
        ask.after = Some(next);
        pages += 1;
    };
    assert!(pages > 4, "{pages} pages");

    let merged = pulled
        .expect("pages are there")
        .0
        .finish(Cut::read(last).expect("can be read"));
    let change = bens.apply(merged);
    file.store(BEN, &change).await.expect("is stored");

    let mut at_once = Replica::new(BEN, [], [], None, Vec::new());
    let delta = server.pull(&Ask::since(BEN, None)).await.expect("is read");
    at_once.apply(Cut::read(delta).expect("can be read"));
    assert_eq!(rows(&load(&file, BEN).await), rows(&at_once));
    let base = file.load(BEN).await.expect("is read");
    assert!(base.staged.is_none(), "the pages go with the last");
}

#[tokio::test]
async fn nobody_goes_on_with_the_pages_of_another_account() {
    let folder = tempdir().expect("is made");
    let server = market(folder.path()).await;
    let file = cache(folder.path()).await;
    let mut ask = Ask::since(BEN, None);
    ask.page.rows = 1;
    let page = server.pull(&ask).await.expect("is read");
    assert!(page.next.is_some());
    file.stage(BEN, &packed(&page))
        .await
        .expect("is laid aside");

    let adas = file.load(ADA).await.expect("is read");

    assert!(adas.staged.is_none());
    let bens = file.load(BEN).await.expect("is read");
    assert!(bens.staged.is_none(), "they are gone for good");
}

#[tokio::test]
async fn another_account_finds_nothing_of_the_first() {
    let folder = tempdir().expect("is made");
    let server = market(folder.path()).await;
    let file = cache(folder.path()).await;
    let mut adas = Replica::new(ADA, [], [], None, Vec::new());
    follow(&server, &file, &mut adas).await;

    assert!(rows(&load(&file, BEN).await).is_empty());
    assert!(
        rows(&load(&file, ADA).await).is_empty(),
        "it is gone for good"
    );
}

/// A cache and an outbox with something in both; answers with the cache's cursor.
async fn desktop(folder: &Path) -> Cursor {
    let server = market(folder).await;
    let file = cache(folder).await;
    let mut adas = Replica::new(ADA, [], [], None, Vec::new());
    follow(&server, &file, &mut adas).await;
    file.close().await;
    let outbox = Outbox::open(&folder.join("outbox.db"))
        .await
        .expect("opens");
    outbox.adopt(ADA, DEVICE).await.expect("is adopted");
    let act = publish(2, "Written on the train");
    outbox
        .push(act_id(2), NOW, &act, &[])
        .await
        .expect("is kept");
    outbox.close().await;
    adas.cursor().expect("has pulled")
}

async fn assert_outbox_kept(folder: &Path) {
    let outbox = Outbox::open(&folder.join("outbox.db"))
        .await
        .expect("opens");
    let queue = outbox.load().await.expect("is read").expect("has an owner");
    assert_eq!(queue.pending.len(), 1);
    assert_eq!(
        queue.pending[0].mutation,
        publish(2, "Written on the train")
    );
}

async fn spoil(path: &Path, sql: &'static str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let pool = sqlx::SqlitePool::connect_with(options)
        .await
        .expect("opens");
    sqlx::raw_sql(sql).execute(&pool).await.expect("is done");
    pool.close().await;
}

/// Damages the file, opens it, and expects an empty cache that works beside the damaged one and the outbox.
async fn is_made_anew(damage: impl FnOnce(&mut Vec<u8>)) {
    let folder = tempdir().expect("is made");
    desktop(folder.path()).await;
    let path = file(folder.path());
    let mut bytes = std::fs::read(&path).expect("is read");
    damage(&mut bytes);
    std::fs::write(&path, &bytes).expect("is written");

    let anew = cache(folder.path()).await;

    let mut adas = load(&anew, ADA).await;
    assert!(rows(&adas).is_empty());
    assert_eq!(adas.cursor(), None, "everything is fetched again");
    let aside = std::fs::read(folder.path().join("cache.db.damaged"));
    assert_eq!(aside.expect("was set aside"), bytes);
    let server = crate::samples::reopen(folder.path()).await;
    follow(&server, &anew, &mut adas).await;
    assert_eq!(rows(&load(&anew, ADA).await), rows(&adas));
    assert!(!rows(&adas).is_empty());
    assert_outbox_kept(folder.path()).await;
}

#[tokio::test]
async fn a_cache_of_garbage_is_made_anew() {
    is_made_anew(|bytes| *bytes = b"this is no database at all ".repeat(400)).await;
}

#[tokio::test]
async fn a_cache_that_lost_its_end_is_made_anew() {
    is_made_anew(|bytes| bytes.truncate(bytes.len() / 2 + 100)).await;
}

#[tokio::test]
async fn a_cache_with_a_hole_in_it_is_made_anew() {
    is_made_anew(|bytes| {
        let page = bytes.len() / 2 / 4_096 * 4_096;
        bytes[page..].fill(0xa5);
    })
    .await;
}

#[tokio::test]
async fn a_cache_of_an_unknown_schema_format_is_made_anew() {
    // Byte 47 of the header is the end of the schema format number, which is at most 4: <https://sqlite.org/fileformat2.html>.
    is_made_anew(|bytes| bytes[47] = 9).await;
}

#[tokio::test]
async fn a_cache_that_another_version_made_is_made_anew() {
    for sql in [
        "update _sqlx_migrations set version = 99991231",
        "update _sqlx_migrations set checksum = x'00'",
        "update _sqlx_migrations set success = false",
    ] {
        let folder = tempdir().expect("is made");
        desktop(folder.path()).await;
        spoil(&file(folder.path()), sql).await;

        let anew = cache(folder.path()).await;

        assert!(rows(&load(&anew, ADA).await).is_empty(), "{sql}");
        assert!(folder.path().join("cache.db.damaged").exists(), "{sql}");
        assert_outbox_kept(folder.path()).await;
    }
}

#[tokio::test]
async fn an_empty_file_is_an_empty_cache() {
    let folder = tempdir().expect("is made");
    desktop(folder.path()).await;
    std::fs::write(file(folder.path()), []).expect("is written");

    let anew = cache(folder.path()).await;

    assert!(rows(&load(&anew, ADA).await).is_empty());
    assert_outbox_kept(folder.path()).await;
}

#[tokio::test]
async fn what_cannot_be_understood_counts_as_damage_and_can_be_discarded() {
    let spoilt = [
        "update row set body = '{\"id\": 7}' where tbl = 3",
        "update row set body = 'half a bod' where tbl = 1",
        "update row set tbl = 77 where tbl = 3",
        "update row set scopes = x'00'",
        "update row set id = x'00' where tbl = 3",
        "update row set id = randomblob(16) where tbl = 3",
        "update state set epoch = 'never'",
    ];
    for sql in spoilt {
        let folder = tempdir().expect("is made");
        desktop(folder.path()).await;
        let path = file(folder.path());
        spoil(&path, sql).await;

        let damaged = cache(folder.path()).await;
        let error = damaged.load(ADA).await.expect_err(sql);

        assert!(error.is_damaged(), "{sql}: {error}");
        damaged.discard(&path).await;
        let anew = cache(folder.path()).await;
        assert!(rows(&load(&anew, ADA).await).is_empty());
        assert_outbox_kept(folder.path()).await;
    }
}

#[tokio::test]
async fn a_sound_cache_is_kept() {
    let folder = tempdir().expect("is made");
    let cursor = desktop(folder.path()).await;

    let kept = load(&cache(folder.path()).await, ADA).await;

    assert_eq!(kept.cursor(), Some(cursor));
    assert!(!folder.path().join("cache.db.damaged").exists());
}
