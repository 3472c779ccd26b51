//! The stories over real files.

mod batch;
mod cache;
mod copy;
mod deriver;
#[cfg(unix)]
mod forget;
mod full;
mod outbox;
mod samples;
