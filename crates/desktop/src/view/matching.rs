//! The fit and its five parts; the same numbers on both sides.

use super::PersonView;
use super::bookmark::StanceView;
use super::profile::FreelancerView;
use serde::{Deserialize, Serialize};
use specta::Type;

/// How well a request and a freelancer fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FitView {
    /// Whole percent.
    pub percent: u32,
    /// Skills, rating, place, availability, budget: in this order; `percent` of all sum to the fit.
    pub parts: Vec<FitPartView>,
    /// One sentence in plain words.
    pub sentence: String,
    /// What would raise it most, if anything would.
    pub improve: Option<String>,
}

/// One of the five parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FitPartView {
    /// `skills`, `rating`, `place`, `availability` or `budget`.
    pub part: String,
    /// Points reached, in whole percent of the fit.
    pub percent: u32,
    /// Points possible: the weight.
    pub of: u32,
    /// Why, in plain words.
    pub text: String,
}

/// A freelancer in a client's ranked list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct CandidateView {
    /// Name, headline, place, stars.
    pub person: PersonView,
    /// Rate in words, e.g. "68 €/h"; empty when unknown.
    pub rate: String,
    /// The fit, unless they applied without being matched.
    pub fit: Option<FitView>,
    /// Why they have a place kept for newcomers, in one sentence, if they have one.
    pub newcomer: Option<String>,
    /// Their application's id, if they applied.
    pub application: Option<String>,
    /// Where the application stands; `none` before.
    pub stage: ApplicationStageView,
    /// True until the client has opened it.
    pub unread: bool,
    /// Whether I saved or hid them.
    pub stance: StanceView,
}

/// Where an application stands, with what followed from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationStageView {
    /// Did not apply.
    None,
    /// Sent.
    Submitted,
    /// Opened by the client.
    Viewed,
    /// The client wants to remember it.
    Shortlisted,
    /// An offer lies on the table.
    Offered,
    /// A contract runs.
    Hired,
    /// Delivered, waits for the client.
    Delivered,
    /// Accepted and done.
    Completed,
    /// Turned down by the client.
    Declined,
    /// Taken back by the freelancer.
    Withdrawn,
    /// Closed because the request was filled, cancelled or removed.
    Closed,
}

/// A candidate's page: their profile and their fit to one request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct CandidatePageView {
    /// As in the list.
    pub candidate: CandidateView,
    /// The whole profile; none where it has not been downloaded.
    pub freelancer: Option<FreelancerView>,
    /// The application's text, if there is one.
    pub message: Option<String>,
    /// The application's price in words.
    pub price: Option<String>,
    /// Acts possible now: `shortlist`, `decline`, `offer`, `open_thread`.
    pub acts: Vec<String>,
}
