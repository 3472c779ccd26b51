//! `POST /oauth/revoke` (RFC 7009): a desktop signs out.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use guildhall_oauth::{Client, ErrorCode, OAuthError, Token, TokenKind};

use crate::api::answers::{RevokeForm, Unauthorised};

use super::token::{TokenFailure, without_cache};
use super::{Form, OAuth};

/// Ends the sign-in or the token that is shown (RFC 7009).
#[utoipa::path(post, path = "/oauth/revoke", tag = "oauth", operation_id = "oauth_revoke",
    request_body(content = RevokeForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "It is good no more"), Unauthorised))]
pub(super) async fn revoke(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    match oauth.answer_revocation(request).await {
        Ok(()) => without_cache(StatusCode::OK.into_response()),
        Err(failure) => failure.into_response(),
    }
}

impl OAuth {
    async fn answer_revocation(&self, request: Request) -> Result<(), TokenFailure> {
        let form = Form::read(request).await.map_err(OAuthError::from)?;
        form.fields.refuse_doubled()?;
        let token = form.fields.require("token", "token is missing")?;
        if form
            .fields
            .get("client_id")
            .is_some_and(|id| Client::find(id).is_none())
        {
            let error = OAuthError::new(ErrorCode::InvalidClient, "the client is not known here");
            return Err(error.into());
        }
        // What is no token of ours is as good as revoked (RFC 7009 §2.2).
        let Ok(token) = Token::parse(token) else {
            return Ok(());
        };
        if token.kind() == TokenKind::Personal {
            return Ok(self.revoke_shown(&token).await?);
        }
        self.revoke_family_of(&token).await
    }

    /// Ends the sign-in that a token belongs to: whoever signs out means all of it.
    async fn revoke_family_of(&self, token: &Token) -> Result<(), TokenFailure> {
        let mut sign_ins = self.accounts.begin().await?;
        let hash = token.hash();
        let family = match token.kind() {
            TokenKind::Refresh => sign_ins.family_of_refresh(hash.as_bytes()).await?,
            TokenKind::Access => sign_ins.family_of_access(hash.as_bytes()).await?,
            TokenKind::Code | TokenKind::Browser | TokenKind::Link | TokenKind::Personal => None,
        };
        if let Some(family) = family {
            sign_ins.revoke(family, "signed_out", self.now()).await?;
            sign_ins.commit().await?;
            self.tell_revoked(family).await;
        }
        Ok(())
    }
}
