//! Several processes over one PostgreSQL: they write one after another, hear of one another, and miss nothing.

use crate::bed::{Bed, run};
use crate::samples::{ADA, BEN, act, adas, alone, apply, commit, commit_with, publish, request_id};
use guildhall_domain::id::DeviceId;
use guildhall_domain::mutation::Effect;
use guildhall_domain::request::Request;
use guildhall_domain::row::{Key, Noun as _, Table};
use guildhall_domain::time::Timestamp;
use guildhall_domain::world::{Need, World};
use guildhall_protocol::sync::Verdict;
use guildhall_storage::server::{Deriver, Job, News, ServerStore};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::timeout;
use uuid::Uuid;

const PROCESSES: usize = 3;
const BATCHES: u64 = 5;

/// Remembers what it was told of other processes.
#[derive(Default)]
struct Listener {
    known: u64,
    keys: BTreeSet<Key>,
    titles: Vec<String>,
}

impl Deriver for Listener {
    fn derive(&mut self, _: &[Key], _: &dyn World, _: Timestamp) -> Result<Vec<Effect>, Need> {
        Ok(Vec::new())
    }

    fn done(&mut self, head: u64) {
        self.known = head;
    }

    fn lost(&mut self) {}

    fn knows(&self) -> Option<u64> {
        Some(self.known)
    }

    fn catch_up(&mut self, keys: &BTreeSet<Key>, world: &dyn World, head: u64) -> Result<(), Need> {
        let mut titles = Vec::new();
        for key in keys.iter().filter(|key| key.table == Table::Request) {
            let row = world.row(*key)?;
            titles.extend(
                row.and_then(|row| Request::in_row(&row).map(|one| one.text.title.clone())),
            );
        }
        self.titles.extend(titles);
        self.keys.extend(keys);
        self.known = head;
        Ok(())
    }
}

