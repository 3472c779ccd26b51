//! What happened in a thread, line by line.

use super::super::{files, people, words};
use super::{Messages, offers};
use crate::snapshot::Snapshot;
use crate::view::thread::EntryView;
use guildhall_domain::activity::{Activity, ActivityKind};
use guildhall_domain::application::{Application, ApplicationStage, Closing};
use guildhall_domain::contract::{Contract, ContractStage};
use guildhall_domain::id::AccountId;
use guildhall_domain::message::Message;
use guildhall_domain::offer::{Offer, OfferStage};
use guildhall_domain::time::Timestamp;

/// A line with its place: what is on its way comes last, words before what was done at the same moment.
struct Line {
    waiting: bool,
    at: Timestamp,
    entry: EntryView,
}

/// Oldest first; my unsent ones at the end.
pub(super) fn of(
    snapshot: &Snapshot,
    application: &Application,
    messages: &Messages<'_>,
) -> Vec<EntryView> {
    let mut lines = vec![line(
        application.id.to_string(),
        "application",
        application.freelancer == snapshot.me,
        application.message.clone(),
        application.submitted,
        snapshot.is_waiting::<Application>(application.id)
            && application.stage == ApplicationStage::Submitted,
    )];
    let written = messages.get(&application.id).into_iter().flatten();
    lines.extend(written.map(|message| of_message(snapshot, message)));
    lines.extend(done(snapshot, application));
    lines.extend(ran_out(snapshot, application));
    lines.extend(opened(snapshot, application));
    lines.extend(closed(application));
    lines.sort_by_key(|line| (line.waiting, line.at));
    lines.into_iter().map(|line| line.entry).collect()
}

fn line(id: String, kind: &str, mine: bool, text: String, at: Timestamp, waiting: bool) -> Line {
    Line {
        waiting,
        at,
        entry: EntryView {
            id,
            kind: kind.to_owned(),
            mine,
            text,
            files: Vec::new(),
            at: people::ms(at),
            delivery: people::delivery(waiting),
        },
    }
}

fn of_message(snapshot: &Snapshot, message: &Message) -> Line {
    let waiting = snapshot.is_waiting::<Message>(message.id);
    let mut line = line(
        message.id.to_string(),
        "message",
        message.author == snapshot.me,
        message.body.clone(),
        message.at,
        waiting,
    );
    line.entry.files = files::views(snapshot, &message.attachments, waiting);
    line
}

/// The acts of both, as the activity log tells them.
fn done<'a>(
    snapshot: &'a Snapshot,
    application: &'a Application,
) -> impl Iterator<Item = Line> + use<'a> {
    snapshot
        .all::<Activity>()
        .filter(|activity| activity.application == Some(application.id))
        .filter_map(|activity| {
            let mine = activity.actor == snapshot.me;
            let waiting = snapshot.is_waiting::<Activity>(activity.id);
            let id = activity.id.to_string();
            if let Some(kind) = said_with(activity) {
                let words = activity.note.clone();
                return Some(line(id, kind, mine, words, activity.at, waiting));
            }
            let text = sentence(snapshot, application, activity, waiting)?;
            Some(line(id, "event", mine, text, activity.at, waiting))
        })
}

/// A delivery or a wish for changes comes with words, which stand in the thread like those of a message.
fn said_with(activity: &Activity) -> Option<&'static str> {
    let kind = match activity.kind {
        ActivityKind::Delivered => "delivery",
        ActivityKind::ChangesRequested => "changes",
        _ => return None,
    };
    (!activity.note.trim().is_empty()).then_some(kind)
}

/// An offer that nobody answered in time.
fn ran_out<'a>(
    snapshot: &'a Snapshot,
    application: &'a Application,
) -> impl Iterator<Item = Line> + use<'a> {
    snapshot
        .all::<Offer>()
        .filter(|offer| offer.application == application.id && !offer.is_live(snapshot.now))
        .filter(|offer| matches!(offer.stage, OfferStage::Sent { .. }))
        .map(|offer| {
            let id = format!("{}/expired", offer.id);
            let text = "The offer ran out without an answer".to_owned();
            line(id, "event", false, text, offers::expires(offer), false)
        })
}

/// The freelancer learns that the client has opened the application; that is no line of the freelancer's log.
fn opened(snapshot: &Snapshot, application: &Application) -> Option<Line> {
    let ApplicationStage::Viewed { at } = application.stage else {
        return None;
    };
    // After an offer the stage goes back to viewed, which is no opening.
    let is_fresh = offers::latest(snapshot, application.id).is_none();
    (is_fresh && application.freelancer == snapshot.me).then(|| {
        let client = people::name(snapshot, application.client);
        let id = format!("{}/viewed", application.id);
        let text = format!("{client} opened your application");
        line(id, "event", false, text, at, false)
    })
}

