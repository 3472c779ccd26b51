//! Requests, applications and contracts: in lists and one by one, as far as the owner of the token is shown them.

use super::Asking;
use super::answers::{Held, Missing, Stranger, Unread};
use crate::problem::{FieldError, Path, Problem, Query};
use crate::state::Market;
use axum::Json;
use axum::extract::State;
use guildhall_domain::application::Application;
use guildhall_domain::contract::Contract;
use guildhall_domain::request::Request;
use guildhall_domain::row::Noun;
use guildhall_domain::scope::visible;
use guildhall_protocol::api::Page;
use guildhall_protocol::path;
use serde::Deserialize;
use std::sync::Arc;
use uuid::Uuid;

/// How many items a part of a list has at most, and how many when nothing is said.
const MOST: u32 = 100;
const USUAL: u32 = 50;

/// Which part of a list.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Part {
    /// Where the part before ended.
    after: Option<Uuid>,
    /// How many items at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// The noun of an id, if the owner of the token is shown it.
pub(super) async fn shown<N: Noun>(
    market: &Market,
    asking: &Asking,
    id: Uuid,
) -> Result<N, Problem> {
    let actor = asking.call.actor();
    let scopes = market.store.scopes_of(actor.account).await?;
    let found = market.store.find::<N>(id).await?;
    found
        .filter(|noun| visible(&actor, &scopes, &noun.clone().into_row()))
        .ok_or_else(Problem::not_found)
}

async fn by_id<N: Noun>(market: &Market, asking: &Asking, id: &str) -> Result<Json<N>, Problem> {
    // What is no id is the id of nothing.
    let id = Uuid::parse_str(id).map_err(|_| Problem::not_found())?;
    shown(market, asking, id).await.map(Json)
}

async fn list<N: Noun>(
    market: &Market,
    asking: &Asking,
    part: &Part,
    stage: Option<&str>,
    id: impl Fn(&N) -> Uuid,
) -> Result<Json<Page<N>>, Problem> {
    let limit = part.limit.unwrap_or(USUAL);
    if limit == 0 || limit > MOST {
        let message = "Ask for 1 to 100 items.";
        return Err(Problem::validation(vec![FieldError::new(
            "/limit",
            "out_of_range",
            message,
        )]));
    }
    let actor = asking.call.actor();
    let below = part.after.unwrap_or(Uuid::max());
    let mut items: Vec<N> = market
        .store
        .shown(actor.account, stage, below, limit + 1)
        .await?;
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next = items.last().filter(|_| more).map(id);
    let scopes = market.store.scopes_of(actor.account).await?;
    items.retain(|noun| visible(&actor, &scopes, &noun.clone().into_row()));
    Ok(Json(Page { items, next }))
}

/// Open requests that the owner of the token is shown.
#[utoipa::path(get, path = path::API_REQUESTS, tag = "api", security(("program" = [])), params(Part),
    responses((status = 200, body = Page<Request>), Unread, Stranger, Held))]
pub(super) async fn requests(
    State(market): State<Arc<Market>>,
    asking: Asking,
    Query(part): Query<Part>,
) -> Result<Json<Page<Request>>, Problem> {
    list(&market, &asking, &part, Some("open"), |it: &Request| {
        it.id.0
    })
    .await
}

/// One request that they are shown, at whatever stage.
#[utoipa::path(get, path = path::API_REQUEST, tag = "api", security(("program" = [])), params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 200, body = Request), Stranger, Held, Missing))]
pub(super) async fn request(
    State(market): State<Arc<Market>>,
    asking: Asking,
    Path(id): Path<String>,
) -> Result<Json<Request>, Problem> {
    by_id(&market, &asking, &id).await
}

/// Applications that they wrote or received.
#[utoipa::path(get, path = path::API_APPLICATIONS, tag = "api", security(("program" = [])), params(Part),
    responses((status = 200, body = Page<Application>), Unread, Stranger, Held))]
pub(super) async fn applications(
    State(market): State<Arc<Market>>,
    asking: Asking,
    Query(part): Query<Part>,
) -> Result<Json<Page<Application>>, Problem> {
    list(&market, &asking, &part, None, |it: &Application| it.id.0).await
}

/// One of these applications.
#[utoipa::path(get, path = path::API_APPLICATION, tag = "api", security(("program" = [])), params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 200, body = Application), Stranger, Held, Missing))]
pub(super) async fn application(
    State(market): State<Arc<Market>>,
    asking: Asking,
    Path(id): Path<String>,
) -> Result<Json<Application>, Problem> {
    by_id(&market, &asking, &id).await
}

/// Their contracts.
#[utoipa::path(get, path = path::API_CONTRACTS, tag = "api", security(("program" = [])), params(Part),
    responses((status = 200, body = Page<Contract>), Unread, Stranger, Held))]
pub(super) async fn contracts(
    State(market): State<Arc<Market>>,
    asking: Asking,
    Query(part): Query<Part>,
) -> Result<Json<Page<Contract>>, Problem> {
    list(&market, &asking, &part, None, |it: &Contract| it.id.0).await
}

/// One of these contracts.
#[utoipa::path(get, path = path::API_CONTRACT, tag = "api", security(("program" = [])), params(("id" = Uuid, Path, description = "Its id")),
    responses((status = 200, body = Contract), Stranger, Held, Missing))]
pub(super) async fn contract(
    State(market): State<Arc<Market>>,
    asking: Asking,
    Path(id): Path<String>,
) -> Result<Json<Contract>, Problem> {
    by_id(&market, &asking, &id).await
}
