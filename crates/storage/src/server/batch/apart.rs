//! When a batch broke a constraint: each act in a transaction of its own; the one that breaks it is set aside, so that it blocks
//! nobody.

use super::conclude::Deriver;
use super::{Committed, Job, JobAnswer, together::commit_together};
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
    now: Timestamp,
) -> Result<Committed, StoreError> {
    let mut all = Committed::default();
    for job in jobs {
        let mut answer = JobAnswer::default();
        if job.acts.is_empty() {
            // Who sends nothing asks how far they are.
            let committed = commit_together(database, from_ref(job), deriver, now).await?;
            all.head = committed.head;
            all.answers.extend(committed.answers);
            continue;
        }
        for act in &job.acts {
            let mut alone = Job {
                acts: vec![act.clone()],
                ..job.clone()
            };
            let committed = match commit_together(database, from_ref(&alone), deriver, now).await {
                Err(error) if error.is_constraint() => {
                    deriver.lost();
                    tracing::error!(mutation = %act.id.0, error = &error as &dyn std::error::Error, "an act was set aside");
                    alone.acts[0].mutation = Err(Denied::new(
                        Code::Quarantined,
                        "The server could not carry this out and set it aside. Your text is kept.",
                    ));
                    commit_together(database, from_ref(&alone), deriver, now).await?
                }
                other => other?,
            };
            all.head = committed.head;
            all.touched.extend(committed.touched);
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
        all.answers.push(answer);
    }
    Ok(all)
}
