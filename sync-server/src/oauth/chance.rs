//! Where chance enters: the system's own source.

use guildhall_oauth::{TOKEN_ENTROPY, Token, TokenKind};
use uuid::Uuid;

/// The system gave no random bytes. Nothing safe can be done without them.
#[derive(Debug, thiserror::Error)]
#[error("the system gives no random bytes: {0}")]
pub struct NoChance(getrandom::Error);

/// Random bytes.
pub(super) fn bytes<const N: usize>() -> Result<[u8; N], NoChance> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(NoChance)?;
    Ok(bytes)
}

/// Makes a token that nobody can guess.
pub(super) fn token(kind: TokenKind) -> Result<Token, NoChance> {
    Ok(Token::mint(kind, bytes::<TOKEN_ENTROPY>()?))
}

/// Makes an id that sorts by time.
pub(super) fn id(now_ms: i64) -> Result<Uuid, NoChance> {
    let milliseconds = u64::try_from(now_ms).unwrap_or(0);
    Ok(uuid::Builder::from_unix_timestamp_millis(milliseconds, &bytes()?).into_uuid())
}
