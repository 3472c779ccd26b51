//! What the server refused, with the person's words.

use super::{Outbox, mutation_id, open, seal};
use crate::error::StoreError;
use guildhall_domain::denied::Denied;
use guildhall_domain::id::MutationId;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::time::Timestamp;
use guildhall_sync_core::fault;
use sqlx::{Row as _, SqliteConnection};

/// An act that was refused, with the person's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its id.
    pub id: MutationId,
    /// When it was done here.
    pub at: Timestamp,
    /// What was done.
    pub mutation: Mutation,
    /// Why it was refused.
    pub denied: Denied,
    /// When the refusal arrived.
    pub refused_at: Timestamp,
}

impl Outbox {
    /// Refused acts, newest first.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn refused(&self) -> Result<Vec<Refused>, StoreError> {
        let rows = sqlx::query("select id, at, name, args, denied, refused_at from refused order by refused_at desc, id desc")
            .fetch_all(&self.pool)
            .await?;
        let mut refused = Vec::with_capacity(rows.len());
        for row in rows {
            let (id, at, name, args): (&str, i64, &str, &str) = (
                row.try_get(0)?,
                row.try_get(1)?,
                row.try_get(2)?,
                row.try_get(3)?,
            );
            let (denied, refused_at): (&str, i64) = (row.try_get(4)?, row.try_get(5)?);
            refused.push(Refused {
                id: mutation_id(id)?,
                at: Timestamp(at),
                mutation: open(name, args)?,
                denied: serde_json::from_str(denied)?,
                refused_at: Timestamp(refused_at),
            });
        }
        Ok(refused)
    }

    /// Discards a refused act: only the person does this.
    ///
    /// # Errors
    /// [`StoreError`] when it is not on the disk.
    pub async fn discard_refused(&self, id: MutationId) -> Result<(), StoreError> {
        fault!(OutboxDiscard);
        sqlx::query("delete from refused where id = ?")
            .bind(id.to_string())
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

pub(super) async fn insert_refused(
    connection: &mut SqliteConnection,
    one: &Refused,
) -> Result<(), StoreError> {
    let (name, args) = seal(&one.mutation)?;
    sqlx::query(
        "insert into refused (id, at, name, args, denied, refused_at) values (?, ?, ?, ?, ?, ?) on conflict do nothing",
    )
    .bind(one.id.to_string())
    .bind(one.at.0)
    .bind(name)
    .bind(args)
    .bind(serde_json::to_string(&one.denied)?)
    .bind(one.refused_at.0)
    .execute(connection)
    .await?;
    Ok(())
}
