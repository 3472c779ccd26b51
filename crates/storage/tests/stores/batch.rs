//! The server's store: what moves together, what happens once, and in which order.

use crate::bed::{Bed, count, on_both, run};
use crate::samples::{
    ADA, BEN, DEVICE, NOW, act, act_id, adas, alone, apply, chain, commit, publish, request_id, say,
};
use guildhall_domain::activity::Activity;
use guildhall_domain::id::DeviceId;
use guildhall_domain::message::Message;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::request::Request;
use guildhall_domain::row::Table;
use guildhall_protocol::sync::{Chain, Rest, Verdict};
use guildhall_storage::server::{Job, JobAnswer, NoDeriver, Pool, ServerStore};
use guildhall_sync_core::pull::Ask;
use uuid::Uuid;

/// How many rows there are in each table that a batch writes.
async fn counts(store: &ServerStore) -> Vec<i64> {
    let mut counts = Vec::new();
    for table in Table::ALL.iter().map(|table| table.name()).chain([
        "placement",
        "scope_grant",
        "membership",
        "device",
        "number",
        "decision",
    ]) {
        counts.push(count(store, format!("select count(*) from {table}")).await);
    }
    counts.push(i64::try_from(store.head().await.expect("is read")).expect("is small"));
    counts
}

/// At which version each act was applied; none for a refused one.
fn versions(answers: &[JobAnswer]) -> Vec<Option<u64>> {
    let decisions = answers.iter().flat_map(|answer| &answer.decisions);
    decisions
        .map(|decision| match decision.verdict {
            Verdict::Applied { version } => Some(version),
            Verdict::Rejected { .. } => None,
        })
        .collect()
}

async fn a_batch_that_fails_at_its_last_statement_has_done_nothing(bed: Bed) {
    let store = bed.open().await;
    let jobs = [
        adas(
            1,
            [
                publish(1, "The first request"),
                publish(2, "The second request"),
            ],
        ),
        alone(BEN, 50, apply(1)),
    ];
    run(&store, "alter table decision rename column at to lost").await;
    let without = "alter table decision rename column lost to at";
    let before = counts(&store).await;

    let failed = store.commit(&jobs, &mut NoDeriver, NOW).await;

    assert!(failed.is_err());
    assert_eq!(counts(&store).await, before);
    run(&store, without).await;
    let answers = commit(&store, &jobs).await.answers;
    assert_eq!(answers[0].last_seq, 2);
    let requests: Vec<Request> = store.all().await.expect("is read");
    assert_eq!(requests.len(), 2);
}

async fn the_same_id_has_one_effect_and_one_answer_in_a_batch_and_across_batches(bed: Bed) {
    let store = bed.open().await;
    let other = DeviceId(Uuid::from_u128(2));
    let first = adas(1, [publish(1, "The first request")]);
    let elsewhere = Job {
        device: Some(other),
        acts: vec![act(Some((other, 1)), 1, publish(1, "The first request"))],
        ..first.clone()
    };

    let together = commit(&store, &[first.clone(), first.clone(), elsewhere]).await;
    let counted = counts(&store).await;
    let later = commit(&store, std::slice::from_ref(&first)).await;
    store.close().await;
    let store = bed.reopen().await;
    let much_later = commit(&store, &[first]).await;

    let answer = &together.answers[0];
    for again in together.answers.iter().chain(&later.answers) {
        assert_eq!(again, answer);
    }
    assert_eq!(&much_later.answers[0], answer);
    assert_eq!(counts(&store).await, counted);
    assert_eq!(store.all::<Request>().await.expect("is read").len(), 1);
}

async fn a_refusal_is_kept_as_an_answer_too(bed: Bed) {
    let store = bed.open().await;
    let early = adas(1, [Mutation::PauseRequest { id: request_id(1) }]);
    let first = commit(&store, std::slice::from_ref(&early)).await.answers;
    commit(&store, &[adas(2, [publish(1, "The first request")])]).await;

    let again = commit(&store, &[early]).await.answers;

    assert_eq!(versions(&first), [None]);
    assert_eq!(
        again[0].decisions, first[0].decisions,
        "though it would work by now"
    );
    assert_eq!(again[0].last_seq, 2);
}

