//! Histories: many clients at several processes over one real database, and a checker that looks for what must not be.
//!
//! Each process writes down what it was answered. Afterwards the acts are carried out again, one after another in the order of their
//! versions, by a model in memory: a lost update, a double hire or a row out of order would leave another market behind.
//! `GUILDHALL_HISTORY_ACTS` makes it a long run.

mod check;
mod market;
mod worker;

use check::check;
use guildhall_postgres_ground::Ground;
use guildhall_storage::server::ServerStore;
use market::settle;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;
use uuid::Uuid;

/// Where a worker finds what to do.
pub(crate) const TASK: &str = "GUILDHALL_HISTORY_TASK";
const ACTS: &str = "GUILDHALL_HISTORY_ACTS";
const CLIENTS: usize = 16;
/// As many as a test that is run all the time can afford.
const FEW: u64 = 3_000;

/// Opens a database by its address: `postgres://…`, or a file.
pub(crate) async fn open(database: &str) -> ServerStore {
    let epoch = Uuid::from_u128(0xe9);
    if database.starts_with("postgres://") {
        ServerStore::connect(database, epoch)
            .await
            .expect("connects")
    } else {
        ServerStore::open(Path::new(database), epoch)
            .await
            .expect("opens")
    }
}

fn worker(folder: &Path, database: &str, number: usize, clients: usize, acts: u64) -> Child {
    let task = format!(
        "{database}\n{}\n{number}\n{clients}\n{acts}",
        log(folder, number).display()
    );
    Command::new(std::env::current_exe().expect("is known"))
        .args([
            "--ignored",
            "--exact",
            "--nocapture",
            "worker::one_of_several_processes",
        ])
        .env(TASK, task)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .expect("starts")
}

fn log(folder: &Path, number: usize) -> std::path::PathBuf {
    folder.join(format!("answers-{number}"))
}

async fn history(database: &str, processes: usize) {
    let acts = std::env::var(ACTS).map_or(FEW, |acts| acts.parse().expect("is a number"));
    let folder = TempDir::new().expect("is made");
    let store = open(database).await;
    let before = settle(&store).await;
    let mut running: Vec<Child> = (0..processes)
        .map(|number| {
            let clients = (CLIENTS + number) / processes;
            let share = acts / u64::try_from(processes).expect("is small");
            worker(folder.path(), database, number, clients, share)
        })
        .collect();

    let tailed = check::tail(&store, &mut running, before).await;

    let logs: Vec<_> = (0..processes)
        .map(|number| log(folder.path(), number))
        .collect();
    let verdict = check(&store, &logs, before).await;
    println!(
        "| {processes} processes, {CLIENTS} clients: {} acts, {} of them applied, {} hired; {tailed} looks meanwhile; 0 anomalies",
        verdict.acts, verdict.applied, verdict.hired
    );
    assert!(
        verdict.hired > 0 && verdict.applied < verdict.acts,
        "there was something to fight for"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_three_processes_do_to_one_postgresql_is_one_history() {
    history(&Ground::shared().database().expect("is made"), 3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_sixteen_clients_do_to_one_file_is_one_history() {
    let folder = TempDir::new().expect("is made");
    let file = folder.path().join("guildhall.db");
    history(file.to_str().expect("is UTF-8"), 1).await;
}
