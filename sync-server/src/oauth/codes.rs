//! Authorization codes in the database.

use guildhall_oauth::{
    AuthorizationRequest, Challenge, Code, CodeDecision, CodeExchange, OAuthError, Token, TokenKind,
};
use guildhall_storage::server::accounts::{NewCode, StoredCode};
use uuid::Uuid;

use super::device::Device;
use super::families::Started;
use super::token::TokenFailure;
use super::{Failure, OAuth, TokenResponse, chance};

impl OAuth {
    /// Gives a code to the client that asked, and returns the address that carries it there.
    pub(crate) async fn grant(
        &self,
        account: Uuid,
        request: &AuthorizationRequest,
    ) -> Result<String, Failure> {
        let code = chance::token(TokenKind::Code)?;
        let (hash, redirect) = (code.hash(), request.redirect.to_string());
        let kept = NewCode {
            hash: hash.as_bytes(),
            account,
            client_id: request.client.id(),
            redirect_uri: &redirect,
            challenge: request.challenge.as_str(),
            expires_at: self.now() + self.config.lifetimes.code_ms,
        };
        self.accounts.insert_code(&kept).await?;
        Ok(request.granted(code.reveal(), &self.config.issuer))
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
        match decidable(stored).decide(exchange, now) {
            CodeDecision::Refused(error) => Err(error.into()),
            CodeDecision::Exchange => {
                let Started { family, response } = self
                    .start_family(&mut sign_ins, account, &exchange.client_id, device, now)
                    .await?;
                sign_ins
                    .spend_code(code.hash().as_bytes(), now, family)
                    .await?;
                sign_ins.commit().await?;
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
