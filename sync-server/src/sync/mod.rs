//! Sync over HTTP: push, pull, and a socket for changes as they happen.

mod alarm;
mod flash;
mod hub;
mod live;
mod past;
mod pull;
mod push;
mod rules;
mod session;
mod writer;

pub use alarm::Alarms;
pub use flash::Flash;
pub use hub::{Hub, Ring};
pub(crate) use rules::Pace;
pub use rules::{OLDEST_APP, SyncRules};
pub use session::{Lapse, Page, Session};
pub use writer::{Overloaded, Writer};

use crate::problem::Problem;
use crate::state::Market;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use axum::{Extension, Router};
use guildhall_protocol::path;
use guildhall_protocol::sync::PROTOCOL;
use rules::{Comparing, recent_enough};
use std::sync::Arc;

/// The routes of sync, by these rules.
pub fn routes(rules: SyncRules) -> Router<Arc<Market>> {
    Router::new()
        .route(path::PUSH, post(push::push))
        .route(path::PULL, post(pull::pull))
        .route(path::LIVE, get(live::live))
        .route_layer(from_fn_with_state(rules.oldest_app, recent_enough))
        .layer(Extension(Arc::new(Pace::new(rules.push))))
        .layer(Extension(Comparing(rules.compare_every)))
}

/// Refuses a desktop that speaks a later protocol than this server.
fn understand(protocol: u16) -> Result<(), Problem> {
    if protocol == PROTOCOL {
        return Ok(());
    }
    Err(Problem::upgrade_required(format!(
        "This server speaks sync protocol {PROTOCOL}; the desktop speaks {protocol}. Your queue is kept until both agree."
    )))
}
