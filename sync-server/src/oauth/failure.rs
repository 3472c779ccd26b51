//! What can go wrong inside sign-in that is nobody's input.

use axum::http::StatusCode;
use guildhall_storage::StoreError;

use super::PeopleError;
use super::chance::NoChance;
use crate::password::PasswordError;
use crate::problem::Problem;

/// How many seconds somebody should wait when too many sign in at once.
pub(crate) const BUSY_RETRY_S: u64 = 5;

/// The server could not do what it was right to ask for.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] StoreError),
    /// The system gave no random bytes.
    #[error(transparent)]
    NoChance(#[from] NoChance),
    /// A password could not be hashed or checked.
    #[error("a password could not be checked")]
    Password(#[from] PasswordError),
    /// The marketplace could not be asked about a person.
    #[error("a person could not be found or made")]
    People(#[from] PeopleError),
    /// A code could not be made.
    #[error("a code could not be made")]
    Secret(#[from] crate::admin::secret::SecretError),
    /// What passkeys are asked and answer could not be written or read.
    #[error("a passkey could not be worked with")]
    Passkey(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A row makes no sense.
    #[error("the row of {table} that was read makes no sense: {what}")]
    Row {
        /// Where it lies.
        table: &'static str,
        /// What is wrong with it.
        what: &'static str,
    },
}

impl Failure {
    /// Whether the same request may be good in some seconds.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Password(PasswordError::Busy))
    }

    /// The status that a page about it has.
    pub(crate) fn status(&self) -> StatusCode {
        if self.is_busy() {
            StatusCode::SERVICE_UNAVAILABLE
        } else {
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        if failure.is_busy() {
            return Self::unavailable(BUSY_RETRY_S);
        }
        Self::internal(&failure)
    }
}
