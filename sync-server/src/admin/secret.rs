//! One-time secrets for becoming an admin: printed once, kept only as SHA-256.

use sha2::{Digest as _, Sha256};
use sqlx::SqlitePool;

/// Letters and digits that cannot be mistaken for one another.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// A secret could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The database.
    #[error("the secret could not be kept")]
    Database(#[from] sqlx::Error),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    Chance,
}

/// Makes a secret of 100 random bits, in groups of five. With `only`, earlier ones are worth nothing any more.
///
/// # Errors
/// [`SecretError`] when it could not be kept.
pub async fn make(pool: &SqlitePool, only: bool, now_ms: i64) -> Result<String, SecretError> {
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
    let mut transaction = pool.begin_with("begin immediate").await?;
    if only {
        sqlx::query("delete from admin_secret")
            .execute(&mut *transaction)
            .await?;
    }
    sqlx::query("insert into admin_secret (hash, created_at) values (?, ?)")
        .bind(hash(&secret))
        .bind(now_ms)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(secret)
}

/// Uses a secret up; false when it is not one.
///
/// # Errors
/// When the database cannot be written.
pub async fn spend(pool: &SqlitePool, secret: &str) -> Result<bool, sqlx::Error> {
    let done = sqlx::query("delete from admin_secret where hash = ?")
        .bind(hash(secret))
        .execute(pool)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives a secret back that was spent for nothing.
///
/// # Errors
/// When the database cannot be written.
pub async fn restore(pool: &SqlitePool, secret: &str, now_ms: i64) -> Result<(), sqlx::Error> {
    sqlx::query("insert into admin_secret (hash, created_at) values (?, ?) on conflict do nothing")
        .bind(hash(secret))
        .bind(now_ms)
        .execute(pool)
        .await?;
    Ok(())
}

fn hash(secret: &str) -> Vec<u8> {
    let plain: String = secret
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    Sha256::digest(plain.as_bytes()).to_vec()
}
