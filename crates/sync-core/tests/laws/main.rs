//! The laws of a replica and of the workspace, against a server that is nothing but maps.

mod acts;
mod cost;
mod ledger;
mod reasons;
mod rebase;
mod rounds;
mod working;