async fn versions_grow_by_one_with_each_effect_whatever_the_batches(bed: Bed) {
    let store = bed.open().await;
    let mut expected = store.head().await.expect("is read");
    let mut seq = 1;
    for size in [1, 4, 2, 7, 1, 3] {
        let mut mutations = Vec::new();
        for _ in 0..size {
            let number = seq + u64::try_from(mutations.len()).expect("is small");
            mutations.push(if number % 4 == 0 {
                Mutation::PauseRequest {
                    id: request_id(9_999),
                }
            } else {
                publish(number, "One of many requests")
            });
        }
        let committed = commit(&store, &[adas(seq, mutations)]).await;
        for (version, number) in versions(&committed.answers).into_iter().zip(seq..) {
            assert_eq!(version.is_none(), number % 4 == 0);
            expected += u64::from(version.is_some());
            assert!(version.is_none_or(|version| version == expected));
        }
        assert_eq!(committed.head, expected);
        assert_eq!(store.head().await.expect("is read"), expected);
        seq += size;
    }
}

async fn who_reads_while_others_write_sees_whole_versions_only(bed: Bed) {
    let store = bed.open().await;
    let reader = store.clone();
    let (done, mut is_done) = tokio::sync::oneshot::channel::<()>();
    // Each act of Ada leaves one line in the log; Ben's joining is the one version that she does not see.
    let reading = tokio::spawn(async move {
        let mut pulls = 0_u32;
        loop {
            let delta = reader.pull(&Ask::since(ADA, None)).await.expect("is read");
            let of = |table| delta.rows.iter().filter(|row| row.table == table).count();
            let lines = u64::try_from(of(Table::Activity)).expect("is small");
            assert_eq!(lines + 1, delta.cursor.version);
            assert_eq!(of(Table::Request) + 1, of(Table::Activity));
            pulls += 1;
            if is_done.try_recv().is_ok() {
                return pulls;
            }
        }
    });

    for batch in 0..16 {
        let first = batch * 3 + 1;
        let acts = (first..first + 3).map(|number| publish(number, "One of forty-eight"));
        commit(&store, &[adas(first, acts)]).await;
    }
    done.send(()).expect("the reader reads");

    assert!(reading.await.expect("the cuts are whole") > 0);
    assert_eq!(store.head().await.expect("is read"), 2 + 48);
}

/// A constraint that no rule knows of.
fn forbidding_poison(store: &ServerStore) -> &'static str {
    match store.pool() {
        Pool::Sqlite(_) => {
            "create trigger no_poison before insert on message when new.body like '%poison%' \
             begin select raise(abort, 'poison'); end"
        }
        Pool::Postgres(_) => "alter table message add check (body not like '%poison%')",
    }
}

async fn only_the_act_that_breaks_a_constraint_is_set_aside(bed: Bed) {
    let store = bed.open().await;
    commit(
        &store,
        &[
            adas(1, [publish(1, "The first request")]),
            alone(BEN, 50, apply(1)),
        ],
    )
    .await;
    run(&store, forbidding_poison(&store)).await;
    let quiet = DeviceId(Uuid::from_u128(3));
    let bens = |acts| Job {
        account: BEN,
        system: false,
        device: Some(quiet),
        acts,
    };
    commit(
        &store,
        &[bens(vec![act(Some((quiet, 1)), 60, say(1, 1, "Hello!"))])],
    )
    .await;
    let head = store.head().await.expect("is read");
    let jobs = [
        adas(
            2,
            [
                say(2, 1, "Before it"),
                say(3, 1, "This is poison"),
                say(4, 1, "After it"),
            ],
        ),
        bens(vec![act(Some((quiet, 2)), 61, say(5, 1, "Beside it"))]),
        bens(Vec::new()),
    ];

    let committed = commit(&store, &jobs).await;

    let codes: Vec<Option<&str>> = committed
        .answers
        .iter()
        .flat_map(|answer| &answer.decisions)
        .map(|decision| match &decision.verdict {
            Verdict::Applied { .. } => None,
            Verdict::Rejected { denied } => Some(denied.code.as_str()),
        })
        .collect();
    assert_eq!(codes, [None, Some("quarantined"), None, None]);
    let last: Vec<u64> = committed.answers.iter().map(|one| one.last_seq).collect();
    assert_eq!(last, [4, 2, 2]);
    assert!(committed.answers.iter().all(|answer| answer.rest.is_none()));
    assert_eq!(committed.head, head + 3);
    let said: Vec<Message> = store.all().await.expect("is read");
    let said: Vec<&str> = said.iter().map(|message| message.body.as_str()).collect();
    assert_eq!(said, ["Hello!", "Before it", "After it", "Beside it"]);
    let again = commit(&store, &jobs).await;
    assert_eq!(again.answers[0].decisions, committed.answers[0].decisions);
    assert_eq!(again.head, committed.head);
}

