//! One-time secrets for becoming an admin: printed once, kept only as SHA-256.

use guildhall_storage::StoreError;
use guildhall_storage::server::Accounts;
use sha2::{Digest as _, Sha256};

/// Letters and digits that cannot be mistaken for one another.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// A secret could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The database.
    #[error("the secret could not be kept")]
    Database(#[from] StoreError),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    Chance,
}

/// Makes a secret of 100 random bits, in groups of five. With `only`, earlier ones are worth nothing any more.
///
/// # Errors
/// [`SecretError`] when it could not be kept.
pub async fn make(accounts: &Accounts, only: bool, now_ms: i64) -> Result<String, SecretError> {
    let mut bytes = [0_u8; 20];
    getrandom::fill(&mut bytes).map_err(|_| SecretError::Chance)?;
    let letters: Vec<char> = bytes
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte & 31)]))
        .collect();
    let secret = letters
        .chunks(5)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join("-");
    accounts.keep_secret(&hash(&secret), only, now_ms).await?;
    Ok(secret)
}

/// Uses a secret up; false when it is not one.
///
/// # Errors
/// When the database cannot be written.
pub async fn spend(accounts: &Accounts, secret: &str) -> Result<bool, StoreError> {
    accounts.spend_secret(&hash(secret)).await
}

/// Gives a secret back that was spent for nothing.
///
/// # Errors
/// When the database cannot be written.
pub async fn restore(accounts: &Accounts, secret: &str, now_ms: i64) -> Result<(), StoreError> {
    accounts.keep_secret(&hash(secret), false, now_ms).await
}

fn hash(secret: &str) -> Vec<u8> {
    let plain: String = secret
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    Sha256::digest(plain.as_bytes()).to_vec()
}
