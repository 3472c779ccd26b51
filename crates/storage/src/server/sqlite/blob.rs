//! Which files an account may name, and which scopes hold them.

use super::{unsigned, write::bulk};
use crate::error::StoreError;
use crate::server::port::{FilePlace, Held};
use guildhall_domain::attachment::BlobHash;
use guildhall_domain::id::AccountId;
use guildhall_domain::row::Key;
use serde_json::{Value, json};
use sqlx::{Row as _, SqliteConnection};
use std::collections::BTreeSet;

/// The sizes of the files, out of these, that an account has sent whole or sees a row of.
pub(in crate::server) async fn held(
    connection: &mut SqliteConnection,
    pairs: &BTreeSet<(AccountId, BlobHash)>,
) -> Result<Held, StoreError> {
    let rows = sqlx::query(
        "select q.value ->> 0, q.value ->> 1, u.size from json_each(?) q \
         join blob_upload u on u.blob = q.value ->> 1 and u.complete = 1 \
         where u.account = q.value ->> 0 or exists (\
             select 1 from blob_place p join membership m on m.scope = p.scope \
             where p.blob = u.blob and m.account = q.value ->> 0 and m.put = 1)",
    )
    .bind(serde_json::to_string(pairs)?)
    .fetch_all(&mut *connection)
    .await?;
    let mut held = Held::new();
    for row in rows {
        let (account, blob, size): (&str, &str, i64) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let (Ok(account), Ok(blob)) = (account.parse(), blob.parse()) else {
            return Err(StoreError::Corrupt { what: "upload" });
        };
        held.insert((account, blob), unsigned(size));
    }
    Ok(held)
}

pub(super) async fn write(
    connection: &mut SqliteConnection,
    before: &[Key],
    files: &[FilePlace],
) -> Result<(), StoreError> {
    let rows: Vec<Value> = before
        .iter()
        .map(|key| json!([key.table.number(), key.id]))
        .collect();
    bulk(
        connection,
        "delete from blob_place where (tbl, row) in (select value ->> 0, value ->> 1 from json_each(?))",
        &rows,
    )
    .await?;
    let rows: Vec<Value> = files
        .iter()
        .map(|file| json!([file.blob, file.scope, file.key.table.number(), file.key.id]))
        .collect();
    bulk(
        connection,
        "insert into blob_place (blob, scope, tbl, row) \
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(?) where true on conflict do nothing",
        &rows,
    )
    .await
}
