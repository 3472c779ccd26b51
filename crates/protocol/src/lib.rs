//! Every byte on the network has its type here.

pub mod account;
pub mod admin;
pub mod api;
pub mod app;
pub mod blob;
pub mod find;
pub mod join;
pub mod path;
pub mod problem;
pub mod sync;
