//! The client's requests: published ones with counts, and drafts that live only on this device.

use super::world::{may, possible};
use super::{candidates, drafts, names, people, stages, words};
use crate::forms::request::{request_form, work};
use crate::snapshot::Snapshot;
use crate::view::Delivery;
use crate::view::request::{MyRequestView, RequestForm, RequestRow, RequestStageView};
use guildhall_domain::activity::{ActivityKind, Tally};
use guildhall_domain::application::{Application, ApplicationStage};
use guildhall_domain::denied::Denied;
use guildhall_domain::id::RequestId;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::profile::Level;
use guildhall_domain::recommendation::Recommendation;
use guildhall_domain::request::{Request, RequestStage, RequestText, WantedSkill, Work};
use guildhall_domain::time::{DAY_MS, Date, Timestamp};
use std::cmp::Reverse;

/// How long before it runs out a request says so: five days.
const WARNING_MS: i64 = 5 * DAY_MS;

/// My requests: drafts first, then those that look for somebody, those with work under way, and the ended ones.
pub fn my_requests(snapshot: &Snapshot) -> Vec<RequestRow> {
    let mut rows: Vec<((u8, Reverse<Timestamp>), RequestRow)> = mine(snapshot)
        .map(|request| {
            let row = row(snapshot, request);
            ((group(row.stage), Reverse(request.published)), row)
        })
        .collect();
    rows.extend(drafts::requests(snapshot).filter_map(|(id, form)| {
        let is_draft = snapshot.find::<Request>(id).is_none();
        is_draft.then(|| {
            (
                (0, Reverse(begun(id))),
                draft_row(id, &form, snapshot.now.day()),
            )
        })
    }));
    rows.sort_by_key(|(place, _)| *place);
    rows.into_iter().map(|(_, row)| row).collect()
}

/// One of my requests, or a draft of one.
///
/// # Errors
/// `not_found` where there is neither.
pub fn my_request(snapshot: &Snapshot, id: RequestId) -> Result<MyRequestView, Denied> {
    let draft = drafts::request(snapshot, id);
    match (snapshot.find::<Request>(id), draft) {
        (Some(request), draft) if request.client == snapshot.me => Ok(MyRequestView {
            unsent: draft.is_some(),
            expires_at: request
                .is_live()
                .then(|| people::ms(request.expires()))
                .filter(|_| snapshot.now >= warned(request)),
            cancel_reason: drafts::words(snapshot, "cancel", &id.to_string()).unwrap_or_default(),
            row: row(snapshot, request),
            form: draft.unwrap_or_else(|| request_form(&request.text)),
            candidates: candidates::list(snapshot, request),
            removed_because: match &request.stage {
                RequestStage::Removed { reason, .. } => Some(reason.clone()),
                RequestStage::Open
                | RequestStage::Paused { .. }
                | RequestStage::Filled { .. }
                | RequestStage::Closed { .. }
                | RequestStage::Cancelled { .. }
                | RequestStage::Expired { .. } => None,
            },
            acts: acts(snapshot, request),
            changed_at: people::ms(request.changed),
        }),
        (None, Some(form)) => Ok(MyRequestView {
            unsent: false,
            expires_at: None,
            cancel_reason: String::new(),
            row: draft_row(id, &form, snapshot.now.day()),
            form,
            candidates: Vec::new(),
            removed_because: None,
            acts: draft_acts(snapshot, id),
            changed_at: people::ms(begun(id)),
        }),
        (Some(_) | None, _) => Err(Denied::not_found("request")),
    }
}

/// The requests this person has published.
pub(super) fn mine(snapshot: &Snapshot) -> impl Iterator<Item = &Request> {
    snapshot
        .all::<Request>()
        .filter(|request| request.client == snapshot.me)
}

pub(super) fn row(snapshot: &Snapshot, request: &Request) -> RequestRow {
    let applications = || {
        snapshot
            .all::<Application>()
            .filter(|application| application.request == request.id)
    };
    let matches = snapshot
        .all::<Recommendation>()
        .filter(|pair| pair.request == request.id && pair.for_client);
    let views = snapshot
        .all::<Tally>()
        .filter(|tally| tally.subject == request.id.0 && tally.kind == ActivityKind::RequestViewed)
        .fold(0_u32, |sum, tally| sum.saturating_add(tally.count));
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    RequestRow {
        id: request.id.to_string(),
        title: request.text.title.clone(),
        line: line(&request.text, snapshot.now.day()),
        stage: stages::of_request(snapshot, request),
        matches: number(matches.count()),
        applications: number(applications().count()),
        unread: number(
            applications()
                .filter(|application| application.stage == ApplicationStage::Submitted)
                .count(),
        ),
        views,
        delivery: people::delivery(snapshot.is_waiting::<Request>(request.id)),
    }
}

