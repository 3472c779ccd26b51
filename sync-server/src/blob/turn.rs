//! One sender of a file at a time: who comes later takes over, because a sender that was cut off may look alive for a minute.

use guildhall_domain::attachment::BlobHash;
use guildhall_domain::id::AccountId;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedMutexGuard, watch};

type Which = (AccountId, BlobHash);

#[derive(Default)]
pub(super) struct Turns {
    seats: Mutex<BTreeMap<Which, Arc<Seat>>>,
}

#[derive(Default)]
struct Seat {
    writing: Arc<tokio::sync::Mutex<()>>,
    latest: watch::Sender<u64>,
}

/// The right to write an upload.
pub(super) struct Turn {
    _writing: OwnedMutexGuard<()>,
    latest: watch::Receiver<u64>,
    number: u64,
}

impl Turns {
    /// Takes the turn from whoever has it, as soon as they have put down what they hold.
    pub(super) async fn take(&self, account: AccountId, blob: BlobHash) -> Turn {
        let seat = {
            let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
            // A seat that nobody sits on or waits for is of no use.
            seats.retain(|_, seat| {
                Arc::strong_count(&seat.writing) > 1 || seat.latest.receiver_count() > 0
            });
            Arc::clone(seats.entry((account, blob)).or_default())
        };
        let latest = seat.latest.subscribe();
        let mut number = 0;
        seat.latest.send_modify(|latest| {
            *latest += 1;
            number = *latest;
        });
        let writing = Arc::clone(&seat.writing).lock_owned().await;
        Turn {
            _writing: writing,
            latest,
            number,
        }
    }
}

impl Turn {
    /// Done when somebody else wants the turn. Cancel safe.
    pub(super) async fn is_over(&mut self) {
        let number = self.number;
        // An error means that the server ends.
        let _ = self.latest.wait_for(|latest| *latest > number).await;
    }
}
