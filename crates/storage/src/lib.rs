//! SQLite and PostgreSQL behind the sync engine.
//!
//! [`server`] holds the marketplace: batches of mutations go in, deltas come out. [`device`] holds what one desktop has: a cache
//! of what the server said, and an outbox of what only this person has. SQL text stands here and nowhere else.

pub mod device;
mod error;
mod number;
pub mod server;
mod sqlite;

pub use error::StoreError;
