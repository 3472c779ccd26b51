//! Authorization codes in the database.

use guildhall_oauth::{
    AuthorizationRequest, Challenge, Code, CodeDecision, CodeExchange, OAuthError, Token, TokenKind,
};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

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
        sqlx::query(
            "insert into authorization_code
             (hash, account, client_id, redirect_uri, challenge, expires_at)
             values (?1, ?2, ?3, ?4, ?5, ?6)",
        )
        .bind(code.hash().as_bytes())
        .bind(account.to_string())
        .bind(request.client.id())
        .bind(request.redirect.to_string())
        .bind(request.challenge.as_str())
        .bind(self.now() + self.config.lifetimes.code_ms)
        .execute(&self.pool)
        .await?;
        Ok(request.granted(code.reveal(), &self.config.issuer))
    }

    /// Exchanges a code for the first pair of a family.
    pub(super) async fn redeem(
        &self,
        code: &Token,
        exchange: &CodeExchange,
    ) -> Result<TokenResponse, TokenFailure> {
        let now = self.now();
        let mut transaction = self.begin().await?;
        let row = sqlx::query(
            "select account, client_id, redirect_uri, challenge, expires_at, used_at, family
             from authorization_code where hash = ?1",
        )
        .bind(code.hash().as_bytes())
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(OAuthError::invalid_grant("the code is not known"))?;
        match read(&row)?.decide(exchange, now) {
            CodeDecision::Refused(error) => Err(error.into()),
            CodeDecision::Exchange => {
                let account: String = row.try_get("account")?;
                let Started { family, response } = self
                    .start_family(&mut transaction, &account, &exchange.client_id, now)
                    .await?;
                sqlx::query(
                    "update authorization_code set used_at = ?2, family = ?3 where hash = ?1",
                )
                .bind(code.hash().as_bytes())
                .bind(now)
                .bind(family.to_string())
                .execute(&mut *transaction)
                .await?;
                transaction.commit().await?;
                Ok(response)
            }
            CodeDecision::Reused => {
                if let Some(family) = row.try_get::<Option<String>, _>("family")? {
                    self.revoke_within(&mut transaction, &family, "code_reused", now)
                        .await?;
                    transaction.commit().await?;
                    self.tell_revoked(&family);
                    tracing::warn!(%family, "a code was used twice; its sign-in is ended");
                }
                Err(OAuthError::invalid_grant("the code was used before").into())
            }
        }
    }
}

fn read(row: &SqliteRow) -> Result<Code, sqlx::Error> {
    Ok(Code {
        client_id: row.try_get("client_id")?,
        redirect_uri: row.try_get("redirect_uri")?,
        challenge: Challenge::from_stored(row.try_get("challenge")?),
        expires_at: row.try_get("expires_at")?,
        used_at: row.try_get("used_at")?,
    })
}
