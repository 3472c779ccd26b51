//! `POST /v1/admin/claim`: turns a one-time secret into the admin role.

use super::{refused, secret};
use crate::api::answers::{Denied, Stranger, UnreadBody};
use crate::clock;
use crate::extract::Call;
use crate::problem::{Body, Problem};
use crate::state::Market;
use axum::extract::State;
use axum::http::StatusCode;
use guildhall_domain::mutation::{Mutation, TrustedRole};
use guildhall_protocol::admin::Claim;
use guildhall_protocol::path;
use std::sync::Arc;

/// Makes the caller an admin.
#[utoipa::path(post, path = path::ADMIN_CLAIM, tag = "admin", security(("desktop" = [])), request_body = Claim,
    responses((status = 204, description = "The caller is an admin"), UnreadBody, Stranger, Denied))]
pub(super) async fn claim(
    State(market): State<Arc<Market>>,
    call: Call,
    Body(claim): Body<Claim>,
) -> Result<StatusCode, Problem> {
    let accounts = market.store.accounts();
    if !secret::spend(&accounts, &claim.secret)
        .await
        .map_err(|error| Problem::internal(&error))?
    {
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "wrong_secret",
            "This secret is not valid, or was used before.",
        ));
    }
    let granted = market
        .writer
        .act(
            call.account(),
            true,
            clock::mutation_id(),
            Mutation::GrantRole {
                person: call.account(),
                role: TrustedRole::Admin,
                reason: "With the secret of the server".to_owned(),
            },
        )
        .await;
    let refusal = match granted {
        Ok(Ok(_)) => {
            market.oauth.forget_callers();
            return Ok(StatusCode::NO_CONTENT);
        }
        Ok(Err(denied)) => refused(denied),
        Err(_) => Problem::unavailable(2),
    };
    secret::restore(&accounts, &claim.secret, (market.clock)().0)
        .await
        .map_err(|error| Problem::internal(&error))?;
    Err(refusal)
}