fn closed(application: &Application) -> Option<Line> {
    let ApplicationStage::Closed { at, because } = application.stage else {
        return None;
    };
    let text = match because {
        Closing::Filled => "The place was taken by somebody else",
        Closing::Cancelled => "The request was cancelled",
        Closing::Expired => "The request ran out",
        Closing::Removed => "The request was removed by the operator",
    };
    let id = format!("{}/closed", application.id);
    Some(line(id, "event", false, text.to_owned(), at, false))
}

/// An act as a sentence; none for acts that show in another way or are nobody else's business.
fn sentence(
    snapshot: &Snapshot,
    application: &Application,
    activity: &Activity,
    waiting: bool,
) -> Option<String> {
    let mine = activity.actor == snapshot.me;
    let who = if mine {
        "You".to_owned()
    } else {
        people::name(snapshot, activity.actor)
    };
    let told = |text: &str| {
        let reason = activity.note.trim();
        if reason.is_empty() {
            format!("{who} {text}")
        } else {
            format!("{who} {text}: {}", words::quoted(reason))
        }
    };
    let plain = |text: &str| format!("{who} {text}");
    let sentence = match activity.kind {
        ActivityKind::ApplicationWithdrawn => plain("withdrew the application"),
        ActivityKind::ApplicationShortlisted => {
            return shortlisted(snapshot, application, activity.actor, &activity.note);
        }
        ActivityKind::ApplicationDeclined => told("declined the application"),
        ActivityKind::OfferMade => plain("made an offer"),
        ActivityKind::OfferRevoked => plain("took the offer back"),
        // Binding: it is not done before the server says so.
        ActivityKind::OfferAccepted if waiting => {
            "Your acceptance is sent when you are online; nothing is agreed before".to_owned()
        }
        ActivityKind::OfferAccepted => plain("accepted the offer"),
        ActivityKind::OfferDeclined => told("declined the offer"),
        ActivityKind::Delivered => plain("delivered the work"),
        ActivityKind::ChangesRequested => plain("asked for changes"),
        ActivityKind::DeliveryAccepted => plain("accepted the delivery"),
        ActivityKind::ContractCancelled => cancelled(snapshot, application, &who),
        ActivityKind::Reviewed => plain("wrote a review"),
        ActivityKind::Joined
        | ActivityKind::ProfileSaved
        | ActivityKind::RequestPublished
        | ActivityKind::RequestEdited
        | ActivityKind::RequestPaused
        | ActivityKind::RequestResumed
        | ActivityKind::RequestCancelled
        | ActivityKind::RequestRemoved
        | ActivityKind::RequestExpired
        | ActivityKind::RequestViewed
        | ActivityKind::ProfileViewed
        | ActivityKind::ApplicationViewed
        | ActivityKind::Applied
        | ActivityKind::MessageSent
        | ActivityKind::PersonSuspended
        | ActivityKind::PersonRestored
        | ActivityKind::RoleChanged
        | ActivityKind::RoleTaken => return None,
    };
    Some(sentence)
}

/// Coming onto the shortlist is news for both, leaving it only the client's own note.
fn shortlisted(
    snapshot: &Snapshot,
    application: &Application,
    actor: AccountId,
    note: &str,
) -> Option<String> {
    let mine = actor == snapshot.me;
    let freelancer = || people::name(snapshot, application.freelancer);
    match (mine, note == "on") {
        (true, true) => Some(format!("You put {} on the shortlist", freelancer())),
        (true, false) => Some(format!("You took {} off the shortlist", freelancer())),
        (false, true) => Some(format!(
            "{} put you on the shortlist",
            people::name(snapshot, actor)
        )),
        (false, false) => None,
    }
}

fn cancelled(snapshot: &Snapshot, application: &Application, who: &str) -> String {
    let reason = snapshot
        .all::<Contract>()
        .filter(|contract| contract.application == application.id)
        .find_map(|contract| match &contract.stage {
            ContractStage::Cancelled { reason, .. } => Some(reason.trim()),
            ContractStage::Active { .. }
            | ContractStage::Delivered { .. }
            | ContractStage::Completed { .. } => None,
        });
    match reason {
        Some(reason) if !reason.is_empty() => {
            format!("{who} cancelled the contract: {}", words::quoted(reason))
        }
        Some(_) | None => format!("{who} cancelled the contract"),
    }
}
