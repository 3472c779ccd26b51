//! What one process's batches mean for the others: a line a batch, thrown away after a while.

use super::{number_of, signed, table_of, unsigned};
use crate::error::StoreError;
use crate::server::batch::CONCERNED;
use crate::server::port::Note;
use guildhall_domain::id::AccountId;
use guildhall_domain::row::Key;
use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Writes the line of a batch that began and ended at these versions.
pub(super) async fn note(
    connection: &mut PgConnection,
    process: Uuid,
    (before, after): (u64, u64),
    note: Note<'_>,
) -> Result<(), StoreError> {
    if before == after {
        return Ok(());
    }
    let (tables, ids): (Vec<i16>, Vec<Uuid>) = note
        .concerned
        .iter()
        .map(|key| (number_of(key.table), key.id))
        .unzip();
    let touched: BTreeSet<Uuid> = note.touched.iter().map(|account| account.0).collect();
    sqlx::query(
        "insert into commit_log (before, after, process, tables, ids, touched) values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(signed(before))
    .bind(signed(after))
    .bind(process)
    .bind(tables)
    .bind(ids)
    .bind(touched.into_iter().collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// The rows that all batches between these versions concern; every row that one could concern when lines are missing.
pub(super) async fn noted(
    connection: &mut PgConnection,
    since: u64,
    head: u64,
) -> Result<BTreeSet<Key>, StoreError> {
    let lines: Vec<(i64, i64, Vec<i16>, Vec<Uuid>)> = sqlx::query_as(
        "select before, after, tables, ids from commit_log where after > $1 and after <= $2 order by after",
    )
    .bind(signed(since))
    .bind(signed(head))
    .fetch_all(&mut *connection)
    .await?;
    let mut reached = since;
    let mut keys = BTreeSet::new();
    for (before, after, tables, ids) in lines {
        if unsigned(before) != reached {
            break;
        }
        reached = unsigned(after);
        for (table, id) in tables.into_iter().zip(ids) {
            let table = table_of(table)?;
            keys.insert(Key { table, id });
        }
    }
    if reached != head {
        for table in CONCERNED {
            let sql = format!("select id from {}", table.name());
            let ids: Vec<Uuid> = sqlx::query_scalar(AssertSqlSafe(sql))
                .fetch_all(&mut *connection)
                .await?;
            keys.extend(ids.into_iter().map(|id| Key { table, id }));
        }
    }
    Ok(keys)
}

/// Throws away lines that nobody needs who has been awake lately.
pub(super) async fn forget(pool: &PgPool) -> Result<(), StoreError> {
    sqlx::query("delete from commit_log where at < now() - interval '1 hour'")
        .execute(pool)
        .await?;
    Ok(())
}

/// Where the log stands after this version, and who sees something new by batches of other processes.
pub(super) async fn touched<'e>(
    executor: impl sqlx::Executor<'e, Database = Postgres>,
    since: u64,
    process: Uuid,
) -> Result<Touched, StoreError> {
    let lines: Vec<(i64, i64, Uuid, Vec<Uuid>)> = sqlx::query_as(
        "select before, after, process, touched from commit_log where after > $1 order by after",
    )
    .bind(signed(since))
    .fetch_all(executor)
    .await?;
    let mut touched = Touched {
        head: since,
        accounts: BTreeSet::new(),
        whole: true,
    };
    for (before, after, writer, accounts) in lines {
        touched.whole &= unsigned(before) == touched.head;
        touched.head = unsigned(after);
        if writer != process {
            touched.accounts.extend(accounts.into_iter().map(AccountId));
        }
    }
    Ok(touched)
}

/// What the log says of a while.
#[derive(Debug)]
pub(super) struct Touched {
    /// The newest version in it.
    pub(super) head: u64,
    /// Who sees something new.
    pub(super) accounts: BTreeSet<AccountId>,
    /// False when lines are missing.
    pub(super) whole: bool,
}
