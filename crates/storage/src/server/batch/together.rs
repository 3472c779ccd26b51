//! One batch in one transaction.

use super::books::{Books, Entries};
use super::conclude::{Deriver, conclude};
use super::decide::Deciding;
use super::load::load_before;
use super::note::{catch_up, concerned};
use super::write::write;
use super::{Committed, Job};
use crate::error::StoreError;
use crate::server::port::{Note, Writable, Writing as _};
use guildhall_domain::id::AccountId;
use guildhall_domain::row::Key;
use guildhall_domain::time::Timestamp;
use guildhall_sync_core::workspace::Workspace;
use guildhall_sync_core::{fault, planted};

/// Decides all jobs in one transaction.
pub(super) async fn commit_together<D: Writable>(
    database: &D,
    jobs: &[Job],
    deriver: &mut dyn Deriver,
    now: Timestamp,
) -> Result<Committed, StoreError> {
    fault!(ServerBatch);
    let mut writing = database.begin().await?;
    let since = writing.head().await?;
    catch_up(&mut writing, deriver, since).await?;
    fault!(ServerLoad);
    let mut deciding = Deciding {
        workspace: Workspace::default(),
        books: Books::open(&mut writing, jobs).await?,
        entries: Entries::default(),
        version: since,
        now,
    };
    deciding.prefetch(&mut writing, jobs).await?;
    let mut answers = Vec::with_capacity(jobs.len());
    for job in jobs {
        answers.push(deciding.job(&mut writing, job).await?);
    }
    let Deciding {
        mut workspace,
        entries,
        mut version,
        ..
    } = deciding;

    let changed: Vec<Key> = workspace.changes().map(|change| change.key).collect();
    if !changed.is_empty() {
        let conclusions = conclude(&mut writing, &mut workspace, deriver, &changed, now).await?;
        writing.keep(&deriver.seen()).await?;
        if !conclusions.is_empty() {
            version += 1;
            load_before(&mut writing, &mut workspace, &conclusions).await?;
            workspace.apply(conclusions, version);
        }
    }

    fault!(ServerWrite);
    let commit = write(&mut writing, &workspace, entries, (since, version), now).await?;
    let concerned = concerned(workspace.changes());
    let touched: Vec<AccountId> = commit.touched().collect();
    let note = Note {
        concerned: &concerned,
        touched: &touched,
    };
    writing.note(note).await?;
    fault!(ServerCommit);
    if !planted!(AnswerEarly, sometimes) {
        writing.commit().await?;
    }
    fault!(ServerCommitted);
    deriver.done(version);
    Ok(Committed {
        answers,
        head: version,
        commits: vec![commit],
        changed,
    })
}