async fn a_gap_stops_a_device_but_not_the_batch(bed: Bed) {
    let store = bed.open().await;

    let committed = commit(
        &store,
        &[
            adas(3, [publish(3, "The third request")]),
            alone(ADA, 70, publish(1, "The first request")),
        ],
    )
    .await;

    assert_eq!(committed.answers[0].rest, Some(Rest::Gap { want_seq: 1 }));
    assert!(committed.answers[0].decisions.is_empty());
    assert_eq!(committed.answers[1].decisions.len(), 1);
    assert_eq!(committed.answers[1].decisions[0].id, act_id(70));
}

async fn what_was_answered_is_there_after_the_file_is_opened_again(bed: Bed) {
    let store = bed.open().await;
    commit(&store, &[adas(1, [publish(1, "The first request")])]).await;
    let before = store.pull(&Ask::since(ADA, None)).await.expect("is read");
    store.close().await;

    let store = bed.reopen().await;
    let after = store.pull(&Ask::since(ADA, None)).await.expect("is read");

    assert_eq!(after.cursor, before.cursor, "the same history");
    assert_eq!(after.rows.len(), before.rows.len());
    assert_eq!(store.all::<Activity>().await.expect("is read").len(), 3);
}

/// A job of Ada's device whose last act has this chain after it.
fn ending(mut job: Job, after: Chain) -> Job {
    let link = job.acts.last_mut().and_then(|act| act.link.as_mut());
    link.expect("has a number").after = after;
    job
}

async fn a_number_that_comes_again_with_another_history_is_a_fork(bed: Bed) {
    let store = bed.open().await;
    let first = adas(
        1,
        [publish(1, "The first request"), publish(2, "The second")],
    );
    commit(&store, std::slice::from_ref(&first)).await;
    let counted = counts(&store).await;
    let other = chain(DeviceId(Uuid::from_u128(77)), 9);
    let mut elsewhere = adas(3, [publish(3, "The third request")]);
    let link = elsewhere.acts[0].link.as_mut();
    link.expect("has a number").before = other;
    let same_ids = ending(first.clone(), other);
    let other_act = ending(adas(2, [publish(9, "The copy's request")]), other);

    for forked in [elsewhere, same_ids, other_act] {
        let answer = commit(&store, &[forked]).await.answers.remove(0);
        assert_eq!(answer.rest, Some(Rest::Fork));
        assert_eq!(answer.decisions, [], "nothing of it is acknowledged");
    }

    assert_eq!(counts(&store).await, counted);
    let again = commit(&store, &[first]).await.answers.remove(0);
    assert_eq!((again.decisions.len(), again.rest), (2, None));
}

async fn two_copies_in_one_batch_do_not_pass_for_one(bed: Bed) {
    let store = bed.open().await;
    let one = adas(1, [publish(1, "Of the one")]);
    let mut copy = ending(adas(1, [publish(2, "Of the copy")]), chain(DEVICE, 99));
    copy.acts[0].id = act_id(2);

    let answers = commit(&store, &[one, copy]).await.answers;

    assert_eq!((answers[0].decisions.len(), &answers[0].rest), (1, &None));
    assert_eq!(answers[1].rest, Some(Rest::Fork));
    assert_eq!(store.all::<Request>().await.expect("is read").len(), 1);
}

async fn numbers_out_of_order_stop_where_the_next_one_is_missing(bed: Bed) {
    let store = bed.open().await;
    let mut job = adas(1, (1..=3).map(|number| publish(number, "One of three")));
    job.acts.swap(1, 2);

    let answer = commit(&store, &[job]).await.answers.remove(0);

    assert_eq!(answer.rest, Some(Rest::Gap { want_seq: 2 }));
    assert_eq!((answer.decisions.len(), answer.last_seq), (1, 1));
}

