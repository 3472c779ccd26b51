//! Files that acts name: whether they may, and where rows put them.

use super::Job;
use crate::error::StoreError;
use crate::server::port::{FilePlace, Held, Writes, Writing};
use guildhall_domain::attachment::Attachment;
use guildhall_domain::denied::{Denied, FieldError};
use guildhall_domain::id::AccountId;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::scope::placements;
use guildhall_sync_core::workspace::Change;
use std::collections::BTreeSet;

/// When to try again what names a file that is not here yet.
pub(super) const RETRY_MS: u64 = 1_000;

/// What the acts of these jobs name and may name.
pub(super) async fn named<W: Writing>(writing: &mut W, jobs: &[Job]) -> Result<Held, StoreError> {
    let mut pairs = BTreeSet::new();
    for job in jobs {
        for act in &job.acts {
            let files = act.mutation.iter().flat_map(Mutation::attachments);
            pairs.extend(files.map(|file| (job.account, file.blob)));
        }
    }
    if pairs.is_empty() {
        return Ok(Held::new());
    }
    writing.held(&pairs).await
}

/// Whether an act may name these files. A file that is not here and one that is not this account's business look the same from
/// outside, or hashes could be tried.
///
/// # Errors
/// [`Denied`] when a file has another size than the act says.
pub(super) fn may_name(
    held: &Held,
    account: AccountId,
    files: &[Attachment],
) -> Result<bool, Denied> {
    let mut wrong = Vec::new();
    for (index, file) in files.iter().enumerate() {
        match held.get(&(account, file.blob)) {
            None => return Ok(false),
            Some(size) if *size == file.size => {}
            Some(_) => wrong.push(FieldError {
                pointer: format!("/attachments/{index}/size"),
                code: "size".to_owned(),
                message: format!("{} has another size than was said.", file.name),
            }),
        }
    }
    if wrong.is_empty() {
        Ok(true)
    } else {
        Err(Denied::validation(wrong))
    }
}

/// Notes which scopes hold the files of a changed row.
pub(super) fn note(writes: &mut Writes, change: &Change<'_>) {
    let names_files = |row: &guildhall_domain::row::Row| !row.attachments().is_empty();
    if change.before.is_some_and(names_files) {
        writes.named_files.push(change.key);
    }
    let Some(row) = change.after.filter(|row| names_files(row)) else {
        return;
    };
    for scope in placements(row) {
        let place = |file: &Attachment| FilePlace {
            blob: file.blob,
            scope,
            key: change.key,
        };
        writes.files.extend(row.attachments().iter().map(place));
    }
}
