//! The one writer: takes whatever queued up while the last commit waited for the disk, and commits it as one batch.

use super::Hub;
use crate::clock::Clock;
use guildhall_domain::denied::Denied;
use guildhall_domain::id::{AccountId, MutationId};
use guildhall_domain::mutation::Mutation;
use guildhall_protocol::sync::Verdict;
use guildhall_storage::server::{Act, Deriver, Job, JobAnswer, ServerStore};
use std::sync::Arc;
use tokio::sync::{broadcast, mpsc, oneshot};

/// How many acts one commit takes. The more, the fewer times the same page is written.
const BATCH: usize = 1_024;
/// How many jobs may wait.
const QUEUE: usize = 8_192;

/// The writer cannot take the job now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the server has more to do than it can at the moment")]
pub struct Overloaded;

struct Submission {
    job: Job,
    reply: oneshot::Sender<JobAnswer>,
}

/// Hands jobs to the writer.
#[derive(Debug, Clone)]
pub struct Writer {
    queue: mpsc::Sender<Submission>,
    committed: broadcast::Sender<u64>,
}

impl Writer {
    /// Starts the writer's task. It ends when the last handle is dropped.
    pub fn start(
        store: ServerStore,
        hub: Arc<Hub>,
        deriver: Box<dyn Deriver>,
        clock: Clock,
    ) -> Self {
        let (queue, submissions) = mpsc::channel(QUEUE);
        let (committed, _) = broadcast::channel(64);
        tokio::spawn(run(
            store,
            hub,
            deriver,
            clock,
            submissions,
            committed.clone(),
        ));
        Self { queue, committed }
    }

    /// Decides a job. When this returns, what was decided is on the disk.
    ///
    /// # Errors
    /// [`Overloaded`] when the queue is full or the server is stopping.
    pub async fn decide(&self, job: Job) -> Result<JobAnswer, Overloaded> {
        let (reply, answer) = oneshot::channel();
        self.queue
            .try_send(Submission { job, reply })
            .map_err(|_| Overloaded)?;
        answer.await.map_err(|_| Overloaded)
    }

    /// Decides one act that comes from no device.
    ///
    /// # Errors
    /// [`Overloaded`] when it was not decided.
    pub async fn act(
        &self,
        account: AccountId,
        system: bool,
        id: MutationId,
        mutation: Mutation,
    ) -> Result<Result<u64, Denied>, Overloaded> {
        let act = Act {
            link: None,
            id,
            mutation: Ok(mutation),
        };
        let answer = self
            .decide(Job {
                account,
                system,
                device: None,
                acts: vec![act],
            })
            .await?;
        match answer
            .decisions
            .into_iter()
            .next()
            .map(|decision| decision.verdict)
        {
            Some(Verdict::Applied { version }) => Ok(Ok(version)),
            Some(Verdict::Rejected { denied }) => Ok(Err(denied)),
            None => Err(Overloaded),
        }
    }

    /// Hears of each commit by its version.
    pub fn commits(&self) -> broadcast::Receiver<u64> {
        self.committed.subscribe()
    }
}

async fn run(
    store: ServerStore,
    hub: Arc<Hub>,
    mut deriver: Box<dyn Deriver>,
    clock: Clock,
    mut submissions: mpsc::Receiver<Submission>,
    committed: broadcast::Sender<u64>,
) {
    while let Some(first) = submissions.recv().await {
        let mut jobs = Vec::new();
        let mut replies = Vec::new();
        let mut acts = 0;
        let mut next = Some(first);
        while let Some(submission) = next {
            acts += submission.job.acts.len();
            jobs.push(submission.job);
            replies.push(submission.reply);
            next = if acts < BATCH {
                submissions.try_recv().ok()
            } else {
                None
            };
        }
        let mut commits = Vec::new();
        let answers = match store.commit(&jobs, deriver.as_mut(), clock()).await {
            Ok(done) => {
                commits = done.commits;
                // Nobody listening is fine.
                let _ = committed.send(done.head);
                done.answers
            }
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    full = error.is_full(),
                    "a batch was not committed"
                );
                jobs.iter().map(|_| JobAnswer::undecided()).collect()
            }
        };
        for (reply, answer) in replies.into_iter().zip(answers) {
            // The caller may have hung up; what was decided stands.
            let _ = reply.send(answer);
        }
        for commit in commits {
            hub.announce(commit);
        }
    }
}
