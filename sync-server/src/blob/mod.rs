//! Files that go with messages: sent in pieces, kept beside the database by their hash, given to who sees a row that names them.
//!
//! The bytes of a file lie in the folder, what is known of it in the store. A hash opens nothing: to whoever has neither sent a file
//! nor sees a row that names it, it does not exist.

mod fetch;
mod folder;
mod range;
mod send;
mod turn;

use crate::problem::Problem;
use crate::state::Market;
use axum::Router;
use axum::routing::head;
use folder::Folder;
use guildhall_domain::attachment::{BlobHash, MAXIMUM_BYTES};
use guildhall_domain::time::Timestamp;
use guildhall_protocol::path;
use guildhall_storage::StoreError;
use guildhall_storage::server::ServerStore;
use std::io;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::Mutex;
use turn::Turns;
use utoipa::OpenApi;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// How much of other people's files this server keeps, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlobLimits {
    /// The most bytes of one file.
    pub file_bytes: u64,
    /// The most bytes of all files that one account has sent.
    pub account_bytes: u64,
    /// How long an upload may rest before it is given up.
    pub upload_ms: i64,
    /// How long a whole file waits for a row that names it.
    pub unnamed_ms: i64,
}

impl Default for BlobLimits {
    fn default() -> Self {
        Self {
            file_bytes: MAXIMUM_BYTES,
            account_bytes: 1024 * 1024 * 1024,
            upload_ms: DAY_MS,
            unnamed_ms: 7 * DAY_MS,
        }
    }
}

/// The files of a market.
pub struct Blobs {
    limits: BlobLimits,
    folder: Folder,
    turns: Turns,
    /// Held while a file comes into its place or leaves it, so that what the store says of it stays true.
    placing: Mutex<()>,
}

/// Files were not tidied up.
#[derive(Debug, thiserror::Error)]
pub enum TidyError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The folder.
    #[error("the folder of files cannot be used")]
    Folder(#[from] io::Error),
}

impl Blobs {
    /// Takes a folder, making it if need be.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(folder: &Path, limits: BlobLimits) -> io::Result<Self> {
        Ok(Self {
            limits,
            folder: Folder::take(folder)?,
            turns: Turns::default(),
            placing: Mutex::new(()),
        })
    }

    /// Removes uploads that were given up and files that no row names.
    ///
    /// # Errors
    /// [`TidyError`] when the store or the folder fails; what was left is removed in a later round.
    pub async fn tidy(&self, store: &ServerStore, now: Timestamp) -> Result<(), TidyError> {
        let given_up = now.plus_ms(-self.limits.upload_ms);
        let unnamed = now.plus_ms(-self.limits.unnamed_ms);
        let stale = store.drop_stale_blobs(given_up, unnamed).await?;
        for (account, blob) in stale.uploads {
            let turn = self.turns.take(account, blob).await;
            self.folder.drop_upload(account, blob).await?;
            drop(turn);
        }
        for blob in stale.files {
            self.remove(store, blob).await?;
        }
        Ok(())
    }

    async fn remove(&self, store: &ServerStore, blob: BlobHash) -> Result<(), TidyError> {
        let _placing = self.placing.lock().await;
        // Somebody may have sent the same file again since.
        if !store.is_blob_kept(blob).await? {
            self.folder.remove(blob).await?;
        }
        Ok(())
    }
}

/// The route of a file.
pub fn routes() -> Router<Arc<Market>> {
    let file = head(send::standing).put(send::piece).get(fetch::fetch);
    Router::new().route(path::BLOB_OF, file)
}

/// Reads the hash in a path; what is none is the hash of nothing.
fn hash(text: &str) -> Result<BlobHash, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

/// What the document says of these.
pub(crate) fn described() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(send::standing, send::piece, fetch::fetch))]
    struct Described;
    Described::openapi()
}
