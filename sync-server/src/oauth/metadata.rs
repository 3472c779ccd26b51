//! `GET /.well-known/oauth-authorization-server`: how the server introduces itself.

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
