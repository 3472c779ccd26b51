//! Where to listen, and what to do when that cannot be.

use guildhall_server::edge;
use std::io;
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// Why the server does not listen.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ListenError {
    /// What was typed is none.
    #[error("give an address such as 127.0.0.1:4810")]
    NoAddress,
    /// Somebody else has it.
    #[error("{0} is in use: is another server running? --listen 127.0.0.1:0 takes a free port")]
    InUse(SocketAddr),
    /// The system does not let it.
    #[error("cannot listen on {address}")]
    Failed {
        /// Where.
        address: SocketAddr,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// Reads an address with its port; a name is none, because it may mean several.
pub(crate) fn address(typed: &str) -> Result<SocketAddr, ListenError> {
    typed.parse().map_err(|_| ListenError::NoAddress)
}

/// Begins to listen.
pub(crate) fn begin(address: SocketAddr) -> Result<TcpListener, ListenError> {
    edge::listen(address).map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => ListenError::InUse(address),
        _ => ListenError::Failed { address, source },
    })
}
