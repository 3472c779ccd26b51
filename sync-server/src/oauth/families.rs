//! Families of tokens in the database: issued, exchanged, revoked.

use guildhall_oauth::{
    DESKTOP_CLIENT, Family, OAuthError, Refresh, RefreshState, RotationDecision, Scope, Token,
    TokenHash, TokenKind, rotate,
};
use guildhall_storage::server::accounts::{Exchange, NewFamily, NewPair, SignIns, StoredRefresh};
use uuid::Uuid;

use super::device::Device;
use super::token::TokenFailure;
use super::{Failure, Notice, OAuth, TokenResponse, chance};

/// A family that was just begun.
pub(super) struct Started {
    /// Its id, which is the session that others know.
    pub(super) family: Uuid,
    /// Its first pair.
    pub(super) response: TokenResponse,
}

/// A sign-in that is about to begin.
pub(super) struct Beginning<'a> {
    pub(super) account: Uuid,
    pub(super) client_id: &'a str,
    pub(super) scope: Scope,
    pub(super) device: &'a Device,
}

/// The place of the next pair in its family.
struct Place {
    family: Uuid,
    account: Uuid,
    scope: Scope,
    generation: i64,
    expires_at: i64,
}

/// A pair before it is kept.
struct Pair {
    access: TokenHash,
    refresh: TokenHash,
    access_expires_at: i64,
    response: TokenResponse,
}

impl Pair {
    /// What is kept of it.
    fn stored(&self, place: &Place) -> NewPair<'_> {
        NewPair {
            family: place.family,
            refresh: self.refresh.as_bytes(),
            access: self.access.as_bytes(),
            generation: place.generation,
            refresh_expires_at: place.expires_at,
            access_expires_at: self.access_expires_at,
        }
    }
}

/// What became of an exchange, to be told once it is kept.
enum Rotated {
    Issued(TokenResponse),
    SlowDown { retry_after_ms: i64 },
    Refused(OAuthError),
    Replayed { family: Uuid, account: Uuid },
}

impl OAuth {
    /// Signs an account in without a browser: for tests and for markets that are only for show.
    pub async fn issue_for(&self, account: Uuid, scope: Scope) -> Result<TokenResponse, Failure> {
        let mut sign_ins = self.accounts.begin().await?;
        let now = self.now();
        let beginning = Beginning {
            account,
            client_id: DESKTOP_CLIENT,
            scope,
            device: &Device::default(),
        };
        let started = self.start_family(&mut sign_ins, &beginning, now).await?;
        sign_ins.commit().await?;
        Ok(started.response)
    }

    /// Ends every sign-in of an account, in desktops and browsers.
    pub async fn revoke_account(&self, account: Uuid, why: &str) -> Result<(), Failure> {
        self.revoke_all_but(account, None, why).await
    }

    /// Ends every sign-in of an account but perhaps one desktop's.
    pub(super) async fn revoke_all_but(
        &self,
        account: Uuid,
        but: Option<Uuid>,
        why: &str,
    ) -> Result<(), Failure> {
        let ended = self
            .accounts
            .revoke_account(account, but, why, self.now())
            .await?;
        for family in ended {
            self.tell_revoked(family).await;
        }
        Ok(())
    }

    /// Begins a family and issues its first pair.
    pub(super) async fn start_family(
        &self,
        sign_ins: &mut SignIns,
        beginning: &Beginning<'_>,
        now: i64,
    ) -> Result<Started, Failure> {
        let lifetimes = &self.config.lifetimes;
        let family = chance::id(now)?;
        let ends_at = now
            + match beginning.scope {
                Scope::Marketplace => lifetimes.refresh_absolute_ms,
                Scope::Oversight => lifetimes.oversight_ms,
            };
        sign_ins
            .insert_family(&NewFamily {
                id: family,
                account: beginning.account,
                client_id: beginning.client_id,
                scope: beginning.scope.name(),
                device: beginning.device.stored(),
                began_at: now,
                ends_at,
            })
            .await?;
        let place = Place {
            family,
            account: beginning.account,
            scope: beginning.scope,
            generation: 0,
            expires_at: ends_at.min(now + lifetimes.refresh_idle_ms),
        };
        let response = self.insert_pair(sign_ins, &place, now).await?;
        Ok(Started { family, response })
    }

    async fn insert_pair(
        &self,
        sign_ins: &mut SignIns,
        place: &Place,
        now: i64,
    ) -> Result<TokenResponse, Failure> {
        let pair = self.pair(place, now)?;
        sign_ins.insert_pair(&pair.stored(place)).await?;
        Ok(pair.response)
    }

