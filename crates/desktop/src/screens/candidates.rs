//! The freelancers of a request, ranked, with those who applied.

use super::world::possible;
use super::{bookmarks, fits, people, profile, requests, stages, threads, words};
use crate::snapshot::Snapshot;
use crate::view::home::ApplicantRow;
use crate::view::matching::{ApplicationStageView, CandidatePageView, CandidateView};
use guildhall_domain::application::{Application, ApplicationStage};
use guildhall_domain::denied::Denied;
use guildhall_domain::id::{AccountId, ApplicationId, RequestId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::profile::Profile;
use guildhall_domain::recommendation::Recommendation;
use guildhall_domain::request::Request;
use guildhall_matching::Side;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Ranked freelancers, best first; behind them those who applied without having been matched, newest first.
pub(super) fn list(snapshot: &Snapshot, request: &Request) -> Vec<CandidateView> {
    let mut pairs: Vec<&Recommendation> = snapshot
        .all::<Recommendation>()
        .filter(|pair| pair.request == request.id && pair.for_client)
        .collect();
    fits::best_first(&mut pairs);
    let pairs = fits::with_newcomers(snapshot, &pairs);
    let matched: BTreeSet<AccountId> = pairs.iter().map(|pair| pair.freelancer).collect();

    let mut others: Vec<&Application> = snapshot
        .all::<Application>()
        .filter(|application| {
            application.request == request.id && !matched.contains(&application.freelancer)
        })
        .collect();
    others.sort_by_key(|application| (Reverse(application.submitted), application.id));

    pairs
        .iter()
        .map(|pair| pair.freelancer)
        .chain(others.iter().map(|application| application.freelancer))
        .map(|freelancer| view(snapshot, request.id, freelancer))
        .collect()
}

/// A candidate's page.
///
/// # Errors
/// `not_found` unless the request is mine and the freelancer was matched with it or applied to it.
pub fn candidate(
    snapshot: &Snapshot,
    request: RequestId,
    freelancer: AccountId,
) -> Result<CandidatePageView, Denied> {
    let is_mine = requests::mine(snapshot).any(|mine| mine.id == request);
    let application = application(snapshot, request, freelancer);
    let pair = fits::of_pair(snapshot, request, freelancer, Side::Client);
    if !is_mine || (application.is_none() && pair.is_none()) {
        return Err(Denied::not_found("candidate"));
    }
    Ok(CandidatePageView {
        candidate: view(snapshot, request, freelancer),
        freelancer: profile::freelancer(snapshot, freelancer),
        message: application.map(|application| application.message.clone()),
        price: application.map(|application| words::rate(application.price)),
        acts: application.map_or_else(Vec::new, |application| acts(snapshot, application)),
    })
}

/// The newest applicants of all my requests that still wait for an answer, newest first.
pub(super) fn applicants(snapshot: &Snapshot, most: usize) -> Vec<ApplicantRow> {
    let mut live: Vec<&Application> = snapshot
        .all::<Application>()
        .filter(|application| application.client == snapshot.me && application.is_live())
        .collect();
    live.sort_by_key(|application| (Reverse(application.submitted), application.id));
    live.into_iter()
        .take(most)
        .map(|application| ApplicantRow {
            request: application.request.to_string(),
            title: threads::title(snapshot, application),
            candidate: view(snapshot, application.request, application.freelancer),
            at: people::ms(application.submitted),
        })
        .collect()
}

fn view(snapshot: &Snapshot, request: RequestId, freelancer: AccountId) -> CandidateView {
    let application = application(snapshot, request, freelancer);
    let named_rate = snapshot
        .find::<Profile>(freelancer)
        .and_then(|profile| profile.text.rate);
    let price = application
        .map(|application| application.price)
        .or(named_rate);
    let pair = fits::of_pair(snapshot, request, freelancer, Side::Client);
    CandidateView {
        person: people::view(snapshot, freelancer),
        rate: price.map_or_else(String::new, words::rate),
        fit: pair.map(|pair| fits::view(snapshot, pair, Side::Client)),
        newcomer: pair.and_then(fits::newcomer),
        application: application.map(|application| application.id.to_string()),
        stage: application.map_or(ApplicationStageView::None, |application| {
            stages::of_application(snapshot, application)
        }),
        unread: application
            .is_some_and(|application| application.stage == ApplicationStage::Submitted),
        stance: bookmarks::stance(snapshot, freelancer),
    }
}

fn application(
    snapshot: &Snapshot,
    request: RequestId,
    freelancer: AccountId,
) -> Option<&Application> {
    snapshot.find::<Application>(ApplicationId::of(request, freelancer))
}

fn acts(snapshot: &Snapshot, application: &Application) -> Vec<String> {
    let id = application.id;
    let mut acts = possible(
        snapshot,
        [
            (
                "shortlist",
                Some(Mutation::ShortlistApplication { id, on: true }),
            ),
            (
                "decline",
                Some(Mutation::DeclineApplication {
                    id,
                    reason: String::new(),
                }),
            ),
            ("offer", Some(threads::offer_probe(snapshot, application))),
        ],
    );
    acts.push("open_thread".to_owned());
    acts
}
