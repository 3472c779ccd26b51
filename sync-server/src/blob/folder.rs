//! The folder of files: whole ones by their hash, `ab/abcdef…`, and uploads by sender and hash.

use guildhall_domain::attachment::BlobHash;
use guildhall_domain::id::AccountId;
use sha2::{Digest as _, Sha256};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use tokio::fs::{self, File, OpenOptions};

/// How much is read at once while a file is hashed.
const READ: usize = 64 * 1024;

pub(super) struct Folder {
    folder: PathBuf,
}

impl Folder {
    pub(super) fn take(folder: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(folder.join("uploads"))?;
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    fn upload(&self, account: AccountId, blob: BlobHash) -> PathBuf {
        self.folder
            .join("uploads")
            .join(format!("{account}-{blob}"))
    }

    fn file(&self, blob: BlobHash) -> PathBuf {
        let name = blob.to_string();
        self.folder.join(&name[..2]).join(name)
    }

    /// How many bytes of an upload are here.
    pub(super) async fn received(&self, account: AccountId, blob: BlobHash) -> io::Result<u64> {
        match fs::metadata(self.upload(account, blob)).await {
            Ok(about) => Ok(about.len()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// Opens an upload to write at its end.
    pub(super) async fn append(&self, account: AccountId, blob: BlobHash) -> io::Result<File> {
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.upload(account, blob))
            .await
    }

    pub(super) async fn drop_upload(&self, account: AccountId, blob: BlobHash) -> io::Result<()> {
        unless_missing(fs::remove_file(self.upload(account, blob)).await)
    }

    /// True when the bytes of an upload are those of the hash.
    pub(super) async fn is_right(&self, account: AccountId, blob: BlobHash) -> io::Result<bool> {
        let path = self.upload(account, blob);
        let hash = tokio::task::spawn_blocking(move || hash_of(&path))
            .await
            .map_err(io::Error::other)??;
        Ok(hash == blob)
    }

    /// Moves an upload to where whole files lie. When this returns, it is there after a power cut, too.
    pub(super) async fn place(&self, account: AccountId, blob: BlobHash) -> io::Result<()> {
        let (from, to) = (self.upload(account, blob), self.file(blob));
        let folder = self.folder.clone();
        tokio::task::spawn_blocking(move || {
            let parent = to.parent().unwrap_or(&folder);
            std::fs::create_dir_all(parent)?;
            std::fs::rename(&from, &to)?;
            sync_folder(parent)?;
            sync_folder(&folder)
        })
        .await
        .map_err(io::Error::other)?
    }

    /// Opens a whole file.
    pub(super) async fn open(&self, blob: BlobHash) -> io::Result<File> {
        File::open(self.file(blob)).await
    }

    pub(super) async fn remove(&self, blob: BlobHash) -> io::Result<()> {
        unless_missing(fs::remove_file(self.file(blob)).await)
    }
}

fn unless_missing(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn hash_of(path: &Path) -> io::Result<BlobHash> {
    let mut file = std::fs::File::open(path)?;
    let mut sum = Sha256::new();
    let mut buffer = vec![0; READ];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(BlobHash(sum.finalize().into())),
            read => sum.update(&buffer[..read]),
        }
    }
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    std::fs::File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the other systems can fail here")]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
