//! The folder of files on this device: whole ones by their hash, the beginnings of others as `<hash>.part`, and copies under their
//! real names to be opened.

use guildhall_domain::attachment::BlobHash;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

const READ: usize = 64 * 1024;
/// Copies that were opened, each in a folder named by the hash.
const OPENED: &str = "opened";

/// Where files lie.
#[derive(Debug, Clone)]
pub(crate) struct BlobFolder {
    folder: PathBuf,
}

impl BlobFolder {
    /// Takes the folder: what an earlier run left half-copied goes. Answers with the whole files and their sizes.
    pub(crate) fn take(folder: &Path) -> io::Result<(Self, BTreeMap<BlobHash, u64>)> {
        fs::create_dir_all(folder)?;
        let mut here = BTreeMap::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if let Ok(blob) = name.parse::<BlobHash>() {
                here.insert(blob, entry.metadata()?.len());
            } else if name.ends_with(".new") {
                fs::remove_file(entry.path())?;
            }
        }
        let taken = Self {
            folder: folder.to_owned(),
        };
        Ok((taken, here))
    }

    /// Where a whole file lies.
    pub(crate) fn path(&self, blob: BlobHash) -> PathBuf {
        self.folder.join(blob.to_string())
    }

    /// Where the beginning of a file lies while it is fetched.
    pub(crate) fn part(&self, blob: BlobHash) -> PathBuf {
        self.folder.join(format!("{blob}.part"))
    }

    /// Where a file is copied to before its hash is known. A start of the app removes it.
    pub(crate) fn fresh(&self, id: uuid::Uuid) -> PathBuf {
        self.folder.join(format!("{id}.new"))
    }

    /// Moves a file that is on the disk to where whole files lie; it is there after a power cut, too.
    pub(crate) fn place(&self, from: &Path, blob: BlobHash) -> io::Result<()> {
        fs::rename(from, self.path(blob))?;
        sync_folder(&self.folder)
    }

    /// Removes all of a file.
    pub(crate) fn remove(&self, blob: BlobHash) -> io::Result<()> {
        unless_missing(fs::remove_file(self.path(blob)))?;
        unless_missing(fs::remove_file(self.part(blob)))?;
        unless_missing(fs::remove_dir_all(self.opened(blob)))
    }

    /// The beginnings of files that are here.
    pub(crate) fn parts(&self) -> io::Result<Vec<BlobHash>> {
        let mut parts = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let name = entry?.file_name();
            let name = name.to_string_lossy();
            parts.extend(
                name.strip_suffix(".part")
                    .and_then(|hash| hash.parse::<BlobHash>().ok()),
            );
        }
        Ok(parts)
    }

    /// A copy under the name that the person knows, for the system's program. Changes to the copy are not kept.
    pub(crate) fn open_copy(&self, blob: BlobHash, name: &str) -> io::Result<PathBuf> {
        let folder = self.opened(blob);
        fs::create_dir_all(&folder)?;
        let copy = folder.join(name);
        if !copy.exists() {
            fs::copy(self.path(blob), &copy)?;
            let mut permissions = fs::metadata(&copy)?.permissions();
            permissions.set_readonly(true);
            fs::set_permissions(&copy, permissions)?;
        }
        Ok(copy)
    }

    /// Copies a file to a folder of the person, beside whatever has the same name there.
    pub(crate) fn save_copy(
        &self,
        blob: BlobHash,
        folder: &Path,
        name: &str,
    ) -> io::Result<PathBuf> {
        fs::create_dir_all(folder)?;
        let (stem, ending) = match name.rsplit_once('.') {
            Some((stem, ending)) => (stem, format!(".{ending}")),
            None => (name, String::new()),
        };
        for number in 1..10_000 {
            let name = if number == 1 {
                name.to_owned()
            } else {
                format!("{stem} ({number}){ending}")
            };
            let to = folder.join(name);
            match OpenOptions::new().write(true).create_new(true).open(&to) {
                Ok(mut copy) => {
                    io::copy(&mut File::open(self.path(blob))?, &mut copy)?;
                    copy.sync_all()?;
                    return Ok(to);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// Notes that a file was used, so that it is not the next to give way.
    pub(crate) fn touch(&self, blob: BlobHash, now: SystemTime) {
        let touched = File::options()
            .append(true)
            .open(self.path(blob))
            .and_then(|file| file.set_modified(now));
        if let Err(error) = touched {
            tracing::debug!(%error, "a file looks older than it is");
        }
    }

    /// When a file was used last.
    pub(crate) fn used(&self, blob: BlobHash) -> SystemTime {
        fs::metadata(self.path(blob))
            .and_then(|about| about.modified())
            .unwrap_or(SystemTime::UNIX_EPOCH)
    }

    fn opened(&self, blob: BlobHash) -> PathBuf {
        self.folder.join(OPENED).join(blob.to_string())
    }
}

/// The hash of a file's bytes.
pub(super) fn hash_of(path: &Path) -> io::Result<BlobHash> {
    let mut file = File::open(path)?;
    let mut sum = Sha256::new();
    let mut buffer = vec![0; READ];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(BlobHash(sum.finalize().into())),
            read => sum.update(&buffer[..read]),
        }
    }
}

fn unless_missing(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the other systems can fail here")]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
