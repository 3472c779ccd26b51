//! Commands that have enough of their own to stand apart.

pub(crate) mod admin;
pub(crate) mod alone;
pub(crate) mod audit;
pub(crate) mod copy;
pub(crate) mod data;
pub(crate) mod demo;
mod invite;
pub(crate) mod limits;
pub(crate) mod listen;
pub(crate) mod mail;
mod newcomers;
mod people;
pub(crate) mod providers;
pub(crate) mod tls;
