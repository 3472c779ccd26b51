//! Who may have which file. The bytes are not here: a file's place is a folder beside the database.
//!
//! A file is its sender's alone until a row names it; from then on it is everybody's who sees the row. Knowing a hash gives nothing.

use super::pool::{Pool, Transaction, on_pool, on_transaction};
use super::{ServerStore, postgres, sqlite};
use crate::error::StoreError;
use crate::number::{signed, unsigned};
use guildhall_domain::attachment::BlobHash;
use guildhall_domain::id::AccountId;
use guildhall_domain::time::Timestamp;
use std::collections::BTreeSet;

/// What the smallest file counts against its sender's space: many small ones cost, too.
const SMALLEST: u64 = 4_096;

/// How a file stands for one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlobStanding {
    /// How many bytes the whole file has.
    pub size: u64,
    /// False while the account is still sending it.
    pub is_complete: bool,
}

/// Files whose time is over.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct StaleBlobs {
    /// Uploads that were given up.
    pub uploads: Vec<(AccountId, BlobHash)>,
    /// Whole files that no row names.
    pub files: Vec<BlobHash>,
}

impl ServerStore {
    /// How a file stands for an account; nothing where the account has neither sent it nor sees a row that names it.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn blob(
        &self,
        account: AccountId,
        blob: BlobHash,
    ) -> Result<Option<BlobStanding>, StoreError> {
        let pairs = BTreeSet::from([(account, blob)]);
        let held = match self.pool() {
            Pool::Sqlite(pool) => sqlite::blob::held(&mut *pool.acquire().await?, &pairs).await?,
            Pool::Postgres(pool) => {
                postgres::blob::held(&mut *pool.acquire().await?, &pairs).await?
            }
        };
        if let Some(size) = held.get(&(account, blob)) {
            return Ok(Some(BlobStanding {
                size: *size,
                is_complete: true,
            }));
        }
        let size: Option<i64> = on_pool!(&self.pool(), pool => {
            sqlx::query_scalar("select size from blob_upload where account = $1 and blob = $2")
                .bind(account.to_string())
                .bind(blob.to_string())
                .fetch_optional(pool)
                .await?
        });
        Ok(size.map(|size| BlobStanding {
            size: unsigned(size),
            is_complete: false,
        }))
    }

    /// Notes that an account sends a file, if that fits into its space; false when it does not.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be written.
    pub async fn begin_blob(
        &self,
        account: AccountId,
        blob: BlobHash,
        size: u64,
        space: u64,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.begin_beside().await?;
        if let Transaction::Postgres(transaction) = &mut transaction {
            // Two files of one account are weighed one after another.
            sqlx::query("select pg_advisory_xact_lock(hashtextextended($1, 0))")
                .bind(account.to_string())
                .execute(&mut **transaction)
                .await?;
        }
        let used: i64 = on_transaction!(&mut transaction, connection => {
            sqlx::query_scalar(
                "select cast(coalesce(sum(case when size < $1 then $1 else size end), 0) as bigint) \
                 from blob_upload where account = $2 and blob <> $3",
            )
            .bind(signed(SMALLEST))
            .bind(account.to_string())
            .bind(blob.to_string())
            .fetch_one(connection)
            .await?
        });
        if unsigned(used).saturating_add(size.max(SMALLEST)) > space {
            return Ok(false);
        }
        on_transaction!(&mut transaction, connection => {
            sqlx::query(
                "insert into blob_upload (account, blob, size, complete, at) values ($1, $2, $3, 0, $4) \
                 on conflict (account, blob) do update set at = excluded.at",
            )
            .bind(account.to_string())
            .bind(blob.to_string())
            .bind(signed(size))
            .bind(now.0)
            .execute(connection)
            .await?;
        });
        transaction.commit().await?;
        Ok(true)
    }

    /// Notes that an account has sent a file whole.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be written.
    pub async fn finish_blob(
        &self,
        account: AccountId,
        blob: BlobHash,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        on_pool!(&self.side_writer(), pool => {
            sqlx::query("update blob_upload set complete = 1, at = $1 where account = $2 and blob = $3")
                .bind(now.0)
                .bind(account.to_string())
                .bind(blob.to_string())
                .execute(pool)
                .await?;
        });
        Ok(())
    }

    /// Forgets a file that an account was sending.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be written.
    pub async fn drop_upload(&self, account: AccountId, blob: BlobHash) -> Result<(), StoreError> {
        on_pool!(&self.side_writer(), pool => {
            sqlx::query("delete from blob_upload where account = $1 and blob = $2 and complete = 0")
                .bind(account.to_string())
                .bind(blob.to_string())
                .execute(pool)
                .await?;
        });
        Ok(())
    }

    /// Forgets uploads that were last heard of before an instant, and whole files that were sent before another one and that no
    /// row names; answers with what may leave the disk.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be written; then nothing may leave the disk.
    pub async fn drop_stale_blobs(
        &self,
        given_up: Timestamp,
        unnamed: Timestamp,
    ) -> Result<StaleBlobs, StoreError> {
        let mut transaction = self.begin_beside().await?;
        let rows: Vec<(String, String, i64)> = on_transaction!(&mut transaction, connection => {
            sqlx::query_as(
                "delete from blob_upload where (complete = 0 and at < $1) \
                 or (complete = 1 and at < $2 and not exists (select 1 from blob_place p where p.blob = blob_upload.blob)) \
                 returning account, blob, cast(complete as bigint)",
            )
            .bind(given_up.0)
            .bind(unnamed.0)
            .fetch_all(connection)
            .await?
        });
        let mut stale = StaleBlobs::default();
        let mut whole = BTreeSet::new();
        for (account, blob, complete) in rows {
            let (Ok(account), Ok(blob)) = (account.parse(), blob.parse()) else {
                return Err(StoreError::Corrupt { what: "upload" });
            };
            if complete == 0 {
                stale.uploads.push((account, blob));
            } else {
                whole.insert(blob);
            }
        }
        for blob in whole {
            let kept: bool = on_transaction!(&mut transaction, connection => {
                sqlx::query_scalar(
                    "select exists (select 1 from blob_upload where blob = $1 and complete = 1)",
                )
                .bind(blob.to_string())
                .fetch_one(connection)
                .await?
            });
            if !kept {
                stale.files.push(blob);
            }
        }
        transaction.commit().await?;
        Ok(stale)
    }

    /// True when somebody has sent the file whole.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn is_blob_kept(&self, blob: BlobHash) -> Result<bool, StoreError> {
        Ok(on_pool!(&self.pool(), pool => {
            sqlx::query_scalar("select exists (select 1 from blob_upload where blob = $1 and complete = 1)")
                .bind(blob.to_string())
                .fetch_one(pool)
                .await?
        }))
    }
}
