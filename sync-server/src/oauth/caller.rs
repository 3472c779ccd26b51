//! Who calls: from the bearer token of a request to the person behind it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderMap, header};
use guildhall_oauth::{Scope, Token, TokenHash, TokenKind};
use uuid::Uuid;

use super::{Failure, OAuth};
use crate::problem::Problem;

/// How long an answer is remembered. A revocation clears all of them at once; this bounds what
/// slips through when it happens between the look-up and the remembering of another process.
const REMEMBERED_MS: i64 = 5_000;

/// How many answers are remembered.
const REMEMBERED: usize = 10_000;

/// The person who makes a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each role is had or not, whatever the others are"
)]
pub struct Caller {
    /// Their account, which is also the id of their person.
    pub account: Uuid,
    /// The sign-in that they call from.
    pub session: Uuid,
    /// What that sign-in is for.
    pub scope: Scope,
    /// What they are called.
    pub name: String,
    /// Whether they look for work.
    pub freelancer: bool,
    /// Whether they hire.
    pub client: bool,
    /// Whether they keep order.
    pub moderator: bool,
    /// Whether they run the market.
    pub admin: bool,
    /// Why they are suspended, if they are. They may still read and export.
    pub suspended: Option<String>,
    /// When the token ends that they called with.
    pub expires_at: i64,
}

/// Returns the token of an `Authorization: Bearer` header.
pub fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(Problem::unauthorized)
}

impl OAuth {
    /// Finds out who calls with an access token.
    pub async fn authenticate(&self, bearer: &str) -> Result<Caller, Problem> {
        let token =
            Token::parse_as(TokenKind::Access, bearer).map_err(|_| Problem::unauthorized())?;
        let (hash, now) = (token.hash(), self.now());
        let epoch = match self.callers.find(&hash, now) {
            Ok(caller) => return Ok(caller),
            Err(epoch) => epoch,
        };
        let caller = self
            .find_caller(hash, now)
            .await?
            .ok_or_else(Problem::unauthorized)?;
        self.callers.remember(hash, &caller, now, epoch);
        Ok(caller)
    }

    async fn find_caller(&self, hash: TokenHash, now: i64) -> Result<Option<Caller>, Failure> {
        let Some(found) = self.accounts.caller(hash.as_bytes(), now).await? else {
            return Ok(None);
        };
        let Some(scope) = Scope::find(&found.scope) else {
            return Ok(None);
        };
        // A pair has reached its owner: from here on its predecessor is spent for good.
        if found.used_at.is_none() && !self.accounts.mark_used(&found.refresh, now).await? {
            return Ok(None);
        }
        let Some(person) = self.person(found.account).await? else {
            return Ok(None);
        };
        Ok(Some(Caller {
            account: found.account,
            session: found.family,
            scope,
            name: person.name,
            freelancer: person.freelancer,
            client: person.client,
            moderator: person.moderator,
            admin: person.admin,
            suspended: person.suspended,
            expires_at: found.expires_at,
        }))
    }
}

/// Answers that are remembered for some seconds.
#[derive(Debug, Default)]
pub(super) struct Callers {
    remembered: Mutex<Remembered>,
}

#[derive(Debug, Default)]
struct Remembered {
    callers: HashMap<TokenHash, (Caller, i64)>,
    epoch: u64,
}

impl Callers {
    /// Returns a remembered caller, or the epoch in which the look-up begins.
    fn find(&self, hash: &TokenHash, now: i64) -> Result<Caller, u64> {
        let remembered = self
            .remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match remembered.callers.get(hash) {
            Some((caller, until)) if now < *until => Ok(caller.clone()),
            Some(_) | None => Err(remembered.epoch),
        }
    }

    /// Remembers a caller, unless all was forgotten since the look-up began.
    fn remember(&self, hash: TokenHash, caller: &Caller, now: i64, epoch: u64) {
        let mut remembered = self
            .remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if remembered.epoch != epoch {
            return;
        }
        if remembered.callers.len() >= REMEMBERED {
            remembered.callers.clear();
        }
        let until = caller.expires_at.min(now + REMEMBERED_MS);
        remembered.callers.insert(hash, (caller.clone(), until));
    }

    /// Forgets everybody.
    pub(super) fn clear(&self) {
        let mut remembered = self
            .remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        remembered.callers.clear();
        remembered.epoch += 1;
    }
}
