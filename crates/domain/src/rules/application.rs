//! Applying, and what the client does with an application.

use super::request::ended;
use super::{About, Answer, Call, reason};
use crate::activity::ActivityKind;
use crate::application::{Application, ApplicationStage};
use crate::denied::{Code, Denied, Mistakes};
use crate::id::{ApplicationId, RequestId};
use crate::money::{MAXIMUM_MINOR, Money};
use crate::mutation::Effect;
use crate::offer::Offer;
use crate::request::Request;
use crate::world::{Stop, find, get};

pub(super) fn submit(
    call: &Call<'_>,
    to: RequestId,
    message: &str,
    price: Money,
    terms_version: u32,
) -> Answer {
    let request: Request = get(call.world, to, "request")?;
    let id = ApplicationId::of(to, call.actor.account);
    if let Some(before) = find::<Application>(call.world, id)?
        && !matches!(before.stage, ApplicationStage::Withdrawn { .. })
    {
        return Err(Denied::new(
            Code::AlreadyDone,
            "You have applied to this request already.",
        )
        .into());
    }
    if !request.is_open() {
        return Err(ended(&request).into());
    }
    if terms_version != request.terms_version {
        return Err(Denied::new(
            Code::StaleVersion,
            "The client changed the request after you read it. Look at it again, then send.",
        )
        .into());
    }
    let mut mistakes = Mistakes::default();
    mistakes.length(message, 20, 4_000, "/message", "Your message");
    mistakes.require(
        (1..=MAXIMUM_MINOR).contains(&price.minor),
        "/price",
        "out_of_range",
        "The price is above zero and below ten million.",
    );
    mistakes.into_result()?;
    let application = Application {
        id,
        request: to,
        client: request.client,
        freelancer: call.actor.account,
        message: message.trim().to_owned(),
        price,
        terms_version,
        submitted: call.now,
        stage: ApplicationStage::Submitted,
    };
    let log = log(
        call,
        ActivityKind::Applied,
        &application,
        request.text.title,
    );
    Ok(vec![Effect::put(application), log])
}

pub(super) fn withdraw(call: &Call<'_>, id: ApplicationId) -> Answer {
    let mut application = answerable(call, id)?;
    match application.stage {
        ApplicationStage::Submitted
        | ApplicationStage::Viewed { .. }
        | ApplicationStage::Shortlisted { .. } => {}
        ApplicationStage::Offered { .. } => {
            return Err(Denied::state("An offer lies on the table. Decline it instead.").into());
        }
        ApplicationStage::Hired { .. }
        | ApplicationStage::Declined { .. }
        | ApplicationStage::Withdrawn { .. }
        | ApplicationStage::Closed { .. } => return Err(over().into()),
    }
    application.stage = ApplicationStage::Withdrawn { at: call.now };
    let log = log(call, ActivityKind::ApplicationWithdrawn, &application, "");
    Ok(vec![Effect::put(application), log])
}

pub(super) fn view(call: &Call<'_>, id: ApplicationId) -> Answer {
    let mut application = answerable(call, id)?;
    match application.stage {
        ApplicationStage::Submitted => {}
        // Opening it again changes nothing.
        ApplicationStage::Viewed { .. }
        | ApplicationStage::Shortlisted { .. }
        | ApplicationStage::Offered { .. }
        | ApplicationStage::Hired { .. }
        | ApplicationStage::Declined { .. }
        | ApplicationStage::Withdrawn { .. }
        | ApplicationStage::Closed { .. } => return Ok(Vec::new()),
    }
    application.stage = ApplicationStage::Viewed { at: call.now };
    let log = log(call, ActivityKind::ApplicationViewed, &application, "");
    Ok(vec![Effect::put(application), log])
}

pub(super) fn shortlist(call: &Call<'_>, id: ApplicationId, on: bool) -> Answer {
    let mut application = answerable(call, id)?;
    let before = application.stage.clone();
    application.stage = match (&before, on) {
        (ApplicationStage::Submitted | ApplicationStage::Viewed { .. }, true) => {
            ApplicationStage::Shortlisted { at: call.now }
        }
        (ApplicationStage::Shortlisted { .. }, false) => ApplicationStage::Viewed { at: call.now },
        (ApplicationStage::Submitted | ApplicationStage::Viewed { .. }, false)
        | (ApplicationStage::Shortlisted { .. }, true) => return Ok(Vec::new()),
        (
            ApplicationStage::Offered { .. }
            | ApplicationStage::Hired { .. }
            | ApplicationStage::Declined { .. }
            | ApplicationStage::Withdrawn { .. }
            | ApplicationStage::Closed { .. },
            _,
        ) => return Err(over().into()),
    };
    let log = log(
        call,
        ActivityKind::ApplicationShortlisted,
        &application,
        if on { "on" } else { "off" },
    );
    Ok(vec![Effect::put(application), log])
}

pub(super) fn decline(call: &Call<'_>, id: ApplicationId, why: &str) -> Answer {
    let mut application = answerable(call, id)?;
    match application.stage {
        ApplicationStage::Submitted
        | ApplicationStage::Viewed { .. }
        | ApplicationStage::Shortlisted { .. } => {}
        ApplicationStage::Offered { .. } => {
            return Err(Denied::state("Your offer lies on the table. Take it back first.").into());
        }
        ApplicationStage::Hired { .. }
        | ApplicationStage::Declined { .. }
        | ApplicationStage::Withdrawn { .. }
        | ApplicationStage::Closed { .. } => return Err(over().into()),
    }
    let why = reason(why, 0)?;
    application.stage = ApplicationStage::Declined {
        at: call.now,
        reason: why.clone(),
    };
    let log = log(call, ActivityKind::ApplicationDeclined, &application, why);
    Ok(vec![Effect::put(application), log])
}

/// The application as it stands now.
pub(super) fn answerable(call: &Call<'_>, id: ApplicationId) -> Result<Application, Stop> {
    let mut application: Application = get(call.world, id, "application")?;
    // An offer that ran out binds nobody any more: the application waits for an answer as before.
    if let ApplicationStage::Offered { at, offer } = application.stage
        && find::<Offer>(call.world, offer)?.is_some_and(|offer| !offer.is_live(call.now))
    {
        application.stage = ApplicationStage::Viewed { at };
    }
    Ok(application)
}

pub(super) fn over() -> Denied {
    Denied::state("This application has ended.")
}

pub(super) fn log(
    call: &Call<'_>,
    kind: ActivityKind,
    application: &Application,
    note: impl Into<String>,
) -> Effect {
    let about = About {
        other: Some(application.other(call.actor.account)),
        request: Some(application.request),
        application: Some(application.id),
    };
    call.log(kind, about, note)
}