/// A batch of three requests from a device of the process's own.
fn batch(process: usize, number: u64) -> Job {
    let process = u64::try_from(process).expect("is small");
    let device = DeviceId(Uuid::from_u128(0xd0 + u128::from(process)));
    let first = number * 3 + 1;
    let acts = (first..first + 3).map(|seq| {
        let id = process * 1_000 + seq;
        act(Some((device, seq)), id, publish(id, "One of many"))
    });
    Job {
        account: ADA,
        system: false,
        device: Some(device),
        acts: acts.collect(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_versions_of_all_processes_together_have_no_hole_and_no_double() {
    let bed = Bed::postgres();
    let first = bed.open().await;
    let head = first.head().await.expect("is read");
    let mut running = JoinSet::new();
    for process in 0..PROCESSES {
        let store = bed.reopen().await;
        running.spawn(async move {
            let mut versions = Vec::new();
            for number in 0..BATCHES {
                let committed = commit(&store, &[batch(process, number)]).await;
                for decision in committed.answers.into_iter().flat_map(|one| one.decisions) {
                    match decision.verdict {
                        Verdict::Applied { version } => versions.push(version),
                        Verdict::Rejected { denied } => panic!("{denied}"),
                    }
                }
            }
            assert!(versions.is_sorted(), "one process sees its own in order");
            versions
        });
    }

    let mut versions: Vec<u64> = running.join_all().await.into_iter().flatten().collect();

    versions.sort_unstable();
    let all = u64::try_from(PROCESSES).expect("is small") * BATCHES * 3;
    assert_eq!(versions, (head + 1..=head + all).collect::<Vec<_>>());
    assert_eq!(first.head().await.expect("is read"), head + all);
}

#[tokio::test]
async fn the_same_push_at_two_processes_at_once_happens_once() {
    let bed = Bed::postgres();
    let one = bed.open().await;
    let other = bed.reopen().await;
    let job = [adas(1, [publish(1, "The only request")])];

    let (here, there) = tokio::join!(commit(&one, &job), commit(&other, &job));

    assert_eq!(here.answers, there.answers);
    let requests: Vec<Request> = one.all().await.expect("is read");
    assert_eq!(requests.len(), 1);
}

#[tokio::test]
async fn who_sees_something_new_is_heard_by_the_others_and_not_by_oneself() {
    let bed = Bed::postgres();
    let one = bed.open().await;
    let other = bed.reopen().await;
    let mut here = one
        .follow()
        .await
        .expect("is read")
        .expect("others may write");
    let mut there = other
        .follow()
        .await
        .expect("is read")
        .expect("others may write");
    commit(&one, &[adas(1, [publish(1, "The first request")])]).await;

    let news = there.news().await.expect("is read");

    assert_eq!(news, News::Touched(BTreeSet::from([ADA])));
    commit(&one, &[alone(BEN, 50, apply(1))]).await;
    assert_eq!(
        there.news().await.expect("is read"),
        News::Touched(BTreeSet::from([ADA, BEN]))
    );
    // Only what the other writes is news here; that comes behind both batches of its own.
    commit(&other, &[adas(2, [publish(2, "The second request")])]).await;
    assert_eq!(
        here.news().await.expect("is read"),
        News::Touched(BTreeSet::from([ADA]))
    );
}

#[tokio::test]
async fn lost_notifications_cost_time_only_and_lost_lines_wake_everybody() {
    let bed = Bed::postgres();
    let one = bed.open().await;
    let other = bed.reopen().await;
    let mut there = other
        .follow()
        .await
        .expect("is read")
        .expect("others may write");
    // Nobody is told: the lines are written as if by a process that died before it could.
    run(
        &one,
        "insert into commit_log (before, after, process, tables, ids, touched) \
         select version, version + 1, gen_random_uuid(), '{}', '{}', array['00000000-0000-0000-0000-000000000be0'::uuid] from sync_head; \
         update sync_head set version = version + 1",
    )
    .await;
    assert_eq!(
        there.news().await.expect("is read"),
        News::Touched(BTreeSet::from([BEN]))
    );

    run(
        &one,
        "insert into commit_log (before, after, process, tables, ids, touched) \
         select version + 4, version + 5, gen_random_uuid(), '{}', '{}', '{}' from sync_head; \
         update sync_head set version = version + 5",
    )
    .await;

    assert_eq!(there.news().await.expect("is read"), News::Everybody);
}

async fn titles(store: &ServerStore, listener: &mut Listener, number: u64) -> Vec<String> {
    let job = alone(ADA, 800 + number, publish(800 + number, "One of my own"));
    commit_with(store, &[job], listener).await;
    std::mem::take(&mut listener.titles)
}

#[tokio::test]
async fn a_deriver_catches_up_with_what_others_wrote_before_it_derives() {
    let bed = Bed::postgres();
    let one = bed.open().await;
    let other = bed.reopen().await;
    let mut listener = Listener {
        known: other.head().await.expect("is read"),
        ..Listener::default()
    };
    commit(&one, &[adas(1, [publish(1, "From elsewhere")])]).await;
    commit(&one, &[alone(BEN, 50, apply(1))]).await;

    assert_eq!(titles(&other, &mut listener, 1).await, ["From elsewhere"]);
    assert!(
        titles(&other, &mut listener, 2).await.is_empty(),
        "only once"
    );
    let key = Key::of::<Request>(request_id(1));
    assert!(listener.keys.contains(&key));

    commit(&one, &[adas(2, [publish(2, "Later, from elsewhere")])]).await;
    run(&one, "delete from commit_log").await;
    let mut all = titles(&other, &mut listener, 3).await;
    all.sort();
    assert_eq!(
        all,
        [
            "From elsewhere",
            "Later, from elsewhere",
            "One of my own",
            "One of my own"
        ],
        "without the log everything is looked at again"
    );
}

#[tokio::test]
async fn a_process_that_hangs_in_a_batch_holds_up_the_others_only_until_it_ends() {
    let bed = Bed::postgres();
    let one = bed.open().await;
    let other = bed.reopen().await;
    let guildhall_storage::server::Pool::Postgres(pool) = one.pool() else {
        panic!("is a PostgreSQL");
    };
    let mut hanging = pool.begin().await.expect("begins");
    sqlx::query("select 1 from sync_head for update")
        .execute(&mut *hanging)
        .await
        .expect("is locked");
    let job = [adas(1, [publish(1, "The first request")])];
    let mut waiting = std::pin::pin!(commit(&other, &job));
    assert!(
        timeout(Duration::from_millis(50), &mut waiting)
            .await
            .is_err(),
        "it waits its turn"
    );

    hanging.rollback().await.expect("ends");

    assert_eq!(waiting.await.answers[0].last_seq, 1);
}
