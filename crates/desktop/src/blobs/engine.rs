//! What the engine does with files: all under its lock, so that no file goes while something is about to name it.

use super::intake::{Taken, discard};
use super::{BlobFolder, Files, MAXIMUM_FETCHED, queue};
use crate::engine::{Core, Engine};
use crate::error::Error;
use crate::screens::drafts;
use guildhall_domain::attachment::{self, Attachment, BlobHash};
use guildhall_domain::contract::Contract;
use guildhall_domain::denied::{Code, Denied, Mistakes};
use guildhall_domain::id::{ApplicationId, MutationId};
use guildhall_domain::offer::Offer;
use guildhall_domain::row::Row;
use guildhall_domain::time::Timestamp;
use guildhall_domain::world::find;
use guildhall_storage::StoreError;
use guildhall_storage::device::{Outbox, Refused, Upload};
use guildhall_sync_core::replica::Progress;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// A file that the server does not have yet.
#[derive(Debug)]
pub(crate) struct Sending {
    pub(crate) blob: BlobHash,
    pub(crate) name: String,
    pub(crate) size: u64,
    pub(crate) path: PathBuf,
}

/// A file that may be fetched.
#[derive(Debug)]
pub(crate) struct Fetching {
    pub(crate) size: u64,
    pub(crate) name: String,
    /// Where its beginning lies.
    pub(crate) part: PathBuf,
}

impl Files {
    /// Reads what is on the disk of an account.
    pub(crate) async fn open(folder: &Path, outbox: &Outbox) -> Result<(BlobFolder, Self), Error> {
        let (folder, here) = BlobFolder::take(&folder.join("files"))?;
        let files = Self {
            here,
            uploads: outbox.uploads().await?,
            fetching: BTreeMap::new(),
        };
        Ok((folder, files))
    }
}

impl Core {
    /// The acts that may be sent now, at most so many.
    pub(crate) fn ready(&self, limit: usize, now: Timestamp) -> Vec<MutationId> {
        let holds = self.holds(now);
        let undecided = self
            .replica
            .pending()
            .iter()
            .filter(|pending| !matches!(pending.progress, Progress::Applied { .. }))
            .filter(|pending| !holds.contains_key(&pending.id));
        let thread_of = |id| {
            let offer = find::<Offer>(&self.replica, id).ok().flatten();
            let contract = || find::<Contract>(&self.replica, id).ok().flatten();
            offer
                .map(|offer| offer.application)
                .or_else(|| contract().map(|contract| contract.application))
        };
        let is_sent = |blob| self.files.is_sent(blob);
        queue::ready(undecided, self.replica.me(), limit, is_sent, thread_of)
    }

    /// The files that only this person has: named by drafts, acts on their way, refused acts.
    fn own_files(&self) -> impl Iterator<Item = Attachment> + '_ {
        let pending = self.replica.pending().iter().map(|act| &act.mutation);
        let refused = self.refused.iter().map(|act| &act.mutation);
        pending
            .chain(refused)
            .flat_map(|mutation| mutation.attachments().iter().cloned())
            .chain(drafts::all_files(&self.drafts))
    }

    /// The file of a hash, if this person may know of it.
    fn find_file(&self, blob: BlobHash) -> Option<Attachment> {
        let in_rows = self.replica.rows().flat_map(Row::attachments);
        let own = self.own_files().find(|file| file.blob == blob);
        own.or_else(|| in_rows.into_iter().find(|file| file.blob == blob).cloned())
    }

    /// Removes files that nothing names any more: a thread that was lost takes its files along.
    pub(crate) async fn tidy_files(&mut self) -> Result<(), StoreError> {
        let parts = self.folder.parts().unwrap_or_default();
        if self.files.here.is_empty() && self.files.uploads.is_empty() && parts.is_empty() {
            return Ok(());
        }
        let own: BTreeSet<BlobHash> = self.own_files().map(|file| file.blob).collect();
        let rows = self.replica.rows().flat_map(Row::attachments);
        let mut named: BTreeSet<BlobHash> = rows.map(|file| file.blob).collect();
        named.extend(&own);
        let unnamed: BTreeSet<BlobHash> = self
            .files
            .here
            .keys()
            .copied()
            .chain(parts)
            .filter(|blob| !named.contains(blob) && !self.files.fetching.contains_key(blob))
            .collect();
        for blob in unnamed {
            self.remove_file(blob);
        }
        let gone: Vec<BlobHash> = self.files.uploads.keys().copied().collect();
        let gone: Vec<BlobHash> = gone
            .into_iter()
            .filter(|blob| !own.contains(blob))
            .collect();
        self.outbox.drop_uploads(&gone).await?;
        for blob in gone {
            self.files.uploads.remove(&blob);
        }
        Ok(())
    }

    /// What could not be removed is tried again by the next tidying after a start.
    fn remove_file(&mut self, blob: BlobHash) {
        self.files.here.remove(&blob);
        if let Err(error) = self.folder.remove(blob) {
            tracing::warn!(%error, "a file that is not needed any more could not be removed");
        }
    }

    /// Lets the least recently used fetched files go until the rest fits; what only this person has stays.
    fn make_room(&mut self, just_fetched: BlobHash) {
        let own: BTreeSet<BlobHash> = self.own_files().map(|file| file.blob).collect();
        let mut fetched: Vec<(SystemTime, BlobHash, u64)> = self
            .files
            .here
            .iter()
            .filter(|(blob, _)| !own.contains(*blob))
            .map(|(blob, size)| (self.folder.used(*blob), *blob, *size))
            .collect();
        fetched.sort_unstable();
        let mut all: u64 = fetched.iter().map(|(_, _, size)| size).sum();
        for (_, blob, size) in fetched {
            if all <= MAXIMUM_FETCHED {
                break;
            }
            if blob != just_fetched {
                self.remove_file(blob);
                all -= size;
            }
        }
    }
}

