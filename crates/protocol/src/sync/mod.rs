//! The sync messages: push, pull, live. JSON; times in Unix milliseconds.

pub mod act;
mod chain;
mod digest;
mod live;
pub mod pack;
mod pull;
mod push;

pub use chain::{Chain, Link, NoChain};
pub use digest::{Digest, NoDigest};
pub use live::{FromDesktop, FromServer};
pub use pull::{Compare, Cursor, Delta, DeltaRow, LeftRow, Place, Position, Pull};
pub use push::{
    Decision, Envelope, MAXIMUM_PUSH, MAXIMUM_PUSH_BYTES, Push, PushAnswer, Rest, Unreadable,
    Verdict,
};

/// The protocol spoken by this version. A server refuses a newer one with `upgrade_required`, and a desktop an older server.
pub const PROTOCOL: u16 = 1;
