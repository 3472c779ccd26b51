//! One of several processes: its clients read and act, its one writer commits what queued up, and every answer is written down.

use crate::TASK;
use crate::market::{Dice, NOW, Parcel, next};
use crate::sabotage::{Sabotage, Saboteur};
use guildhall_domain::denied::Code;
use guildhall_domain::id::{AccountId, MutationId};
use guildhall_protocol::sync::{Envelope, Verdict};
use guildhall_storage::server::{Act, Job, JobAnswer, NoDeriver, ServerStore};
use serde::{Deserialize, Serialize};
use std::io::{BufWriter, Write as _};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

/// An act with what became of it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Answered {
    pub(crate) account: AccountId,
    pub(crate) envelope: Envelope,
    pub(crate) version: Option<u64>,
    pub(crate) denied: Option<Code>,
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
    let sabotage = Sabotage::named(part());
    let mut number = || part().parse::<u64>().expect("is a number");
    let (process, clients, acts) = (number(), number(), number());

    let store = crate::open(&database).await;
    let (queue, submissions) = mpsc::channel::<Submission>(64);
    let writer = tokio::spawn(write(store.clone(), sabotage, submissions));
    let (tell, mut told) = mpsc::channel::<Answered>(1_024);
    let writing = tokio::task::spawn_blocking(move || {
        let mut file = BufWriter::new(std::fs::File::create(log).expect("is made"));
        while let Some(answered) = told.blocking_recv() {
            serde_json::to_writer(&mut file, &answered).expect("is written");
            file.write_all(b"\n").expect("is written");
        }
        file.flush().expect("is written");
    });
    let front = Arc::new(AtomicU64::new(0));
    for number in 0..clients {
        let client = Client {
            seed: process * 1_000 + number + 1,
            store: store.clone(),
            front: Arc::clone(&front),
            queue: queue.clone(),
            tell: tell.clone(),
        };
        tokio::spawn(client.act(acts.div_ceil(clients)));
    }
    drop((queue, tell));
    writer.await.expect("commits all");
    writing.await.expect("writes all down");
    store.close().await;
}

/// Commits what queued up, until nobody sends any more.
async fn write(
    store: ServerStore,
    sabotage: Option<Sabotage>,
    mut submissions: mpsc::Receiver<Submission>,
) {
    let mut saboteur = Saboteur::of(sabotage, &store);
    while let Some(first) = submissions.recv().await {
        let (mut jobs, mut replies) = (vec![first.0], vec![first.1]);
        while let Ok((job, reply)) = submissions.try_recv() {
            jobs.push(job);
            replies.push(reply);
        }
        if let Some(saboteur) = &mut saboteur {
            saboteur.before().await;
        }
        let committed = store
            .commit(&jobs, &mut NoDeriver, NOW)
            .await
            .expect("is committed");
        if let Some(saboteur) = &mut saboteur {
            saboteur.after().await;
        }
        for (answer, reply) in committed.answers.into_iter().zip(replies) {
            reply.send(answer).expect("the client waits");
        }
    }
}

/// One that reads, acts, and writes down what it is answered.
struct Client {
    seed: u64,
    store: ServerStore,
    /// The first request that has not been filled, as far as this process knows.
    front: Arc<AtomicU64>,
    queue: mpsc::Sender<Submission>,
    tell: mpsc::Sender<Answered>,
}

impl Client {
    /// Acts until its share is done.
    async fn act(self, share: u64) {
        let mut dice = Dice::new(self.seed);
        let mut done = 0;
        while done < share {
            let parcels = next(&self.store, &mut dice, &self.front).await;
            let mut answers = Vec::with_capacity(parcels.len());
            // All are sent before the first is answered: they meet in one batch, and those of other processes.
            for parcel in parcels {
                let (reply, answer) = oneshot::channel();
                let job = self.job(&parcel, &mut done);
                self.queue.send((job, reply)).await.expect("is taken");
                answers.push((parcel, answer));
            }
            for (parcel, answer) in answers {
                self.note(parcel, answer.await.expect("is answered")).await;
            }
        }
    }

    fn job(&self, (account, mutations): &Parcel, done: &mut u64) -> Job {
        let acts = mutations.iter().map(|mutation| {
            *done += 1;
            let id = Uuid::from_u128((u128::from(self.seed) << 64) + u128::from(*done));
            Act {
                link: None,
                id: MutationId(id),
                mutation: Ok(mutation.clone()),
            }
        });
        Job {
            account: *account,
            system: false,
            device: None,
            acts: acts.collect(),
        }
    }

    async fn note(&self, (account, mutations): Parcel, answer: JobAnswer) {
        assert_eq!(answer.decisions.len(), mutations.len(), "{:?}", answer.rest);
        for (decision, mutation) in answer.decisions.into_iter().zip(mutations) {
            let (version, denied) = match decision.verdict {
                Verdict::Applied { version } => (Some(version), None),
                Verdict::Rejected { denied } => (None, Some(denied.code)),
            };
            let envelope = Envelope::seal(0, decision.id, NOW, &mutation).expect("can be written");
            let answered = Answered {
                account,
                envelope,
                version,
                denied,
            };
            self.tell.send(answered).await.expect("is written down");
        }
    }
}
