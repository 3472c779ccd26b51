//! The desktop's files with bytes turned over: the cache is read, or set aside and made anew; the outbox is read, or says why not.

use crate::recipe::make;
use crate::samples;
use guildhall_domain::id::{AccountId, DeviceId};
use guildhall_protocol::sync::Delta;
use guildhall_storage::device::{Cache, Outbox};
use guildhall_sync_core::pull::Cut;
use guildhall_sync_core::replica::Replica;
use std::path::Path;
use tokio::runtime::Runtime;
use uuid::Uuid;

const ME: AccountId = AccountId(Uuid::from_u128(1));

fn runtime() -> Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().expect("can be made")
}

/// A sound cache, as bytes.
async fn cache(path: &Path) -> Vec<u8> {
    let delta: Delta = serde_json::from_value(samples::delta()).expect("is a delta");
    let mut replica = Replica::new(ME, [], [], None, Vec::new());
    let change = replica.apply(Cut::read(delta).expect("is taken in"));
    let cache = Cache::open(path).await.expect("opens");
    cache.store(ME, &change).await.expect("is stored");
    cache.close().await;
    std::fs::read(path).expect("reads")
}

#[test]
fn a_damaged_cache_is_read_or_made_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cache.db");
    let sound = runtime().block_on(cache(&path));
    let damaged = folder.path().join("damaged.db");
    make(&[sound], |bytes| {
        std::fs::write(&damaged, bytes).expect("can be written");
        runtime().block_on(async {
            let cache = Cache::open(&damaged).await.expect("is read or made anew");
            if cache.load(ME).await.is_err() {
                cache.discard(&damaged).await;
                let cache = Cache::open(&damaged).await.expect("is made anew");
                let empty = cache.load(ME).await.expect("is sound");
                assert!(empty.rows.is_empty() && empty.cursor.is_none());
                cache.close().await;
            } else {
                cache.close().await;
            }
        });
        for suffix in ["", "-wal", "-shm", ".damaged"] {
            let _ = std::fs::remove_file(folder.path().join(format!("damaged.db{suffix}")));
        }
    });
}

#[test]
fn a_damaged_outbox_never_ends_the_program() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("outbox.db");
    let sound = runtime().block_on(async {
        let outbox = Outbox::open(&path).await.expect("opens");
        outbox
            .adopt(ME, DeviceId(Uuid::nil()))
            .await
            .expect("is adopted");
        outbox.close().await;
        std::fs::read(&path).expect("reads")
    });
    let damaged = folder.path().join("damaged.db");
    make(&[sound], |bytes| {
        std::fs::write(&damaged, bytes).expect("can be written");
        runtime().block_on(async {
            if let Ok(outbox) = Outbox::open(&damaged).await {
                drop(outbox.load().await);
                outbox.close().await;
            }
        });
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(folder.path().join(format!("damaged.db{suffix}")));
        }
    });
}
