//! A fit as both sides read it: numbers from the server's recommendation, words from the rows at hand.

use super::names;
use crate::snapshot::Snapshot;
use crate::view::matching::{FitPartView, FitView};
use guildhall_domain::id::{AccountId, RequestId};
use guildhall_domain::person::Person;
use guildhall_domain::profile::Profile;
use guildhall_domain::recommendation::Recommendation;
use guildhall_domain::request::Request;
use guildhall_matching::{
    Candidate, Explanation, Fit, NEWCOMER_CONTRACTS, Parts, SCORE_VERSION, Side, Weights,
    put_newcomers,
};

/// The recommendation of a pair, if it lies in this side's list.
pub(super) fn of_pair(
    snapshot: &Snapshot,
    request: RequestId,
    freelancer: AccountId,
    side: Side,
) -> Option<&Recommendation> {
    snapshot
        .find::<Recommendation>(Recommendation::id_of(request, freelancer))
        .filter(|pair| match side {
            Side::Client => pair.for_client,
            Side::Freelancer => pair.for_freelancer,
        })
}

/// The fit in numbers and words, told to one side.
pub(super) fn view(snapshot: &Snapshot, pair: &Recommendation, side: Side) -> FitView {
    let percents = parts(pair).percents();
    match explanation(snapshot, pair, side) {
        Some(explanation) => FitView {
            percent: percents.sum(),
            parts: explanation
                .parts
                .iter()
                .map(|part| FitPartView {
                    part: name(part.part).to_owned(),
                    percent: part.percent,
                    of: part.of,
                    text: part.text.clone(),
                })
                .collect(),
            sentence: explanation.sentence,
            improve: explanation.improvable.map(|improvable| improvable.text),
        },
        None => bare(percents),
    }
}

/// The whole percent of a recommendation.
pub(super) fn percent(pair: &Recommendation) -> u32 {
    parts(pair).percents().sum()
}

fn parts(pair: &Recommendation) -> Parts {
    let [skills, rating, place, availability, budget] = pair.parts;
    Parts {
        skills,
        rating,
        place,
        availability,
        budget,
    }
}

/// Why, unless the rows have moved on since the server computed the numbers.
fn explanation(snapshot: &Snapshot, pair: &Recommendation, side: Side) -> Option<Explanation> {
    if pair.score_version != SCORE_VERSION {
        return None;
    }
    let request = snapshot.find::<Request>(pair.request)?;
    let profile = snapshot.find::<Profile>(pair.freelancer)?;
    let person = snapshot.find::<Person>(pair.freelancer)?;
    let fit = guildhall_matching::fit(
        &guildhall_matching::request_facts(request, names::catalog()),
        &guildhall_matching::freelancer_facts(
            profile,
            person,
            names::catalog(),
            snapshot.now.day(),
        ),
        names::relations(),
        &Weights::default(),
    )
    .ok()?;
    let as_the_server_says = Fit {
        score: pair.score,
        parts: parts(pair),
        ..fit
    };
    Some(guildhall_matching::explain(
        &as_the_server_says,
        side,
        &|skill| names::skill_or_unknown(skill),
    ))
}

fn bare(percents: Parts) -> FitView {
    let weights = Weights::default().parts().percents();
    let text =
        "This has changed since the fit was computed; it is computed anew when you are online.";
    FitView {
        percent: percents.sum(),
        parts: percents
            .iter()
            .map(|(part, percent)| FitPartView {
                part: name(part).to_owned(),
                percent,
                of: weights.get(part),
                text: text.to_owned(),
            })
            .collect(),
        sentence: text.to_owned(),
        improve: None,
    }
}

fn name(part: guildhall_matching::Part) -> &'static str {
    match part {
        guildhall_matching::Part::Skills => "skills",
        guildhall_matching::Part::Rating => "rating",
        guildhall_matching::Part::Place => "place",
        guildhall_matching::Part::Availability => "availability",
        guildhall_matching::Part::Budget => "budget",
    }
}

/// Best first, and of equals in the order that the server ranks them too.
pub(super) fn best_first(pairs: &mut [&Recommendation]) {
    pairs.sort_by_key(|pair| {
        let (request, freelancer) = (pair.request.0.as_u128(), pair.freelancer.0.as_u128());
        let tie = guildhall_matching::tie_break(request, freelancer);
        (std::cmp::Reverse(pair.score), tie, pair.id)
    });
}

/// The pairs of one request, best first, as [`best_first`] leaves them, with the places that were drawn for newcomers.
pub(super) fn with_newcomers<'a>(
    snapshot: &Snapshot,
    ranked: &[&'a Recommendation],
) -> Vec<&'a Recommendation> {
    let candidates: Vec<Candidate> = ranked
        .iter()
        .map(|pair| Candidate {
            id: pair.freelancer.0.as_u128(),
            score: pair.score,
            newcomer: is_newcomer(snapshot, pair.freelancer),
        })
        .collect();
    let mut drawn: Vec<(u64, u128)> = ranked
        .iter()
        .filter_map(|pair| {
            let (request, freelancer) = (pair.request.0.as_u128(), pair.freelancer.0.as_u128());
            let day = pair.newcomer?.day.0;
            let lot = guildhall_matching::newcomer_lot(request, day, freelancer);
            Some((lot, freelancer))
        })
        .collect();
    drawn.sort_unstable();
    let drawn: Vec<u128> = drawn
        .into_iter()
        .map(|(_, freelancer)| freelancer)
        .collect();
    put_newcomers(&candidates, &drawn)
        .into_iter()
        .filter_map(|one| {
            let is_of = |pair: &&&Recommendation| pair.freelancer.0.as_u128() == one.id;
            ranked.iter().find(is_of).copied()
        })
        .collect()
}

/// Whether somebody has ended fewer than three contracts, as far as this device knows; whoever is not known here is none.
fn is_newcomer(snapshot: &Snapshot, freelancer: AccountId) -> bool {
    snapshot.find::<Person>(freelancer).is_some_and(|person| {
        let ended = person
            .standing
            .completed
            .saturating_add(person.standing.cancelled);
        ended < NEWCOMER_CONTRACTS
    })
}

/// What the list says to the client of a place that was drawn.
pub(super) fn newcomer(pair: &Recommendation) -> Option<String> {
    let place = u32::from(pair.newcomer?.from) + 1;
    Some(format!(
        "Some of the first ten places are kept for people who have ended fewer than {NEWCOMER_CONTRACTS} contracts in this \
         market. By fit alone this was place {place}. The fit is the same."
    ))
}
