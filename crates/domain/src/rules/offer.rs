//! Offers. Accepting one is the moment that must have exactly one winner.

use super::application::{answerable, log, over};
use super::request::{close_applications, ended};
use super::{Answer, Call, reason, taken};
use crate::activity::ActivityKind;
use crate::application::{Application, ApplicationStage, Closing};
use crate::contract::{Contract, ContractStage};
use crate::denied::{Code, Denied};
use crate::id::{ApplicationId, ContractId, OfferId};
use crate::mutation::Effect;
use crate::offer::{OFFER_LIFE_MS, Offer, OfferStage, Terms};
use crate::request::{Request, RequestStage};
use crate::world::{Stop, find, get};

/// What somebody hears who accepts an accepted offer: nothing is missing.
const DONE_BEFORE: (Code, &str) = (Code::AlreadyDone, "The offer has been accepted already.");
/// What somebody hears who wants an accepted offer gone: a contract has come of it meanwhile.
const OVERTAKEN: (Code, &str) = (
    Code::InvalidState,
    "The offer has been accepted meanwhile, and a contract has begun.",
);

pub(super) fn make(call: &Call<'_>, id: OfferId, on: ApplicationId, terms: &Terms) -> Answer {
    let mut application = answerable(call, on)?;
    let request: Request = get(call.world, application.request, "request")?;
    if !request.is_live() {
        return Err(ended(&request).into());
    }
    if let Some(before) = find::<Offer>(call.world, id)? {
        if before.application != on {
            return Err(taken().into());
        }
        return Err(Denied::new(Code::AlreadyDone, "This offer has been sent already.").into());
    }
    match application.stage {
        ApplicationStage::Submitted
        | ApplicationStage::Viewed { .. }
        | ApplicationStage::Shortlisted { .. } => {}
        ApplicationStage::Offered { offer: before, .. } => {
            let before: Offer = get(call.world, before, "offer")?;
            if before.is_live(call.now) {
                return Err(
                    Denied::state("An offer lies on the table. Take it back first.").into(),
                );
            }
        }
        ApplicationStage::Hired { .. }
        | ApplicationStage::Declined { .. }
        | ApplicationStage::Withdrawn { .. }
        | ApplicationStage::Closed { .. } => return Err(over().into()),
    }
    terms.check()?;
    let offer = Offer {
        id,
        application: on,
        request: request.id,
        client: application.client,
        freelancer: application.freelancer,
        terms: terms.clone(),
        sent: call.now,
        stage: OfferStage::Sent {
            expires: call.now.plus_ms(OFFER_LIFE_MS),
        },
    };
    application.stage = ApplicationStage::Offered {
        at: call.now,
        offer: id,
    };
    let log = log(
        call,
        ActivityKind::OfferMade,
        &application,
        request.text.title,
    );
    Ok(vec![Effect::put(offer), Effect::put(application), log])
}

pub(super) fn revoke(call: &Call<'_>, id: OfferId) -> Answer {
    let (mut offer, mut application) = on_the_table(call, id, OVERTAKEN)?;
    offer.stage = OfferStage::Revoked { at: call.now };
    application.stage = ApplicationStage::Viewed { at: call.now };
    let log = log(call, ActivityKind::OfferRevoked, &application, "");
    Ok(vec![Effect::put(offer), Effect::put(application), log])
}

pub(super) fn decline(call: &Call<'_>, id: OfferId, why: &str) -> Answer {
    let (mut offer, mut application) = on_the_table(call, id, OVERTAKEN)?;
    let why = reason(why, 0)?;
    offer.stage = OfferStage::Declined {
        at: call.now,
        reason: why.clone(),
    };
    application.stage = ApplicationStage::Viewed { at: call.now };
    let log = log(call, ActivityKind::OfferDeclined, &application, why);
    Ok(vec![Effect::put(offer), Effect::put(application), log])
}

pub(super) fn accept(call: &Call<'_>, id: OfferId, contract: ContractId) -> Answer {
    let (mut offer, mut application) = on_the_table(call, id, DONE_BEFORE)?;
    let mut request: Request = get(call.world, offer.request, "request")?;
    if !request.is_live() || request.hired >= request.places {
        return Err(ended(&request).into());
    }
    if let Some(before) = find::<Contract>(call.world, contract)? {
        if before.offer != id {
            return Err(taken().into());
        }
        return Err(Denied::new(Code::AlreadyDone, "This contract has begun already.").into());
    }
    request.hired += 1;
    request.changed = call.now;
    let mut effects = Vec::new();
    if request.hired == request.places {
        request.stage = RequestStage::Filled { at: call.now };
        effects.extend(close_applications(call, request.id, Closing::Filled)?);
    }
    offer.stage = OfferStage::Accepted { at: call.now };
    application.stage = ApplicationStage::Hired {
        at: call.now,
        contract,
    };
    let log = log(
        call,
        ActivityKind::OfferAccepted,
        &application,
        request.text.title.clone(),
    );
    // The winner's own offer and application were closed with the rest: what comes later in the list stands.
    effects.push(Effect::put(Contract {
        id: contract,
        offer: id,
        application: application.id,
        request: request.id,
        client: offer.client,
        freelancer: offer.freelancer,
        title: request.text.title.clone(),
        terms: offer.terms.clone(),
        began: call.now,
        stage: ContractStage::Active {
            at: call.now,
            changes: String::new(),
        },
    }));
    effects.push(Effect::put(offer));
    effects.push(Effect::put(application));
    effects.push(Effect::put(request));
    effects.push(log);
    Ok(effects)
}

/// The offer with its application, if it waits for an answer.
fn on_the_table(
    call: &Call<'_>,
    id: OfferId,
    accepted: (Code, &str),
) -> Result<(Offer, Application), Stop> {
    let offer: Offer = get(call.world, id, "offer")?;
    match offer.stage {
        OfferStage::Sent { expires } if call.now < expires => {}
        OfferStage::Sent { .. } => {
            return Err(Denied::new(
                Code::Expired,
                "The offer ran out before your answer arrived. Ask to have it renewed.",
            )
            .into());
        }
        OfferStage::Superseded { .. } => {
            let request: Request = get(call.world, offer.request, "request")?;
            return Err(ended(&request).into());
        }
        OfferStage::Accepted { .. } => return Err(Denied::new(accepted.0, accepted.1).into()),
        OfferStage::Declined { .. } => {
            return Err(Denied::state("The offer has been declined.").into());
        }
        OfferStage::Revoked { .. } => {
            return Err(
                Denied::state("The client took the offer back. Nothing was signed.").into(),
            );
        }
    }
    let application: Application = get(call.world, offer.application, "application")?;
    Ok((offer, application))
}