    /// Makes a pair. Of one to keep order nobody is given the refresh token: its row is what the access token hangs on.
    fn pair(&self, place: &Place, now: i64) -> Result<Pair, Failure> {
        let access = chance::token(TokenKind::Access)?;
        let refresh = chance::token(TokenKind::Refresh)?;
        let (access_ms, is_renewable) = match place.scope {
            Scope::Marketplace => (self.config.lifetimes.access_ms, true),
            Scope::Oversight => (self.config.lifetimes.oversight_ms, false),
        };
        Ok(Pair {
            access: access.hash(),
            refresh: refresh.hash(),
            access_expires_at: now + access_ms,
            response: TokenResponse {
                access_token: access.reveal().to_owned(),
                token_type: "Bearer".to_owned(),
                expires_in: access_ms / 1_000,
                refresh_token: is_renewable.then(|| refresh.reveal().to_owned()),
                refresh_expires_in: is_renewable.then_some((place.expires_at - now) / 1_000),
                scope: place.scope.name().to_owned(),
                account: place.account.to_string(),
            },
        })
    }

    /// Exchanges a refresh token for the next pair. What is refused is kept too: that it was tried, and what follows from it.
    pub(super) async fn refresh(
        &self,
        mut sign_ins: SignIns,
        token: &Token,
        client_id: &str,
        network: &str,
    ) -> Result<TokenResponse, TokenFailure> {
        let hash = token.hash();
        let rotated = self
            .rotate(&mut sign_ins, &hash, client_id, network)
            .await?;
        sign_ins.commit().await?;
        match rotated {
            Rotated::Issued(response) => Ok(response),
            Rotated::SlowDown { retry_after_ms } => Err(TokenFailure::SlowDown { retry_after_ms }),
            Rotated::Refused(error) => Err(error.into()),
            Rotated::Replayed { family, account } => {
                self.tell_revoked(family).await;
                self.tell(account, Notice::KeyReplayed);
                tracing::warn!(%family, "a spent token was shown; its sign-in is ended");
                Err(OAuthError::invalid_grant("the token was used before").into())
            }
        }
    }

    async fn rotate(
        &self,
        sign_ins: &mut SignIns,
        hash: &TokenHash,
        client_id: &str,
        network: &str,
    ) -> Result<Rotated, Failure> {
        let now = self.now();
        let Some(stored) = sign_ins.refresh(hash.as_bytes()).await? else {
            let error = OAuthError::invalid_grant("the token is not known");
            return Ok(Rotated::Refused(error));
        };
        let (family, account) = (stored.family, stored.account);
        let shown = shown(&stored);
        let decision = rotate(
            &family_of(&stored),
            &shown,
            client_id,
            now,
            &self.config.lifetimes,
        );
        let (generation, expires_at, reissues, reissues_since) = match decision {
            RotationDecision::Issue {
                generation,
                expires_at,
            } => (generation, expires_at, shown.reissues, shown.reissues_since),
            RotationDecision::Reissue {
                generation,
                expires_at,
                reissues,
                reissues_since,
            } => {
                if let Some(lost) = &stored.successor {
                    // Its access token needs no cache cleared: had it been used, this would be a replay.
                    sign_ins.supersede(lost, now).await?;
                }
                (generation, expires_at, reissues, reissues_since)
            }
            RotationDecision::SlowDown { retry_after_ms } => {
                return Ok(Rotated::SlowDown { retry_after_ms });
            }
            RotationDecision::Refused(error) => return Ok(Rotated::Refused(error)),
            RotationDecision::Replayed => {
                sign_ins.revoke(family, "token_replayed", now).await?;
                return Ok(Rotated::Replayed { family, account });
            }
        };
        let place = Place {
            family,
            account,
            // Only what is for the marketplace can be renewed.
            scope: Scope::Marketplace,
            generation,
            expires_at,
        };
        let pair = self.pair(&place, now)?;
        sign_ins
            .exchange(&Exchange {
                shown: hash.as_bytes(),
                next: pair.stored(&place),
                at: now,
                network,
                reissues,
                reissues_since,
            })
            .await?;
        Ok(Rotated::Issued(pair.response))
    }

    /// Lets everybody know that a family has ended, in this process and in others.
    pub(super) async fn tell_revoked(&self, family: Uuid) {
        self.hear_revoked(family);
        if let Err(error) = self.accounts.announce_ended(family).await {
            tracing::warn!(%family, error = &error as &dyn std::error::Error, "other processes were not told of its end");
        }
    }

    /// Takes note of a family that has ended: nobody is remembered by it, and its connections are closed.
    pub(crate) fn hear_revoked(&self, family: Uuid) {
        self.callers.clear();
        // Nobody listens where there are no connections to close.
        let _ = self.revocations.send(family);
    }
}

fn family_of(stored: &StoredRefresh) -> Family {
    Family {
        client_id: stored.client_id.clone(),
        expires_at: stored.ends_at,
        revoked_at: stored.revoked_at,
    }
}

fn shown(stored: &StoredRefresh) -> Refresh {
    Refresh {
        generation: stored.generation,
        expires_at: stored.expires_at,
        state: if stored.superseded_at.is_some() {
            RefreshState::Superseded
        } else if stored.successor.is_some() {
            RefreshState::Consumed {
                successor_used: stored.successor_used_at.is_some(),
            }
        } else {
            RefreshState::Fresh
        },
        reissues: stored.reissues,
        reissues_since: stored.reissues_since,
    }
}
