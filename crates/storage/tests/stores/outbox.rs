//! What only this person has: it is never lost, and never in another order.

use crate::samples::{ADA, BEN, DEVICE, NOW, act_id, chain, publish, say};
use guildhall_domain::denied::{Code, Denied};
use guildhall_domain::id::DeviceId;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::time::Timestamp;
use guildhall_storage::device::{Outbox, Queued, Refused};
use guildhall_sync_core::replica::Progress;
use std::path::Path;
use tempfile::tempdir;
use uuid::Uuid;

async fn open(folder: &Path) -> Outbox {
    let outbox = reopen(folder).await;
    outbox.adopt(ADA, DEVICE).await.expect("is adopted");
    outbox
}

async fn reopen(folder: &Path) -> Outbox {
    Outbox::open(&folder.join("outbox.db"))
        .await
        .expect("opens")
}

async fn queue(outbox: &Outbox) -> Queued {
    outbox.load().await.expect("is read").expect("has an owner")
}

async fn queued(outbox: &Outbox) -> Vec<(u64, Progress)> {
    let queue = queue(outbox).await;
    queue
        .pending
        .iter()
        .map(|act| {
            let number = act.id.0.as_u128() - act_id(0).0.as_u128();
            (u64::try_from(number).expect("is small"), act.progress)
        })
        .collect()
}

/// Numbers these acts from 1 on.
async fn number(outbox: &Outbox, device: DeviceId, acts: &[u64]) {
    let numbers: Vec<_> = acts
        .iter()
        .zip(1..)
        .map(|(act, seq)| (act_id(*act), seq, chain(device, seq - 1)))
        .collect();
    let next = numbers.last().map_or(1, |last| last.1 + 1);
    outbox
        .number(&numbers, next, chain(device, next - 1))
        .await
        .expect("is on the disk");
}

async fn push(outbox: &Outbox, number: u64) {
    let act = publish(number, "One of many requests");
    outbox
        .push(act_id(number), NOW, &act, &[])
        .await
        .expect("is on the disk");
}

fn refused(number: u64, mutation: Mutation) -> Refused {
    Refused {
        id: act_id(number),
        at: NOW,
        mutation,
        denied: Denied::new(Code::AlreadyFilled, "The place has been taken."),
        refused_at: Timestamp(NOW.0 + i64::try_from(number).expect("is small")),
    }
}

#[tokio::test]
async fn order_and_numbers_are_the_same_after_it_is_opened_again() {
    let folder = tempdir().expect("is made");
    let outbox = open(folder.path()).await;
    // The ids fall, so an order by id would show.
    for number in (1..=5).rev() {
        push(&outbox, number).await;
    }
    number(&outbox, DEVICE, &[5, 4, 3]).await;
    outbox
        .settle(&[(act_id(5), 17)], &[], &[], &[])
        .await
        .expect("is on the disk");
    outbox.close().await;

    let outbox = reopen(folder.path()).await;

    let expected = [
        (
            5,
            Progress::Applied {
                seq: 1,
                version: 17,
            },
        ),
        (4, Progress::Numbered { seq: 2 }),
        (3, Progress::Numbered { seq: 3 }),
        (2, Progress::Queued),
        (1, Progress::Queued),
    ];
    assert_eq!(queued(&outbox).await, expected);
    let queue = queue(&outbox).await;
    assert_eq!((queue.device, queue.next_seq), (DEVICE, 4));
    assert_eq!(queue.chain, chain(DEVICE, 3));
    let sealed = outbox.sealed(&[act_id(3), act_id(2)]).await;
    let sealed = sealed.expect("is read");
    assert_eq!(sealed[0].numbered, Some((3, chain(DEVICE, 2))));
    assert_eq!((sealed[1].id, sealed[1].numbered), (act_id(2), None));
    assert_eq!(queue.pending[0].at, NOW);
    assert_eq!(
        queue.pending[0].mutation,
        publish(5, "One of many requests")
    );
}

#[tokio::test]
async fn an_act_without_a_number_can_be_taken_back_and_the_rest_keeps_its_place() {
    let folder = tempdir().expect("is made");
    let outbox = open(folder.path()).await;
    for number in 1..=3 {
        push(&outbox, number).await;
    }

    outbox.contain(&[act_id(2)], NOW).await.expect("is dropped");
    push(&outbox, 4).await;

    let order: Vec<u64> = queued(&outbox).await.iter().map(|act| act.0).collect();
    assert_eq!(order, [1, 3, 4]);
}

