//! The server: the shared marketplace, matching, sign-in and sync in one binary over one SQLite file.
//!
//! One endpoint is one file, and has a line in [`doors`]: there the policy is asked who comes in. An endpoint hands on to the rules;
//! none of them writes a row. Rows are written by the one [`sync::Writer`].

pub mod admin;
mod api;
pub mod blob;
pub mod clock;
pub mod demo;
pub mod doors;
pub mod edge;
mod export;
pub mod exposure;
mod extract;
pub mod find;
mod front;
mod headers;
pub mod housekeeping;
pub mod leaving;
pub mod limit;
pub mod mail;
pub mod matcher;
mod me;
pub mod oauth;
pub mod outgoing;
mod pages;
pub mod password;
pub mod people;
pub mod problem;
pub mod provider;
pub mod state;
pub mod sync;
pub mod texts;

use crate::problem::Problem;
use crate::state::Market;
use axum::Router;
use axum::middleware::{from_fn_with_state, map_response};
use std::sync::Arc;

/// All routes of the server.
pub fn router(market: &Arc<Market>) -> Router {
    router_with(market, sync::SyncRules::default())
}

/// The same, with other rules for sync.
pub fn router_with(market: &Arc<Market>, rules: sync::SyncRules) -> Router {
    Router::new()
        .merge(find::routes(rules.find))
        .merge(sync::routes(rules))
        .merge(admin::routes())
        .merge(blob::routes())
        .merge(me::routes())
        .merge(api::routes())
        .merge(front::routes())
        .merge(pages::routes_of_market())
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .with_state(Arc::clone(market))
        .merge(oauth::router(Arc::clone(&market.oauth)))
        .layer(from_fn_with_state(Arc::clone(market), doors::gate))
        .layer(map_response(headers::harden))
}
