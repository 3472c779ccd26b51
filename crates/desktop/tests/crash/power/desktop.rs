//! The desktop's power goes while somebody types.

use super::cuts::{Cut, Scene, report};
use super::platter::files;
use super::promise::{judge, told};
use super::recording::{Deed as Done, Recording};
use super::strace;
use crate::audit::{Books, damage};
use crate::core_kills::{self, TITLE};
use crate::core_process::Core;
use crate::deeds::{Deed, Losses, compare};
use crate::plan::{Plan, TURN};
use crate::typist::Typist;
use guildhall_domain::id::{AccountId, MutationId};
use guildhall_domain::mutation::Mutation;
use guildhall_protocol::sync::act;
use guildhall_storage::device::{Cache, Outbox};
use sqlx::SqlitePool;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// How many runs are recorded.
const RUNS: usize = 3;
/// One cut in so many is lived through: the program goes on with what is left.
const LIVED: u32 = 10;

/// The words that every typed act carries, wherever they are written: `Number 17"` in a file.
fn written(bytes: &[u8]) -> Vec<String> {
    const WORD: &[u8] = b"Number ";
    let mut marks = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest.windows(WORD.len()).position(|window| window == WORD) {
        rest = &rest[at + WORD.len()..];
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits > 0 && rest.get(digits) == Some(&b'"') {
            marks.push(format!(
                "Number {}",
                String::from_utf8_lossy(&rest[..digits])
            ));
        }
    }
    marks
}

/// The words of the acts that the program acknowledges.
fn acknowledged(said: &[u8]) -> Vec<String> {
    let said = String::from_utf8_lossy(said);
    let lines = said
        .lines()
        .filter_map(|line| line.strip_prefix("acknowledged "));
    lines.map(|id| format!("Number {id}")).collect()
}

/// The one account's folder in a profile.
fn account_folder(profile: &Path) -> PathBuf {
    let mut accounts = std::fs::read_dir(profile.join("accounts")).expect("is there");
    accounts.next().expect("one account").expect("reads").path()
}

/// What is waited for after a cut.
struct Expected {
    account: AccountId,
    /// The acts that had been acknowledged.
    told: BTreeSet<String>,
    /// The version at which the server applied each act, in the end.
    applied: Arc<BTreeMap<MutationId, u64>>,
    /// All acts in the order in which they were typed.
    typed: Arc<BTreeMap<String, usize>>,
}

/// What is wrong with the files that a cut left behind.
async fn wrong(folder: TempDir, expected: Expected) -> Vec<String> {
    let folder = account_folder(folder.path());
    let mut faults = Vec::new();
    for name in ["outbox.db", "cache.db"] {
        let file = format!("sqlite://{}", folder.join(name).display());
        let pool = SqlitePool::connect(&file).await.expect("opens");
        faults.extend(damage(&pool).await);
        pool.close().await;
    }
    let cache = Cache::open(&folder.join("cache.db")).await.expect("opens");
    cache.load(expected.account).await.expect("reads");
    cache.close().await;
    if folder.join("cache.db.damaged").exists() {
        faults.push("the cache was set aside".to_owned());
    }

    let outbox = Outbox::open(&folder.join("outbox.db"))
        .await
        .expect("opens");
    let queued = outbox.load().await.expect("reads").expect("is somebody's");
    let refused = outbox.refused().await.expect("reads");
    outbox.close().await;
    let contained = contained(&folder.join("outbox.db")).await;
    faults.extend(refused.iter().map(|act| format!("was refused: {act:?}")));
    let mut waiting = Vec::new();
    for act in &queued.pending {
        waiting.extend(typed(&act.mutation));
    }
    let places: Vec<_> = waiting
        .iter()
        .map(|words| expected.typed.get(words))
        .collect();
    if !places.is_sorted_by(|one, next| one < next) {
        faults.push(format!("waits out of order or twice: {waiting:?}"));
    }
    for words in &expected.told {
        // What waits no longer was applied by the server, and stands here at the same version.
        let known = contained.get(words);
        let applied = known.and_then(|(id, _)| expected.applied.get(id));
        if !waiting.contains(words) && (known.is_none() || known.map(|(_, at)| at) != applied) {
            let count = waiting.len();
            faults.push(format!(
                "{words} is lost: contained as {known:?}, applied at {applied:?}, {count} wait"
            ));
        }
    }
    faults
}

/// What the person wants, not what stood there before: a change names both.
fn typed(mutation: &Mutation) -> Option<String> {
    let words = mutation.words();
    let typed = words.lines().find(|line| line.starts_with("Number "));
    typed.map(str::to_owned)
}