impl Engine {
    /// Where this account's files lie.
    pub(crate) async fn folder(&self) -> BlobFolder {
        self.core.lock().await.folder.clone()
    }

    /// Puts a file that was handed over into the draft of a message. It is safe when this returns.
    pub(crate) async fn attach(
        &self,
        thread: ApplicationId,
        taken: Taken,
        name: &str,
        media_type: &str,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut core = self.core.lock().await;
        let key = drafts::files_key(thread);
        let mut files = drafts::files_in(&core.drafts, thread);
        let file = |media_type: &str| Attachment {
            blob: taken.blob,
            name: attachment::plain_name(name),
            size: taken.size,
            media_type: media_type.to_owned(),
        };
        let is_kind = |kind: &str| {
            let mut mistakes = Mistakes::default();
            attachment::check(&[file(kind)], &mut mistakes);
            mistakes.into_result().is_ok()
        };
        // What the window takes a file for is a hint; without a good one it is just bytes.
        let kind = if is_kind(media_type) {
            media_type
        } else {
            "application/octet-stream"
        };
        files.push(file(kind));
        let mut mistakes = Mistakes::default();
        attachment::check(&files, &mut mistakes);
        if let Err(denied) = mistakes.into_result() {
            discard(&taken.path);
            return Err(denied.into());
        }
        let body = serde_json::to_string(&files).map_err(StoreError::from)?;
        core.folder.place(&taken.path, taken.blob)?;
        core.files.here.insert(taken.blob, taken.size);
        let upload = core.files.uploads.get(&taken.blob).copied();
        let upload = upload.unwrap_or(Upload {
            size: taken.size,
            sent: 0,
            is_complete: false,
        });
        core.outbox
            .keep_file(taken.blob, upload, (&key, &body), now)
            .await?;
        core.files.uploads.insert(taken.blob, upload);
        core.drafts.insert(key, body);
        Ok(())
    }

    /// Takes a file out of the draft of a message.
    pub(crate) async fn detach(
        &self,
        thread: ApplicationId,
        blob: BlobHash,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut files = {
            let core = self.core.lock().await;
            drafts::files_in(&core.drafts, thread)
        };
        files.retain(|file| file.blob != blob);
        let body = (!files.is_empty())
            .then(|| serde_json::to_string(&files))
            .transpose()
            .map_err(StoreError::from)?;
        self.draft(&drafts::files_key(thread), body, now).await?;
        Ok(self.core.lock().await.tidy_files().await?)
    }

    /// The acts that wait for files: their own, or those of an act before them in the same conversation.
    pub(crate) async fn held_up(&self, now: Timestamp) -> BTreeSet<MutationId> {
        let core = self.core.lock().await;
        let ready: BTreeSet<MutationId> = core.ready(usize::MAX, now).into_iter().collect();
        let all = core.replica.pending().iter();
        all.filter(|pending| pending.progress == Progress::Queued)
            .map(|pending| pending.id)
            .filter(|id| !ready.contains(id))
            .collect()
    }