fn group(stage: RequestStageView) -> u8 {
    match stage {
        RequestStageView::Draft => 0,
        RequestStageView::Open | RequestStageView::Shortlisting | RequestStageView::Paused => 1,
        RequestStageView::InProgress | RequestStageView::Delivered => 2,
        RequestStageView::Completed
        | RequestStageView::Cancelled
        | RequestStageView::Expired
        | RequestStageView::Removed => 3,
    }
}

/// Place and time in words: "Remote · 8 Dec – 28 Feb · 30 h a week".
pub(super) fn line(text: &RequestText, today: Date) -> String {
    format!(
        "{} · {} · {} h a week",
        place(text.work, text.place.and_then(names::town).as_deref()),
        words::span(text.start, text.end, today),
        text.hours_per_week
    )
}

/// "Remote", "On site, Leipzig", "Hybrid, Leipzig".
pub(super) fn place(work: Work, town: Option<&str>) -> String {
    let at = |word: &str| match town {
        Some(town) => format!("{word}, {town}"),
        None => word.to_owned(),
    };
    match work {
        Work::OnSite => at("On site"),
        Work::Hybrid => at("Hybrid"),
        Work::Remote => "Remote".to_owned(),
    }
}

fn draft_row(id: RequestId, form: &RequestForm, today: Date) -> RequestRow {
    let title = form.title.trim();
    RequestRow {
        id: id.to_string(),
        title: if title.is_empty() {
            "Untitled request".to_owned()
        } else {
            title.to_owned()
        },
        line: draft_line(form, today),
        stage: RequestStageView::Draft,
        matches: 0,
        applications: 0,
        unread: 0,
        views: 0,
        delivery: Delivery::Synced,
    }
}

/// As much of the line as has been filled in.
fn draft_line(form: &RequestForm, today: Date) -> String {
    let work = work(&form.work);
    let town = form.place.as_ref().and_then(|place| names::town(place.id));
    let days = match (form.start.parse::<Date>(), form.end.parse::<Date>()) {
        (Ok(start), Ok(end)) if start <= end => Some(words::span(start, end, today)),
        (Ok(start), _) => Some(format!("from {}", words::day(start, today))),
        (Err(_), _) => None,
    };
    let hours = (form.hours_per_week > 0).then(|| format!("{} h a week", form.hours_per_week));
    let known = [work.map(|work| place(work, town.as_deref())), days, hours];
    known.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// When a draft was begun, as its id says.
fn begun(id: RequestId) -> Timestamp {
    let seconds = id.0.get_timestamp().map(|at| at.to_unix());
    seconds.map_or(Timestamp(0), |(seconds, nanoseconds)| {
        let ms = i64::try_from(seconds).unwrap_or(0).saturating_mul(1_000);
        Timestamp(ms.saturating_add(i64::from(nanoseconds / 1_000_000)))
    })
}

fn acts(snapshot: &Snapshot, request: &Request) -> Vec<String> {
    let id = request.id;
    let edit = Mutation::EditRequest {
        id,
        text: Box::new(request.text.clone()),
    };
    let cancel = Mutation::CancelRequest {
        id,
        reason: String::new(),
    };
    // Before it is due, there is nothing a client would want to renew.
    let is_due = matches!(request.stage, RequestStage::Expired { .. })
        || request.is_live() && snapshot.now >= warned(request);
    let renew = is_due.then_some(Mutation::RenewRequest { id });
    possible(
        snapshot,
        [
            ("edit", Some(edit)),
            ("pause", Some(Mutation::PauseRequest { id })),
            ("resume", Some(Mutation::ResumeRequest { id })),
            ("renew", renew),
            ("cancel", Some(cancel)),
        ],
    )
}

/// When its client is told that a request will run out.
pub(super) fn warned(request: &Request) -> Timestamp {
    request.expires().plus_ms(-WARNING_MS)
}

fn draft_acts(snapshot: &Snapshot, id: RequestId) -> Vec<String> {
    // A text without mistakes, so that the rule looks at all that lies behind the form.
    let today = snapshot.now.day();
    let sound = RequestText {
        title: "A title of its own".to_owned(),
        description: String::new(),
        category: "any".to_owned(),
        skills: vec![WantedSkill {
            skill: None,
            name: "any".to_owned(),
            must: true,
            level: Level::Beginner,
        }],
        work: Work::Remote,
        place: None,
        start: today,
        end: today,
        hours_per_week: 1,
        budget: None,
        time_zone: "UTC".to_owned(),
        languages: Vec::new(),
    };
    let publish = Mutation::PublishRequest {
        id,
        text: Box::new(sound),
    };
    let publish = may(snapshot, &publish).then_some("publish");
    ["edit"]
        .into_iter()
        .chain(publish)
        .chain(["discard"])
        .map(str::to_owned)
        .collect()
}
