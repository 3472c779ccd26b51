//! `POST /v1/find/work`: open requests by words and filters.

use super::{ask, hits};
use crate::api::answers::{Denied, Stranger, UnreadBody};
use crate::extract::Call;
use crate::problem::{Body, Problem};
use crate::state::Market;
use crate::sync::Pace;
use axum::extract::State;
use axum::{Extension, Json};
use guildhall_domain::person::Person;
use guildhall_domain::request::Request;
use guildhall_protocol::find::{Find, FoundWork, WorkResult};
use guildhall_protocol::path;
use guildhall_search::Side;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// Open requests of others, with their clients' cards.
#[utoipa::path(post, path = path::FIND_WORK, tag = "find", security(("desktop" = [])), request_body = Find,
    responses((status = 200, body = FoundWork), UnreadBody, Stranger, Denied,
        (status = 429, description = "Too many questions; `Retry-After` says when to come back", content_type = "application/problem+json", body = Problem)))]
pub(super) async fn find_work(
    State(market): State<Arc<Market>>,
    Extension(pace): Extension<Arc<Pace>>,
    call: Call,
    Body(find): Body<Find>,
) -> Result<Json<FoundWork>, Problem> {
    let answered = ask(&market, &pace, &call, Side::Work, find).await?;
    let ids: Vec<Uuid> = hits(&answered).map(|(id, _)| id).collect();
    let requests: Vec<Request> = market.store.these(&ids).await?;
    let clients: Vec<Uuid> = requests.iter().map(|request| request.client.0).collect();
    let people: Vec<Person> = market.store.these(&clients).await?;
    let people: BTreeMap<_, _> = people.iter().map(|person| (person.id, person)).collect();
    let mut requests: BTreeMap<Uuid, Request> = requests
        .into_iter()
        .map(|request| (request.id.0, request))
        .collect();
    let results = hits(&answered).filter_map(|(id, km)| {
        // Rows are younger than the answer: what has ended meanwhile is left out.
        let request = requests.remove(&id).filter(Request::is_open)?;
        let client = people.get(&request.client)?;
        (!client.is_suspended()).then(|| WorkResult {
            client: (*client).clone(),
            request,
            km,
        })
    });
    Ok(Json(FoundWork {
        results: results.collect(),
        version: answered.version,
        at: (market.clock)(),
        page: answered.found.page,
    }))
}
