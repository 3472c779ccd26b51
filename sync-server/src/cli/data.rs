//! Where a marketplace is kept.

use clap::Args;
use guildhall_storage::server::copy::postgres::Marketplace;
use std::io;
use std::path::{Path, PathBuf};

/// The folder, or the database in place of its file.
#[derive(Debug, Args)]
pub(crate) struct Data {
    /// Folder of the database; `serve`, `restore` and `demo seed` make it if it does not exist.
    #[arg(long, env = "GUILDHALL_DATA", default_value = "guildhall-data")]
    pub(crate) data: PathBuf,
    /// `postgres://…` address of a PostgreSQL 15 or later, in place of the file; several servers may share it.
    #[arg(long, env = "GUILDHALL_DATABASE", hide_env_values = true)]
    pub(crate) database: Option<String>,
}

/// Why a folder is not worked on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DataError {
    /// Most likely it is mistyped.
    #[error("there is no marketplace in {}", .0.display())]
    Nothing(PathBuf),
    /// The folder cannot be made.
    #[error("cannot make the folder {}", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl Data {
    /// The file of the database, for whoever begins a marketplace: its folder is made.
    pub(crate) fn new_file(&self) -> Result<PathBuf, DataError> {
        std::fs::create_dir_all(&self.data).map_err(|source| DataError::Folder {
            path: self.data.clone(),
            source,
        })?;
        Ok(self.file())
    }

    /// The file of a database that is there, for everybody else: a mistyped folder makes no marketplace.
    pub(crate) fn known_file(&self) -> Result<PathBuf, DataError> {
        let file = self.file();
        if file.is_file() {
            Ok(file)
        } else {
            Err(DataError::Nothing(shown(&self.data)))
        }
    }

    /// A PostgreSQL with the blobs that lie in the folder.
    pub(crate) fn marketplace<'a>(&'a self, url: &'a str) -> Marketplace<'a> {
        let blobs = self.data.join("blobs");
        Marketplace { url, blobs }
    }

    /// Refuses where there is no marketplace. A PostgreSQL is named by an address, and a mistyped one does not answer.
    pub(crate) fn require_known(&self) -> Result<(), DataError> {
        match self.database {
            Some(_) => Ok(()),
            None => self.known_file().map(drop),
        }
    }

    /// The file of the database, there or not.
    pub(crate) fn file(&self) -> PathBuf {
        self.data.join("guildhall.db")
    }
}

/// A bare name reads as a folder.
fn shown(folder: &Path) -> PathBuf {
    if folder.is_relative() && !folder.starts_with(".") && !folder.starts_with("..") {
        Path::new(".").join(folder)
    } else {
        folder.to_owned()
    }
}
