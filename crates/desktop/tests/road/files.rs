//! Files that go with messages: attached without a network, sent over a line that breaks, fetched when somebody looks.

use crate::copies::settles;
use crate::offline::{met, offline};
use crate::station::{Desk, Station, euro};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use guildhall_desktop::Desktop;
use guildhall_desktop::view::file::{FileStateView, FileView};
use guildhall_desktop::view::request::ApplicationDraft;
use guildhall_desktop::view::thread::ThreadView;
use guildhall_domain::message::Message;
use guildhall_domain::time::Timestamp;
use guildhall_server::blob::BlobLimits;
use guildhall_storage::server::copy::{backup, restore};
use std::path::PathBuf;
use uuid::Uuid;

/// Two people who talk.
async fn talk(station: &Station) -> (Desk, Desk, String) {
    let (mut mira, mut tessel, request) = met(station).await;
    let draft = ApplicationDraft {
        message: "I rebuilt ticketing for two ferry lines.".to_owned(),
        price: Some(euro(6_800)),
    };
    let thread = mira.desktop.apply(request, draft).await.expect("holds");
    mira.settled().await;
    tessel.notice("Mira Kern applied").await;
    (mira, tessel, thread)
}

/// Bytes that are no repetition of a short pattern.
fn content(length: usize) -> Vec<u8> {
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}

/// Hands a file over as the window does.
async fn attach(desktop: &Desktop, thread: &str, name: &str, bytes: &[u8]) -> Result<(), String> {
    let said = |error: guildhall_desktop::Error| error.to_string();
    let taking = desktop.file_begin().await.map_err(said)?;
    for piece in bytes.chunks(400_000) {
        let piece = STANDARD.encode(piece);
        desktop.file_piece(&taking, &piece).map_err(said)?;
    }
    let (thread, name) = (thread.to_owned(), name.to_owned());
    let kind = "application/octet-stream".to_owned();
    desktop
        .file_attach(thread, taking, name, kind)
        .await
        .map_err(said)
}

async fn view(desktop: &Desktop, thread: &str) -> ThreadView {
    desktop.thread(thread.to_owned()).await.expect("opens")
}

/// The files of the messages in a thread, in their order.
async fn files(desktop: &Desktop, thread: &str) -> Vec<FileView> {
    let entries = view(desktop, thread).await.entries;
    entries.into_iter().flat_map(|entry| entry.files).collect()
}

async fn say(desk: &Desk, thread: &str, text: &str) {
    let (thread, text) = (thread.to_owned(), text.to_owned());
    desk.desktop
        .message_send(thread, text)
        .await
        .expect("holds");
}

/// The files of the only account on a desktop's disk.
fn on_disk(desk: &Desk) -> Vec<PathBuf> {
    let accounts = desk.folder.path().join("profile").join("accounts");
    let account = std::fs::read_dir(accounts)
        .expect("is there")
        .next()
        .expect("one")
        .expect("reads")
        .path();
    let entries = std::fs::read_dir(account.join("files")).expect("is there");
    entries
        .map(|entry| entry.expect("reads").path())
        .filter(|path| path.is_file())
        .collect()
}

