//! Offers in a thread: the latest one, and the terms a client may begin the next one with.

use super::super::people;
use crate::forms::terms::terms_form;
use crate::snapshot::Snapshot;
use crate::view::thread::{OfferView, TermsForm};
use guildhall_domain::application::Application;
use guildhall_domain::id::{ApplicationId, OfferId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::offer::{OFFER_LIFE_MS, Offer, OfferStage, Terms};
use guildhall_domain::request::Request;
use guildhall_domain::time::Timestamp;
use uuid::Uuid;

/// Characters of a request's description that fit into an offer.
const LONGEST_SCOPE: usize = 4_000;
/// Characters an offer needs to say what is to be done.
const SHORTEST_SCOPE: usize = 10;
/// Days of work where the request is not at hand.
const USUAL_DAYS: i32 = 28;
/// Hours a week where the request is not at hand.
const USUAL_HOURS: u8 = 20;

/// The latest offer of a thread, whatever became of it.
pub(in crate::screens) fn latest(snapshot: &Snapshot, thread: ApplicationId) -> Option<&Offer> {
    snapshot
        .all::<Offer>()
        .filter(|offer| offer.application == thread)
        .max_by_key(|offer| (offer.sent, offer.id))
}

pub(super) fn view(snapshot: &Snapshot, offer: &Offer) -> OfferView {
    let is_live = offer.is_live(snapshot.now);
    let stage = match offer.stage {
        OfferStage::Sent { .. } if is_live => "sent",
        OfferStage::Sent { .. } => "expired",
        OfferStage::Accepted { .. } => "accepted",
        OfferStage::Declined { .. } => "declined",
        OfferStage::Revoked { .. } => "revoked",
        OfferStage::Superseded { .. } => "superseded",
    };
    OfferView {
        id: offer.id.to_string(),
        terms: terms_form(&offer.terms),
        stage: stage.to_owned(),
        expires_at: people::ms(expires(offer)),
        mine_to_answer: is_live && offer.freelancer == snapshot.me,
        delivery: people::delivery(snapshot.is_waiting::<Offer>(offer.id)),
    }
}

/// When an offer runs out, or would have.
pub(super) fn expires(offer: &Offer) -> Timestamp {
    match offer.stage {
        OfferStage::Sent { expires } => expires,
        OfferStage::Accepted { .. }
        | OfferStage::Declined { .. }
        | OfferStage::Revoked { .. }
        | OfferStage::Superseded { .. } => offer.sent.plus_ms(OFFER_LIFE_MS),
    }
}

/// The terms to begin an offer with: what was asked for, at the price that was asked.
pub(super) fn suggested(snapshot: &Snapshot, application: &Application) -> TermsForm {
    terms_form(&suggested_terms(snapshot, application))
}

/// An offer that lacks nothing, to ask the rules whether one can be made.
pub(in crate::screens) fn offer_probe(snapshot: &Snapshot, application: &Application) -> Mutation {
    Mutation::MakeOffer {
        id: OfferId(Uuid::nil()),
        application: application.id,
        terms: Box::new(suggested_terms(snapshot, application)),
    }
}

fn suggested_terms(snapshot: &Snapshot, application: &Application) -> Terms {
    let today = snapshot.now.day();
    let Some(request) = snapshot.find::<Request>(application.request) else {
        return Terms {
            scope: String::new(),
            rate: application.price,
            hours_per_week: USUAL_HOURS,
            start: today,
            end: today.plus_days(USUAL_DAYS),
        };
    };
    let text = &request.text;
    let description = text.description.trim();
    let scope = if description.chars().count() >= SHORTEST_SCOPE {
        description.chars().take(LONGEST_SCOPE).collect()
    } else {
        text.title.clone()
    };
    // Work does not begin before today, and lasts as long as was asked for.
    let start = text.start.max(today);
    let late = start.0.saturating_sub(text.start.0);
    Terms {
        scope,
        rate: application.price,
        hours_per_week: text.hours_per_week,
        start,
        end: text.end.plus_days(late),
    }
}
