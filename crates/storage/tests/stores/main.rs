//! The stories over real databases: those of the server's store on a file and on PostgreSQL alike.

mod audit;
mod batch;
mod bed;
mod cache;
mod copy;
mod deriver;
mod digest;
#[cfg(unix)]
mod forget;
mod full;
mod impression;
mod outbox;
mod processes;
mod samples;
mod tokens;
