//! The first screen of each hat: what waits for the person, then what they have under way.

mod needs;

use super::{
    candidates, contracts, opportunities, people, profile, requests, stages, threads, words,
};
use crate::snapshot::Snapshot;
use crate::view::RoleView;
use crate::view::home::{ClientHomeView, FreelancerHomeView};
use crate::view::matching::ApplicationStageView;
use crate::view::thread::ThreadRow;
use guildhall_domain::profile::{Profile, ProfileText};
use guildhall_domain::time::Date;
use guildhall_matching::Calendar;

/// The most recommendations on the home screen.
const RECOMMENDED: usize = 50;
/// The most applicants on the home screen.
const APPLICANTS: usize = 50;
/// Weeks whose free hours are shown.
const WEEKS: usize = 12;

/// The freelancer's home. `refused` counts the acts in the outbox that came back and need the person.
pub fn freelancer_home(snapshot: &Snapshot, refused: usize) -> FreelancerHomeView {
    let text = snapshot
        .find::<Profile>(snapshot.me)
        .map(|profile| &profile.text);
    let (strength, next_step) = profile::strength(text);
    let free_hours = text.map_or_else(Vec::new, |text| free_hours(text, snapshot.now.day()));
    FreelancerHomeView {
        needs: needs::of_freelancer(snapshot, refused),
        recommended: opportunities::recommended(snapshot, RECOMMENDED),
        applied: applied(snapshot),
        in_progress: contracts::running(snapshot, RoleView::Freelancer),
        strength,
        next_step,
        availability: text.map_or_else(String::new, |text| {
            availability(text, &free_hours, snapshot.now.day())
        }),
        free_hours,
        as_of: snapshot.as_of.map(people::ms),
    }
}

/// The client's home. `refused` counts the acts in the outbox that came back and need the person.
pub fn client_home(snapshot: &Snapshot, refused: usize) -> ClientHomeView {
    ClientHomeView {
        needs: needs::of_client(snapshot, refused),
        requests: requests::my_requests(snapshot),
        applicants: candidates::applicants(snapshot, APPLICANTS),
        threads: threads::threads(snapshot, RoleView::Client),
        contracts: contracts::running(snapshot, RoleView::Client),
        as_of: snapshot.as_of.map(people::ms),
    }
}

/// Applications that have not become contracts: those that are still open first, each group the latest first.
fn applied(snapshot: &Snapshot) -> Vec<ThreadRow> {
    let mut rows = threads::threads(snapshot, RoleView::Freelancer);
    rows.retain(|row| !has_contract(row.stage));
    rows.sort_by_key(|row| !is_open(row.stage));
    rows
}

fn has_contract(stage: ApplicationStageView) -> bool {
    match stage {
        ApplicationStageView::Hired
        | ApplicationStageView::Delivered
        | ApplicationStageView::Completed => true,
        ApplicationStageView::None
        | ApplicationStageView::Submitted
        | ApplicationStageView::Viewed
        | ApplicationStageView::Shortlisted
        | ApplicationStageView::Offered
        | ApplicationStageView::Declined
        | ApplicationStageView::Withdrawn
        | ApplicationStageView::Closed => false,
    }
}

fn is_open(stage: ApplicationStageView) -> bool {
    match stage {
        ApplicationStageView::Submitted
        | ApplicationStageView::Viewed
        | ApplicationStageView::Shortlisted
        | ApplicationStageView::Offered => true,
        ApplicationStageView::None
        | ApplicationStageView::Hired
        | ApplicationStageView::Delivered
        | ApplicationStageView::Completed
        | ApplicationStageView::Declined
        | ApplicationStageView::Withdrawn
        | ApplicationStageView::Closed => false,
    }
}

/// Free hours of this week and the ones after it, as matching counts them.
fn free_hours(text: &ProfileText, today: Date) -> Vec<u8> {
    let from = text.free_from.map(|from| i64::from(from.0));
    let calendar = Calendar::filled(today.week(), text.hours_per_week, from, &[]);
    calendar.free_hours.into_iter().take(WEEKS).collect()
}

/// "24 h free next week", or from when.
fn availability(text: &ProfileText, free_hours: &[u8], today: Date) -> String {
    match (free_hours.get(1), text.free_from) {
        (_, _) if text.hours_per_week == 0 => "No free hours named".to_owned(),
        (Some(hours), _) if *hours > 0 => format!("{hours} h free next week"),
        (_, Some(from)) => format!(
            "{} h a week free from {}",
            text.hours_per_week,
            words::day(from, today)
        ),
        (_, None) => format!("{} h a week free", text.hours_per_week),
    }
}
