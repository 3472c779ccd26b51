//! Files on their way from the window into the app's folder: the window hands them over in pieces, as it holds no path of them.

use super::folder::BlobFolder;
use guildhall_domain::attachment::{BlobHash, MAXIMUM_BYTES};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::PathBuf;
use uuid::Uuid;

/// How many files may be on their way at once.
const MAXIMUM: usize = 32;

/// The files that are being handed over.
#[derive(Debug, Default)]
pub(crate) struct Intakes(std::sync::Mutex<BTreeMap<Uuid, Intake>>);

#[derive(Debug)]
struct Intake {
    path: PathBuf,
    file: File,
    sum: Sha256,
    size: u64,
}

/// A file that was handed over whole and is on the disk.
#[derive(Debug)]
pub(crate) struct Taken {
    /// Where it lies for the moment.
    pub(crate) path: PathBuf,
    /// Its hash.
    pub(crate) blob: BlobHash,
    /// Its size.
    pub(crate) size: u64,
}

impl Intakes {
    fn all(&self) -> std::sync::MutexGuard<'_, BTreeMap<Uuid, Intake>> {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Begins a file. One that was begun long ago and never ended gives way.
    pub(crate) fn begin(&self, folder: &BlobFolder, id: Uuid) -> io::Result<()> {
        let path = folder.fresh(id);
        let file = File::create_new(&path)?;
        let mut all = self.all();
        all.insert(
            id,
            Intake {
                path,
                file,
                sum: Sha256::new(),
                size: 0,
            },
        );
        while all.len() > MAXIMUM {
            // Ids are made in the order of time.
            if let Some((_, oldest)) = all.pop_first() {
                discard(&oldest.path);
            }
        }
        Ok(())
    }

    /// Adds a piece. Nothing when there is no such file, or it has become too large: then it is gone.
    pub(crate) fn add(&self, id: Uuid, piece: &[u8]) -> io::Result<Option<u64>> {
        let mut all = self.all();
        let Some(intake) = all.get_mut(&id) else {
            return Ok(None);
        };
        intake.size += piece.len() as u64;
        let written = if intake.size > MAXIMUM_BYTES {
            Ok(None)
        } else {
            intake.sum.update(piece);
            intake.file.write_all(piece).map(|()| Some(intake.size))
        };
        if !matches!(written, Ok(Some(_)))
            && let Some(intake) = all.remove(&id)
        {
            discard(&intake.path);
        }
        written
    }

    /// Ends a file: it is on the disk when this returns.
    pub(crate) fn finish(&self, id: Uuid) -> io::Result<Option<Taken>> {
        let Some(intake) = self.all().remove(&id) else {
            return Ok(None);
        };
        if let Err(error) = intake.file.sync_all() {
            discard(&intake.path);
            return Err(error);
        }
        Ok(Some(Taken {
            path: intake.path,
            blob: BlobHash(intake.sum.finalize().into()),
            size: intake.size,
        }))
    }

    /// Gives a file up.
    pub(crate) fn cancel(&self, id: Uuid) {
        if let Some(intake) = self.all().remove(&id) {
            discard(&intake.path);
        }
    }
}

/// Removes a half-copied file; should that fail, the next start does it.
pub(super) fn discard(path: &std::path::Path) {
    if let Err(error) = std::fs::remove_file(path) {
        tracing::warn!(%error, "a half-copied file stays until the next start");
    }
}
