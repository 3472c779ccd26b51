//! The loop that keeps a signed-in desktop in step with its server, and its two ways of talking: HTTP and a live socket.

mod driver;
mod files;
mod transport;

pub(crate) use driver::{Driver, Link};
pub(crate) use files::Bytes;
pub(crate) use transport::Transport;
