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

/// Makes a secret for the admin role. With `only`, earlier ones are worth nothing any more.
///
/// # Errors
/// [`SecretError`] when it could not be kept.
pub async fn make(accounts: &Accounts, only: bool, now_ms: i64) -> Result<String, SecretError> {
    let secret = letters()?;
    accounts
        .keep_secret(&fingerprint(&secret), only, now_ms)
        .await?;
    Ok(secret)
}

/// 100 random bits, in groups of five letters.
///
/// # Errors
/// [`SecretError::Chance`].
pub(crate) fn letters() -> Result<String, SecretError> {
    let mut bytes = [0_u8; 20];
    getrandom::fill(&mut bytes).map_err(|_| SecretError::Chance)?;
    let letters: Vec<char> = bytes
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte & 31)]))
        .collect();
    Ok(letters
        .chunks(5)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join("-"))
}

/// Uses a secret up; false when it is not one.
///
/// # Errors
/// When the database cannot be written.
pub async fn spend(accounts: &Accounts, secret: &str) -> Result<bool, StoreError> {
    accounts.spend_secret(&fingerprint(secret)).await
}

/// Gives a secret back that was spent for nothing.
///
/// # Errors
/// When the database cannot be written.
pub async fn restore(accounts: &Accounts, secret: &str, now_ms: i64) -> Result<(), StoreError> {
    accounts
        .keep_secret(&fingerprint(secret), false, now_ms)
        .await
}

/// The SHA-256 of a secret, however it was typed.
pub(crate) fn fingerprint(secret: &str) -> Vec<u8> {
    let plain: String = secret
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    Sha256::digest(plain.as_bytes()).to_vec()
}