    /// The file of a hash, if this person may know of it.
    pub(crate) async fn find_file(&self, blob: BlobHash) -> Result<Attachment, Error> {
        let core = self.core.lock().await;
        Ok(core
            .find_file(blob)
            .ok_or_else(|| Denied::not_found("file"))?)
    }

    /// The next file to send: the files of acts in the order of the acts.
    pub(crate) async fn next_upload(&self) -> Option<Sending> {
        let core = self.core.lock().await;
        let undecided = core
            .replica
            .pending()
            .iter()
            .filter(|pending| !matches!(pending.progress, Progress::Applied { .. }));
        undecided
            .flat_map(|pending| pending.mutation.attachments())
            .find(|file| !core.files.is_sent(file.blob))
            .map(|file| Sending {
                blob: file.blob,
                name: file.name.clone(),
                size: file.size,
                path: core.folder.path(file.blob),
            })
    }

    /// Notes how much of a file the server has.
    pub(crate) async fn note_upload(&self, blob: BlobHash, upload: Upload) -> Result<(), Error> {
        let mut core = self.core.lock().await;
        core.outbox.note_upload(blob, upload).await?;
        core.files.uploads.insert(blob, upload);
        Ok(())
    }

    /// The server did not take acts with their numbers: what it has of their files is asked again.
    pub(crate) async fn doubt_uploads(&self) -> Result<bool, Error> {
        let mut core = self.core.lock().await;
        let numbered = |progress| matches!(progress, Progress::Numbered { .. });
        let doubted: BTreeSet<(BlobHash, u64)> = core
            .replica
            .pending()
            .iter()
            .filter(|pending| numbered(pending.progress))
            .flat_map(|pending| pending.mutation.attachments())
            .map(|file| (file.blob, file.size))
            .collect();
        for (blob, size) in &doubted {
            let upload = Upload {
                size: *size,
                sent: 0,
                is_complete: false,
            };
            core.outbox.note_upload(*blob, upload).await?;
            core.files.uploads.insert(*blob, upload);
        }
        Ok(!doubted.is_empty())
    }

    /// A file cannot be sent: the acts that name it wait for the person instead of holding up others. The file is kept with them.
    pub(crate) async fn refuse_file(
        &self,
        blob: BlobHash,
        message: &str,
        now: Timestamp,
    ) -> Result<Vec<Refused>, Error> {
        let names = |mutation: &guildhall_domain::mutation::Mutation| {
            mutation.attachments().iter().any(|file| file.blob == blob)
        };
        let has_number = {
            let core = self.core.lock().await;
            core.replica.pending().iter().any(|pending| {
                names(&pending.mutation) && matches!(pending.progress, Progress::Numbered { .. })
            })
        };
        if has_number {
            // Its number stays unused, which only another device may do.
            self.renumber().await?;
        }
        let mut core = self.core.lock().await;
        let refused: Vec<Refused> = core
            .replica
            .pending()
            .iter()
            .filter(|pending| names(&pending.mutation) && pending.progress == Progress::Queued)
            .map(|pending| Refused {
                id: pending.id,
                at: pending.at,
                mutation: pending.mutation.clone(),
                denied: Denied::new(Code::LimitReached, message),
                refused_at: now,
            })
            .collect();
        core.outbox.settle(&[], &refused, &[], &[]).await?;
        let ids = refused.iter().map(|one| one.id).collect();
        core.replica.withdraw_all(&ids);
        core.refused.splice(0..0, refused.iter().rev().cloned());
        Ok(refused)
    }

    /// Begins to fetch a file; nothing when it is here already.
    pub(crate) async fn begin_fetch(&self, blob: BlobHash) -> Result<Option<Fetching>, Error> {
        let mut core = self.core.lock().await;
        let file = core
            .find_file(blob)
            .ok_or_else(|| Denied::not_found("file"))?;
        if core.files.here.contains_key(&blob) {
            return Ok(None);
        }
        if core.files.fetching.contains_key(&blob) {
            return Err(Denied::state("This file is on its way already.").into());
        }
        core.files.fetching.insert(blob, 0);
        Ok(Some(Fetching {
            size: file.size,
            name: file.name,
            part: core.folder.part(blob),
        }))
    }

    /// Notes how much of a file is here.
    pub(crate) async fn note_fetch(&self, blob: BlobHash, fetched: u64) {
        self.core.lock().await.files.fetching.insert(blob, fetched);
    }

