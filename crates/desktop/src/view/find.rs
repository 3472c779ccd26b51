//! Searching the market: the question as a form, and what was found.

use super::bookmark::StanceView;
use super::profile::{FreelancerView, PlaceView};
use super::request::OpportunityView;
use serde::{Deserialize, Serialize};
use specta::Type;

/// What is looked for. What is empty asks for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are the ticks of a form"
)]
pub struct FindForm {
    /// Words, all of which must be met.
    pub text: String,
    /// Category slugs, any of them.
    pub categories: Vec<String>,
    /// Vocabulary ids, all of them.
    pub skills: Vec<u32>,
    /// `on_site`, `hybrid` or `remote`, any of them.
    pub work: Vec<String>,
    /// Around which place.
    pub place: Option<PlaceView>,
    /// So many kilometres around it, 1 to 1,000.
    pub radius_km: u16,
    /// Remote work is found too.
    pub or_remote: bool,
    /// ISO 3166 codes, any of them.
    pub countries: Vec<String>,
    /// ISO date: work that begins then or later, people who are free then.
    pub from: String,
    /// ISO date: work that ends then or earlier.
    pub until: String,
    /// The least rate an hour, in minor units.
    pub rate_least: Option<i32>,
    /// The most.
    pub rate_most: Option<i32>,
    /// ISO 4217 code of the two.
    pub currency: String,
    /// Without a rate is found too.
    pub or_open: bool,
    /// ISO 639-1 codes: work that asks for no other language, people who speak all of them.
    pub languages: Vec<String>,
    /// The least mean of the stars in tenths, 10 to 50. For people only.
    pub stars: Option<u8>,
    /// People without a review are found too.
    pub or_new: bool,
    /// Only what I saved, of what this device holds.
    pub saved: bool,
    /// `relevance`, `newest`, `rate` or `nearest`.
    pub sort: String,
    /// Goes on behind the last result of the page that named this.
    pub after: Option<String>,
}

/// A value of a filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FacetView {
    /// What the form takes; a number for a skill.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// How many results there would be with it, the other filters as they are.
    pub count: u32,
    /// True while it is asked for.
    pub on: bool,
}

/// The values of each filter with counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FacetsView {
    /// Kinds of service, most first.
    pub categories: Vec<FacetView>,
    /// The most frequent skills and those asked for, most first.
    pub skills: Vec<FacetView>,
    /// On site, hybrid, remote.
    pub work: Vec<FacetView>,
    /// Countries, most first.
    pub countries: Vec<FacetView>,
}

/// What was found, beside the results themselves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct FoundView {
    /// How many results there are in all.
    pub total: u32,
    /// Counts for the filters.
    pub facets: FacetsView,
    /// Sentences on words that were not taken as they stand.
    pub understood: Vec<String>,
    /// Where the next page begins; none at the end.
    pub next: Option<String>,
    /// True when only what this device holds was searched.
    pub offline: bool,
    /// How old the answer is (Unix ms); none while this device has never been up to date.
    pub as_of: Option<f64>,
}

/// Requests that were found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct FoundWorkView {
    /// How many there are, and the counts.
    pub found: FoundView,
    /// This page of them.
    pub results: Vec<WorkHitView>,
}

/// A request that was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct WorkHitView {
    /// The request as a freelancer reads it.
    pub request: OpportunityView,
    /// "12 km away"; empty where no place was asked for.
    pub distance: String,
    /// True when it is on this device, where one can apply to it.
    pub held: bool,
}

/// People who were found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct FoundTalentView {
    /// How many there are, and the counts.
    pub found: FoundView,
    /// This page of them.
    pub results: Vec<TalentHitView>,
}

/// A freelancer who was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct TalentHitView {
    /// The freelancer as a client reads them.
    pub freelancer: FreelancerView,
    /// Whether I saved or hid them.
    pub stance: StanceView,
    /// Rate in words, e.g. "68 €/h"; empty when unknown.
    pub rate: String,
    /// "12 km away"; empty where no place was asked for.
    pub distance: String,
}