#[tokio::test]
async fn an_act_is_queued_once() {
    let folder = tempdir().expect("is made");
    let outbox = open(folder.path()).await;
    push(&outbox, 1).await;

    let again = outbox
        .push(act_id(1), NOW, &publish(2, "Another request"), &[])
        .await;

    assert!(again.expect_err("the id is taken").is_constraint());
    assert_eq!(queued(&outbox).await, [(1, Progress::Queued)]);
}

#[tokio::test]
async fn a_refused_act_moves_over_with_its_words_until_it_is_discarded() {
    let folder = tempdir().expect("is made");
    let outbox = open(folder.path()).await;
    let words = say(1, 1, "What I wrote on the train.");
    outbox
        .push(act_id(1), NOW, &words, &[])
        .await
        .expect("is kept");
    push(&outbox, 2).await;
    push(&outbox, 3).await;
    let first = refused(1, words);
    let second = refused(2, publish(2, "One of many requests"));

    for _ in 0..2 {
        outbox
            .settle(&[], &[first.clone(), second.clone()], &[act_id(3)], &[])
            .await
            .expect("is on the disk");
    }
    outbox.close().await;
    let outbox = reopen(folder.path()).await;

    assert_eq!(queued(&outbox).await, []);
    let kept = outbox.refused().await.expect("is read");
    assert_eq!(kept, [second.clone(), first.clone()], "newest first");
    assert_eq!(kept[1].mutation.words(), "What I wrote on the train.");
    outbox
        .discard_refused(first.id)
        .await
        .expect("is discarded");
    assert_eq!(outbox.refused().await.expect("is read"), [second]);
}

#[tokio::test]
async fn a_fresh_device_number_starts_counting_anew_and_keeps_every_act() {
    let folder = tempdir().expect("is made");
    let outbox = open(folder.path()).await;
    for number in 1..=4 {
        push(&outbox, number).await;
    }
    number(&outbox, DEVICE, &[1, 2, 3]).await;
    let applied = [(act_id(1), 8), (act_id(2), 9)];
    outbox
        .settle(&applied, &[], &[], &[])
        .await
        .expect("is on the disk");
    let fresh = DeviceId(Uuid::from_u128(99));

    outbox.renumber(fresh).await.expect("is renumbered");
    number(&outbox, fresh, &[3, 4]).await;

    let queue = queue(&outbox).await;
    assert_eq!((queue.device, queue.next_seq), (fresh, 3));
    assert_eq!(queue.chain, chain(fresh, 2));
    let progress: Vec<Progress> = queue.pending.iter().map(|act| act.progress).collect();
    assert!(matches!(progress[0], Progress::Applied { version: 8, .. }));
    assert!(matches!(progress[1], Progress::Applied { version: 9, .. }));
    assert_eq!(
        progress[2..],
        [Progress::Numbered { seq: 1 }, Progress::Numbered { seq: 2 }]
    );
}

#[tokio::test]
async fn what_the_server_has_not_heard_is_sent_once_more_under_its_number() {
    let folder = tempdir().expect("is made");
    let outbox = open(folder.path()).await;
    for act in 1..=3 {
        push(&outbox, act).await;
    }
    number(&outbox, DEVICE, &[1, 2, 3]).await;
    let applied = [(act_id(1), 8), (act_id(2), 9)];
    let settled = outbox.settle(&applied, &[], &[], &[]).await;
    settled.expect("is on the disk");

    assert!(outbox.send_from(2).await.expect("is on the disk"));
    assert!(!outbox.send_from(7).await.expect("is read"), "is not here");

    let queue = queue(&outbox).await;
    let progress: Vec<Progress> = queue.pending.iter().map(|act| act.progress).collect();
    let expected = [
        Progress::Applied { seq: 1, version: 8 },
        Progress::Numbered { seq: 2 },
        Progress::Numbered { seq: 3 },
    ];
    assert_eq!(progress, expected);
}

#[tokio::test]
async fn drafts_stay_until_their_act_is_queued() {
    let folder = tempdir().expect("is made");
    let outbox = open(folder.path()).await;
    for (key, body) in [("request/new", "A half"), ("profile", "Mine")] {
        outbox
            .save_draft(key, Some(body), NOW)
            .await
            .expect("is kept");
    }
    let later = outbox.save_draft("request/new", Some("A whole"), NOW).await;
    later.expect("is kept");

    outbox
        .push(
            act_id(1),
            NOW,
            &publish(1, "A whole request"),
            &["request/new".into()],
        )
        .await
        .expect("is queued");

    let drafts = outbox.drafts().await.expect("is read");
    assert_eq!(
        drafts.into_iter().collect::<Vec<_>>(),
        [("profile".into(), "Mine".into())]
    );
    outbox
        .save_draft("profile", None, NOW)
        .await
        .expect("is dropped");
    assert!(outbox.drafts().await.expect("is read").is_empty());
}

