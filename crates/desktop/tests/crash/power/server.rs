//! The server's power goes while many write.

use super::cuts::{Cut, Scene, report};
use super::platter::files;
use super::promise::{ids, judge, told};
use super::recording::Recording;
use super::strace;
use crate::audit::Books;
use crate::deeds::{Losses, compare};
use crate::ground::{Ground, Open, file};
use crate::plan::{Plan, TURN};
use crate::program;
use crate::server_process::Server;
use crate::wire::free_port;
use crate::writer::{Device, Record, Standing, Writer};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::{OnceCell, watch};
use tokio::task::JoinSet;
use tokio::time::sleep;

const SKILLS: [&str; 2] = ["Rust", "Figma"];
/// How many devices each person writes on.
const DEVICES: usize = 2;
/// How many acts are sent again around the last that was told.
const BEFORE: usize = 3;
const AFTER: usize = 5;

/// A server's work: stopped once, so that its log is folded into the file, and killed in the end.
struct Work {
    folder: TempDir,
    files: BTreeMap<PathBuf, Vec<u8>>,
    recording: Recording,
    told: BTreeMap<String, usize>,
    records: Arc<Vec<Record>>,
}

/// Done once for all tests: none changes it.
static WORK: OnceCell<Work> = OnceCell::const_new();

impl Work {
    async fn done() -> &'static Self {
        WORK.get_or_init(Self::do_it).await
    }

    async fn do_it() -> Self {
        strace::must_be_there();
        let plan = Plan::asked();
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        std::fs::create_dir(&data).expect("is made");
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
        let ground = Ground::begin(&data, listen.port()).await;
        let mut pairs = Vec::new();
        for skill in SKILLS {
            pairs.push(ground.pair(skill).await);
        }
        ground.end().await;
        let before = files(&data);

        let (standing, watched) = watch::channel(Standing::default());
        let mut running = JoinSet::new();
        let mut part = 200;
        for (index, pair) in pairs.iter().enumerate() {
            let foreign = pairs[(index + 1) % pairs.len()].thread;
            for device in 0..DEVICES {
                for (person, skill) in [(&pair.client, Some(pair.skill)), (&pair.freelancer, None)]
                {
                    part += 1;
                    let writer = Writer::new(
                        Device::new(person.clone(), listen),
                        pair.thread,
                        foreign,
                        skill.filter(|_| device == 0),
                        plan.chance(part),
                        Arc::new(AtomicUsize::new(0)),
                    );
                    running.spawn(writer.run(watched.clone()));
                }
            }
        }

        let long = Duration::from_millis(1_000 + u64::from(plan.power_cuts) * 4);
        let program = program::server();
        let logs = [0, 1].map(|number| strace::log(folder.path(), number));
        let mut records = Vec::new();
        for (run, log) in logs.iter().enumerate() {
            let mut server = Server::start_by(strace::watched(&program, log), &data, listen);
            server.answers().await;
            standing.send_modify(|standing| standing.ups += 1);
            sleep(long).await;
            if run + 1 < logs.len() {
                server.stop().await;
            } else {
                standing.send_modify(|standing| standing.is_over = true);
                records = std::mem::take(&mut running).join_all().await;
                server.kill().await;
            }
        }
        let mut recording = Recording::default();
        for log in &logs {
            recording.add(&strace::whole(log).await, &data);
        }
        let told = told(&recording, ids);
        let ours: BTreeSet<String> = records.iter().flat_map(acts_of).collect();
        let told = told.into_iter().filter(|(id, _)| ours.contains(id));
        Self {
            folder,
            files: before,
            told: told.collect(),
            recording,
            records: Arc::new(records),
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn scene<'a>(&'a self, folder: &'a std::path::Path, recording: &'a Recording) -> Scene<'a> {
        Scene {
            folder,
            files: &self.files,
            recording,
            told: &self.told,
        }
    }
}

/// The acts that somebody got an answer to.
fn acts_of(record: &Record) -> impl Iterator<Item = String> {
    record.verdicts.keys().map(ToString::to_string)
}

/// What somebody knew when the power went.
fn known(record: &Record, told: &BTreeSet<String>) -> Record {
    let is_told = |id: &guildhall_domain::id::MutationId| told.contains(&id.to_string());
    let verdicts = record.verdicts.iter().filter(|(id, _)| is_told(id));
    let deeds = record.acts.iter().filter_map(|(envelope, deed)| {
        let deed = deed.clone()?;
        Some((deed, is_told(&envelope.id)))
    });
    Record {
        person: record.person.clone(),
        device: record.device,
        acts: record.acts.clone(),
        deeds: deeds.collect(),
        verdicts: verdicts
            .map(|(id, verdict)| (*id, verdict.clone()))
            .collect(),
        contradictions: Vec::new(),
    }
}

