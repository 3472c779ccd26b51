//! `GET /.well-known/oauth-authorization-server`: how the server introduces itself.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use guildhall_oauth::Metadata;

use super::OAuth;

pub(super) async fn show(State(oauth): State<Arc<OAuth>>) -> Json<Metadata> {
    Json(Metadata::of(&oauth.config.issuer))
}
