//! A request's life: published, changed, paused, called off, taken down.

use super::{About, Answer, Call, reason, taken};
use crate::activity::ActivityKind;
use crate::application::{Application, ApplicationStage, Closing};
use crate::changes::Changes;
use crate::denied::{Code, Denied};
use crate::id::RequestId;
use crate::mutation::Effect;
use crate::offer::{Offer, OfferStage};
use crate::request::{MAXIMUM_OPEN, Request, RequestStage, RequestText};
use crate::row::{Column, Lookup};
use crate::world::{find, get, list};

pub(super) fn publish(call: &Call<'_>, id: RequestId, text: &RequestText) -> Answer {
    if let Some(before) = find::<Request>(call.world, id)? {
        if before.client != call.actor.account {
            return Err(taken().into());
        }
        return Err(Denied::new(
            Code::AlreadyDone,
            "This request has been published already.",
        )
        .into());
    }
    text.check(call.now.day())?;
    let mine: Vec<Request> = list(
        call.world,
        Lookup::of::<Request>(Column::Client, call.actor.account),
    )?;
    if mine.iter().filter(|request| request.is_live()).count() >= MAXIMUM_OPEN {
        return Err(Denied::new(
            Code::LimitReached,
            format!("You have {MAXIMUM_OPEN} open requests; close one first."),
        )
        .into());
    }
    let request = Request {
        id,
        client: call.actor.account,
        text: text.clone(),
        terms_version: 1,
        places: 1,
        hired: 0,
        stage: RequestStage::Open,
        published: call.now,
        changed: call.now,
    };
    let log = log(call, ActivityKind::RequestPublished, &request);
    Ok(vec![Effect::put(request), log])
}

pub(super) fn change(call: &Call<'_>, id: RequestId, changes: &Changes) -> Answer {
    let request = get::<Request>(call.world, id, "request")?;
    // An ended request says so before anything is said of its fields.
    if !request.is_live() {
        return Err(ended(&request).into());
    }
    edit(call, id, &changes.onto(&request.text)?)
}

pub(super) fn edit(call: &Call<'_>, id: RequestId, text: &RequestText) -> Answer {
    let mut request = get::<Request>(call.world, id, "request")?;
    if !request.is_live() {
        return Err(ended(&request).into());
    }
    text.check(call.now.day())?;
    if request.text.differs_materially(text) {
        request.terms_version += 1;
    }
    request.text = text.clone();
    request.changed = call.now;
    let log = log(call, ActivityKind::RequestEdited, &request);
    Ok(vec![Effect::put(request), log])
}

pub(super) fn pause(call: &Call<'_>, id: RequestId) -> Answer {
    let mut request = get::<Request>(call.world, id, "request")?;
    match request.stage {
        RequestStage::Open => {}
        RequestStage::Paused { .. } => {
            return Err(Denied::new(Code::AlreadyDone, "This request is paused already.").into());
        }
        RequestStage::Filled { .. }
        | RequestStage::Closed { .. }
        | RequestStage::Cancelled { .. }
        | RequestStage::Expired { .. }
        | RequestStage::Removed { .. } => return Err(ended(&request).into()),
    }
    request.stage = RequestStage::Paused { at: call.now };
    request.changed = call.now;
    let log = log(call, ActivityKind::RequestPaused, &request);
    Ok(vec![Effect::put(request), log])
}

pub(super) fn resume(call: &Call<'_>, id: RequestId) -> Answer {
    let mut request = get::<Request>(call.world, id, "request")?;
    match request.stage {
        RequestStage::Paused { .. } => {}
        RequestStage::Open => {
            return Err(Denied::new(Code::AlreadyDone, "This request is open already.").into());
        }
        RequestStage::Filled { .. }
        | RequestStage::Closed { .. }
        | RequestStage::Cancelled { .. }
        | RequestStage::Expired { .. }
        | RequestStage::Removed { .. } => return Err(ended(&request).into()),
    }
    request.stage = RequestStage::Open;
    request.changed = call.now;
    let log = log(call, ActivityKind::RequestResumed, &request);
    Ok(vec![Effect::put(request), log])
}

pub(super) fn renew(call: &Call<'_>, id: RequestId) -> Answer {
    let mut request = get::<Request>(call.world, id, "request")?;
    let mut effects = Vec::new();
    match request.stage {
        RequestStage::Open | RequestStage::Paused { .. } => {}
        RequestStage::Expired { .. } => {
            request.text.check(call.now.day())?;
            request.stage = RequestStage::Open;
            effects.extend(reopen_applications(call, id, Closing::Expired)?);
        }
        RequestStage::Filled { .. }
        | RequestStage::Closed { .. }
        | RequestStage::Cancelled { .. }
        | RequestStage::Removed { .. } => return Err(ended(&request).into()),
    }
    request.changed = call.now;
    effects.push(log(call, ActivityKind::RequestResumed, &request));
    effects.push(Effect::put(request));
    Ok(effects)
}

