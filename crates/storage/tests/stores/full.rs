//! A full disk. The process that meets it may write no file beyond a size; what it acknowledged is looked for by another.

use crate::samples::{ADA, DEVICE, NOW, act_id, adas, commit, open, publish, reopen};
use guildhall_domain::request::Request;
use guildhall_protocol::sync::Verdict;
use guildhall_storage::device::Outbox;
use guildhall_storage::server::NoDeriver;
use guildhall_sync_core::pull::Ask;
use std::path::Path;
use std::process::Command;
use tempfile::tempdir;

/// Tells the process in which folder to meet the full disk.
const ROOM: &str = "GUILDHALL_SMALL_ROOM";

/// Runs one test of this program again in a process whose files may not grow beyond some hundred KiB; returns what it prints.
fn in_a_small_room(test: &str, folder: &Path) -> String {
    let program = std::env::current_exe().expect("is known");
    let output = Command::new("sh")
        .arg("-c")
        // Without the trap the system ends the process instead of failing the write.
        .arg("trap '' XFSZ; ulimit -f 800; exec \"$0\" --exact --nocapture \"$1\"")
        .arg(program)
        .arg(test)
        .env(ROOM, folder)
        .output()
        .expect("runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{errors}");
    said
}

/// The number that the process printed after a word.
fn number(said: &str, word: &str) -> u64 {
    let rest = said.split_once(word).expect("was printed").1;
    let digits: String = rest
        .trim_start()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().expect("is a number")
}

fn room() -> Option<std::path::PathBuf> {
    std::env::var_os(ROOM).map(Into::into)
}

/// A request with a long description.
fn long(number: u64) -> guildhall_domain::mutation::Mutation {
    let mut act = publish(number, "A request with many words");
    if let guildhall_domain::mutation::Mutation::PublishRequest { text, .. } = &mut act {
        text.description = "word ".repeat(1_500);
    }
    act
}

#[tokio::test]
async fn a_server_on_a_full_disk_says_so_and_loses_nothing() {
    if let Some(folder) = room() {
        let store = reopen(&folder).await;
        for number in 1.. {
            let job = adas(number, [long(number)]);
            match store.commit(&[job], &mut NoDeriver, NOW).await {
                Ok(done) => {
                    let verdict = &done.answers[0].decisions[0].verdict;
                    assert!(matches!(verdict, Verdict::Applied { .. }), "{verdict:?}");
                }
                Err(error) => {
                    assert!(error.is_full(), "{error:?}");
                    println!("acknowledged {}", number - 1);
                    break;
                }
            }
        }
        store
            .pull(&Ask::since(ADA, None))
            .await
            .expect("reading goes on");
        return;
    }
    let folder = tempdir().expect("is made");
    open(folder.path()).await.close().await;

    let test = "full::a_server_on_a_full_disk_says_so_and_loses_nothing";
    let acknowledged = number(&in_a_small_room(test, folder.path()), "acknowledged");

    assert!((3..50).contains(&acknowledged), "{acknowledged}");
    let store = reopen(folder.path()).await;
    let count = async || {
        let kept: Vec<Request> = store.all().await.expect("is read");
        u64::try_from(kept.len()).expect("is small")
    };
    assert_eq!(count().await, acknowledged);
    let next = adas(acknowledged + 1, [long(acknowledged + 1)]);
    let answer = commit(&store, &[next]).await.answers;
    assert_eq!(
        answer[0].last_seq,
        acknowledged + 1,
        "it is simply sent again"
    );
    assert_eq!(count().await, acknowledged + 1);
}

#[tokio::test]
async fn an_outbox_on_a_full_disk_says_so_and_keeps_what_it_took() {
    if let Some(folder) = room() {
        let outbox = Outbox::open(&folder.join("outbox.db"))
            .await
            .expect("opens");
        for number in 1.. {
            let pushed = outbox.push(act_id(number), NOW, &long(number), &[]).await;
            if let Err(error) = pushed {
                assert!(error.is_full(), "{error:?}");
                println!("acknowledged {}", number - 1);
                break;
            }
        }
        return;
    }
    let folder = tempdir().expect("is made");
    let path = folder.path().join("outbox.db");
    let outbox = Outbox::open(&path).await.expect("opens");
    outbox.adopt(ADA, DEVICE).await.expect("is adopted");
    outbox.close().await;

    let test = "full::an_outbox_on_a_full_disk_says_so_and_keeps_what_it_took";
    let acknowledged = number(&in_a_small_room(test, folder.path()), "acknowledged");

    assert!((3..60).contains(&acknowledged), "{acknowledged}");
    let outbox = Outbox::open(&path).await.expect("opens");
    let queue = outbox.load().await.expect("is read").expect("has an owner");
    let kept: Vec<_> = queue.pending.iter().map(|act| act.id).collect();
    assert_eq!(kept, (1..=acknowledged).map(act_id).collect::<Vec<_>>());
    let next = acknowledged + 1;
    outbox
        .push(act_id(next), NOW, &long(next), &[])
        .await
        .expect("there is room again");
}
