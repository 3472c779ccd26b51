//! What one desktop has on disk: the cache of what the server said, and the outbox of what only this person has.
//!
//! A local act is on the disk in the outbox before anything else happens. The cache can be lost at any moment: it is fetched again.

mod blob;
mod cache;
mod outbox;

pub use blob::Upload;
pub use cache::{Cache, CachedBase, PackedPage};
pub use outbox::{Outbox, Queued, Refused, Sealed};

/// What each file keeps in memory; the rows themselves are in the replica.
const CACHE_KIB: u32 = 2_000;
