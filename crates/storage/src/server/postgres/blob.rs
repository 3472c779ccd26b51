//! Which files an account may name, and which scopes hold them.

use super::{number_of, unsigned};
use crate::error::StoreError;
use crate::server::port::{FilePlace, Held};
use guildhall_domain::attachment::BlobHash;
use guildhall_domain::id::AccountId;
use guildhall_domain::row::Key;
use sqlx::PgConnection;
use std::collections::BTreeSet;
use uuid::Uuid;

/// The sizes of the files, out of these, that an account has sent whole or sees a row of.
pub(in crate::server) async fn held(
    connection: &mut PgConnection,
    pairs: &BTreeSet<(AccountId, BlobHash)>,
) -> Result<Held, StoreError> {
    let mut held = Held::new();
    if pairs.is_empty() {
        return Ok(held);
    }
    let rows: Vec<(Uuid, String, i64)> = sqlx::query_as(
        "select q.account, q.blob, u.size from unnest($1::uuid[], $2::text[]) as q (account, blob) \
         join blob_upload u on u.blob = q.blob and u.complete = 1 \
         where u.account = q.account::text or exists (\
             select 1 from blob_place p join membership m on m.scope = p.scope \
             where p.blob = u.blob and m.account = q.account and m.put)",
    )
    .bind(pairs.iter().map(|pair| pair.0.0).collect::<Vec<_>>())
    .bind(
        pairs
            .iter()
            .map(|pair| pair.1.to_string())
            .collect::<Vec<_>>(),
    )
    .fetch_all(connection)
    .await?;
    for (account, blob, size) in rows {
        let Ok(blob) = blob.parse() else {
            return Err(StoreError::Corrupt { what: "upload" });
        };
        held.insert((AccountId(account), blob), unsigned(size));
    }
    Ok(held)
}

pub(super) async fn write(
    connection: &mut PgConnection,
    before: &[Key],
    files: &[FilePlace],
) -> Result<(), StoreError> {
    if !before.is_empty() {
        sqlx::query(
            "delete from blob_place where (tbl, row_id) in (select * from unnest($1::smallint[], $2::uuid[]))",
        )
        .bind(before.iter().map(|key| number_of(key.table)).collect::<Vec<_>>())
        .bind(before.iter().map(|key| key.id).collect::<Vec<_>>())
        .execute(&mut *connection)
        .await?;
    }
    if !files.is_empty() {
        sqlx::query(
            "insert into blob_place (blob, scope, tbl, row_id) \
             select * from unnest($1::text[], $2::uuid[], $3::smallint[], $4::uuid[]) on conflict do nothing",
        )
        .bind(files.iter().map(|file| file.blob.to_string()).collect::<Vec<_>>())
        .bind(files.iter().map(|file| file.scope.0).collect::<Vec<_>>())
        .bind(files.iter().map(|file| number_of(file.key.table)).collect::<Vec<_>>())
        .bind(files.iter().map(|file| file.key.id).collect::<Vec<_>>())
        .execute(connection)
        .await?;
    }
    Ok(())
}
