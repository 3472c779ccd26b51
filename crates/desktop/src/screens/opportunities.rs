//! The requests a freelancer can answer: ranked for them, each with its reasons.

use super::{bookmarks, drafts, fits, names, people, requests, stages, words};
use crate::forms::request::request_form;
use crate::snapshot::Snapshot;
use crate::view::matching::FitView;
use crate::view::outbox::SimilarView;
use crate::view::request::{OpportunityRow, OpportunityView, WantedSkillForm};
use guildhall_domain::application::Application;
use guildhall_domain::bookmark::{Bookmark, Subject};
use guildhall_domain::denied::Denied;
use guildhall_domain::id::{ApplicationId, RequestId};
use guildhall_domain::recommendation::Recommendation;
use guildhall_domain::request::{Request, RequestStage, WantedSkill, Work};
use guildhall_matching::Side;
use std::collections::BTreeSet;

/// How many matches the tray names.
const IN_THE_TRAY: usize = 3;

/// What I can answer, best matches first, then what I have answered, saved or hidden.
pub fn opportunities(snapshot: &Snapshot) -> Vec<OpportunityRow> {
    let matched = matched(snapshot);
    let known: BTreeSet<RequestId> = matched.iter().map(|(_, request)| request.id).collect();
    let applied = snapshot
        .all::<Application>()
        .filter(|application| application.freelancer == snapshot.me)
        .map(|application| application.request);
    let marked = snapshot
        .all::<Bookmark>()
        .filter_map(|bookmark| match bookmark.subject {
            Subject::Request { request, .. } => Some(request),
            Subject::Freelancer { .. } => None,
        });
    let unmatched: BTreeSet<RequestId> = applied.chain(marked).collect();
    let unmatched = unmatched
        .difference(&known)
        .filter_map(|id| snapshot.find::<Request>(*id));
    let (answerable, others): (Vec<&Request>, Vec<&Request>) = matched
        .iter()
        .map(|(_, request)| *request)
        .chain(unmatched)
        .filter(|request| is_listed(snapshot, request))
        .partition(|request| is_answerable(snapshot, request));
    let listed = answerable.into_iter().chain(others);
    listed.map(|request| row(snapshot, request)).collect()
}

/// One request as a freelancer reads it.
///
/// # Errors
/// `not_found` where the device does not hold it.
pub fn opportunity(snapshot: &Snapshot, id: RequestId) -> Result<OpportunityView, Denied> {
    let request = snapshot.find::<Request>(id).ok_or_else(|| {
        let mut denied = Denied::not_found("request");
        if bookmarks::of(snapshot, id).is_some() {
            "This request is on its way to this device.".clone_into(&mut denied.message);
        }
        denied
    })?;
    let today = snapshot.now.day();
    let text = &request.text;
    let applied = application(snapshot, request).filter(|found| stages::has_applied(Some(found)));
    Ok(OpportunityView {
        row: row(snapshot, request),
        category: names::category(&text.category),
        description: text.description.clone(),
        skills: request_form(text)
            .skills
            .into_iter()
            .map(|wanted| WantedSkillForm {
                name: wanted.skill.and_then(names::skill).unwrap_or(wanted.name),
                ..wanted
            })
            .collect(),
        budget: text.budget.map(super::money_view),
        work: work(text.work, text.place),
        dates: words::span(text.start, text.end, today),
        hours_per_week: text.hours_per_week,
        client: people::view(snapshot, request.client),
        hidden_because: bookmarks::because(snapshot, id).to_owned(),
        application: applied.map(|application| application.id.to_string()),
        draft: drafts::application(snapshot, id),
        stage: stages::of_request(snapshot, request),
    })
}

/// The best matches that can still be answered, for the tray: title, percent, route.
pub fn top_matches(snapshot: &Snapshot) -> Vec<(String, u32, String)> {
    suggested(snapshot)
        .take(IN_THE_TRAY)
        .map(|(pair, request)| {
            let route = format!("/opportunities/{}", request.id);
            (request.text.title.clone(), fits::percent(pair), route)
        })
        .collect()
}

