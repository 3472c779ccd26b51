//! Passwords: argon2id, a few at a time, so that a flood of sign-ins cannot eat the memory.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many hashes are computed at once.
const AT_ONCE: usize = 2;

/// How many more may wait for their turn.
const WAITING: usize = 32;

/// What one hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for PasswordCost {
    /// The second choice of RFC 9106: 64 MiB, three passes, four lanes.
    fn default() -> Self {
        Self {
            memory_kib: 64 * 1024,
            passes: 3,
            lanes: 4,
        }
    }
}

impl PasswordCost {
    /// Next to nothing, for tests and for markets that are only for show.
    pub const CHEAP: Self = Self {
        memory_kib: 8,
        passes: 1,
        lanes: 1,
    };
}

/// Hashes and checks passwords within bounds.
#[derive(Debug, Clone)]
pub struct Passwords {
    cost: PasswordCost,
    argon2: Argon2<'static>,
    running: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked {
    /// It is the password.
    Right,
    /// It is the password, but its hash is cheaper than today's: this one replaces it.
    RightButStale(String),
    /// It is not the password, or there is none.
    Wrong,
}

/// Why a password could be neither hashed nor checked.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too many are waiting already.
    #[error("too many passwords are waiting to be checked")]
    Busy,
    /// The configured or the stored cost is out of bounds, or the stored hash is not one.
    #[error("hashing failed")]
    Hash(#[from] argon2::password_hash::Error),
    /// The configured cost is out of bounds.
    #[error("the cost of password hashes is out of bounds")]
    Cost(#[from] argon2::Error),
    /// The thread that hashed died.
    #[error("the hashing thread died")]
    Thread(#[from] tokio::task::JoinError),
}

impl Passwords {
    /// Prepares hashing at a cost.
    pub fn new(cost: PasswordCost) -> Result<Self, PasswordError> {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None)?;
        Ok(Self {
            cost,
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            running: Arc::new(Semaphore::new(AT_ONCE)),
            admitted: Arc::new(Semaphore::new(AT_ONCE + WAITING)),
        })
    }

    /// Hashes a password for keeping.
    pub async fn hash(&self, password: &str) -> Result<String, PasswordError> {
        let (argon2, password) = (self.argon2.clone(), password.to_owned());
        self.take_turn(move || Ok(argon2.hash_password(password.as_bytes())?.to_string()))
            .await
    }

    /// Checks a password. Without a stored hash it works as long, so that the time does not tell
    /// whether there is such an account.
    pub async fn check(
        &self,
        password: &str,
        stored: Option<String>,
    ) -> Result<Checked, PasswordError> {
        let Some(stored) = stored else {
            self.hash(password).await?;
            return Ok(Checked::Wrong);
        };
        let (argon2, cost, password) = (self.argon2.clone(), self.cost, password.to_owned());
        self.take_turn(move || {
            let stored = PasswordHash::new(&stored).map_err(argon2::password_hash::Error::from)?;
            match argon2.verify_password(password.as_bytes(), &stored) {
                Ok(()) => {}
                Err(argon2::password_hash::Error::PasswordInvalid) => return Ok(Checked::Wrong),
                Err(error) => return Err(error.into()),
            }
            if is_cheaper(&stored, cost)? {
                let hash = argon2.hash_password(password.as_bytes())?;
                return Ok(Checked::RightButStale(hash.to_string()));
            }
            Ok(Checked::Right)
        })
        .await
    }

    /// Runs work on a thread of its own as soon as one of the few places is free.
    async fn take_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let admitted = Arc::clone(&self.admitted)
            .try_acquire_owned()
            .map_err(|_| PasswordError::Busy)?;
        let running = Arc::clone(&self.running)
            .acquire_owned()
            .await
            .map_err(|_| PasswordError::Busy)?;
        tokio::task::spawn_blocking(move || {
            // The places go with the work: a caller that hangs up does not free memory in use.
            let _places: (OwnedSemaphorePermit, OwnedSemaphorePermit) = (admitted, running);
            work()
        })
        .await?
    }
}

fn is_cheaper(stored: &PasswordHash, cost: PasswordCost) -> Result<bool, PasswordError> {
    let params = Params::try_from(stored)?;
    Ok(params.m_cost() < cost.memory_kib || params.t_cost() < cost.passes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passwords() -> Passwords {
        Passwords::new(PasswordCost::CHEAP).expect("the cost is in bounds")
    }

    #[tokio::test]
    async fn only_the_right_password_is_right() {
        let hash = passwords().hash("a quiet river").await.expect("is hashed");

        for (password, stored, expected) in [
            ("a quiet river", Some(hash.clone()), Checked::Right),
            ("a quiet rivet", Some(hash.clone()), Checked::Wrong),
            ("", Some(hash), Checked::Wrong),
            ("a quiet river", None, Checked::Wrong),
        ] {
            assert_eq!(
                passwords()
                    .check(password, stored)
                    .await
                    .expect("is checked"),
                expected
            );
        }
    }

    #[tokio::test]
    async fn a_hash_that_became_too_cheap_is_replaced() {
        let hash = passwords().hash("a quiet river").await.expect("is hashed");
        let dearer = PasswordCost {
            memory_kib: 16,
            ..PasswordCost::CHEAP
        };
        let passwords = Passwords::new(dearer).expect("the cost is in bounds");

        let Checked::RightButStale(replaced) = passwords
            .check("a quiet river", Some(hash))
            .await
            .expect("is checked")
        else {
            panic!("the hash is kept");
        };

        let again = passwords
            .check("a quiet river", Some(replaced))
            .await
            .expect("is checked");
        assert_eq!(again, Checked::Right);
    }

    #[tokio::test]
    async fn a_stored_hash_that_is_none_is_an_error_and_not_a_wrong_password() {
        let checked = passwords()
            .check("a quiet river", Some("rubbish".into()))
            .await;

        assert!(
            matches!(checked, Err(PasswordError::Hash(_))),
            "{checked:?}"
        );
    }

    #[tokio::test]
    async fn who_comes_when_the_queue_is_full_is_sent_away() {
        let passwords = passwords();
        let _all = Arc::clone(&passwords.admitted)
            .acquire_many_owned(u32::try_from(AT_ONCE + WAITING).expect("is small"))
            .await;

        assert!(matches!(
            passwords.hash("a quiet river").await,
            Err(PasswordError::Busy)
        ));
    }
}
