//! `/v1/admin/people/{id}/sign-ins`: where somebody is signed in, and ending all of it.

use crate::api::answers::{Missing, Stranger, UnreadBody};
use crate::extract::Call;
use crate::me::told;
use crate::problem::{Body, FieldError, Problem};
use crate::state::Market;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use guildhall_domain::person::Person;
use guildhall_protocol::account::SignIn;
use guildhall_protocol::admin::AdminSignOut;
use guildhall_protocol::path;
use guildhall_storage::server::{AuditKind, AuditNote};
use std::sync::Arc;
use uuid::Uuid;

/// The longest reason, in characters.
const REASON_MAXIMUM: usize = 500;

/// `GET`: all sign-ins of somebody that hold, the one last used first.
#[utoipa::path(get, path = path::ADMIN_SIGN_INS, tag = "admin", security(("desktop" = [])), operation_id = "admin_sign_ins",
    params(("id" = Uuid, Path, description = "Their account")),
    responses((status = 200, body = [SignIn]), Stranger, Missing))]
pub(super) async fn list(
    State(market): State<Arc<Market>>,
    call: Call,
    Path(id): Path<String>,
) -> Result<Json<Vec<SignIn>>, Problem> {
    let account = somebody(&market, &id).await?;
    let found = market.oauth.sign_ins(account).await?;
    Ok(Json(told(found, call.caller.session)))
}

/// `POST`: ends all of them, browsers and tokens for programs included, for a reason that goes into the audit log.
#[utoipa::path(post, path = path::ADMIN_SIGN_INS_END, tag = "admin", security(("desktop" = [])), operation_id = "admin_end_sign_ins",
    params(("id" = Uuid, Path, description = "Their account")), request_body = AdminSignOut,
    responses((status = 204, description = "They have ended"), UnreadBody, Stranger, Missing))]
pub(super) async fn end(
    State(market): State<Arc<Market>>,
    call: Call,
    Path(id): Path<String>,
    Body(asked): Body<AdminSignOut>,
) -> Result<StatusCode, Problem> {
    let reason = asked.reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON_MAXIMUM {
        let message = "Give a reason, in 500 characters at most.";
        return Err(Problem::validation(vec![FieldError::new(
            "/reason", "required", message,
        )]));
    }
    let account = somebody(&market, &id).await?;
    // Written first: nothing is ended of which the log does not tell.
    let note = AuditNote {
        kind: AuditKind::SignedOut,
        who: Some(call.caller.account),
        whom: Some(account),
        note: reason.to_owned(),
    };
    let written = market.store.audit().add(&[note], (market.clock)().0).await;
    written.map_err(|error| Problem::internal(&error))?;
    market
        .oauth
        .revoke_account(account, "ended_by_admin")
        .await?;
    // Somebody who was robbed may have been robbed of these as well.
    market.oauth.revoke_all_personal_tokens(account).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The account with this id, if somebody has it.
async fn somebody(market: &Market, id: &str) -> Result<Uuid, Problem> {
    let id = Uuid::parse_str(id).map_err(|_| Problem::not_found())?;
    let found = market.store.find::<Person>(id).await;
    match found.map_err(|error| Problem::internal(&error))? {
        Some(_) => Ok(id),
        None => Err(Problem::not_found()),
    }
}
