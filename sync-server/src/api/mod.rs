//! `/api/v1`: what people's own programs may read, with tokens that they made for it. Nothing is written here.
//!
//! What is not shown to the owner of a token is not there, in the same words as what nobody has.

pub(crate) mod answers;
mod document;
mod rows;

use crate::extract::Call;
use crate::oauth::bearer;
use crate::problem::Problem;
use crate::state::Market;
use answers::{Held, Missing, Stranger};
use axum::extract::{FromRequestParts, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::routing::get;
use axum::{Json, Router};
use guildhall_domain::person::Person;
use guildhall_domain::policy::{Act, Relation, decide};
use guildhall_domain::profile::Profile;
use guildhall_domain::time::Timestamp;
use guildhall_oauth::{ApiScope, ApiScopes};
use guildhall_protocol::api::{ApiMe, ApiToken};
use guildhall_protocol::path;
use guildhall_storage::server::accounts::StoredPersonalToken;
use std::sync::Arc;

/// The routes.
pub(crate) fn routes() -> Router<Arc<Market>> {
    Router::new()
        .route(path::API_DOCUMENT, get(document::show))
        .route(path::API_ME, get(me))
        .route(path::API_PROFILE, get(profile))
        .route(path::API_REQUESTS, get(rows::requests))
        .route(path::API_REQUEST, get(rows::request))
        .route(path::API_APPLICATIONS, get(rows::applications))
        .route(path::API_APPLICATION, get(rows::application))
        .route(path::API_CONTRACTS, get(rows::contracts))
        .route(path::API_CONTRACT, get(rows::contract))
}

/// A program that asks, which the gate has let in.
#[derive(Debug, Clone)]
pub(crate) struct Asking {
    /// Whose program it is.
    call: Call,
    /// With which token.
    token: StoredPersonalToken,
}

impl Asking {
    /// Finds out whose program asks, and whether its token opens this part.
    pub(crate) async fn of(
        market: &Market,
        scope: Option<ApiScope>,
        headers: &HeaderMap,
    ) -> Result<Self, Problem> {
        let (caller, token) = market.oauth.authenticate_personal(bearer(headers)?).await?;
        if let Some(scope) = scope
            && !ApiScopes::parse(&token.scopes).has(scope)
        {
            return Err(Problem::insufficient_scope(scope.name()));
        }
        let call = Call { caller };
        Ok(Self { call, token })
    }
}

impl<S: Sync> FromRequestParts<S> for Asking {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let asking = parts.extensions.get::<Self>().cloned();
        asking.ok_or_else(Problem::unauthorized)
    }
}

/// Who the owner of the token is, and what it opens.
#[utoipa::path(get, path = path::API_ME, tag = "api", security(("program" = [])), operation_id = "whose_token",
    responses((status = 200, body = ApiMe), Stranger, Held, Missing))]
async fn me(State(market): State<Arc<Market>>, asking: Asking) -> Result<Json<ApiMe>, Problem> {
    let actor = asking.call.actor();
    decide(&actor, Act::ReadMyself, Relation::Owner).map_err(|_| Problem::not_found())?;
    let person = market.store.find::<Person>(actor.account).await?;
    let person = person.ok_or_else(Problem::not_found)?;
    Ok(Json(ApiMe {
        account: person.id,
        name: person.name,
        roles: person.roles,
        token: ApiToken {
            name: asking.token.name,
            scopes: ApiScopes::parse(&asking.token.scopes)
                .names()
                .map(str::to_owned)
                .collect(),
            made: Timestamp(asking.token.created_at),
            expires: Timestamp(asking.token.expires_at),
        },
    }))
}

/// The owner's own profile.
#[utoipa::path(get, path = path::API_PROFILE, tag = "api", security(("program" = [])),
    responses((status = 200, body = Profile), Stranger, Held, Missing))]
async fn profile(
    State(market): State<Arc<Market>>,
    asking: Asking,
) -> Result<Json<Profile>, Problem> {
    let id = asking.call.account().0;
    rows::shown(&market, &asking, id).await.map(Json)
}
