//! Histories: many clients at several processes over one real database, and a checker that looks for what must not be.
//!
//! Each process writes down what it was answered. Afterwards the acts are carried out again, one after another in the order of their
//! versions, by a model in memory: a lost update, a double hire or a row out of order would leave another market behind.
//! `GUILDHALL_HISTORY_ACTS` makes it a long run. With faults on purpose the checker must name each.

mod anomaly;
mod check;
mod market;
mod replay;
mod sabotage;
mod tail;
mod worker;

use anomaly::Anomaly;
use check::{Outcome, check};
use guildhall_postgres_ground::Ground;
use guildhall_storage::server::ServerStore;
use market::settle;
use sabotage::Sabotage;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;
use tempfile::TempDir;
use uuid::Uuid;

/// Where a worker finds what to do.
pub(crate) const TASK: &str = "GUILDHALL_HISTORY_TASK";
const ACTS: &str = "GUILDHALL_HISTORY_ACTS";
const PROCESSES: usize = 3;
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

/// A history to be.
struct Plan<'a> {
    database: &'a str,
    processes: usize,
    acts: u64,
    sabotage: Option<Sabotage>,
}

impl Plan<'_> {
    fn worker(&self, folder: &Path, number: usize) -> Child {
        let clients = (CLIENTS + number) / self.processes;
        let share = self.acts / u64::try_from(self.processes).expect("is small");
        let task = format!(
            "{}\n{}\n{}\n{number}\n{clients}\n{share}",
            self.database,
            log(folder, number).display(),
            Sabotage::name(self.sabotage)
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

    /// Lets it happen and looks through it; answers with how often somebody looked meanwhile, too.
    async fn happen(&self) -> Result<(Outcome, usize), Anomaly> {
        let folder = TempDir::new().expect("is made");
        let store = open(self.database).await;
        let before = settle(&store).await;
        tail::prepare(&store).await;
        let mut running: Vec<Child> = (0..self.processes)
            .map(|number| self.worker(folder.path(), number))
            .collect();
        let tailed = tail::tail(&store, &mut running, before).await;
        for child in &mut running {
            if tailed.is_err() {
                // The rest of a broken history tells nothing more.
                child.kill().expect("is ended");
            }
            let ended = child.wait().expect("has ended");
            assert!(ended.success() || tailed.is_err(), "a process failed");
        }
        let looks = tailed?;
        let logs: Vec<_> = (0..self.processes)
            .map(|number| log(folder.path(), number))
            .collect();
        Ok((check(&store, &logs, before).await?, looks))
    }
}

fn log(folder: &Path, number: usize) -> std::path::PathBuf {
    folder.join(format!("answers-{number}"))
}

async fn history(name: &str, database: &str) {
    let acts = std::env::var(ACTS).map_or(FEW, |acts| acts.parse().expect("is a number"));
    let plan = Plan {
        database,
        processes: PROCESSES,
        acts,
        sabotage: None,
    };
    let begun = Instant::now();
    let (outcome, looks) = plan.happen().await.expect("is one history");
    println!(
        "| {name} | {PROCESSES} | {CLIENTS} | {} | {} % | {} | {} | {} | {looks} | 0 | {:.0} s |",
        outcome.acts,
        outcome.applied * 100 / outcome.acts,
        outcome.too_late,
        outcome.hired,
        outcome.outrun,
        begun.elapsed().as_secs_f64()
    );
    assert!(
        outcome.applied * 10 > outcome.acts * 7,
        "most acts took effect"
    );
    assert!(
        outcome.hired > 0 && outcome.outrun > 0,
        "there was something to fight for"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_three_processes_do_to_one_postgresql_is_one_history() {
    let database = Ground::shared().database().expect("is made");
    history("PostgreSQL", &database).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_three_processes_do_to_one_file_is_one_history() {
    let folder = TempDir::new().expect("is made");
    let file = folder.path().join("guildhall.db");
    history("file", file.to_str().expect("is UTF-8")).await;
}

/// What the checker says about a small history in which this is done wrong.
async fn broken_by(sabotage: Sabotage) -> Result<(Outcome, usize), Anomaly> {
    let folder = TempDir::new().expect("is made");
    let file = folder.path().join("guildhall.db");
    let plan = Plan {
        database: file.to_str().expect("is UTF-8"),
        processes: 1,
        acts: 1_200,
        sabotage: Some(sabotage),
    };
    plan.happen().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_that_was_lost_is_named() {
    let found = broken_by(Sabotage::LostUpdate).await;
    assert!(
        matches!(found, Err(Anomaly::LostUpdate { .. })),
        "{found:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hole_in_the_versions_is_named() {
    let found = broken_by(Sabotage::Hole).await;
    assert!(matches!(found, Err(Anomaly::Hole { .. })), "{found:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_place_that_was_given_twice_is_named() {
    let found = broken_by(Sabotage::DoubleHire).await;
    assert!(matches!(found, Err(Anomaly::DoubleHire(_))), "{found:?}");
}
