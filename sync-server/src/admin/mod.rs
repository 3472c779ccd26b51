//! What admins and moderators can see and do. Asked of the server each time, never kept on a device.

mod audit;
mod claim;
mod overview;
pub mod secret;
mod sign_ins;

use crate::problem::{FieldError, Problem};
use crate::state::Market;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post};
use guildhall_domain::denied::{Code, Denied};
use guildhall_protocol::path;
use std::sync::Arc;
use utoipa::OpenApi;

/// The routes.
pub fn routes() -> Router<Arc<Market>> {
    Router::new()
        .route(path::ADMIN_CLAIM, post(claim::claim))
        .route(path::ADMIN_ACT, post(overview::act))
        .route(path::ADMIN_HOME, get(overview::home))
        .route(path::ADMIN_PEOPLE, get(overview::people))
        .route(path::ADMIN_SIGN_INS, get(sign_ins::list))
        .route(path::ADMIN_SIGN_INS_END, post(sign_ins::end))
        .route(path::ADMIN_SIGN_IN_END, post(sign_ins::end_one))
        .route(path::ADMIN_REQUESTS, get(overview::requests))
        .route(path::ADMIN_ACTIVITY, get(overview::activity))
        .route(path::ADMIN_AUDIT, get(audit::audit))
        .route(path::ADMIN_EVENTS, get(overview::events))
}

/// A refusal of the rules, as HTTP says it.
pub(crate) fn refused(denied: Denied) -> Problem {
    let status = match denied.code {
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::Forbidden | Code::Blocked => StatusCode::FORBIDDEN,
        Code::Validation => StatusCode::UNPROCESSABLE_ENTITY,
        Code::LimitReached => StatusCode::TOO_MANY_REQUESTS,
        Code::StaleVersion
        | Code::InvalidState
        | Code::Paused
        | Code::Expired
        | Code::AlreadyDone
        | Code::AlreadyFilled
        | Code::Quarantined => StatusCode::CONFLICT,
    };
    let mut problem = Problem::new(status, denied.code.as_str(), denied.message);
    problem.errors = denied
        .errors
        .into_iter()
        .map(|error| FieldError::new(error.pointer, error.code, error.message))
        .collect();
    problem
}

/// What the document says of these.
pub(crate) fn described() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(
        claim::claim,
        overview::act,
        overview::home,
        overview::people,
        sign_ins::list,
        sign_ins::end,
        sign_ins::end_one,
        overview::requests,
        overview::activity,
        audit::audit,
        overview::events
    ))]
    struct Described;
    Described::openapi()
}