#[tokio::test]
async fn another_account_finds_nothing_of_the_first_and_settings_stay() {
    let folder = tempdir().expect("is made");
    let outbox = open(folder.path()).await;
    push(&outbox, 1).await;
    outbox
        .save_draft("profile", Some("Mine"), NOW)
        .await
        .expect("is kept");
    outbox
        .set_setting("server", "http://localhost:4810")
        .await
        .expect("is kept");
    outbox
        .adopt(ADA, DeviceId(Uuid::from_u128(7)))
        .await
        .expect("is hers already");
    assert_eq!(
        queue(&outbox).await.device,
        DEVICE,
        "the same number as before"
    );
    assert_eq!(queued(&outbox).await.len(), 1);

    outbox
        .adopt(BEN, DeviceId(Uuid::from_u128(8)))
        .await
        .expect("is adopted");

    assert_eq!(outbox.account().await.expect("is read"), Some(BEN));
    assert_eq!(queue(&outbox).await.device, DeviceId(Uuid::from_u128(8)));
    assert_eq!(queued(&outbox).await, []);
    assert!(outbox.drafts().await.expect("is read").is_empty());
    let server = outbox.setting("server").await.expect("is read");
    assert_eq!(server.as_deref(), Some("http://localhost:4810"));
}

const NEXT: Uuid = Uuid::from_u128(77);

#[tokio::test]
async fn what_a_restored_server_lost_waits_again_in_its_old_place() {
    let folder = tempdir().expect("is made");
    let outbox = open(folder.path()).await;
    for act in 1..=5 {
        push(&outbox, act).await;
    }
    number(&outbox, DEVICE, &[1, 2, 3, 4]).await;
    let applied = [(act_id(1), 8), (act_id(2), 9), (act_id(3), 10)];
    let settled = outbox.settle(&applied, &[], &[], &[]).await;
    settled.expect("is on the disk");
    let contained = outbox.contain(&[act_id(1), act_id(2)], NOW).await;
    contained.expect("is on the disk");
    let fresh = DeviceId(Uuid::from_u128(99));

    let mut lost = outbox
        .requeue(8, fresh, NEXT)
        .await
        .expect("is on the disk");
    let again = outbox
        .requeue(8, fresh, NEXT)
        .await
        .expect("is on the disk");

    lost.sort();
    assert_eq!(lost, [act_id(2), act_id(3)]);
    assert_eq!(again, [], "once is enough");
    let expected: Vec<_> = (2..=5).map(|act| (act, Progress::Queued)).collect();
    assert_eq!(queued(&outbox).await, expected);
    let queue = queue(&outbox).await;
    assert_eq!((queue.device, queue.next_seq), (fresh, 1));
    assert_eq!(queue.epoch, Some(NEXT));
}

#[tokio::test]
async fn to_which_epoch_the_versions_belong_outlives_a_start() {
    let folder = tempdir().expect("is made");
    let outbox = open(folder.path()).await;
    push(&outbox, 1).await;
    assert_eq!(queue(&outbox).await.epoch, None);

    outbox.live_in(NEXT).await.expect("is on the disk");
    outbox.close().await;

    let again = open(folder.path()).await;
    assert_eq!(queue(&again).await.epoch, Some(NEXT));
}

#[tokio::test]
async fn what_the_server_has_taken_is_kept_for_thirty_days() {
    let folder = tempdir().expect("is made");
    let outbox = open(folder.path()).await;
    for act in 1..=2 {
        push(&outbox, act).await;
    }
    number(&outbox, DEVICE, &[1, 2]).await;
    let applied = [(act_id(1), 8), (act_id(2), 9)];
    let settled = outbox.settle(&applied, &[], &[], &[]).await;
    settled.expect("is on the disk");

    let first = outbox.contain(&[act_id(1)], NOW).await;
    first.expect("is on the disk");
    let later = NOW.plus_ms(31 * 24 * 3_600_000);
    let second = outbox.contain(&[act_id(2)], later).await;
    second.expect("is on the disk");

    let lost = outbox
        .requeue(0, DEVICE, NEXT)
        .await
        .expect("is on the disk");
    assert_eq!(lost, [act_id(2)]);
}
