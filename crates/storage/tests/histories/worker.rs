//! One of several processes: its clients act, its one writer commits what queued up, and every answer is written down.

use crate::TASK;
use crate::market::{Dice, NOW, next};
use guildhall_domain::id::MutationId;
use guildhall_protocol::sync::{Envelope, Verdict};
use guildhall_storage::server::{Act, Job, JobAnswer, NoDeriver};
use serde::{Deserialize, Serialize};
use std::io::{BufWriter, Write as _};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

/// How many acts a client sends at once, at most.
const PARCEL: u64 = 12;

/// An act with what became of it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Answered {
    pub(crate) account: guildhall_domain::id::AccountId,
    pub(crate) envelope: Envelope,
    pub(crate) version: Option<u64>,
}

type Submission = (Job, oneshot::Sender<JobAnswer>);

/// What the parent starts; it says by its environment what to do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "part of another test"]
async fn one_of_several_processes() {
    let task = std::env::var(TASK).expect("is told");
    let mut task = task.lines();
    let mut part = || task.next().expect("is told all");
    let (database, log) = (part().to_owned(), part().to_owned());
    let mut number = || part().parse::<u64>().expect("is a number");
    let (process, clients, acts) = (number(), number(), number());

    let store = crate::open(&database).await;
    let (queue, mut submissions) = mpsc::channel::<Submission>(64);
    let writer = tokio::spawn(async move {
        while let Some(first) = submissions.recv().await {
            let (mut jobs, mut replies) = (vec![first.0], vec![first.1]);
            while let Ok((job, reply)) = submissions.try_recv() {
                jobs.push(job);
                replies.push(reply);
            }
            let committed = store
                .commit(&jobs, &mut NoDeriver, NOW)
                .await
                .expect("is committed");
            for (answer, reply) in committed.answers.into_iter().zip(replies) {
                reply.send(answer).expect("the client waits");
            }
        }
        store.close().await;
    });
    let (tell, mut told) = mpsc::channel::<Answered>(1_024);
    let writing = tokio::task::spawn_blocking(move || {
        let mut file = BufWriter::new(std::fs::File::create(log).expect("is made"));
        while let Some(answered) = told.blocking_recv() {
            serde_json::to_writer(&mut file, &answered).expect("is written");
            file.write_all(b"\n").expect("is written");
        }
        file.flush().expect("is written");
    });
    for number in 0..clients {
        let seed = process * 1_000 + number + 1;
        let share = acts / clients;
        tokio::spawn(client(
            seed,
            share,
            clients * 3,
            queue.clone(),
            tell.clone(),
        ));
    }
    drop((queue, tell));
    writer.await.expect("commits all");
    writing.await.expect("writes all down");
}

/// Acts until its share is done. `others` is about how many act like it everywhere.
async fn client(
    seed: u64,
    share: u64,
    others: u64,
    queue: mpsc::Sender<Submission>,
    tell: mpsc::Sender<Answered>,
) {
    let mut dice = Dice::new(seed);
    let mut done = 0;
    while done < share {
        // One push is one person's; so a parcel is cut where the person changes.
        let (account, first) = next(&mut dice, done * others);
        let mut mutations = vec![first];
        while u64::try_from(mutations.len()).expect("is small") < PARCEL {
            let (other, mutation) = next(&mut dice, done * others);
            if other == account {
                mutations.push(mutation);
            } else if dice.below(4) == 0 {
                break;
            }
        }
        let acts: Vec<Act> = mutations
            .iter()
            .map(|mutation| {
                done += 1;
                let id = MutationId(Uuid::from_u128((u128::from(seed) << 64) + u128::from(done)));
                Act {
                    link: None,
                    id,
                    mutation: Ok(mutation.clone()),
                }
            })
            .collect();
        let job = Job {
            account,
            system: false,
            device: None,
            acts: acts.clone(),
        };
        let (reply, answer) = oneshot::channel();
        queue.send((job, reply)).await.expect("the writer runs");
        let answer = answer.await.expect("is answered");
        assert_eq!(answer.decisions.len(), mutations.len(), "{:?}", answer.rest);
        for (decision, mutation) in answer.decisions.into_iter().zip(mutations) {
            let version = match decision.verdict {
                Verdict::Applied { version } => Some(version),
                Verdict::Rejected { .. } => None,
            };
            let envelope = Envelope::seal(0, decision.id, NOW, &mutation).expect("can be written");
            tell.send(Answered {
                account,
                envelope,
                version,
            })
            .await
            .expect("is written down");
        }
    }
}
