//! A service request: the form, the row in a list, the page.

use super::bookmark::StanceView;
use super::matching::{CandidateView, FitView};
use super::profile::PlaceView;
use super::{Delivery, MoneyView, PersonView};
use serde::{Deserialize, Serialize};
use specta::Type;

/// The request form. Drafts may be incomplete; publishing checks everything and names the fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct RequestForm {
    /// 8 to 120 characters.
    pub title: String,
    /// Up to 8,000 characters.
    pub description: String,
    /// Category slug.
    pub category: String,
    /// At least one must-have to publish, at most 12 in all.
    pub skills: Vec<WantedSkillForm>,
    /// `on_site`, `hybrid` or `remote`.
    pub work: String,
    /// Needed for on-site and hybrid.
    pub place: Option<PlaceView>,
    /// ISO date.
    pub start: String,
    /// ISO date, not before the start.
    pub end: String,
    /// Hours a week, 1 to 80.
    pub hours_per_week: u8,
    /// Highest rate per hour; none means "to discuss".
    pub budget: Option<MoneyView>,
    /// IANA name of the client's time zone.
    pub time_zone: String,
    /// ISO 639-1 codes one must speak.
    pub languages: Vec<String>,
}

/// A skill that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WantedSkillForm {
    /// Vocabulary id, none when unmapped.
    pub skill: Option<u32>,
    /// As shown or typed.
    pub name: String,
    /// True for a must-have, false for nice to have.
    pub must: bool,
    /// Level asked for.
    pub level: String,
}

/// Where a request stands, as the client reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RequestStageView {
    /// Only on this device.
    Draft,
    /// Takes applications.
    Open,
    /// Takes applications, and some are on the shortlist.
    Shortlisting,
    /// Takes no new applications for now.
    Paused,
    /// Somebody was hired; the work runs.
    InProgress,
    /// The work was delivered and waits for the client.
    Delivered,
    /// Done.
    Completed,
    /// Called off by the client.
    Cancelled,
    /// Nobody looked after it for too long.
    Expired,
    /// Taken down by an admin.
    Removed,
}

/// A request in the client's list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct RequestRow {
    /// Request id (for drafts: the id it will have).
    pub id: String,
    /// Title, or "Untitled request".
    pub title: String,
    /// Place and time in words, e.g. "Remote · 8 Dec – 28 Feb · 30 h a week".
    pub line: String,
    /// Where it stands.
    pub stage: RequestStageView,
    /// Matched freelancers.
    pub matches: u32,
    /// Applications received.
    pub applications: u32,
    /// Of these, not opened yet.
    pub unread: u32,
    /// Views by freelancers.
    pub views: u32,
    /// Whether the last change has reached the server.
    pub delivery: Delivery,
}

/// A request opened by its client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct MyRequestView {
    /// The row as in the list.
    pub row: RequestRow,
    /// For editing.
    pub form: RequestForm,
    /// Ranked freelancers, best first; those who applied are marked.
    pub candidates: Vec<CandidateView>,
    /// Why it was removed, if it was.
    pub removed_because: Option<String>,
    /// Which acts are possible now: `edit`, `publish`, `pause`, `resume`, `renew`, `cancel`, `discard`.
    pub acts: Vec<String>,
    /// When it changed last (Unix ms).
    pub changed_at: f64,
    /// When it runs out (Unix ms), once that is near.
    pub expires_at: Option<f64>,
    /// True while the form holds changes to a published request that were not sent.
    pub unsent: bool,
    /// The reason that was being written to cancel it.
    pub cancel_reason: String,
}

/// A request as a freelancer reads it in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct OpportunityRow {
    /// Request id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Client's name.
    pub client: String,
    /// Place and time in words.
    pub line: String,
    /// Why it fits, or nothing where it was not matched.
    pub fit: Option<FitView>,
    /// True until it has been opened.
    pub is_new: bool,
    /// True once I applied.
    pub applied: bool,
    /// False when it no longer takes applications.
    pub open: bool,
    /// Whether I saved or hid it.
    pub stance: StanceView,
}

/// A request opened by a freelancer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct OpportunityView {
    /// As in the list.
    pub row: OpportunityRow,
    /// Category name.
    pub category: String,
    /// What is asked for.
    pub description: String,
    /// Skills asked for.
    pub skills: Vec<WantedSkillForm>,
    /// Budget; none is "to discuss".
    pub budget: Option<MoneyView>,
    /// "On site", "Hybrid" or "Remote", with the place.
    pub work: String,
    /// Start and end in words.
    pub dates: String,
    /// Hours a week.
    pub hours_per_week: u8,
    /// The client with stars.
    pub client: PersonView,
    /// Why I hid it, to go behind "not interested"; empty without a reason.
    pub hidden_because: String,
    /// My application's id, if I applied.
    pub application: Option<String>,
    /// Text and price I was writing, autosaved.
    pub draft: Option<ApplicationDraft>,
    /// Where it stands.
    pub stage: RequestStageView,
}

/// An application that is being written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ApplicationDraft {
    /// 20 to 4,000 characters.
    pub message: String,
    /// Per hour.
    pub price: Option<MoneyView>,
}
