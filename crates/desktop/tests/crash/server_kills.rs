//! The server is killed while many write.

use crate::audit::Books;
use crate::deeds::compare;
use crate::ground::Ground;
use crate::plan::{Plan, TURN};
use crate::program;
use crate::report::Report;
use crate::server_process::Server;
use crate::wire::free_port;
use crate::writer::{Device, Standing, Writer};
use rand::Rng as _;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

const SKILLS: [&str; 4] = ["Rust", "Figma", "Copywriting", "Python"];
/// How many devices each person writes on.
const DEVICES: usize = 2;

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_has_all_it_acknowledged_and_nothing_twice() {
    let _turn = TURN.lock().await;
    let plan = Plan::asked();
    let mut chance = plan.chance(0);
    let program = program::server();
    let folder = tempfile::tempdir().expect("a folder");
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
    let ground = Ground::begin(folder.path(), listen.port()).await;
    let mut pairs = Vec::new();
    for skill in SKILLS {
        pairs.push(ground.pair(skill).await);
    }
    ground.end().await;

    let (standing, watched) = watch::channel(Standing::default());
    let under_way = Arc::new(AtomicUsize::new(0));
    let mut writers = Vec::new();
    for (index, pair) in pairs.iter().enumerate() {
        let foreign = pairs[(index + 1) % pairs.len()].thread;
        for _ in 0..DEVICES {
            for (person, skill) in [(&pair.client, Some(pair.skill)), (&pair.freelancer, None)] {
                let part = 1 + writers.len() as u64;
                writers.push(Writer::new(
                    Device::new(person.clone(), listen),
                    pair.thread,
                    foreign,
                    // One device of each client publishes, or both together would have too many requests.
                    skill.filter(|_| writers.len() % (2 * DEVICES) == 0),
                    plan.chance(part),
                    Arc::clone(&under_way),
                ));
            }
        }
    }

    let mut report = Report {
        what: "server",
        kills: plan.server_kills,
        ..Report::default()
    };
    let mut running = JoinSet::new();
    for kill in 0..plan.server_kills {
        let mut server = Server::start(&program, folder.path(), listen);
        if kill > 0 && chance.random_ratio(1, 8) {
            report.while_starting += 1;
            sleep(Duration::from_millis(chance.random_range(0..150))).await;
            server.kill().await;
            continue;
        }
        report.recovery.push(server.answers().await);
        let answered = Instant::now();
        standing.send_modify(|standing| standing.ups += 1);
        for writer in writers.drain(..) {
            running.spawn(writer.run(watched.clone()));
        }
        sleep(Duration::from_millis(chance.random_range(20..600))).await;
        report.under_way.push(under_way.load(Ordering::Relaxed));
        server.kill().await;
        report.busy += answered.elapsed();
    }
    // The last time: everybody gets their answers, and then it is killed as well.
    let mut server = Server::start(&program, folder.path(), listen);
    report.recovery.push(server.answers().await);
    standing.send_modify(|standing| {
        standing.ups += 1;
        standing.is_over = true;
    });
    let records = running.join_all().await;
    server.kill().await;

    let books = Books::read(folder.path()).await;
    let mut faults = books.faults();
    let mut done = BTreeMap::new();
    let mut found = BTreeMap::new();
    for record in &records {
        faults.extend(record.contradictions.iter().cloned());
        faults.extend(books.broken_words(record));
        report.acts += record.verdicts.len();
        report.acknowledged += record.verdicts.len();
        done.extend(record.deeds.clone());
        found.extend(books.deeds_of(record.person.account));
    }
    // It was there before the first kill.
    found.retain(|(_, words), _| words != "Where it begins");
    let losses = compare(&done, &found);
    report.lost = losses.lost.len();
    report.twice = losses.twice.len() + losses.strange.len();
    report.print(plan.seed);
    faults.truncate(20);
    assert_eq!((losses.shortened(), faults), Default::default());
    assert!(
        done.len() > 10 * plan.server_kills as usize,
        "hardly any load"
    );
}
