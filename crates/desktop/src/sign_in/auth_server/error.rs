//! Why a sign-in does not go on.

use crate::sign_in::ServerAddress;

/// Why the authorization server did not give what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// It cannot be reached.
    #[error("The server at {server} does not answer. Check the address and whether it is running.")]
    Offline {
        /// Where it was looked for.
        server: ServerAddress,
        /// What the network said.
        #[source]
        source: reqwest::Error,
    },
    /// It has another key than the one that is known.
    #[error(
        "{server} does not prove that it is the server you were invited to, so nothing was sent. \
         Ask whoever runs it for a new invitation."
    )]
    Changed {
        /// Where it was looked for.
        server: ServerAddress,
    },
    /// Nobody vouches for it.
    #[error(
        "No authority vouches for the certificate of {server}. Ask whoever runs it for an invitation: it tells this app what to trust."
    )]
    Untrusted {
        /// Where it was looked for.
        server: ServerAddress,
    },
    /// The system's list of authorities cannot be read.
    #[error(
        "This system has no list of certificate authorities. Install the package ca-certificates and try again."
    )]
    NoAuthorities(#[source] rustls::Error),
    /// It is there but cannot serve at the moment.
    #[error("The server is busy at the moment (status {status}). Try again in a minute.")]
    Busy {
        /// The HTTP status it answered with.
        status: u16,
    },
    /// What answers there is something else.
    #[error("{server} is not a Guildhall server, or not one this version understands: {reason}.")]
    NotGuildhall {
        /// Where it was looked for.
        server: ServerAddress,
        /// What gave it away.
        reason: String,
    },
    /// The code or refresh token is not good any more.
    #[error("This sign-in is not valid any more. Sign in again.")]
    InvalidGrant,
    /// It refused for another reason.
    #[error("The server refused the sign-in: {0}.")]
    Refused(String),
}