/// A disk that is gone for certain words.
fn losing_the_disk(store: &ServerStore) -> &'static str {
    match store.pool() {
        Pool::Sqlite(_) => {
            "create trigger no_disk before insert on message when new.body like '%disk%' \
             begin select json('the disk is gone'); end"
        }
        Pool::Postgres(_) => {
            "create function no_disk() returns trigger language plpgsql as \
             $$ begin if new.body like '%disk%' then raise exception using errcode = '58030'; end if; return new; end $$; \
             create trigger no_disk before insert on message for each row execute function no_disk()"
        }
    }
}

async fn who_sees_what_was_committed_is_woken_though_the_rest_of_the_batch_failed(bed: Bed) {
    let store = bed.open().await;
    let begun = [
        adas(1, [publish(1, "The first request")]),
        alone(BEN, 50, apply(1)),
    ];
    commit(&store, &begun).await;
    run(&store, forbidding_poison(&store)).await;
    run(&store, losing_the_disk(&store)).await;
    let jobs = [
        alone(BEN, 60, say(1, 1, "This is poison")),
        alone(BEN, 61, say(2, 1, "Hello!")),
        alone(BEN, 62, say(3, 1, "Off goes the disk")),
        alone(BEN, 63, say(4, 1, "Goodbye!")),
    ];

    let committed = commit(&store, &jobs).await;

    assert!(
        committed
            .commits
            .iter()
            .any(|commit| commit.touched().any(|who| who == ADA)),
        "she has mail"
    );
    let rests: Vec<bool> = committed
        .answers
        .iter()
        .map(|one| one.rest.is_some())
        .collect();
    assert_eq!(rests, [false, false, true, false]);
    assert_eq!(committed.answers[2], JobAnswer::undecided());
    assert_eq!(store.all::<Message>().await.expect("is read").len(), 2);
}

async fn an_act_that_the_server_stumbles_over_three_times_is_set_aside_and_blocks_nobody(bed: Bed) {
    let store = bed.open().await;
    let begun = [
        adas(1, [publish(1, "The first request")]),
        alone(BEN, 50, apply(1)),
    ];
    commit(&store, &begun).await;
    let damage = "update application set body = replace(body, '\"message\"', '\"massage\"')";
    run(&store, damage).await;
    let jobs = [
        adas(
            2,
            [
                publish(2, "Before it"),
                say(1, 1, "In a thread that cannot be read"),
                publish(3, "After it"),
            ],
        ),
        alone(ADA, 70, publish(4, "Beside it")),
    ];

    let mut last = Vec::new();
    for _ in 0..3 {
        let answers = commit(&store, &jobs).await.answers;
        last.push((answers[0].decisions.len(), answers[0].rest.is_some()));
        assert_eq!((answers[1].decisions.len(), &answers[1].rest), (1, &None));
    }

    assert_eq!(last, [(1, true), (1, true), (3, false)]);
    let answer = commit(&store, &jobs).await.answers.remove(0);
    let Verdict::Rejected { denied } = &answer.decisions[1].verdict else {
        panic!("{answer:?}");
    };
    assert_eq!(denied.code.as_str(), "quarantined");
    assert_eq!(store.all::<Request>().await.expect("is read").len(), 4);
}

on_both!(
    a_batch_that_fails_at_its_last_statement_has_done_nothing,
    the_same_id_has_one_effect_and_one_answer_in_a_batch_and_across_batches,
    a_refusal_is_kept_as_an_answer_too,
    versions_grow_by_one_with_each_effect_whatever_the_batches,
    who_reads_while_others_write_sees_whole_versions_only,
    only_the_act_that_breaks_a_constraint_is_set_aside,
    a_gap_stops_a_device_but_not_the_batch,
    what_was_answered_is_there_after_the_file_is_opened_again,
    a_number_that_comes_again_with_another_history_is_a_fork,
    two_copies_in_one_batch_do_not_pass_for_one,
    numbers_out_of_order_stop_where_the_next_one_is_missing,
    who_sees_what_was_committed_is_woken_though_the_rest_of_the_batch_failed,
    an_act_that_the_server_stumbles_over_three_times_is_set_aside_and_blocks_nobody,
);