/// Open requests I could answer in the place of one that is gone: of the same kind of work or with a skill in common where
/// this device still holds it, else what fits best.
pub(super) fn similar(
    snapshot: &Snapshot,
    gone: Option<&Request>,
    most: usize,
) -> Vec<SimilarView> {
    let is_like = |request: &Request| {
        gone.is_none_or(|gone| {
            let wanted = |skill: &WantedSkill| {
                let skill = skill.skill;
                skill.is_some() && gone.text.skills.iter().any(|other| other.skill == skill)
            };
            request.text.category == gone.text.category || request.text.skills.iter().any(wanted)
        })
    };
    suggested(snapshot)
        .map(|(_, request)| request)
        .filter(|request| gone.is_none_or(|gone| gone.id != request.id))
        .filter(|request| is_like(request))
        .take(most)
        .map(|request| SimilarView {
            title: request.text.title.clone(),
            line: requests::line(&request.text, snapshot.now.day()),
            route: format!("/opportunities/{}", request.id),
        })
        .collect()
}

/// The matches I can still answer, best first.
pub(super) fn recommended(snapshot: &Snapshot, most: usize) -> Vec<OpportunityRow> {
    suggested(snapshot)
        .take(most)
        .map(|(_, request)| row(snapshot, request))
        .collect()
}

/// My matches that can be answered and that I did not put out of sight, best first.
fn suggested(snapshot: &Snapshot) -> impl Iterator<Item = (&Recommendation, &Request)> {
    matched(snapshot).into_iter().filter(|(_, request)| {
        is_answerable(snapshot, request) && !bookmarks::is_hidden(snapshot, request.id)
    })
}

/// My matches with their requests, best first.
fn matched(snapshot: &Snapshot) -> Vec<(&Recommendation, &Request)> {
    let mut pairs: Vec<&Recommendation> = snapshot
        .all::<Recommendation>()
        .filter(|pair| pair.freelancer == snapshot.me && pair.for_freelancer)
        .collect();
    fits::best_first(&mut pairs);
    pairs
        .into_iter()
        .filter_map(|pair| Some((pair, snapshot.find::<Request>(pair.request)?)))
        .collect()
}

fn is_answerable(snapshot: &Snapshot, request: &Request) -> bool {
    request.is_open() && !stages::has_applied(application(snapshot, request))
}

/// Ended requests leave the list unless I have applied or saved them; then they stay, so that I see what became of it.
fn is_listed(snapshot: &Snapshot, request: &Request) -> bool {
    match request.stage {
        RequestStage::Open | RequestStage::Paused { .. } => true,
        RequestStage::Filled { .. }
        | RequestStage::Closed { .. }
        | RequestStage::Cancelled { .. }
        | RequestStage::Expired { .. }
        | RequestStage::Removed { .. } => {
            stages::has_applied(application(snapshot, request))
                || bookmarks::is_saved(snapshot, request.id)
        }
    }
}

fn row(snapshot: &Snapshot, request: &Request) -> OpportunityRow {
    let fit = fit(snapshot, request);
    let applied = stages::has_applied(application(snapshot, request));
    OpportunityRow {
        id: request.id.to_string(),
        title: request.text.title.clone(),
        client: people::name(snapshot, request.client),
        line: requests::line(&request.text, snapshot.now.day()),
        is_new: fit.is_some() && !applied && !snapshot.opened.contains(&request.id.0),
        fit,
        applied,
        open: request.is_open(),
        stance: bookmarks::stance(snapshot, request.id),
    }
}

fn fit(snapshot: &Snapshot, request: &Request) -> Option<FitView> {
    fits::of_pair(snapshot, request.id, snapshot.me, Side::Freelancer)
        .map(|pair| fits::view(snapshot, pair, Side::Freelancer))
}

fn application<'a>(snapshot: &'a Snapshot, request: &Request) -> Option<&'a Application> {
    snapshot.find::<Application>(ApplicationId::of(request.id, snapshot.me))
}

/// "Remote", "On site in Leipzig, Germany", "Hybrid in Leipzig, Germany".
fn work(work: Work, place: Option<u32>) -> String {
    let name = match work {
        Work::OnSite => "On site",
        Work::Hybrid => "Hybrid",
        Work::Remote => return "Remote".to_owned(),
    };
    match place.and_then(names::place) {
        Some(place) => format!("{name} in {}", place.name),
        None => name.to_owned(),
    }
}
