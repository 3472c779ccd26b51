//! Files of this person's acts, as far as the outbox knows of them: how much of each the server has.

use super::outbox::Outbox;
use crate::error::StoreError;
use crate::number::{signed, unsigned};
use guildhall_domain::attachment::BlobHash;
use guildhall_domain::time::Timestamp;
use sqlx::{Connection as _, Row as _};
use std::collections::BTreeMap;

/// How far a file is on its way to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Upload {
    /// How many bytes it has.
    pub size: u64,
    /// How many of them the server has.
    pub sent: u64,
    /// True when the server has it whole and has checked it.
    pub is_complete: bool,
}

impl Outbox {
    /// Every file by its hash.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn uploads(&self) -> Result<BTreeMap<BlobHash, Upload>, StoreError> {
        let rows = sqlx::query("select hash, size, sent, complete from blob")
            .fetch_all(&self.pool)
            .await?;
        let mut uploads = BTreeMap::new();
        for row in rows {
            let hash: &str = row.try_get(0)?;
            let (size, sent, complete): (i64, i64, i64) =
                (row.try_get(1)?, row.try_get(2)?, row.try_get(3)?);
            let hash = hash
                .parse()
                .map_err(|_| StoreError::Corrupt { what: "file hash" })?;
            let upload = Upload {
                size: unsigned(size),
                sent: unsigned(sent),
                is_complete: complete == 1,
            };
            uploads.insert(hash, upload);
        }
        Ok(uploads)
    }

    /// Notes a file together with the draft that names it, in one step.
    ///
    /// # Errors
    /// [`StoreError`] when it is not on the disk.
    pub async fn keep_file(
        &self,
        hash: BlobHash,
        upload: Upload,
        draft: (&str, &str),
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut connection = self.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        sqlx::query("insert into blob (hash, size, sent, complete) values (?, ?, ?, ?) on conflict (hash) do nothing")
            .bind(hash.to_string())
            .bind(signed(upload.size))
            .bind(signed(upload.sent))
            .bind(upload.is_complete)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "insert into draft (key, body, saved_at) values (?, ?, ?) \
             on conflict (key) do update set body = excluded.body, saved_at = excluded.saved_at",
        )
        .bind(draft.0)
        .bind(draft.1)
        .bind(now.0)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Notes how much of a file the server has.
    ///
    /// # Errors
    /// [`StoreError`] when it is not on the disk.
    pub async fn note_upload(&self, hash: BlobHash, upload: Upload) -> Result<(), StoreError> {
        sqlx::query(
            "insert into blob (hash, size, sent, complete) values (?, ?, ?, ?) \
             on conflict (hash) do update set sent = excluded.sent, complete = excluded.complete",
        )
        .bind(hash.to_string())
        .bind(signed(upload.size))
        .bind(signed(upload.sent))
        .bind(upload.is_complete)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Forgets files that no act, refused act or draft names any more.
    ///
    /// # Errors
    /// [`StoreError`] when it is not on the disk.
    pub async fn drop_uploads(&self, hashes: &[BlobHash]) -> Result<(), StoreError> {
        if hashes.is_empty() {
            return Ok(());
        }
        sqlx::query("delete from blob where hash in (select value from json_each(?))")
            .bind(serde_json::to_string(hashes)?)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
