//! What somebody finds who opens the server's address in a browser.

use crate::state::Market;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use std::sync::Arc;

/// In words, because a person reads it. Still a 404: there is no page here.
const WORDS: &str = "This is a Guildhall server. Open it with the Guildhall desktop.\n";

pub(crate) fn routes() -> Router<Arc<Market>> {
    Router::new().route("/", get(async || (StatusCode::NOT_FOUND, WORDS)))
}
