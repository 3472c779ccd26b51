//! The offline-first app without a window: what a person can do, what they see, and the loop that keeps both in step with the server.

pub mod forms;
pub mod screens;
pub mod snapshot;
pub mod sign_in;
pub mod view;
