//! Lists for admins and moderators, and the acts of moderation.

use super::refused;
use crate::api::answers::{Denied, Missing, Stranger, Unread, UnreadBody};
use crate::extract::Call;
use crate::problem::{Body, FieldError, Problem, Query};
use crate::state::Market;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use guildhall_domain::person::Status;
use guildhall_domain::request::RequestStage;
use guildhall_domain::time::DAY_MS;
use guildhall_protocol::admin::{
    AdminAct, AdminActivity, AdminEvent, AdminHome, AdminPerson, AdminRequest,
};
use guildhall_protocol::path;
use guildhall_protocol::sync::{self, Unreadable};
use guildhall_storage::StoreError;
use serde::Deserialize;
use std::sync::Arc;

/// The most lines of a list.
pub(super) const LINES: u32 = 200;
/// The most events for charts.
const EVENTS: u32 = 50_000;
/// How far back charts look.
const YEAR_MS: i64 = 366 * DAY_MS;

/// What to look for.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Search {
    /// Words that occur in what is found; nothing finds everything.
    #[serde(default)]
    search: String,
}

impl Search {
    /// Its words, in small letters.
    pub(super) fn words(&self) -> Vec<String> {
        let text = self.search.to_lowercase();
        text.split_whitespace().map(str::to_owned).collect()
    }
}

fn failed(error: &StoreError) -> Problem {
    Problem::internal(&error)
}

/// Counts of the marketplace.
#[utoipa::path(get, path = path::ADMIN_HOME, tag = "admin", security(("desktop" = [])), operation_id = "admin_home",
    responses((status = 200, body = AdminHome), Stranger, Missing))]
pub(super) async fn home(State(market): State<Arc<Market>>) -> Result<Json<AdminHome>, Problem> {
    let counts = market
        .store
        .counts()
        .await
        .map_err(|error| failed(&error))?;
    Ok(Json(AdminHome {
        people: counts.people,
        suspended: counts.suspended,
        open_requests: counts.open_requests,
        requests: counts.requests,
        applications: counts.applications,
        running: counts.running,
        completed: counts.completed,
        at: (market.clock)(),
    }))
}

/// People by name.
#[utoipa::path(get, path = path::ADMIN_PEOPLE, tag = "admin", security(("desktop" = [])), operation_id = "admin_people", params(Search),
    responses((status = 200, body = [AdminPerson]), Unread, Stranger, Missing))]
pub(super) async fn people(
    State(market): State<Arc<Market>>,
    Query(search): Query<Search>,
) -> Result<Json<Vec<AdminPerson>>, Problem> {
    let people = market
        .store
        .search_people(search.search.trim(), LINES)
        .await
        .map_err(|error| failed(&error))?;
    let line = |person: guildhall_domain::person::Person| AdminPerson {
        id: person.id,
        name: person.name,
        roles: person.roles,
        joined: person.joined,
        suspended: match person.status {
            Status::Active => None,
            Status::Suspended { reason, .. } => Some(reason),
        },
    };
    Ok(Json(people.into_iter().map(line).collect()))
}

/// Requests by title.
#[utoipa::path(get, path = path::ADMIN_REQUESTS, tag = "admin", security(("desktop" = [])), operation_id = "admin_requests", params(Search),
    responses((status = 200, body = [AdminRequest]), Unread, Stranger, Missing))]
pub(super) async fn requests(
    State(market): State<Arc<Market>>,
    Query(search): Query<Search>,
) -> Result<Json<Vec<AdminRequest>>, Problem> {
    let lines = market
        .store
        .search_requests(search.search.trim(), LINES)
        .await
        .map_err(|error| failed(&error))?;
    Ok(Json(
        lines
            .into_iter()
            .map(|line| {
                let (stage, removed) = match line.request.stage {
                    RequestStage::Open => ("open", None),
                    RequestStage::Paused { .. } => ("paused", None),
                    RequestStage::Filled { .. } => ("filled", None),
                    RequestStage::Closed { .. } => ("closed", None),
                    RequestStage::Cancelled { .. } => ("cancelled", None),
                    RequestStage::Expired { .. } => ("expired", None),
                    RequestStage::Removed { reason, .. } => ("removed", Some(reason)),
                };
                AdminRequest {
                    id: line.request.id,
                    title: line.request.text.title,
                    client: line.client,
                    stage: stage.to_owned(),
                    applications: line.applications,
                    published: line.request.published,
                    removed,
                }
            })
            .collect(),
    ))
}

/// The activity log.
#[utoipa::path(get, path = path::ADMIN_ACTIVITY, tag = "admin", security(("desktop" = [])), operation_id = "admin_activity", params(Search),
    responses((status = 200, body = [AdminActivity]), Unread, Stranger, Missing))]
pub(super) async fn activity(
    State(market): State<Arc<Market>>,
    Query(search): Query<Search>,
) -> Result<Json<Vec<AdminActivity>>, Problem> {
    let lines = market
        .store
        .search_activity(search.search.trim(), LINES)
        .await
        .map_err(|error| failed(&error))?;
    Ok(Json(
        lines
            .into_iter()
            .map(|line| AdminActivity {
                id: line.activity.id,
                at: line.activity.at,
                who: line.who,
                kind: line.activity.kind,
                other: line.other,
                title: line.title,
                note: if line.activity.kind.is_public() {
                    line.activity.note
                } else {
                    String::new()
                },
            })
            .collect(),
    ))
}

/// A year of events for charts.
#[utoipa::path(get, path = path::ADMIN_EVENTS, tag = "admin", security(("desktop" = [])), operation_id = "admin_events",
    responses((status = 200, body = [AdminEvent]), Stranger, Missing))]
pub(super) async fn events(
    State(market): State<Arc<Market>>,
) -> Result<Json<Vec<AdminEvent>>, Problem> {
    let since = (market.clock)().plus_ms(-YEAR_MS);
    let lines = market
        .store
        .activity_since(since, EVENTS)
        .await
        .map_err(|error| failed(&error))?;
    Ok(Json(
        lines
            .into_iter()
            .map(|line| AdminEvent {
                at: line.at,
                kind: line.kind,
                actor: line.actor,
                other: line.other,
                request: line.request,
                application: line.application.map(|id| id.0),
            })
            .collect(),
    ))
}

/// Suspends, restores, removes: at once, with a reason, in the log.
#[utoipa::path(post, path = path::ADMIN_ACT, tag = "admin", security(("desktop" = [])), operation_id = "admin_act", request_body = AdminAct,
    responses((status = 204, description = "It is done"), UnreadBody, Stranger, Missing, Denied))]
pub(super) async fn act(
    State(market): State<Arc<Market>>,
    call: Call,
    Body(act): Body<AdminAct>,
) -> Result<StatusCode, Problem> {
    let opened = sync::act::read(&act.name, act.args.get());
    let mutation = opened.map_err(|unreadable| {
        Problem::validation(vec![match unreadable {
            Unreadable::UnknownName => FieldError::new("/name", "unknown", "There is no such act."),
            Unreadable::BadArguments(text) => FieldError::new("/args", "malformed", text),
        }])
    })?;
    if !mutation.keeps_order() {
        return Err(Problem::validation(vec![FieldError::new(
            "/name",
            "unknown",
            "This is not an act of moderation.",
        )]));
    }
    let verdict = market
        .writer
        .act(call.account(), false, act.id, mutation)
        .await
        .map_err(|_| Problem::unavailable(2))?;
    market.oauth.forget_callers();
    verdict.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}
