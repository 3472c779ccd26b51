//! Authorization codes in the database.

use guildhall_domain::policy::{Act, Relation, decide};
use guildhall_oauth::{
    AuthorizationRequest, Challenge, Code, CodeDecision, CodeExchange, OAuthError, Scope, Token,
    TokenKind,
};
use guildhall_storage::server::AuditKind;
use guildhall_storage::server::accounts::{NewCode, StoredCode};
use uuid::Uuid;

use super::device::Device;
use super::families::{Beginning, Started};
use super::token::TokenFailure;
use super::{Failure, OAuth, PersonSummary, TokenResponse, chance};

impl OAuth {
    /// Gives a code to the client that asked, and returns the address that carries it there; or a no, where the account may not have
    /// what is asked for.
    pub(crate) async fn grant(
        &self,
        account: Uuid,
        request: &AuthorizationRequest,
    ) -> Result<String, Failure> {
        if !self.may_have(account, request.scope).await? {
            return Ok(request.denied(&self.config.issuer));
        }
        let code = chance::token(TokenKind::Code)?;
        let (hash, redirect) = (code.hash(), request.redirect.to_string());
        let kept = NewCode {
            hash: hash.as_bytes(),
            account,
            client_id: request.client.id(),
            redirect_uri: &redirect,
            scope: request.scope.name(),
            challenge: request.challenge.as_str(),
            expires_at: self.now() + self.config.lifetimes.code_ms,
        };
        self.accounts.insert_code(&kept).await?;
        Ok(request.granted(code.reveal(), &self.config.issuer))
    }

    /// Whether an account may be signed in for this.
    pub(super) async fn may_have(&self, account: Uuid, scope: Scope) -> Result<bool, Failure> {
        match scope {
            Scope::Marketplace => Ok(true),
            Scope::Oversight => {
                let person = self.person(account).await?;
                let may = |person: PersonSummary| {
                    decide(&person.actor(account), Act::Oversee, Relation::Stranger).is_ok()
                };
                Ok(person.is_some_and(may))
            }
        }
    }

    /// Exchanges a code for the first pair of a family.
    pub(super) async fn redeem(
        &self,
        code: &Token,
        exchange: &CodeExchange,
        device: &Device,
    ) -> Result<TokenResponse, TokenFailure> {
        let now = self.now();
        let mut sign_ins = self.accounts.begin().await?;
        let stored = sign_ins
            .code(code.hash().as_bytes())
            .await?
            .ok_or(OAuthError::invalid_grant("the code is not known"))?;
        let (account, issued) = (stored.account, stored.family);
        let scope = Scope::find(&stored.scope);
        match decidable(stored).decide(exchange, now) {
            CodeDecision::Refused(error) => Err(error.into()),
            CodeDecision::Exchange => {
                let scope =
                    scope.ok_or(OAuthError::invalid_grant("the code is of another version"))?;
                let beginning = Beginning {
                    account,
                    client_id: &exchange.client_id,
                    scope,
                    device,
                };
                let Started { family, response } =
                    self.start_family(&mut sign_ins, &beginning, now).await?;
                sign_ins
                    .spend_code(code.hash().as_bytes(), now, family)
                    .await?;
                sign_ins.commit().await?;
                if scope == Scope::Oversight {
                    self.audit(AuditKind::OversightBegun, account, "").await?;
                }
                Ok(response)
            }
            CodeDecision::Reused => {
                if let Some(family) = issued {
                    sign_ins.revoke(family, "code_reused", now).await?;
                    sign_ins.commit().await?;
                    self.tell_revoked(family).await;
                    tracing::warn!(%family, "a code was used twice; its sign-in is ended");
                }
                Err(OAuthError::invalid_grant("the code was used before").into())
            }
        }
    }
}

fn decidable(stored: StoredCode) -> Code {
    Code {
        client_id: stored.client_id,
        redirect_uri: stored.redirect_uri,
        challenge: Challenge::from_stored(stored.challenge),
        expires_at: stored.expires_at,
        used_at: stored.used_at,
    }
}
