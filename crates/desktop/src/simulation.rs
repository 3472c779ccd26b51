//! The engine without its driver, for the simulator: there the network and the clock are the simulator's.

pub use crate::engine::DeltaError;
use crate::engine::Engine;
use crate::error::Error;
use guildhall_domain::id::{AccountId, MutationId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::{Delta, Pull, Push, PushAnswer};
use guildhall_storage::StoreError;
use guildhall_storage::device::{CachedBase, Refused};
use guildhall_sync_core::replica::Replica;
use std::path::Path;

/// What became of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It is laid aside until the last one of its pull has come.
    Aside,
    /// It was the last one, and all of them are taken in.
    Whole,
    /// The same, and the device does not hold what the server says: it is to connect again.
    Doubted,
}

/// A signed-in desktop without a network.
pub struct Device {
    engine: Engine,
}

impl Device {
    /// Opens an account's files.
    ///
    /// # Errors
    /// [`Error`] when they cannot be used.
    pub async fn open(folder: &Path, me: AccountId) -> Result<Self, Error> {
        let engine = Engine::open(folder, me).await?;
        Ok(Self { engine })
    }

    /// Does an act.
    ///
    /// # Errors
    /// [`Error`] when the rules refuse it here already, or when it is not on the disk.
    pub async fn act(
        &self,
        id: MutationId,
        now: Timestamp,
        mutation: Mutation,
    ) -> Result<(), Error> {
        self.engine.act(id, now, mutation, &[]).await
    }

    /// Cancels an act that has no number.
    ///
    /// # Errors
    /// [`Error`] when it may not be cancelled, or when that is not on the disk.
    pub async fn cancel(&self, id: MutationId, now: Timestamp) -> Result<(), Error> {
        self.engine.cancel(id, now).await
    }

    /// Keeps a draft.
    ///
    /// # Errors
    /// [`Error`] when it is not on the disk.
    pub async fn draft(&self, key: &str, body: &str, now: Timestamp) -> Result<(), Error> {
        self.engine.draft(key, Some(body.to_owned()), now).await
    }

    /// Discards a refused act.
    ///
    /// # Errors
    /// [`Error`] when that is not on the disk.
    pub async fn discard(&self, id: MutationId) -> Result<Option<Refused>, Error> {
        self.engine.discard(id).await
    }

    /// The acts that wait for something else than the connection.
    pub async fn held(&self, now: Timestamp) -> Vec<MutationId> {
        let waiting = self.engine.holds(now).await;
        waiting.into_keys().collect()
    }

    /// The next push.
    ///
    /// # Errors
    /// [`Error`] when the numbers are not on the disk.
    pub async fn next_push(&self, now: Timestamp) -> Result<Option<Push>, Error> {
        self.engine.next_push(now).await
    }

    /// Takes in the answer to a push.
    ///
    /// # Errors
    /// [`Error`] when it is not on the disk.
    pub async fn settle(&self, answer: &PushAnswer, now: Timestamp) -> Result<Vec<Refused>, Error> {
        self.engine.settle(answer, now).await
    }

    /// The server wants to hear from this number on.
    ///
    /// # Errors
    /// [`Error`] when it is not on the disk.
    pub async fn send_from(&self, seq: u64) -> Result<(), Error> {
        self.engine.send_from(seq).await
    }

    /// Takes a fresh device number.
    ///
    /// # Errors
    /// [`Error`] when it is not on the disk.
    pub async fn renumber(&self) -> Result<(), Error> {
        self.engine.renumber().await
    }

    /// What to ask the server for.
    pub async fn next_pull(&self) -> Pull {
        self.engine.next_pull().await
    }

    /// Takes in a page.
    ///
    /// # Errors
    /// [`DeltaError`] when it was not taken.
    pub async fn take(&self, delta: Delta, now: Timestamp) -> Result<Taken, DeltaError> {
        let brought = self.engine.take(delta, now).await?;
        Ok(match (brought.is_complete, brought.is_in_doubt) {
            (false, _) => Taken::Aside,
            (true, false) => Taken::Whole,
            (true, true) => Taken::Doubted,
        })
    }

    /// How often something was found to differ from what the server says.
    pub async fn alarms(&self) -> u64 {
        self.engine.alarms().await
    }

    /// What was refused.
    pub async fn refused(&self) -> Vec<Refused> {
        self.engine.refused().await
    }

    /// Looks at the replica.
    pub async fn look<T>(&self, look: impl FnOnce(&Replica) -> T) -> T {
        self.engine.look(look).await
    }

    /// What the cache file holds.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn stored(&self) -> Result<CachedBase, StoreError> {
        self.engine.stored().await
    }

    /// Lets the files go as the end of the program would: nothing more is written.
    pub async fn abandon(&self) {
        self.engine.abandon().await;
    }

    /// Closes the files.
    pub async fn close(&self) {
        self.engine.close().await;
    }
}
