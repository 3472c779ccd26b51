//! What somebody asks about themselves, and whether the server is there.

mod sign_ins;

pub(crate) use sign_ins::told;

use crate::api::answers::{Missing, Stranger};
use crate::extract::Call;
use crate::problem::Problem;
use crate::state::Market;
use axum::extract::State;
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use guildhall_domain::person::Person;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::account::Security;
use guildhall_protocol::admin::{Health, Me};
use guildhall_protocol::path;
use guildhall_protocol::sync::PROTOCOL;
use std::sync::Arc;
use utoipa::OpenApi;

/// The routes.
pub(crate) fn routes() -> Router<Arc<Market>> {
    Router::new()
        .route(path::ME, get(me))
        .route(path::ME_SECURITY, get(security))
        .route(path::ME_SIGN_INS, get(sign_ins::list))
        .route(path::ME_SIGN_INS_END_OTHERS, post(sign_ins::end_others))
        .route(path::ME_SIGN_IN, delete(sign_ins::end))
        .route(path::HEALTH, get(health))
}

/// Who is signed in.
#[utoipa::path(get, path = path::ME, tag = "account", security(("desktop" = [])), responses((status = 200, body = Me), Stranger, Missing))]
async fn me(State(market): State<Arc<Market>>, call: Call) -> Result<Json<Me>, Problem> {
    let found = market
        .store
        .find::<Person>(call.account())
        .await
        .map_err(|error| Problem::internal(&error))?;
    let person = found.ok_or_else(Problem::not_found)?;
    Ok(Json(Me { person }))
}

/// How the account is protected.
#[utoipa::path(get, path = path::ME_SECURITY, tag = "account", security(("desktop" = [])), responses((status = 200, body = Security), Stranger))]
async fn security(
    State(market): State<Arc<Market>>,
    call: Call,
) -> Result<Json<Security>, Problem> {
    let factor = market.oauth.second_factor(call.caller.account).await?;
    Ok(Json(Security {
        second_factor: factor.map(|factor| Timestamp(factor.since)),
        recovery_codes: factor.map_or(0, |factor| factor.codes_left),
    }))
}

/// Whether the server answers.
#[utoipa::path(get, path = path::HEALTH, tag = "server", responses((status = 200, body = Health)))]
async fn health(State(market): State<Arc<Market>>) -> Result<Json<Health>, Problem> {
    market
        .store
        .head()
        .await
        .map_err(|error| Problem::internal(&error))?;
    Ok(Json(Health {
        status: "ok".to_owned(),
        protocol: PROTOCOL,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }))
}

/// What the document says of these.
pub(crate) fn described() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(
        me,
        security,
        health,
        sign_ins::list,
        sign_ins::end,
        sign_ins::end_others
    ))]
    struct Described;
    Described::openapi()
}
