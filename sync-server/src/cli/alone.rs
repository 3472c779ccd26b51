//! One server per folder: two over one file would each answer as if the other were not there.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// The file whose lock the running server holds. Not the lock of the database: `backup` and `admin` share that one.
const NAME: &str = "serve.lock";

/// Why a server may not run on a folder.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AloneError {
    /// Another one does.
    #[error("a server already runs on this folder; stop it first, or use PostgreSQL for several")]
    Taken,
    /// The folder cannot be used.
    #[error("{} cannot be made or written", path.display())]
    File {
        /// What.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// Claims a folder, which is made if it does not exist, until the answer is dropped. The system lets go of it however the
/// process ends, so a server that was killed can be started again.
///
/// # Errors
/// [`AloneError`]; then no server may start.
pub(crate) fn claim(folder: &Path) -> Result<File, AloneError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        |source| AloneError::File { path, source }
    };
    fs::create_dir_all(folder).map_err(failed(folder))?;
    let path = folder.join(NAME);
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(failed(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(AloneError::Taken),
        Err(TryLockError::Error(source)) => Err(failed(&path)(source)),
    }
}
