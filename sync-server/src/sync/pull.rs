//! `POST /v1/sync/pull`: everything since a cursor.

use super::understand;
use crate::extract::Call;
use crate::problem::{Body, Problem};
use crate::state::Market;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use guildhall_protocol::sync::Pull;
use guildhall_protocol::sync::pack::pack;
use guildhall_sync_core::pull::Ask;
use std::sync::Arc;

/// The way from the device's cut to the newest.
pub(super) async fn pull(
    State(market): State<Arc<Market>>,
    call: Call,
    headers: HeaderMap,
    Body(pull): Body<Pull>,
) -> Result<Response, Problem> {
    understand(pull.protocol)?;
    market
        .alarms
        .hear(&market.store, call.account(), &pull)
        .await;
    let delta = market
        .store
        .pull(&Ask::page(call.account(), &pull))
        .await
        .map_err(|error| Problem::internal(&error))?;
    let text = serde_json::to_vec(&delta).map_err(|error| Problem::internal(&error))?;
    Ok(packed(&headers, text))
}

/// JSON, packed for whoever takes it packed.
fn packed(headers: &HeaderMap, text: Vec<u8>) -> Response {
    let kind = (header::CONTENT_TYPE, "application/json");
    let vary = (header::VARY, "accept-encoding");
    if takes_zstd(headers)
        && let Ok(frame) = pack(&text, None)
    {
        return ([kind, vary, (header::CONTENT_ENCODING, "zstd")], frame).into_response();
    }
    ([kind, vary], text).into_response()
}

fn takes_zstd(headers: &HeaderMap) -> bool {
    let named = headers.get_all(header::ACCEPT_ENCODING);
    let named = named.iter().filter_map(|value| value.to_str().ok());
    named.flat_map(|value| value.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = weight.trim().strip_prefix("q=");
        name.trim().eq_ignore_ascii_case("zstd")
            && refused.is_none_or(|weight| weight.parse().is_ok_and(|weight: f32| weight > 0.0))
    })
}
