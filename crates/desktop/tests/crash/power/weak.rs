//! The judge and the cuts, tried on a store that does not wait for the disk: they must find it out.

use super::platter::{Loss, Platter, files, lay_out};
use super::promise::{Marks, ids, judge, told};
use super::recording::Recording;
use super::strace;
use crate::plan::{Plan, TURN};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use uuid::Uuid;

/// Tells the program that is watched in which folder to store, and how carefully.
const FOLDER: &str = "GUILDHALL_WEAK_FOLDER";
const CARE: &str = "GUILDHALL_WEAK_CARE";
/// How many acts are stored.
const ACTS: usize = 40;

/// What stores ids and tells each.
async fn store(folder: &Path) {
    let care = match std::env::var(CARE).expect("is told").as_str() {
        "full" => SqliteSynchronous::Full,
        "normal" => SqliteSynchronous::Normal,
        "off" => SqliteSynchronous::Off,
        other => panic!("{other} is no care"),
    };
    let options = SqliteConnectOptions::new()
        .filename(folder.join("weak.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(care);
    let pool = SqlitePool::connect_with(options).await.expect("opens");
    sqlx::query("create table act (id text primary key)")
        .execute(&pool)
        .await
        .expect("is made");
    for _ in 0..ACTS {
        let id = Uuid::now_v7().to_string();
        sqlx::query("insert into act values (?)")
            .bind(&id)
            .execute(&pool)
            .await
            .expect("is stored");
        println!("told {id}");
    }
}

fn told_ids(said: &[u8]) -> Vec<String> {
    if said.starts_with(b"told ") {
        ids(said)
    } else {
        Vec::new()
    }
}

/// A run of this program that stores with so much care, recorded.
async fn recorded(care: &str, folder: &Path) -> Recording {
    let log = strace::log(folder, 0);
    let data = folder.join("data");
    std::fs::create_dir(&data).expect("is made");
    let this = std::env::current_exe().expect("is known");
    let status = strace::watched(&this, &log)
        .args(["--exact", "--nocapture"])
        .arg("power::weak::a_store_that_does_not_wait_for_the_disk_is_found_out")
        .env(FOLDER, &data)
        .env(CARE, care)
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts")
        .wait_with_output()
        .await
        .expect("ends");
    assert!(status.status.success(), "{:?}", status.status);
    let mut recording = Recording::default();
    recording.add(&strace::whole(&log).await, &data);
    recording
}

/// How many told acts are gone after a cut right after the last was told, if whatever was not synced is lost.
async fn lost(recording: &Recording, folder: &Path) -> usize {
    let mut platter = Platter::new(&files(&folder.join("nothing")), recording);
    let told = told(recording, told_ids);
    assert_eq!(told.len(), ACTS);
    // Later, the end of the program would sync.
    let last = told.values().max().expect("there are some");
    platter.advance(last + 1);
    let left = platter.cut(Loss::All, &mut Plan::asked().chance(300));
    let after = folder.join("after");
    lay_out(&left, &folder.join("data"), &after);
    let path = after.join("weak.db");
    let found: Vec<String> =
        match SqlitePool::connect(&format!("sqlite://{}", path.display())).await {
            Ok(pool) => sqlx::query_scalar("select id from act")
                .fetch_all(&pool)
                .await
                .unwrap_or_default(),
            Err(_) => Vec::new(),
        };
    let found: BTreeSet<String> = found.into_iter().collect();
    told.keys().filter(|id| !found.contains(*id)).count()
}

#[tokio::test]
async fn a_store_that_does_not_wait_for_the_disk_is_found_out() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        store(&PathBuf::from(folder)).await;
        return;
    }
    let _turn = TURN.lock().await;
    strace::must_be_there();
    for (care, kept) in [("full", ACTS), ("normal", 0), ("off", 0)] {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("nothing")).expect("is made");
        let recording = recorded(care, folder.path()).await;
        let acts = told(&recording, told_ids).into_keys();
        let log = folder.path().join("data").join("weak.db-wal");
        let judged = judge(&recording, &log, acts, ids as Marks, told_ids);
        assert_eq!(judged.kept, kept, "{care}: {:?}", judged.broken);
        assert_eq!(judged.broken.len(), ACTS - kept, "{care}");
        assert_eq!(lost(&recording, folder.path()).await, ACTS - kept, "{care}");
    }
}
