//! Copies of the database: made while the server runs, and put in its place when it does not.

mod backup;
mod blobs;
pub mod postgres;
mod restore;

pub use backup::backup;
pub use restore::restore;

use guildhall_domain::time::Timestamp;
use sqlx::sqlite::{SqliteConnectOptions, SqliteSynchronous};
use sqlx::{Connection as _, Row as _, SqliteConnection};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Why a copy was not made or not put in place.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// A file could not be read or written.
    #[error("{} cannot be read or written", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The database said no.
    #[error("{} cannot be read", path.display())]
    Database {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: sqlx::Error,
    },
    /// Something else bears the name.
    #[error("{} is no database", .0.display())]
    NoDatabase(PathBuf),
    /// Nothing is written over.
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    /// A copy that is damaged is worse than none.
    #[error("{} is damaged: {what}", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// Its server runs.
    #[error("a server has the database open; stop it first")]
    InUse,
    /// The address of the database makes no sense.
    #[error("this is no address of a PostgreSQL")]
    Address,
    /// The PostgreSQL said no.
    #[error("the PostgreSQL does not do as asked")]
    Postgres(#[from] sqlx::Error),
    /// A program that comes with PostgreSQL cannot be started.
    #[error("{program} cannot be started; it is one of PostgreSQL's client programs")]
    NoProgram {
        /// Which.
        program: &'static str,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A program that comes with PostgreSQL did not do its work.
    #[error("{program} failed: {said}")]
    Program {
        /// Which.
        program: &'static str,
        /// Its last words.
        said: String,
    },
}

/// What a copy says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// The newest version in it.
    pub head: u64,
    /// The epoch that was being written when it was made.
    pub epoch: Uuid,
    /// When it was made; none for a file that was copied by hand.
    pub at: Option<Timestamp>,
}

/// What was put in place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The copy.
    pub copy: Copy,
    /// Where the replaced database is kept, if there was one.
    pub replaced: Option<Replaced>,
}

/// Where a replaced database is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replaced {
    /// A file beside the new one.
    File(PathBuf),
    /// A schema of this name in the same database.
    Schema(String),
}

/// The file whose lock everyone holds who has the database open.
pub(super) fn lock_file(database: &Path) -> PathBuf {
    database.with_extension("lock")
}

/// Takes part in using a database: [`restore`] keeps away until the answer is dropped.
///
/// # Errors
/// When the database is being restored right now.
pub(super) fn share(database: &Path) -> io::Result<File> {
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(lock_file(database))?;
    file.try_lock_shared().map_err(io::Error::from)?;
    Ok(file)
}

fn file_error(path: &Path) -> impl FnOnce(io::Error) -> CopyError + '_ {
    move |source| CopyError::File {
        path: path.to_owned(),
        source,
    }
}

fn database_error(path: &Path) -> impl FnOnce(sqlx::Error) -> CopyError + '_ {
    move |source| {
        let path = path.to_owned();
        match code(&source).as_deref() {
            Some(NOT_A_DATABASE) => CopyError::NoDatabase(path),
            Some(CORRUPT) => CopyError::Damaged {
                path,
                what: source.to_string(),
            },
            Some(_) | None => CopyError::Database { path, source },
        }
    }
}

/// `SQLITE_CORRUPT`.
const CORRUPT: &str = "11";
/// `SQLITE_NOTADB`.
const NOT_A_DATABASE: &str = "26";

fn code(error: &sqlx::Error) -> Option<String> {
    let error = error.as_database_error()?;
    error.code().map(std::borrow::Cow::into_owned)
}

/// Makes a copy beside where it is to stand, and leaves nothing there when that fails.
async fn make_aside(
    target: &Path,
    make: impl AsyncFnOnce(&Path) -> Result<Copy, CopyError>,
) -> Result<Copy, CopyError> {
    if target.exists() {
        return Err(CopyError::Exists(target.to_owned()));
    }
    let part = beside(target, ".part");
    // What an earlier attempt left: nobody takes it for a copy.
    let _ = fs::remove_file(&part);
    let copy = make(&part).await;
    if copy.is_err() {
        let _ = fs::remove_file(&part);
    }
    copy
}

/// Opens a file that exists, for one purpose, without leaving a log beside it.
async fn connect(path: &Path) -> Result<SqliteConnection, CopyError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .synchronous(SqliteSynchronous::Full);
    SqliteConnection::connect_with(&options)
        .await
        .map_err(database_error(path))
}

/// Looks through a whole copy, and reads what it says of itself.
async fn check(path: &Path) -> Result<Copy, CopyError> {
    let mut connection = connect(path).await?;
    let copy = look_through(&mut connection, path).await;
    connection.close().await.map_err(database_error(path))?;
    copy
}

async fn look_through(connection: &mut SqliteConnection, path: &Path) -> Result<Copy, CopyError> {
    let damaged = |what: String| CopyError::Damaged {
        path: path.to_owned(),
        what,
    };
    let unreadable = |error: sqlx::Error| damaged(error.to_string());
    let integrity: Vec<String> = sqlx::query_scalar("pragma integrity_check(10)")
        .fetch_all(&mut *connection)
        .await
        .map_err(unreadable)?;
    if integrity != ["ok"] {
        return Err(damaged(integrity.join("; ")));
    }
    let orphans = sqlx::query("pragma foreign_key_check")
        .fetch_all(&mut *connection)
        .await
        .map_err(unreadable)?;
    if !orphans.is_empty() {
        return Err(damaged(format!("{} rows point to nothing", orphans.len())));
    }
    let row = sqlx::query(
        "select h.version, (select id from sync_epoch order by number desc limit 1), (select at from sync_copy) from sync_head as h",
    )
    .fetch_one(&mut *connection)
    .await
    .map_err(unreadable)?;
    let read = || -> Result<(i64, String, Option<i64>), sqlx::Error> {
        Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))
    };
    let (head, epoch, at) = read().map_err(unreadable)?;
    let (Ok(head), Ok(epoch)) = (head.try_into(), epoch.parse()) else {
        return Err(damaged("its head makes no sense".to_owned()));
    };
    Ok(Copy {
        head,
        epoch,
        at: at.map(Timestamp),
    })
}

/// Gives a copy that is whole its name.
fn place(part: &Path, target: &Path) -> Result<(), CopyError> {
    sync(part)?;
    // A link, not a renaming: it refuses to replace what has come into being meanwhile.
    fs::hard_link(part, target).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => CopyError::Exists(target.to_owned()),
        _ => file_error(target)(error),
    })?;
    fs::remove_file(part).map_err(file_error(part))?;
    sync(folder_of(target))
}

/// Waits until a file, or the names in a folder, are on the disk.
fn sync(path: &Path) -> Result<(), CopyError> {
    File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(file_error(path))
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    }
}

/// The path with something after its name.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
