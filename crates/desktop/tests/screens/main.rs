//! What the screens show, over snapshots that real acts have made.

mod charts;
mod contracts;
mod find;
mod forms;
mod homes;
mod market;
mod offline;
mod opportunities;
mod outbox;
mod profile;
mod requests;
mod threads;