/// The words of all messages, in the order in which the server took them.
async fn taken(station: &Station) -> Vec<String> {
    let mut all = station.market.store.all::<Message>().await.expect("lists");
    all.sort_by_key(|message| (message.at, message.id));
    all.into_iter().map(|message| message.body).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_attached_offline_survives_restarts_and_cuts_and_arrives_once_and_in_order() {
    let station = Station::start().await;
    let (mut mira, mut tessel, thread) = talk(&station).await;
    let plan = content(6_000_000);
    station.wire.cut();
    offline(&mut mira).await;

    say(&mira, &thread, "First.").await;
    attach(&mira.desktop, &thread, "floor plan.pdf", &plan)
        .await
        .expect("is kept");
    let mira = mira.restart().await;
    let draft = view(&mira.desktop, &thread).await.draft_files;
    assert_eq!(
        (draft[0].name.as_str(), draft[0].state),
        ("floor plan.pdf", FileStateView::Waiting)
    );
    say(&mira, &thread, "The plan.").await;
    say(&mira, &thread, "Last.").await;
    let mut mira = mira.restart().await;
    assert!(view(&mira.desktop, &thread).await.draft_files.is_empty());
    assert_eq!(
        files(&mira.desktop, &thread).await[0].state,
        FileStateView::Waiting
    );
    station.wire.mend();
    mira.desktop.outbox_retry().await.expect("tries");
    mira.until("a part of the file is over", async |desktop| {
        files(desktop, &thread).await[0].done > 0.0
    })
    .await;
    station.wire.cut();
    let so_far = taken(&station).await;
    assert!(!so_far.contains(&"Last.".to_owned()) || so_far.len() == 3);
    offline(&mut mira).await;
    let mut mira = mira.restart().await;
    assert!(
        files(&mira.desktop, &thread).await[0].done > 0.0,
        "it is known how far it came"
    );
    station.wire.mend();
    mira.desktop.outbox_retry().await.expect("tries");
    mira.settled().await;

    assert_eq!(taken(&station).await, ["First.", "The plan.", "Last."]);
    assert_eq!(
        files(&mira.desktop, &thread).await[0].state,
        FileStateView::Here
    );
    tessel
        .until("the file stands in the thread", async |desktop| {
            !files(desktop, &thread).await.is_empty()
        })
        .await;
    let there = files(&tessel.desktop, &thread).await.remove(0);
    assert_eq!(
        there.state,
        FileStateView::Remote,
        "nothing is fetched unasked"
    );
    let to = tessel.folder.path().join("downloads");
    let saved = tessel
        .desktop
        .file_save(there.blob, &to)
        .await
        .expect("is fetched");
    assert_eq!(saved.file_name().expect("has one"), "floor plan.pdf");
    assert!(std::fs::read(saved).expect("reads") == plan, "every byte");
}

#[tokio::test(flavor = "multi_thread")]
async fn fetching_goes_on_where_it_was_cut() {
    let station = Station::start().await;
    let (mut mira, mut tessel, thread) = talk(&station).await;
    let plan = content(5_000_000);
    attach(&mira.desktop, &thread, "plan.pdf", &plan)
        .await
        .expect("is kept");
    say(&mira, &thread, "").await;
    mira.settled().await;
    tessel
        .until("the file stands in the thread", async |desktop| {
            !files(desktop, &thread).await.is_empty()
        })
        .await;
    let blob = files(&tessel.desktop, &thread).await.remove(0).blob;
    let fetching = {
        let (desktop, blob) = (tessel.desktop.clone(), blob.clone());
        tokio::spawn(async move { desktop.file_fetch(blob).await })
    };
    tessel
        .until("a part of the file is here", async |desktop| {
            files(desktop, &thread).await[0].done > 0.0
        })
        .await;
    station.wire.cut();
    // It may have been faster than the scissors.
    let cut = fetching.await.expect("ends");
    let parts: Vec<PathBuf> = on_disk(&tessel);
    assert_eq!(parts.len(), 1, "what arrived is kept: {parts:?}");
    let tessel = tessel.restart().await;
    station.wire.mend();
    tessel.desktop.outbox_retry().await.expect("tries");
    let mut tessel = tessel;
    tessel.settled().await;

    let to = tessel.folder.path().join("downloads");
    let saved = tessel
        .desktop
        .file_save(blob.clone(), &to)
        .await
        .expect("is fetched");
    let again = tessel.desktop.file_save(blob, &to).await.expect("is here");

    assert!(
        std::fs::read(&saved).expect("reads") == plan,
        "after {cut:?}"
    );
    assert_eq!(again.file_name().expect("has one"), "plan (2).pdf");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_message_leaves_its_files_in_the_draft_until_they_are_taken_out() {
    let station = Station::start().await;
    let (mut mira, _tessel, thread) = talk(&station).await;
    station.wire.cut();
    offline(&mut mira).await;
    attach(&mira.desktop, &thread, "a.txt", b"one")
        .await
        .expect("is kept");
    attach(&mira.desktop, &thread, "b.txt", b"two")
        .await
        .expect("is kept");
    let twice = attach(&mira.desktop, &thread, "c.txt", b"one").await;
    assert!(twice.expect_err("it is there").contains("twice"));
    let empty = attach(&mira.desktop, &thread, "empty.txt", b"").await;
    assert!(empty.expect_err("nothing is in it").contains("empty"));
    say(&mira, &thread, "Both.").await;

    let waiting = mira
        .desktop
        .outbox()
        .await
        .expect("lists")
        .waiting
        .remove(0);
    assert_eq!(waiting.files, ["a.txt", "b.txt"]);
    mira.desktop
        .outbox_cancel(waiting.id)
        .await
        .expect("has no number yet");

    let back = view(&mira.desktop, &thread).await;
    let names: Vec<&str> = back
        .draft_files
        .iter()
        .map(|file| file.name.as_str())
        .collect();
    assert_eq!(
        (back.draft.as_str(), names),
        ("Both.", vec!["a.txt", "b.txt"])
    );
    assert_eq!(on_disk(&mira).len(), 2);
    let first = back.draft_files[0].blob.clone();
    mira.desktop
        .file_detach(thread.clone(), first)
        .await
        .expect("is there");
    assert_eq!(view(&mira.desktop, &thread).await.draft_files.len(), 1);
    assert_eq!(on_disk(&mira).len(), 1);
    let refused = mira
        .desktop
        .sign_out(false)
        .await
        .expect_err("a file would be lost");
    assert_eq!(refused.code(), "waiting");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_the_server_has_no_space_for_waits_for_the_person_and_blocks_nobody() {
    let station = Station::start_with(BlobLimits {
        account_bytes: 50_000,
        ..BlobLimits::default()
    })
    .await;
    let (mut mira, _tessel, thread) = talk(&station).await;
    attach(&mira.desktop, &thread, "large.pdf", &content(80_000))
        .await
        .expect("is kept");
    say(&mira, &thread, "Too much.").await;
    say(&mira, &thread, "And on.").await;

    mira.until("the large one came back", async |desktop| {
        !desktop.outbox().await.expect("lists").attention.is_empty()
    })
    .await;
    mira.settled().await;

    assert_eq!(taken(&station).await, ["And on."]);
    let back = mira
        .desktop
        .outbox()
        .await
        .expect("lists")
        .attention
        .remove(0);
    assert_eq!(
        (back.text.as_str(), back.files),
        ("Too much.", vec!["large.pdf".to_owned()])
    );
    assert!(back.message.contains("space"), "{}", back.message);
    assert_eq!(on_disk(&mira).len(), 1, "the file is kept with the words");
    mira.desktop
        .attention_discard(back.id)
        .await
        .expect("discards");
    assert_eq!(on_disk(&mira).len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_run_is_saved_and_never_opened() {
    let station = Station::start().await;
    let (mira, _tessel, thread) = talk(&station).await;
    attach(&mira.desktop, &thread, "/home/mira/set up.sh", b"rm -rf /")
        .await
        .expect("is kept");
    attach(&mira.desktop, &thread, "notes.txt", b"hello")
        .await
        .expect("is kept");
    let mut files = view(&mira.desktop, &thread).await.draft_files;
    let (notes, script) = (files.remove(1), files.remove(0));
    assert_eq!(
        (script.name.as_str(), script.can_open, notes.can_open),
        ("set up.sh", false, true)
    );

    let refused = mira.desktop.file_to_open(script.blob.clone()).await;
    let opened = mira
        .desktop
        .file_to_open(notes.blob)
        .await
        .expect("may be opened");

    assert_eq!(refused.expect_err("could run").code(), "forbidden");
    assert_eq!(opened.file_name().expect("has one"), "notes.txt");
    assert_eq!(std::fs::read(opened).expect("reads"), b"hello");
    assert!(
        mira.desktop.file_to_open("f".repeat(64)).await.is_err(),
        "nobody named it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_server_gets_the_files_of_what_it_lost_once_more() {
    let station = Station::start().await;
    let (mut mira, mut tessel, thread) = talk(&station).await;
    let copy = station.database().with_file_name("copy.db");
    let at = Timestamp(1_795_000_000_000);
    let made = backup(&station.database(), &copy, at).await;
    made.expect("is made while the server runs");
    let plan = content(700_000);
    attach(&mira.desktop, &thread, "plan.pdf", &plan)
        .await
        .expect("is kept");
    say(&mira, &thread, "The plan.").await;
    settles(&mut mira).await;

    let station = station
        .between_runs(async |database| {
            let restored = restore(database, &copy, at, Uuid::new_v4()).await;
            restored.expect("is restored");
        })
        .await;
    assert!(
        taken(&station).await.is_empty(),
        "the copy knows nothing of it"
    );
    mira.notice("The server was restored").await;
    settles(&mut mira).await;

    assert_eq!(taken(&station).await, ["The plan."]);
    tessel
        .until("the file stands in the thread", async |desktop| {
            !files(desktop, &thread).await.is_empty()
        })
        .await;
    let blob = files(&tessel.desktop, &thread).await.remove(0).blob;
    let to = tessel.folder.path().join("downloads");
    let saved = tessel.desktop.file_save(blob, &to).await;
    assert!(std::fs::read(saved.expect("is fetched")).expect("reads") == plan);
}
