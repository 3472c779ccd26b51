//! Conclusions share the fate of what they are drawn from.

use crate::bed::{Bed, on_both, run};
use crate::samples::{ADA, BEN, NOW, adas, commit_with, publish};
use guildhall_domain::id::AccountId;
use guildhall_domain::mutation::Effect;
use guildhall_domain::recommendation::Recommendation;
use guildhall_domain::request::Request;
use guildhall_domain::row::{Key, Noun, Table};
use guildhall_domain::time::Timestamp;
use guildhall_domain::world::{Need, World};
use guildhall_protocol::sync::Verdict;
use guildhall_storage::server::Deriver;
use uuid::Uuid;

/// Recommends each new request to Ben, and one with a certain title to nobody there is.
#[derive(Default)]
struct Everybody {
    done: usize,
    lost: usize,
}

impl Deriver for Everybody {
    fn derive(
        &mut self,
        changed: &[Key],
        world: &dyn World,
        now: Timestamp,
    ) -> Result<Vec<Effect>, Need> {
        let mut effects = Vec::new();
        for key in changed.iter().filter(|key| key.table == Table::Request) {
            let Some(request) = world.row(*key)?.and_then(Request::from_row) else {
                continue;
            };
            let freelancer = if request.text.title.contains("poison") {
                AccountId(Uuid::from_u128(0xdead))
            } else {
                BEN
            };
            effects.push(Effect::put(Recommendation {
                id: Recommendation::id_of(request.id, freelancer),
                request: request.id,
                client: ADA,
                freelancer,
                score_version: 1,
                score: 10,
                parts: [2; 5],
                for_client: true,
                for_freelancer: true,
                at: now,
                newcomer: None,
            }));
        }
        Ok(effects)
    }

    fn done(&mut self, _: u64) {
        self.done += 1;
    }

    fn lost(&mut self) {
        self.lost += 1;
    }
}

async fn a_conclusion_comes_in_the_same_commit_one_version_later(bed: Bed) {
    let store = bed.open().await;
    let head = store.head().await.expect("is read");
    let mut deriver = Everybody::default();

    let acts = [
        publish(1, "The first request"),
        publish(2, "The second request"),
    ];
    let committed = commit_with(&store, &[adas(1, acts)], &mut deriver).await;

    assert_eq!(committed.head, head + 3);
    assert!(
        committed
            .commits
            .iter()
            .any(|commit| commit.touched().any(|who| who == BEN)),
        "he is woken"
    );
    assert_eq!((deriver.done, deriver.lost), (1, 0));
    let pairs: Vec<Recommendation> = store.all().await.expect("is read");
    assert_eq!(pairs.len(), 2);
}

async fn an_act_whose_conclusion_breaks_a_constraint_is_set_aside_alone(bed: Bed) {
    let store = bed.open().await;
    let mut deriver = Everybody::default();

    let acts = [
        publish(1, "The first request"),
        publish(2, "This one is poison"),
        publish(3, "The third request"),
    ];
    let committed = commit_with(&store, &[adas(1, acts)], &mut deriver).await;

    let applied: Vec<bool> = committed.answers[0]
        .decisions
        .iter()
        .map(|decision| matches!(decision.verdict, Verdict::Applied { .. }))
        .collect();
    assert_eq!(applied, [true, false, true]);
    assert_eq!(committed.answers[0].last_seq, 3);
    assert_eq!(deriver.lost, 2, "the batch, and the act alone");
    assert_eq!(store.all::<Request>().await.expect("is read").len(), 2);
    let pairs: Vec<Recommendation> = store.all().await.expect("is read");
    assert!(pairs.iter().all(|pair| pair.freelancer == BEN));
    assert_eq!(pairs.len(), 2);
}

async fn a_failed_commit_tells_the_deriver_that_it_was_for_nothing(bed: Bed) {
    let store = bed.open().await;
    run(&store, "alter table decision rename to elsewhere").await;
    let mut deriver = Everybody::default();

    let job = adas(1, [publish(1, "The first request")]);
    let failed = store.commit(&[job], &mut deriver, NOW).await;

    assert!(failed.is_err());
    assert_eq!((deriver.done, deriver.lost), (0, 1));
}

on_both!(
    a_conclusion_comes_in_the_same_commit_one_version_later,
    an_act_whose_conclusion_breaks_a_constraint_is_set_aside_alone,
    a_failed_commit_tells_the_deriver_that_it_was_for_nothing
);
