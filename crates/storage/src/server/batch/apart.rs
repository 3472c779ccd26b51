//! When a batch failed by one of its acts: each in a transaction of its own; the guilty one is set aside, so that it blocks
//! nobody.

use super::conclude::Deriver;
use super::{Committed, Job, JobAnswer, Strikes, together::commit_together};
use crate::error::StoreError;
use crate::server::port::Writable;
use guildhall_domain::denied::{Code, Denied};
use guildhall_domain::time::Timestamp;
use std::slice::from_ref;

/// Decides all jobs, act by act.
pub(super) async fn commit_apart<D: Writable>(
    database: &D,
    jobs: &[Job],
    deriver: &mut dyn Deriver,
    strikes: &Strikes,
    now: Timestamp,
) -> Result<Committed, StoreError> {
    let mut all = Committed::default();
    for job in jobs {
        let answer = match one_by_one(database, job, deriver, strikes, now, &mut all).await {
            Ok(answer) => answer,
            // Nothing was told or done yet: the whole batch may be tried again.
            Err((error, partial))
                if !error.is_internal()
                    && all.answers.is_empty()
                    && partial.decisions.is_empty() =>
            {
                return Err(error);
            }
            // What was committed before stands: it is told, and those who see it are woken. The rest may be tried again.
            Err((error, partial)) => {
                deriver.lost();
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the rest of a batch was not committed"
                );
                JobAnswer {
                    rest: JobAnswer::undecided().rest,
                    ..partial
                }
            }
        };
        all.answers.push(answer);
    }
    Ok(all)
}

/// Decides the acts of a job each for itself. Fails with what was answered until then.
async fn one_by_one<D: Writable>(
    database: &D,
    job: &Job,
    deriver: &mut dyn Deriver,
    strikes: &Strikes,
    now: Timestamp,
    all: &mut Committed,
) -> Result<JobAnswer, (StoreError, JobAnswer)> {
    let mut answer = JobAnswer::default();
    let mut alone = Job {
        acts: Vec::new(),
        ..job.clone()
    };
    // Who sends nothing asks how far they are.
    let acts = job
        .acts
        .chunks(1)
        .chain(job.acts.is_empty().then_some(&[][..]));
    for acts in acts {
        alone.acts = acts.to_vec();
        let committed = match alone_or_aside(database, &mut alone, deriver, strikes, now).await {
            Ok(committed) => committed,
            Err(error) => return Err((error, answer)),
        };
        all.head = committed.head;
        all.commits.extend(committed.commits);
        all.changed.extend(committed.changed);
        for one in committed.answers {
            answer.decisions.extend(one.decisions);
            answer.last_seq = one.last_seq;
            answer.rest = one.rest;
        }
        if answer.rest.is_some() {
            break;
        }
    }
    Ok(answer)
}

/// Commits one act; one that breaks a constraint is refused instead, and one that the server stumbles over for the third time.
async fn alone_or_aside<D: Writable>(
    database: &D,
    alone: &mut Job,
    deriver: &mut dyn Deriver,
    strikes: &Strikes,
    now: Timestamp,
) -> Result<Committed, StoreError> {
    let error = match commit_together(database, from_ref(alone), deriver, now).await {
        Err(error) if error.is_constraint() => error,
        Err(error) if error.is_internal() => {
            let mut acts = alone.acts.iter();
            if !acts.any(|act| strikes.is_out(act.id)) {
                return Err(error);
            }
            error
        }
        other => return other,
    };
    deriver.lost();
    for act in &mut alone.acts {
        tracing::error!(mutation = %act.id.0, error = &error as &dyn std::error::Error, "an act was set aside");
        act.mutation = Err(Denied::new(
            Code::Quarantined,
            "The server could not carry this out and set it aside. Your text is kept.",
        ));
    }
    commit_together(database, from_ref(alone), deriver, now).await
}
