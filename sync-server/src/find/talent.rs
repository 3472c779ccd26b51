//! `POST /v1/find/talent`: freelancers by words and filters.

use super::{ask, hits};
use crate::api::answers::{Denied, Stranger, UnreadBody};
use crate::extract::Call;
use crate::problem::{Body, Problem};
use crate::state::Market;
use crate::sync::Pace;
use axum::extract::State;
use axum::{Extension, Json};
use guildhall_domain::person::Person;
use guildhall_domain::profile::Profile;
use guildhall_protocol::find::{Find, FoundTalent, TalentResult};
use guildhall_protocol::path;
use guildhall_search::Side;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// Freelancers with a profile, as clients see them.
#[utoipa::path(post, path = path::FIND_TALENT, tag = "find", security(("desktop" = [])), request_body = Find,
    responses((status = 200, body = FoundTalent), UnreadBody, Stranger, Denied,
        (status = 429, description = "Too many questions; `Retry-After` says when to come back", content_type = "application/problem+json", body = Problem)))]
pub(super) async fn find_talent(
    State(market): State<Arc<Market>>,
    Extension(pace): Extension<Arc<Pace>>,
    call: Call,
    Body(find): Body<Find>,
) -> Result<Json<FoundTalent>, Problem> {
    let answered = ask(&market, &pace, &call, Side::Talent, find).await?;
    let ids: Vec<Uuid> = hits(&answered).map(|(id, _)| id).collect();
    let people: Vec<Person> = market.store.these(&ids).await?;
    let profiles: Vec<Profile> = market.store.these(&ids).await?;
    let mut people: BTreeMap<Uuid, Person> = people
        .into_iter()
        .map(|person| (person.id.0, person))
        .collect();
    let mut profiles: BTreeMap<Uuid, Profile> = profiles
        .into_iter()
        .map(|profile| (profile.id.0, profile))
        .collect();
    let results = hits(&answered).filter_map(|(id, km)| {
        // Rows are younger than the answer: who was suspended meanwhile, or has left, is left out.
        let person = people.remove(&id)?;
        let profile = profiles.remove(&id)?;
        let is_there = !person.is_suspended() && person.roles.freelancer;
        is_there.then_some(TalentResult {
            person,
            profile,
            km,
        })
    });
    Ok(Json(FoundTalent {
        results: results.collect(),
        version: answered.version,
        at: (market.clock)(),
        page: answered.found.page,
    }))
}