    /// Ends fetching. A file that arrived whole comes into its place, unless this person has lost sight of it meanwhile.
    pub(crate) async fn end_fetch(
        &self,
        blob: BlobHash,
        arrived: Option<u64>,
    ) -> Result<(), Error> {
        let mut core = self.core.lock().await;
        core.files.fetching.remove(&blob);
        let Some(size) = arrived else {
            return Ok(());
        };
        let part = core.folder.part(blob);
        core.folder.place(&part, blob)?;
        core.files.here.insert(blob, size);
        core.make_room(blob);
        Ok(core.tidy_files().await?)
    }

    /// Notes that the person used a file.
    pub(crate) async fn touch_file(&self, blob: BlobHash, now: Timestamp) {
        let since = Duration::from_millis(u64::try_from(now.0).unwrap_or(0));
        let core = self.core.lock().await;
        core.folder.touch(blob, SystemTime::UNIX_EPOCH + since);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use guildhall_domain::id::AccountId;
    use guildhall_domain::scope::Scope;
    use guildhall_protocol::sync::Delta;
    use sha2::{Digest as _, Sha256};
    use uuid::Uuid;

    const ME: AccountId = AccountId(Uuid::from_u128(1));

    /// A delta from its JSON, with `cursor` filled in.
    fn delta(version: u64, rest: &str) -> Delta {
        let epoch = Uuid::from_u128(5);
        let json = format!(r#"{{"cursor": {{"epoch": "{epoch}", "version": {version}}}, {rest}}}"#);
        serde_json::from_str(&json).expect("is a delta")
    }

    #[tokio::test]
    async fn a_lost_thread_takes_its_files_along_and_a_file_in_a_draft_stays() {
        let folder = tempfile::tempdir().expect("is made");
        let thread = ApplicationId(Uuid::from_u128(2));
        let scope = Scope::thread(thread).0;
        let blob = BlobHash(Sha256::digest(b"a plan").into());
        let id = Uuid::from_u128(3);
        let row = format!(
            r#""rows": [{{"table": "message", "id": "{id}", "version": 1, "scopes": ["{scope}"], "body": {{"id": "{id}",
                "application": "{thread}", "author": "{id}", "body": "", "at": 1, "attachments": [
                {{"blob": "{blob}", "name": "plan.pdf", "size": 6, "media_type": "application/pdf"}}]}}}}]"#
        );
        let engine = Engine::open(folder.path(), ME).await.expect("opens");
        let now = Timestamp(1);
        engine.take(delta(1, &row), now).await.expect("is taken");
        let fetching = engine
            .begin_fetch(blob)
            .await
            .expect("may")
            .expect("is not here");
        std::fs::write(&fetching.part, b"a plan").expect("writes");
        engine.end_fetch(blob, Some(6)).await.expect("is placed");
        let fresh = engine.folder().await.fresh(Uuid::from_u128(9));
        std::fs::write(&fresh, b"mine").expect("writes");
        let own = BlobHash(Sha256::digest(b"mine").into());
        let taken = Taken {
            path: fresh,
            blob: own,
            size: 4,
        };
        let attached = engine.attach(thread, taken, "mine.txt", "nonsense", now);
        attached.await.expect("is attached");
        let there = engine.folder().await;
        there.open_copy(blob, "plan.pdf").expect("copies");
        assert!(there.path(blob).exists());

        let lost = format!(r#""reset": ["{scope}"]"#);
        engine.take(delta(2, &lost), now).await.expect("is taken");

        assert!(!there.path(blob).exists());
        assert!(
            !folder
                .path()
                .join("files/opened")
                .join(blob.to_string())
                .exists()
        );
        assert!(engine.find_file(blob).await.is_err());
        assert!(there.path(own).exists());
        engine.close().await;
        let engine = Engine::open(folder.path(), ME).await.expect("opens");
        let file = engine.find_file(own).await.expect("is in the draft");
        assert_eq!(
            (file.name.as_str(), file.media_type.as_str()),
            ("mine.txt", "application/octet-stream")
        );
    }

    #[tokio::test]
    async fn what_a_crash_left_half_copied_goes_at_the_next_start() {
        let folder = tempfile::tempdir().expect("is made");
        let files = folder.path().join("files");
        std::fs::create_dir_all(&files).expect("is made");
        let half = files.join(format!("{}.new", Uuid::from_u128(9)));
        let lone = files.join("0".repeat(64));
        let part = files.join(format!("{}.part", "1".repeat(64)));
        for path in [&half, &lone, &part] {
            std::fs::write(path, b"something").expect("writes");
        }

        Engine::open(folder.path(), ME)
            .await
            .expect("opens")
            .close()
            .await;

        assert!(!half.exists() && !lone.exists() && !part.exists());
    }
}
