//! `GET /.well-known/oauth-authorization-server`: how the server introduces itself, also where clients of OpenID look for it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use guildhall_oauth::Metadata;

use super::OAuth;

/// Where and how to sign in (RFC 8414).
#[utoipa::path(get, path = "/.well-known/oauth-authorization-server", tag = "oauth", operation_id = "oauth_metadata",
    responses((status = 200, body = Metadata)))]
pub(super) async fn show(State(oauth): State<Arc<OAuth>>) -> Json<Metadata> {
    Json(Metadata::of(&oauth.config.issuer))
}

/// The same where clients of OpenID Connect look (RFC 8414 section 5). There are no ID tokens.
#[utoipa::path(get, path = "/.well-known/openid-configuration", tag = "oauth", operation_id = "oauth_metadata_alias",
    responses((status = 200, body = Metadata)))]
pub(super) async fn show_alias(oauth: State<Arc<OAuth>>) -> Json<Metadata> {
    show(oauth).await
}
