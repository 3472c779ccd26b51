//! Making a copy while the server runs.

use super::{
    Copy, CopyError, beside, blobs, check, connect, database_error, file_error, make_aside, place,
};
use guildhall_domain::time::Timestamp;
use sqlx::Connection as _;
use std::io;
use std::path::Path;

/// Copies the database to a file that does not exist yet, and the folder of blobs beside it. The copy is one cut of the history;
/// the server goes on writing meanwhile. Under its own name it stands only when it is whole and looked through.
///
/// # Errors
/// [`CopyError`]; then there is no file of that name.
pub async fn backup(database: &Path, target: &Path, now: Timestamp) -> Result<Copy, CopyError> {
    make_aside(target, async |part: &Path| {
        make(database, part, target, now).await
    })
    .await
}

async fn make(
    database: &Path,
    part: &Path,
    target: &Path,
    now: Timestamp,
) -> Result<Copy, CopyError> {
    let name = part.to_str().ok_or_else(|| {
        file_error(part)(io::Error::new(
            io::ErrorKind::InvalidInput,
            "the name is not UTF-8",
        ))
    })?;
    let mut connection = connect(database).await?;
    let vacuumed = sqlx::query("vacuum into ?")
        .bind(name)
        .execute(&mut connection)
        .await;
    let closed = connection.close().await;
    vacuumed
        .and(closed.map(|()| sqlx::sqlite::SqliteQueryResult::default()))
        .map_err(database_error(database))?;

    let mut copy = connect(part).await?;
    let dated = sqlx::query(
        "insert into sync_copy (only_one, at) values (1, ?) on conflict (only_one) do update set at = excluded.at",
    )
    .bind(now.0)
    .execute(&mut copy)
    .await;
    dated.map_err(database_error(part))?;
    copy.close().await.map_err(database_error(part))?;
    let made = check(part).await?;
    // After the database: a row names a blob only once the blob is there.
    blobs::copy(&database.with_file_name("blobs"), &beside(target, ".blobs"))?;
    place(part, target)?;
    Ok(made)
}