/// What is wrong with what a cut left of the server: its books, the answers that had been given, each act once.
async fn wrong(folder: TempDir, mut records: Vec<Record>) -> Vec<String> {
    let mut faults = in_the_books(&folder, &records).await;
    // Everybody sends the last acts again, and what came after them, as after any break.
    let server = Open::start(folder.path()).await;
    for record in &mut records {
        faults.extend(sent_again(record, &server).await);
    }
    server.end().await;
    faults.extend(in_the_books(&folder, &records).await);
    faults
}

async fn in_the_books(folder: &TempDir, records: &[Record]) -> Vec<String> {
    let books = Books::read(folder.path()).await;
    let mut faults = books.faults();
    let mut done = BTreeMap::new();
    let mut found = BTreeMap::new();
    for record in records {
        faults.extend(books.broken_words(record));
        done.extend(record.deeds.clone());
        found.extend(books.deeds_of(record.person.account));
    }
    found.retain(|(_, words), _| words != "Where it begins");
    let losses = compare(&done, &found);
    if losses != Losses::default() {
        faults.push(format!("{:?}", losses.shortened()));
    }
    faults
}

/// Sends acts around the last one that was told, and takes the answers into the record.
async fn sent_again(record: &mut Record, server: &Open) -> Vec<String> {
    let told = |id| record.verdicts.contains_key(id);
    let last = record
        .acts
        .iter()
        .rposition(|(envelope, _)| told(&envelope.id));
    let from = last.map_or(0, |last| (last + 1).saturating_sub(BEFORE));
    let to = last.map_or(AFTER, |last| last + 1 + AFTER);
    let acts = &record.acts[from..to.min(record.acts.len())];
    let parcel: Vec<_> = acts.iter().map(|(envelope, _)| envelope.clone()).collect();
    let device = Device::again(
        record.person.clone(),
        record.device,
        server.address(),
        &record.acts,
    );
    let answer = device.push(&parcel).await.expect("is answered");
    let mut faults = Vec::new();
    if answer.rest.is_some() || answer.decisions.len() != parcel.len() {
        faults.push(format!("{} acts: {answer:?}", parcel.len()));
    }
    for (decision, (_, deed)) in answer.decisions.iter().zip(acts) {
        let now = (decision.seq, decision.verdict.clone());
        if let Some(deed) = deed {
            record.deeds.insert(deed.clone(), true);
        }
        if let Some(before) = record.verdicts.insert(decision.id, now.clone())
            && before != now
        {
            faults.push(format!("{before:?}, then {now:?}"));
        }
    }
    faults
}

async fn faults_of(work: &'static Work, scene: &Scene<'_>, count: u32, plan: &Plan) -> Vec<String> {
    let cuts = scene.cuts(count, plan);
    let check = |cut: Cut, folder: TempDir| {
        let told: BTreeSet<String> = scene.told_by(cut.moment).cloned().collect();
        let records = Arc::clone(&work.records);
        async move {
            let records = records.iter().map(|record| known(record, &told));
            wrong(folder, records.collect()).await
        }
    };
    scene.play(cuts, check).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_answers_a_push_only_after_its_log_is_synced() {
    let _turn = TURN.lock().await;
    let work = Work::done().await;
    let log = file(&work.data()).with_extension("db-wal");
    let acts: Vec<String> = work.records.iter().flat_map(acts_of).collect();
    assert!(acts.len() > 200, "hardly any load: {}", acts.len());

    let judged = judge(&work.recording, &log, acts.clone(), ids, ids);
    assert_eq!(judged.broken, Vec::<String>::new());
    assert_eq!(judged.kept, acts.len());

    let without = work.recording.clone().without_syncs();
    let judged = judge(&without, &log, acts.clone(), ids, ids);
    assert_eq!((judged.kept, judged.broken.len()), (0, acts.len()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_acknowledged_outlives_power_cuts() {
    let _turn = TURN.lock().await;
    let work = Work::done().await;
    let plan = Plan::asked();
    let folder = work.data();
    let scene = work.scene(&folder, &work.recording);
    let faults = faults_of(work, &scene, plan.power_cuts, &plan).await;
    report("server", &scene, plan.power_cuts, &plan, &faults);
    assert_eq!(faults, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_never_syncs_is_found_out_by_power_cuts() {
    let _turn = TURN.lock().await;
    let work = Work::done().await;
    let plan = Plan::asked();
    let folder = work.data();
    let without = work.recording.clone().without_syncs();
    let scene = work.scene(&folder, &without);
    let faults = faults_of(work, &scene, 8, &plan).await;
    assert!(!faults.is_empty(), "nothing was missed");
}
