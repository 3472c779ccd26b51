//! The desktop's core is killed while somebody types, with the server reached and out of reach.

use crate::audit::Books;
use crate::browser::registers;
use crate::core_process::{Core, Keychain, Said};
use crate::deeds::{Deed, compare};
use crate::disk::on_disk;
use crate::ground::{Ground, Person, apply};
use crate::plan::{Plan, TURN};
use crate::program;
use crate::report::Report;
use crate::server_process::Server;
use crate::tap::Tap;
use crate::typist::Typist;
use crate::wire::{Wire, far_door, free_port};
use crate::writer::Device;
use guildhall_domain::id::{AccountId, ApplicationId, RequestId};
use guildhall_protocol::sync::Verdict;
use rand::Rng as _;
use serde_json::json;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::process::Command;
use tokio::time::sleep;
use uuid::Uuid;

/// What the first request is called.
pub(crate) const TITLE: &str = "Where it begins";

/// A server behind a wire, and a desktop in front of it.
pub(crate) struct Scene {
    pub(crate) data: TempDir,
    pub(crate) profile: TempDir,
    freelancer: Person,
    pub(crate) server: Server,
    door: SocketAddr,
    pub(crate) wire: Wire,
    pub(crate) program: PathBuf,
    pub(crate) address: String,
    pub(crate) keychain: Keychain,
}

impl Scene {
    pub(crate) async fn begin() -> Self {
        Self::begin_by(Command::new(program::server()), None).await
    }

    /// Begins with a server that this command starts, and somebody who listens on the wire.
    pub(crate) async fn begin_by(server: Command, tap: Option<Arc<Tap>>) -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let port = free_port();
        let ground = Ground::begin(data.path(), port).await;
        let freelancer = ground.freelancer("Mira Kern", "Rust").await;
        ground.end().await;
        let door = far_door(port);
        let mut server = Server::start_by(server, data.path(), door);
        server.answers().await;
        Self {
            data,
            profile: tempfile::tempdir().expect("a folder"),
            freelancer,
            server,
            door,
            wire: Wire::between(port, door, tap).await,
            program: program::core(),
            address: format!("127.0.0.1:{port}"),
            keychain: Keychain::new(),
        }
    }

    /// Starts the desktop; hands out the wire beside it, because the keychain is lent to the core.
    async fn start(&mut self) -> (Core<'_>, &Wire) {
        let core = Core::start(
            &self.program,
            self.profile.path(),
            &self.address,
            &mut self.keychain,
        );
        (core.await, &self.wire)
    }

    /// A client signs in, publishes, and gets an answer: from here on there is a thread to write in.
    pub(crate) async fn first_run(&mut self) -> (AccountId, RequestId, ApplicationId) {
        let request = RequestId(Uuid::now_v7());
        let thread = ApplicationId::of(request, self.freelancer.account);
        let mut freelancer = Device::new(self.freelancer.clone(), self.door);
        let (mut core, _) = self.start().await;
        core.is_ready().await;
        let account = sign_in(&mut core).await;
        core.order(&json!({ "do": "publish", "id": "0", "request": request, "title": TITLE }))
            .await;
        assert_eq!(core.answer().await, Said::Acknowledged(0));
        core.settles().await;
        let answer = freelancer.seal(&apply(request));
        let answer = freelancer.push(&[answer]).await.expect("is answered");
        let verdict = &answer.decisions[0].verdict;
        assert!(matches!(verdict, Verdict::Applied { .. }), "{verdict:?}");
        core.order(&json!({ "do": "await_thread", "thread": thread }))
            .await;
        assert_eq!(core.answer().await, Said::Thread);
        core.kill().await;
        (account, request, thread)
    }
}

pub(crate) async fn sign_in(core: &mut Core<'_>) -> AccountId {
    core.order(&json!({ "do": "sign_in" })).await;
    let Said::Open(link) = core.answer().await else {
        panic!("a link was to be opened");
    };
    registers("Tessel Brandt", "tessel@example.org", "client")(&link).expect("opens");
    let Said::SignedIn(account) = core.answer().await else {
        panic!("somebody was to sign in");
    };
    account.parse().expect("is an id")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_desktop_keeps_what_was_typed_and_sends_it_once() {
    let _turn = TURN.lock().await;
    let plan = Plan::asked();
    let mut chance = plan.chance(100);
    let mut scene = Scene::begin().await;
    let (account, request, thread) = scene.first_run().await;
    let mut typist = Typist::new(thread, request, plan.chance(101));
    let mut report = Report {
        what: "desktop",
        kills: plan.desktop_kills,
        ..Report::default()
    };
    for _ in 0..plan.desktop_kills {
        scene.wire.set(chance.random_ratio(1, 3));
        let (mut run, wire) = scene.start().await;
        if chance.random_ratio(1, 8) {
            report.while_starting += 1;
            sleep(Duration::from_millis(chance.random_range(0..150))).await;
            run.kill().await;
            continue;
        }
        report.recovery.push(run.is_ready().await);
        let ready = Instant::now();
        let [long, turn] = [(); 2].map(|()| Duration::from_millis(chance.random_range(50..1_500)));
        // Now and then much is typed however slow the machine is; else the kill may come before the first answer.
        let least = if chance.random_ratio(1, 2) { 20 } else { 0 };
        typist.types(&mut run, wire, (long, least), turn).await;
        report.under_way.push(typist.under_way);
        typist.hears_the_last(&run.kill().await);
        report.busy += ready.elapsed();
    }

    // The network is back: what waits is sent. A last start fetches what came of it.
    scene.wire.set(false);
    for _ in 0..2 {
        let (mut run, _) = scene.start().await;
        report.recovery.push(run.is_ready().await);
        run.settles().await;
        run.close().await;
    }
    scene.server.kill().await;

    let books = Books::read(scene.data.path()).await;
    let mut faults = books.faults();
    faults.extend(disorder(&typist.typed, &books.said_by(account)));
    faults.extend(on_disk(scene.profile.path(), scene.data.path(), account).await);
    let mut found = books.deeds_of(account);
    found.retain(|(_, words), _| words != TITLE);
    report.acts = typist.typed.len();
    let done: BTreeMap<Deed, bool> = typist.typed.into_iter().collect();
    report.acknowledged = done.values().filter(|is| **is).count();
    let losses = compare(&done, &found);
    report.lost = losses.lost.len();
    report.twice = losses.twice.len() + losses.strange.len();
    report.print(plan.seed);
    faults.truncate(20);
    assert_eq!((losses.shortened(), faults), Default::default());
    assert!(
        report.acknowledged > 5 * plan.desktop_kills as usize,
        "hardly anything was typed"
    );
}

/// Messages that took effect in another order than they were typed in.
fn disorder(typed: &[(Deed, bool)], said: &[&str]) -> Vec<String> {
    let place: BTreeMap<&str, usize> = typed
        .iter()
        .enumerate()
        .map(|(place, ((_, words), _))| (words.as_str(), place))
        .collect();
    said.windows(2)
        .filter(|pair| place.get(pair[0]) > place.get(pair[1]))
        .map(|pair| format!("{:?} came before {:?}", pair[0], pair[1]))
        .collect()
}
