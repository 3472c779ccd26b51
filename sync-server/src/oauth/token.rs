//! `POST /oauth/token`: a code or a refresh token against a pair of tokens.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use guildhall_oauth::{ErrorCode, OAuthError, TokenRequest};
use guildhall_storage::StoreError;

use super::device::Device;
use super::{Failure, Form, FormError, OAuth, TokenResponse, peer};
use crate::api::answers::{TokenForm, Unauthorised};
use crate::limit::{Limited, network};

/// Why there are no tokens.
#[derive(Debug)]
pub(super) enum TokenFailure {
    /// The request is no good.
    Refused(OAuthError),
    /// The same request is good a little later.
    SlowDown { retry_after_ms: i64 },
    /// The server failed.
    Failed(Failure),
}

impl From<OAuthError> for TokenFailure {
    fn from(error: OAuthError) -> Self {
        Self::Refused(error)
    }
}

impl From<Limited> for TokenFailure {
    fn from(limited: Limited) -> Self {
        Self::SlowDown {
            retry_after_ms: limited.retry_after_ms,
        }
    }
}

impl From<Failure> for TokenFailure {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<StoreError> for TokenFailure {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<FormError> for OAuthError {
    fn from(error: FormError) -> Self {
        Self::invalid_request(match error {
            FormError::WrongType => "send application/x-www-form-urlencoded",
            FormError::Unreadable => "the form is too large or incomplete",
        })
    }
}

/// A code or a refresh token against a pair of tokens.
#[utoipa::path(post, path = "/oauth/token", tag = "oauth", operation_id = "oauth_token",
    request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = TokenResponse), Unauthorised))]
pub(super) async fn issue(State(oauth): State<Arc<OAuth>>, request: Request) -> Response {
    match oauth.answer_token_request(request).await {
        Ok(response) => without_cache(Json(response).into_response()),
        Err(failure) => failure.into_response(),
    }
}

impl OAuth {
    async fn answer_token_request(&self, request: Request) -> Result<TokenResponse, TokenFailure> {
        let form = Form::read(request).await.map_err(OAuthError::from)?;
        let peer = peer(&form.parts);
        let rate = self.config.shared.widen(self.config.limits.token, peer);
        let key = format!("token:{}", network(peer));
        let device = Device::of(&form);
        // Whatever is asked counts, also what makes no sense.
        match TokenRequest::parse(&form.fields) {
            Ok(TokenRequest::Refresh { token, client }) => {
                let sign_ins = self.limiter.begin(rate, &key, self.now()).await??;
                self.refresh(sign_ins, &token, client.id(), device.network())
                    .await
            }
            Ok(TokenRequest::Code { code, exchange }) => {
                self.limiter.take(rate, &key, self.now()).await??;
                self.redeem(&code, &exchange, &device).await
            }
            Err(error) => {
                self.limiter.take(rate, &key, self.now()).await??;
                Err(error.into())
            }
        }
    }
}

impl IntoResponse for TokenFailure {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(error) => {
                let status = match error.error {
                    ErrorCode::InvalidClient => StatusCode::UNAUTHORIZED,
                    _ => StatusCode::BAD_REQUEST,
                };
                without_cache((status, Json(error)).into_response())
            }
            Self::SlowDown { retry_after_ms } => {
                let error = OAuthError::new(
                    ErrorCode::TemporarilyUnavailable,
                    "too many requests; wait as long as Retry-After says",
                );
                let mut response = (StatusCode::TOO_MANY_REQUESTS, Json(error)).into_response();
                let seconds = Limited { retry_after_ms }.seconds();
                response
                    .headers_mut()
                    .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
                without_cache(response)
            }
            Self::Failed(failure) => {
                tracing::error!(error = ?failure, "no tokens could be issued");
                let error = OAuthError::new(ErrorCode::ServerError, "the server failed");
                without_cache((StatusCode::INTERNAL_SERVER_ERROR, Json(error)).into_response())
            }
        }
    }
}

/// Keeps tokens out of every cache on the way.
pub(super) fn without_cache(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}
