//! `/v1/me/sign-ins`: where somebody is signed in, and ending it.

use crate::api::answers::{Missing, Stranger};
use crate::extract::Call;
use crate::problem::Problem;
use crate::state::Market;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::account::SignIn;
use guildhall_protocol::path;
use guildhall_storage::server::accounts::StoredSignIn;
use std::sync::Arc;
use uuid::Uuid;

/// `GET`: all sign-ins that hold, the one last used first.
#[utoipa::path(get, path = path::ME_SIGN_INS, tag = "account", security(("desktop" = [])), operation_id = "sign_ins",
    responses((status = 200, body = [SignIn]), Stranger))]
pub(super) async fn list(
    State(market): State<Arc<Market>>,
    call: Call,
) -> Result<Json<Vec<SignIn>>, Problem> {
    let found = market.oauth.sign_ins(call.caller.account).await?;
    Ok(Json(told(found, call.caller.session)))
}

/// Sign-ins as they are told to whoever asks by one of them.
pub(crate) fn told(found: Vec<StoredSignIn>, asking: Uuid) -> Vec<SignIn> {
    let told = found.into_iter().map(|sign_in| SignIn {
        id: sign_in.family,
        device: sign_in.name,
        system: sign_in.system,
        began: Timestamp(sign_in.began_at),
        began_network: sign_in.began_network,
        seen: Timestamp(sign_in.seen_at),
        seen_network: sign_in.seen_network,
        current: sign_in.family == asking,
    });
    told.collect()
}

/// `DELETE`: ends one. Another's and one that is over are alike not there.
#[utoipa::path(delete, path = path::ME_SIGN_IN, tag = "account", security(("desktop" = [])), operation_id = "end_sign_in",
    params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 204, description = "It has ended"), Stranger, Missing))]
pub(super) async fn end(
    State(market): State<Arc<Market>>,
    call: Call,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id = Uuid::parse_str(&id).map_err(|_| Problem::not_found())?;
    let ended = market
        .oauth
        .end_sign_in(call.caller.account, id, "ended_by_owner");
    if ended.await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found())
    }
}

/// `POST …/end-others`: ends all but the one that asks, browsers included.
#[utoipa::path(post, path = path::ME_SIGN_INS_END_OTHERS, tag = "account", security(("desktop" = [])),
    responses((status = 204, description = "They have ended"), Stranger))]
pub(super) async fn end_others(
    State(market): State<Arc<Market>>,
    call: Call,
) -> Result<StatusCode, Problem> {
    let Call { caller } = call;
    market
        .oauth
        .end_other_sign_ins(caller.account, caller.session)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
