//! `/v1/admin/people/{id}/sign-ins`: where somebody is signed in, and ending one of it or all.

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
    let reason = reason(&asked)?;
    let account = somebody(&market, &id).await?;
    write(&market, &call, AuditKind::SignedOut, account, reason).await?;
    market
        .oauth
        .revoke_account(account, "ended_by_admin")
        .await?;
    // Somebody who was robbed may have been robbed of these as well.
    market.oauth.revoke_all_personal_tokens(account).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST`: ends one of them, for a reason that goes into the audit log. What is over, or somebody else's, is not there.
#[utoipa::path(post, path = path::ADMIN_SIGN_IN_END, tag = "admin", security(("desktop" = [])), operation_id = "admin_end_sign_in",
    params(("id" = Uuid, Path, description = "Their account"), ("sign_in" = Uuid, Path, description = "Which")),
    request_body = AdminSignOut,
    responses((status = 204, description = "It has ended"), UnreadBody, Stranger, Missing))]
pub(super) async fn end_one(
    State(market): State<Arc<Market>>,
    call: Call,
    Path((id, sign_in)): Path<(String, String)>,
    Body(asked): Body<AdminSignOut>,
) -> Result<StatusCode, Problem> {
    let reason = reason(&asked)?;
    let account = somebody(&market, &id).await?;
    let sign_in = Uuid::parse_str(&sign_in).map_err(|_| Problem::not_found())?;
    let held = market.oauth.sign_ins(account).await?;
    if !held.iter().any(|held| held.family == sign_in) {
        return Err(Problem::not_found());
    }
    write(&market, &call, AuditKind::SignInEnded, account, reason).await?;
    // Whoever ended it at the same moment has done what was asked for.
    market
        .oauth
        .end_sign_in(account, sign_in, "ended_by_admin")
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn reason(asked: &AdminSignOut) -> Result<&str, Problem> {
    let reason = asked.reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON_MAXIMUM {
        let message = "Give a reason, in 500 characters at most.";
        return Err(Problem::validation(vec![FieldError::new(
            "/reason", "required", message,
        )]));
    }
    Ok(reason)
}

/// Written first: nothing is ended of which the log does not tell.
async fn write(
    market: &Market,
    call: &Call,
    kind: AuditKind,
    account: Uuid,
    reason: &str,
) -> Result<(), Problem> {
    let note = AuditNote {
        kind,
        who: Some(call.caller.account),
        whom: Some(account),
        note: reason.to_owned(),
    };
    let written = market.store.audit().add(&[note], (market.clock)().0).await;
    written.map_err(|error| Problem::internal(&error))
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
