//! What can go wrong on this desktop, each with a code a screen can switch on.

use crate::screens;
use crate::sign_in::{AddressError, SignInError, TokenError};
use crate::view::error::{ErrorView, FieldErrorView};
use guildhall_domain::denied::Denied;
use guildhall_protocol::problem::ProblemDocument;
use guildhall_storage::StoreError;

/// A failure of an act or a question.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rules refuse it; nothing was queued.
    #[error("{0}")]
    Denied(#[from] Denied),
    /// Nobody is signed in.
    #[error("Sign in first.")]
    SignedOut,
    /// It needs the server, which is not reached.
    #[error("This needs the server, and it is not reached at the moment.")]
    Offline,
    /// The server does not prove that it is the one it was: nothing was sent.
    #[error(
        "The server does not prove that it is the one you signed in to, so nothing is sent. Ask whoever runs it for a new invitation."
    )]
    Distrusted,
    /// The session ended on the server.
    #[error("The session has ended. Sign in again; what waits is kept.")]
    SignInNeeded,
    /// It is for those who keep order, who show anew who they are first.
    #[error("Sign in once more to do this.")]
    StepUpNeeded,
    /// In the browser somebody else is signed in.
    #[error("The browser is signed in as somebody else. Sign in there as yourself.")]
    OtherAccount,
    /// Signing out would lose acts that were not sent.
    #[error("{0} would be lost by signing out now. Send them first, or discard them.")]
    Waiting(String),
    /// The typed server address cannot be used.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// An invitation leads to another server than the one signed in to.
    #[error("This invitation is for another server. Ask whoever runs yours for a new one.")]
    OtherServer,
    /// Signing in did not succeed.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// No browser could be opened; the link can be copied.
    #[error("No browser opened. Open this address yourself: {0}")]
    NoBrowser(String),
    /// The server says no.
    #[error("{}", detail(.0))]
    Problem(ProblemDocument),
    /// The disk is full: what was typed is still on the screen.
    #[error("The disk is full. Nothing was sent; make room and try again.")]
    DiskFull,
    /// The local files cannot be used.
    #[error("The files of this profile cannot be used.")]
    Store(#[source] StoreError),
    /// The profile's folder cannot be used.
    #[error("The folder of this profile cannot be used.")]
    Folder(#[from] std::io::Error),
    /// What the server said cannot be read.
    #[error("{0}")]
    Unreadable(String),
}

fn detail(problem: &ProblemDocument) -> &str {
    if problem.detail.is_empty() {
        &problem.title
    } else {
        &problem.detail
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        if error.is_full() {
            Self::DiskFull
        } else {
            Self::Store(error)
        }
    }
}

impl From<TokenError> for Error {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Offline(_) | TokenError::Server(_) => Self::Offline,
            TokenError::Distrusted(_) => Self::Distrusted,
            TokenError::SignInNeeded => Self::SignInNeeded,
            TokenError::StepUpNeeded => Self::StepUpNeeded,
        }
    }
}

impl Error {
    /// The stable code.
    pub fn code(&self) -> &str {
        match self {
            Self::Denied(denied) => denied.code.as_str(),
            Self::SignedOut => "signed_out",
            Self::Offline => "offline",
            Self::Distrusted => "distrusted",
            Self::SignInNeeded => "sign_in_needed",
            Self::StepUpNeeded => "step_up_needed",
            Self::OtherAccount => "other_account",
            Self::Waiting(_) => "waiting",
            Self::Address(_) | Self::OtherServer => "address",
            Self::SignIn(_) => "sign_in",
            Self::NoBrowser(_) => "no_browser",
            Self::Problem(problem) => &problem.code,
            Self::DiskFull => "disk_full",
            Self::Store(_) | Self::Folder(_) => "files",
            Self::Unreadable(_) => "unreadable",
        }
    }
}

impl From<Error> for ErrorView {
    fn from(error: Error) -> Self {
        match &error {
            Error::Denied(denied) => screens::error_view(denied),
            Error::Problem(problem) => Self {
                code: problem.code.clone(),
                message: error.to_string(),
                errors: problem
                    .errors
                    .iter()
                    .map(|field| FieldErrorView {
                        pointer: field.pointer.clone(),
                        code: field.code.clone(),
                        message: field.message.clone(),
                    })
                    .collect(),
            },
            Error::Store(source) => {
                tracing::error!(
                    error = source as &dyn std::error::Error,
                    "a local file failed"
                );
                Self {
                    code: error.code().to_owned(),
                    message: error.to_string(),
                    errors: Vec::new(),
                }
            }
            Error::SignedOut
            | Error::Offline
            | Error::Distrusted
            | Error::SignInNeeded
            | Error::StepUpNeeded
            | Error::OtherAccount
            | Error::Waiting(_)
            | Error::Address(_)
            | Error::OtherServer
            | Error::SignIn(_)
            | Error::NoBrowser(_)
            | Error::DiskFull
            | Error::Folder(_)
            | Error::Unreadable(_) => Self {
                code: error.code().to_owned(),
                message: error.to_string(),
                errors: Vec::new(),
            },
        }
    }
}