pub(super) fn expire(call: &Call<'_>, id: RequestId) -> Answer {
    let mut request: Request = get(call.world, id, "request")?;
    if !request.is_live() {
        return Err(ended(&request).into());
    }
    if call.now < request.expires() {
        return Err(Denied::state("The client has given a sign of life.").into());
    }
    request.stage = RequestStage::Expired { at: call.now };
    let mut effects = close_applications(call, id, Closing::Expired)?;
    effects.push(log(call, ActivityKind::RequestExpired, &request));
    effects.push(Effect::put(request));
    Ok(effects)
}

pub(super) fn cancel(call: &Call<'_>, id: RequestId, why: &str) -> Answer {
    let mut request = get::<Request>(call.world, id, "request")?;
    if !request.is_live() {
        return Err(match request.stage {
            RequestStage::Filled { .. } => {
                Denied::state("Somebody has been hired. Cancel the contract instead.")
            }
            RequestStage::Open
            | RequestStage::Paused { .. }
            | RequestStage::Closed { .. }
            | RequestStage::Cancelled { .. }
            | RequestStage::Expired { .. }
            | RequestStage::Removed { .. } => ended(&request),
        }
        .into());
    }
    let why = reason(why, 0)?;
    request.stage = RequestStage::Cancelled {
        at: call.now,
        reason: why,
    };
    request.changed = call.now;
    let mut effects = close_applications(call, id, Closing::Cancelled)?;
    effects.push(log(call, ActivityKind::RequestCancelled, &request));
    effects.push(Effect::put(request));
    Ok(effects)
}

pub(super) fn remove(call: &Call<'_>, id: RequestId, why: &str) -> Answer {
    let mut request: Request = get(call.world, id, "request")?;
    if !request.is_live() {
        return Err(ended(&request).into());
    }
    let why = reason(why, 3)?;
    request.stage = RequestStage::Removed {
        at: call.now,
        reason: why.clone(),
    };
    request.changed = call.now;
    let mut effects = close_applications(call, id, Closing::Removed)?;
    let about = About {
        other: Some(request.client),
        request: Some(id),
        application: None,
    };
    effects.push(call.log(
        ActivityKind::RequestRemoved,
        about,
        format!("{} — {why}", request.text.title),
    ));
    effects.push(Effect::put(request));
    Ok(effects)
}

pub(super) fn view(call: &Call<'_>, id: RequestId) -> Answer {
    let request: Request = get(call.world, id, "request")?;
    if request.client == call.actor.account {
        return Ok(Vec::new());
    }
    let about = About {
        other: Some(request.client),
        request: Some(id),
        application: None,
    };
    Ok(vec![
        call.log(
            ActivityKind::RequestViewed,
            about,
            request.text.title.clone(),
        ),
        call.count(request.client, id.0, ActivityKind::RequestViewed)?,
    ])
}

/// Ends every live application of a request together with the offers on it.
pub(super) fn close_applications(call: &Call<'_>, id: RequestId, because: Closing) -> Answer {
    let mut effects = Vec::new();
    for mut application in
        list::<Application>(call.world, Lookup::of::<Application>(Column::Request, id))?
    {
        if application.is_live() {
            application.stage = ApplicationStage::Closed {
                at: call.now,
                because,
            };
            effects.push(Effect::put(application));
        }
    }
    for mut offer in list::<Offer>(call.world, Lookup::of::<Offer>(Column::Request, id))? {
        if matches!(offer.stage, OfferStage::Sent { .. }) {
            offer.stage = OfferStage::Superseded { at: call.now };
            effects.push(Effect::put(offer));
        }
    }
    Ok(effects)
}

/// Those whose application ended for this reason stand in line again.
pub(super) fn reopen_applications(call: &Call<'_>, id: RequestId, ended_as: Closing) -> Answer {
    let mut effects = Vec::new();
    for mut application in
        list::<Application>(call.world, Lookup::of::<Application>(Column::Request, id))?
    {
        if matches!(application.stage, ApplicationStage::Closed { because, .. } if because == ended_as)
        {
            application.stage = ApplicationStage::Viewed { at: call.now };
            effects.push(Effect::put(application));
        }
    }
    Ok(effects)
}

fn log(call: &Call<'_>, kind: ActivityKind, request: &Request) -> Effect {
    let about = About {
        request: Some(request.id),
        ..About::default()
    };
    call.log(kind, about, request.text.title.clone())
}

/// Why an ended request takes this act no more.
pub(super) fn ended(request: &Request) -> Denied {
    match &request.stage {
        RequestStage::Open => Denied::state("This request is open."),
        RequestStage::Paused { .. } => Denied::new(
            Code::Paused,
            "The client has paused this request. Try again when it is open.",
        ),
        RequestStage::Filled { .. } | RequestStage::Closed { .. } => Denied::new(
            Code::AlreadyFilled,
            "The place has been taken. Nothing was sent; your text is kept.",
        ),
        RequestStage::Cancelled { .. } => {
            Denied::state("This request was cancelled. Your text is kept.")
        }
        RequestStage::Expired { .. } => {
            Denied::state("This request has run out. Your text is kept.")
        }
        RequestStage::Removed { .. } => {
            Denied::state("This request was removed by the operator. Your text is kept.")
        }
    }
}
