//! The first screen of each role.

use super::matching::CandidateView;
use super::request::{OpportunityRow, RequestRow};
use super::thread::{ContractView, ThreadRow};
use serde::{Deserialize, Serialize};
use specta::Type;

/// Something that waits for this person, with exactly one act.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct NeedView {
    /// `offer`, `delivery`, `changes`, `application`, `message`, `review`, `attention`, `profile`.
    pub kind: String,
    /// What it is.
    pub title: String,
    /// Why, in a line.
    pub line: String,
    /// Deadline or age in words, e.g. "41 h left"; may be empty.
    pub tag: String,
    /// Words of the one button.
    pub act: String,
    /// Where the button leads: a route such as `/threads/<id>`.
    pub route: String,
}

/// The freelancer's home.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct FreelancerHomeView {
    /// What waits for me.
    pub needs: Vec<NeedView>,
    /// Best matches first (up to 50).
    pub recommended: Vec<OpportunityRow>,
    /// My applications that have not become contracts.
    pub applied: Vec<ThreadRow>,
    /// Contracts that run.
    pub in_progress: Vec<ContractView>,
    /// Profile strength 0 to 100 with its next step.
    pub strength: u8,
    /// Empty when complete.
    pub next_step: String,
    /// Free hours of the next 12 weeks.
    pub free_hours: Vec<u8>,
    /// In words, e.g. "24 h free next week".
    pub availability: String,
    /// Unix ms of what is shown; the screen says "as of" when not live.
    pub as_of: Option<f64>,
}

/// The client's home.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ClientHomeView {
    /// What waits for me.
    pub needs: Vec<NeedView>,
    /// My requests with counts.
    pub requests: Vec<RequestRow>,
    /// The newest applicants over all requests.
    pub applicants: Vec<ApplicantRow>,
    /// Threads, newest first.
    pub threads: Vec<ThreadRow>,
    /// Contracts that run.
    pub contracts: Vec<ContractView>,
    /// Unix ms of what is shown.
    pub as_of: Option<f64>,
}

/// An applicant with the request they applied to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ApplicantRow {
    /// Request id.
    pub request: String,
    /// What it is called.
    pub title: String,
    /// Who.
    pub candidate: CandidateView,
    /// When (Unix ms).
    pub at: f64,
}
