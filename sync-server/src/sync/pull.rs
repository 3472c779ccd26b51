//! `POST /v1/sync/pull`: everything since a cursor.

use super::understand;
use crate::extract::Call;
use crate::problem::{Body, Problem};
use crate::state::Market;
use axum::Json;
use axum::extract::State;
use guildhall_protocol::sync::{Delta, Pull};
use guildhall_sync_core::pull::Ask;
use std::sync::Arc;

/// The way from the device's cut to the newest.
pub(super) async fn pull(
    State(market): State<Arc<Market>>,
    call: Call,
    Body(pull): Body<Pull>,
) -> Result<Json<Delta>, Problem> {
    understand(pull.protocol)?;
    let delta = market
        .store
        .pull(&Ask::page(call.account(), &pull))
        .await
        .map_err(|error| Problem::internal(&error))?;
    Ok(Json(delta))
}
