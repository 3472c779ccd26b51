//! Tokens that people make for their own programs: made, listed, revoked, and who calls with one.

use guildhall_oauth::{ApiScopes, Scope, Token, TokenKind};
use guildhall_storage::StoreError;
use guildhall_storage::server::accounts::{NewPersonalToken, StoredPersonalToken};
use uuid::Uuid;

use super::{Caller, Failure, Notice, OAuth, chance};
use crate::problem::Problem;

/// For how many days a token may be good.
pub const TOKEN_DAYS: [u16; 3] = [30, 90, 365];

/// The most tokens of one account.
const MOST: i64 = 50;

/// The longest name, in characters.
const NAME_MAXIMUM: usize = 60;

/// How often it is noted that a token was used.
const NOTED_EVERY_MS: i64 = 60_000;

const DAY_MS: i64 = 86_400_000;

/// A token that somebody wants.
#[derive(Debug, Clone)]
pub struct WantedToken<'a> {
    /// What they call it.
    pub name: &'a str,
    /// What it shall open.
    pub scopes: ApiScopes,
    /// For how many days.
    pub days: u16,
}

/// Why a token is not made.
#[derive(Debug, thiserror::Error)]
pub enum TokenRefused {
    /// It has no name, or one that is too long.
    #[error("Give it a name, in 60 characters at most.")]
    Name,
    /// It would open nothing.
    #[error("Choose what it may read.")]
    Scopes,
    /// It would be good for too long, or not at all.
    #[error("Choose how long it is good.")]
    Days,
    /// There are too many.
    #[error("You have 50 tokens. Revoke one first.")]
    TooMany,
    /// The server failed.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl From<StoreError> for TokenRefused {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl OAuth {
    /// Makes a token for somebody's own programs. It is known only now: what is kept is its hash.
    ///
    /// # Errors
    /// [`TokenRefused`] when it may not be so, or the database cannot be written.
    pub async fn make_personal_token(
        &self,
        account: Uuid,
        wanted: &WantedToken<'_>,
    ) -> Result<Token, TokenRefused> {
        let name = wanted.name.trim();
        let length = name.chars().count();
        if length == 0 || length > NAME_MAXIMUM || name.chars().any(char::is_control) {
            return Err(TokenRefused::Name);
        }
        if wanted.scopes.is_empty() {
            return Err(TokenRefused::Scopes);
        }
        if !TOKEN_DAYS.contains(&wanted.days) {
            return Err(TokenRefused::Days);
        }
        let now = self.now();
        let token = chance::token(TokenKind::Personal).map_err(Failure::from)?;
        let hash = token.hash();
        let kept = NewPersonalToken {
            id: chance::id(now).map_err(Failure::from)?,
            hash: hash.as_bytes(),
            account,
            name,
            scopes: &wanted.scopes.to_string(),
            created_at: now,
            expires_at: now + i64::from(wanted.days) * DAY_MS,
        };
        if !self.accounts.insert_personal_token(&kept, MOST).await? {
            return Err(TokenRefused::TooMany);
        }
        self.tell(account, Notice::TokenMade);
        Ok(token)
    }

    /// The tokens of an account that hold, the newest first.
    pub(crate) async fn personal_tokens(
        &self,
        account: Uuid,
    ) -> Result<Vec<StoredPersonalToken>, Failure> {
        Ok(self.accounts.personal_tokens(account, self.now()).await?)
    }

    /// Revokes one token of an account. One that is not theirs stays as it is.
    pub(crate) async fn revoke_personal_token(
        &self,
        account: Uuid,
        id: Uuid,
    ) -> Result<(), Failure> {
        let now = self.now();
        self.accounts
            .revoke_personal_tokens(account, Some(id), now)
            .await?;
        Ok(())
    }

    /// Revokes all tokens of an account.
    pub(crate) async fn revoke_all_personal_tokens(&self, account: Uuid) -> Result<(), Failure> {
        let now = self.now();
        self.accounts
            .revoke_personal_tokens(account, None, now)
            .await?;
        Ok(())
    }

    /// Revokes the token that somebody shows, whoever it is: what was found somewhere shall open nothing any more.
    pub(super) async fn revoke_shown(&self, token: &Token) -> Result<(), Failure> {
        let (hash, now) = (token.hash(), self.now());
        if let Some(found) = self.accounts.personal_token(hash.as_bytes(), now).await? {
            self.revoke_personal_token(found.account, found.id).await?;
        }
        Ok(())
    }

    /// Finds out who calls with a token that they made, and counts the question. Nothing is remembered, so a token that was revoked
    /// opens nothing from then on.
    pub(crate) async fn authenticate_personal(
        &self,
        bearer: &str,
    ) -> Result<(Caller, StoredPersonalToken), Problem> {
        let token =
            Token::parse_as(TokenKind::Personal, bearer).map_err(|_| Problem::unauthorized())?;
        let (hash, now) = (token.hash(), self.now());
        let found = self.accounts.personal_token(hash.as_bytes(), now);
        let stored = found.await?.ok_or_else(Problem::unauthorized)?;
        let key = format!("api:{}", stored.id);
        let counted = self.limiter.take(self.config.limits.api, &key, now).await?;
        counted.map_err(|limited| Problem::too_many_requests(limited.seconds()))?;
        let person = self.person(stored.account).await?;
        let person = person.ok_or_else(Problem::unauthorized)?;
        if person.suspended.is_some() {
            return Err(Problem::unauthorized());
        }
        if stored
            .used_at
            .is_none_or(|used_at| used_at + NOTED_EVERY_MS <= now)
        {
            self.accounts.personal_token_used(stored.id, now).await?;
        }
        let caller = Caller {
            account: stored.account,
            session: stored.id,
            scope: Scope::Marketplace,
            name: person.name,
            freelancer: person.freelancer,
            client: person.client,
            moderator: person.moderator,
            admin: person.admin,
            suspended: None,
            expires_at: stored.expires_at,
        };
        Ok((caller, stored))
    }
}