/// The acts that the program holds for applied, by their words, and the version of each.
async fn contained(outbox: &Path) -> BTreeMap<String, (MutationId, u64)> {
    let file = format!("sqlite://{}", outbox.display());
    let pool = SqlitePool::connect(&file).await.expect("opens");
    let rows: Vec<(String, String, String, i64)> =
        sqlx::query_as("select id, name, args, version from kept")
            .fetch_all(&pool)
            .await
            .expect("reads");
    pool.close().await;
    let rows = rows.into_iter().filter_map(|(id, name, args, version)| {
        let words = typed(&act::read(&name, &args).expect("can be read"))?;
        let id = MutationId(id.parse().expect("is an id"));
        Some((words, (id, u64::try_from(version).expect("counts from 1"))))
    });
    rows.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_desktop_acknowledged_is_synced_and_outlives_power_cuts() {
    let _turn = TURN.lock().await;
    strace::must_be_there();
    let plan = Plan::asked();
    let mut bed = core_kills::Scene::begin().await;
    let (account, request, thread) = bed.first_run().await;
    let profile = bed.profile.path().to_owned();
    let before = files(&profile);
    let logs = tempfile::tempdir().expect("a folder");
    let mut typist = Typist::new(thread, request, plan.chance(400));
    let long = Duration::from_millis(800 + u64::from(plan.power_cuts) * 3);
    for number in 0..RUNS {
        // The first run begins with the server, the next without it; each time that changes in the middle.
        bed.wire.set(number % 2 == 1);
        let command = strace::watched(&bed.program, &strace::log(logs.path(), number));
        let (keychain, wire) = (&mut bed.keychain, &bed.wire);
        let mut run = Core::start_by(command, &profile, &bed.address, keychain).await;
        run.is_ready().await;
        let enough = (long, 30);
        typist.types(&mut run, wire, enough, long / 2).await;
        if number == 0 {
            // One that ends by itself folds its logs into its files.
            typist.finishes(&mut run).await;
            run.close().await;
        } else {
            typist.hears_the_last(&run.kill().await);
        }
    }
    let mut recording = Recording::default();
    for number in 0..RUNS {
        recording.add(
            &strace::whole(&strace::log(logs.path(), number)).await,
            &profile,
        );
    }

    let told = told(&recording, acknowledged);
    let heard = typist.typed.iter().filter(|(_, is)| *is);
    let heard: BTreeSet<&String> = heard.map(|((_, words), _)| words).collect();
    assert!(heard.len() > 50, "hardly anything was typed");
    assert!(heard.iter().all(|words| told.contains_key(*words)));
    let outbox = account_folder(&profile).join("outbox.db-wal");
    let judged = judge(
        &recording,
        &outbox,
        told.keys().cloned(),
        written,
        acknowledged,
    );
    assert_eq!(judged.broken, Vec::<String>::new());

    let scene = Scene {
        folder: &profile,
        files: &before,
        recording: &recording,
        told: &told,
    };
    live_through(&mut bed, &scene, &plan).await;
    bed.server.kill().await;
    let books = Books::read(bed.data.path()).await;
    assert_eq!(books.faults(), Vec::<String>::new());
    let mut found = books.deeds_of(account);
    found.retain(|(_, words), _| words != TITLE);
    let done: BTreeMap<Deed, bool> = typist.typed.iter().cloned().collect();
    assert_eq!(compare(&done, &found).shortened(), Losses::default());

    let applied = Arc::new(books.applied());
    let typed = typist.typed.iter().enumerate();
    let typed: BTreeMap<String, usize> = typed
        .map(|(place, ((_, words), _))| (words.clone(), place))
        .collect();
    let typed = Arc::new(typed);
    let check = |cut: Cut, folder: TempDir| {
        let expected = Expected {
            account,
            told: scene.told_by(cut.moment).cloned().collect(),
            applied: Arc::clone(&applied),
            typed: Arc::clone(&typed),
        };
        wrong(folder, expected)
    };
    let cuts = scene.cuts(plan.power_cuts, &plan);
    let faults = scene.play(cuts, check).await;
    report("desktop", &scene, plan.power_cuts, &plan, &faults);
    assert_eq!(faults, Vec::<String>::new());

    // The same on a disk that never syncs: what was typed without a server is missed.
    let without = recording.clone().without_syncs();
    let scene = Scene {
        recording: &without,
        ..scene
    };
    let cuts = scene.cuts(8, &plan);
    assert!(
        without
            .calls
            .iter()
            .all(|call| !matches!(call.deed, Done::Sync(_)))
    );
    assert!(
        !scene.play(cuts, check).await.is_empty(),
        "nothing is missed"
    );
}

/// Lets the real program go on after some of the cuts: what waits is sent, and nothing of it is refused.
async fn live_through(bed: &mut core_kills::Scene, scene: &Scene<'_>, plan: &Plan) {
    bed.wire.set(false);
    let cuts = scene.cuts(plan.power_cuts, plan);
    let cuts = cuts
        .into_iter()
        .filter(|(cut, _)| cut.number % LIVED == 0)
        .collect();
    let kept = std::cell::RefCell::new(Vec::new());
    let keep = |_: Cut, folder: TempDir| {
        kept.borrow_mut().push(folder);
        async { Vec::new() }
    };
    scene.play(cuts, keep).await;
    // And the latest files of all, so that everything that was typed gets there.
    let latest = [bed.profile.path().to_owned()];
    let kept = kept.into_inner();
    let folders = kept.iter().map(|folder| folder.path().to_owned());
    for folder in folders.chain(latest) {
        let keychain = &mut bed.keychain;
        let mut run = Core::start(&bed.program, &folder, &bed.address, keychain).await;
        run.is_ready().await;
        run.settles().await;
        run.close().await;
    }
}
