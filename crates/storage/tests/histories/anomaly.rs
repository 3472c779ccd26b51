//! What must not be found.

use guildhall_domain::id::RequestId;
use guildhall_domain::row::Key;

/// Something that no order of acts, one after the other, leads to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Anomaly {
    /// A version below the head that no act has.
    #[error("a hole in the versions above {above}")]
    Hole {
        /// The last version that is whole.
        above: u64,
    },
    /// An act beyond the head that a reader sees at the same moment.
    #[error("an act beyond the head {head}")]
    Beyond {
        /// Where the head stood.
        head: u64,
    },
    /// One version for two acts.
    #[error("two acts at version {0}")]
    Twice(u64),
    /// More hired than there are places.
    #[error("{0} was filled twice")]
    DoubleHire(RequestId),
    /// An act that was applied, and that the rules refuse in its place.
    #[error("version {version} is refused in its place: {why}")]
    OutOfOrder {
        /// Which.
        version: u64,
        /// What the rule said.
        why: String,
    },
    /// A row that is not what the acts in their order make of it.
    #[error("{key:?} lacks an update; the last act on it was version {version}")]
    LostUpdate {
        /// Which row.
        key: Key,
        /// The last act that touched it.
        version: u64,
    },
    /// A row that no act has made.
    #[error("no act has made {0:?}")]
    Stray(Key),
}

/// Finds an anomaly unless the condition holds.
pub(crate) fn unless(holds: bool, anomaly: impl FnOnce() -> Anomaly) -> Result<(), Anomaly> {
    if holds { Ok(()) } else { Err(anomaly()) }
}
