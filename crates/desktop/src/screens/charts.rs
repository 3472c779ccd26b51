//! The three charts of a hat, counted from this device's rows, so that they are there without a network too.

use crate::snapshot::Snapshot;
use crate::view::RoleView;
use crate::view::chart::{ChartView, HotspotView};
use guildhall_analytics::{Chart, Event, Kind, Now, Role, Size};
use guildhall_domain::activity::{Activity, ActivityKind, Tally};
use guildhall_domain::application::Application;
use guildhall_domain::time::{DAY_MS, Timestamp};

/// Width of the column a chart is drawn for.
const WIDTH: u32 = 322;

/// Funnel, response time and jobs by month under one hat; an admin's come from the server.
///
/// `utc_offset_minutes` is how far this computer's clock is ahead of UTC.
pub fn charts(snapshot: &Snapshot, role: RoleView, utc_offset_minutes: i16) -> Vec<ChartView> {
    let (side, events): (Role, Vec<Event>) = match role {
        RoleView::Freelancer => (Role::Freelancer, logged(snapshot, role).collect()),
        RoleView::Client => (
            Role::Client,
            logged(snapshot, role).chain(views(snapshot)).collect(),
        ),
        RoleView::Moderator | RoleView::Admin => return Vec::new(),
    };
    // What is not known here has not happened on these charts: they are as old as the last download.
    let now = Now {
        at_ms: snapshot
            .as_of
            .unwrap_or(snapshot.now)
            .max(latest(snapshot))
            .0,
        utc_offset_minutes,
    };
    drawn(&events, side, now)
}

/// The three charts of a series of events, drawn.
pub fn drawn(events: &[Event], role: Role, now: Now) -> Vec<ChartView> {
    [
        guildhall_analytics::funnel(events, role, now),
        guildhall_analytics::response_time(events, role, now),
        guildhall_analytics::jobs_by_month(events, role, now),
    ]
    .into_iter()
    .map(view)
    .collect()
}

fn view(chart: Chart) -> ChartView {
    // A chart that cannot be drawn still has its table and its words.
    let drawing = guildhall_analytics::draw(&chart, Size::for_width(&chart, WIDTH)).ok();
    let (svg, hotspots) = drawing.map_or_else(Default::default, |drawing| {
        let spots = drawing.hotspots.into_iter().map(|spot| HotspotView {
            x: spot.x,
            y: spot.y,
            width: spot.width,
            height: spot.height,
            label: spot.label,
        });
        (drawing.svg, spots.collect())
    });
    ChartView {
        id: chart.id.as_str().to_owned(),
        title: chart.title,
        definition: format!("{}. {}", chart.range, chart.definition),
        as_of: super::people::ms(Timestamp(chart.as_of_ms)),
        svg,
        hotspots,
        columns: chart.columns,
        rows: chart.rows,
        summary: chart.summary,
    }
}

/// What I did a moment ago belongs to the charts although the server has not confirmed it.
fn latest(snapshot: &Snapshot) -> Timestamp {
    snapshot
        .all::<Activity>()
        .map(|activity| activity.at)
        .filter(|at| *at <= snapshot.now)
        .max()
        .unwrap_or_default()
}

/// What the activity log of this person says under one hat.
fn logged(snapshot: &Snapshot, hat: RoleView) -> impl Iterator<Item = Event> + '_ {
    snapshot.all::<Activity>().filter_map(move |activity| {
        let mine = activity.actor == snapshot.me;
        let (kind, by) = match activity.kind {
            ActivityKind::RequestPublished => (Kind::Published, RoleView::Client),
            ActivityKind::RequestViewed => (Kind::Viewed, RoleView::Freelancer),
            ActivityKind::Applied => (Kind::Applied, RoleView::Freelancer),
            ActivityKind::OfferMade => (Kind::Offered, RoleView::Client),
            ActivityKind::OfferAccepted => (Kind::Accepted, RoleView::Freelancer),
            ActivityKind::DeliveryAccepted => (Kind::Completed, RoleView::Client),
            ActivityKind::MessageSent => {
                return event(activity, message(snapshot, activity, hat)?);
            }
            ActivityKind::Joined
            | ActivityKind::ProfileSaved
            | ActivityKind::RequestEdited
            | ActivityKind::RequestPaused
            | ActivityKind::RequestResumed
            | ActivityKind::RequestCancelled
            | ActivityKind::RequestRemoved
            | ActivityKind::RequestExpired
            | ActivityKind::ProfileViewed
            | ActivityKind::ApplicationViewed
            | ActivityKind::ApplicationWithdrawn
            | ActivityKind::ApplicationShortlisted
            | ActivityKind::ApplicationDeclined
            | ActivityKind::OfferRevoked
            | ActivityKind::OfferDeclined
            | ActivityKind::Delivered
            | ActivityKind::ChangesRequested
            | ActivityKind::ContractCancelled
            | ActivityKind::Reviewed
            | ActivityKind::PersonSuspended
            | ActivityKind::PersonRestored
            | ActivityKind::RoleChanged
            | ActivityKind::RoleTaken => return None,
        };
        // Whoever did what this hat does wore it; what the other hat does was done to this one.
        (mine == (by == hat))
            .then(|| event(activity, kind))
            .flatten()
    })
}

/// How often others opened my requests, day by day.
fn views(snapshot: &Snapshot) -> impl Iterator<Item = Event> + '_ {
    snapshot
        .all::<Tally>()
        .filter(|tally| tally.owner == snapshot.me && tally.kind == ActivityKind::RequestViewed)
        .map(|tally| Event {
            // A day's count has no hour; noon lies in that day on most clocks.
            at_ms: tally.day.start().0 + DAY_MS / 2,
            kind: Kind::Viewed,
            request: tally.subject.as_u128(),
            application: None,
            weight: tally.count,
        })
}

/// A message of a thread in which I wear this hat.
fn message(snapshot: &Snapshot, activity: &Activity, role: RoleView) -> Option<Kind> {
    let thread = activity.application?;
    let application = snapshot.find::<Application>(thread)?;
    let wears = match role {
        RoleView::Freelancer => application.freelancer == snapshot.me,
        RoleView::Client => application.client == snapshot.me,
        RoleView::Moderator | RoleView::Admin => false,
    };
    let thread = thread.0.as_u128();
    wears.then_some(if activity.actor == snapshot.me {
        Kind::MessageSent { thread }
    } else {
        Kind::MessageReceived { thread }
    })
}

fn event(activity: &Activity, kind: Kind) -> Option<Event> {
    Some(Event {
        at_ms: activity.at.0,
        kind,
        request: activity.request?.0.as_u128(),
        application: activity
            .application
            .map(|application| application.0.as_u128()),
        weight: 1,
    })
}
