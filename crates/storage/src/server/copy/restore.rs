//! Putting a copy in the place of the database. What devices have heard beyond it becomes history that was left: a new epoch.

use super::{
    Copy, CopyError, Replaced, Restored, beside, blobs, check, connect, database_error, file_error,
    folder_of, lock_file, sync,
};
use guildhall_domain::time::Timestamp;
use sqlx::{Connection as _, Row as _, SqliteConnection};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// An epoch as it is stored.
type Epoch = (String, i64, Option<i64>);

/// Puts a copy in the place of the database, whether or not that still exists. The replaced one stays beside it under a dated name.
/// Devices that know more than the copy notice by the fresh epoch.
///
/// # Errors
/// [`CopyError`]; then the database is as it was.
pub async fn restore(
    database: &Path,
    copy: &Path,
    now: Timestamp,
    fresh: Uuid,
) -> Result<Restored, CopyError> {
    let found = check(copy).await?;
    // The copy is good: a marketplace may begin with it.
    let folder = folder_of(database);
    fs::create_dir_all(folder).map_err(file_error(folder))?;
    let lock_path = lock_file(database);
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&lock_path)
        .map_err(file_error(&lock_path))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(CopyError::InUse),
        Err(TryLockError::Error(error)) => return Err(file_error(&lock_path)(error)),
    }
    let next = beside(database, ".restoring");
    let _ = fs::remove_file(&next);
    fs::copy(copy, &next).map_err(file_error(copy))?;
    let known = left_epochs(database).await;
    begin_epoch(&next, &known, &found, fresh)
        .await
        .map_err(database_error(&next))?;
    check(&next).await?;
    sync(&next)?;
    blobs::copy(&beside(copy, ".blobs"), &database.with_file_name("blobs"))?;
    let replaced = put_aside(database, now)?;
    fs::rename(&next, database).map_err(file_error(database))?;
    sync(folder_of(database))?;
    Ok(Restored {
        copy: found,
        replaced: replaced.map(Replaced::File),
    })
}

/// The epochs that the replaced database knows. One that cannot be read any more knows none: that only costs downloads.
async fn left_epochs(database: &Path) -> Vec<Epoch> {
    if !database.exists() {
        return Vec::new();
    }
    let read = async {
        let mut connection = connect(database).await.ok()?;
        let epochs = epochs(&mut connection).await.ok();
        // The log belongs into the file, so that one file is the whole database.
        let _ = sqlx::query("pragma wal_checkpoint(truncate)")
            .execute(&mut connection)
            .await;
        connection.close().await.ok()?;
        epochs
    };
    read.await.unwrap_or_default()
}

async fn epochs(connection: &mut SqliteConnection) -> Result<Vec<Epoch>, sqlx::Error> {
    let rows = sqlx::query("select id, began, copied from sync_epoch order by number")
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)))
        .collect()
}

/// Lists, after the epochs of the copy, those that were left with the replaced database, and the new one.
async fn begin_epoch(
    file: &Path,
    known: &[Epoch],
    copy: &Copy,
    fresh: Uuid,
) -> Result<(), sqlx::Error> {
    let mut connection = SqliteConnection::connect_with(
        &sqlx::sqlite::SqliteConnectOptions::new()
            .filename(file)
            .synchronous(sqlx::sqlite::SqliteSynchronous::Full),
    )
    .await?;
    let mut transaction = connection.begin().await?;
    let held = epochs(&mut transaction).await?;
    let left = known
        .iter()
        .filter(|(id, _, _)| held.iter().all(|(other, _, _)| other != id));
    let began = i64::try_from(copy.head).unwrap_or(i64::MAX);
    let new = (fresh.to_string(), began, copy.at.map(|at| at.0));
    for (id, began, copied) in left.chain([&new]) {
        sqlx::query(
            "insert into sync_epoch (number, id, began, copied) select max(number) + 1, ?, ?, ? from sync_epoch",
        )
        .bind(id)
        .bind(began)
        .bind(copied)
        .execute(&mut *transaction)
        .await?;
    }
    sqlx::query("delete from sync_copy")
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    connection.close().await
}

/// Gives the database a second, dated name, and takes away what belongs to it alone.
fn put_aside(database: &Path, now: Timestamp) -> Result<Option<PathBuf>, CopyError> {
    if !database.exists() {
        return Ok(None);
    }
    let aside = beside(database, &format!(".before-{}-{}", now.day(), now.0));
    fs::hard_link(database, &aside).map_err(file_error(&aside))?;
    for ending in ["-wal", "-shm"] {
        let log = beside(database, ending);
        match fs::rename(&log, beside(&aside, ending)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(file_error(&log)(error));
            }
            Ok(()) | Err(_) => {}
        }
    }
    Ok(Some(aside))
}
