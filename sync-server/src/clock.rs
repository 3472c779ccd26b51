//! The one place where the server reads the clock and chance.

use guildhall_domain::id::MutationId;
use guildhall_domain::time::Timestamp;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use uuid::Uuid;

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The system's clock.
pub fn system() -> Clock {
    Arc::new(|| {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    })
}

/// A fresh id for an act of the server itself.
pub fn mutation_id() -> MutationId {
    MutationId(fresh_id())
}

/// A fresh id.
pub fn fresh_id() -> Uuid {
    #[cfg(feature = "simulation")]
    if let Some(id) = guildhall_sync_core::simulation::id() {
        return id;
    }
    Uuid::now_v7()
}
