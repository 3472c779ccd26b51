//! The part of sync without IO: the workspace a batch of mutations works in, what a change of rows means for scopes, and the
//! device's replica (server state plus what is still on its way).

pub mod replica;
pub mod sharing;
pub mod workspace;
