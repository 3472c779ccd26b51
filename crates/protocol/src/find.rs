//! Looking for work and for people to do it: what is asked, and what is answered.
//!
//! The server answers over its whole market, a desktop without a network over what it holds. Both read the same question.

use guildhall_domain::id::{AccountId, RequestId};
use guildhall_domain::money::Currency;
use guildhall_domain::person::Person;
use guildhall_domain::profile::Profile;
use guildhall_domain::request::{Request, Work};
use guildhall_domain::time::{Date, Timestamp};
use serde::{Deserialize, Serialize};

/// What is looked for. What is left out asks for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Find {
    /// Words; all of them must be met. At most 200 characters and 12 words.
    pub text: String,
    /// Category slugs, any of them.
    pub categories: Vec<String>,
    /// Vocabulary ids, all of them.
    pub skills: Vec<u32>,
    /// Ways to work, any of them.
    pub work: Vec<Work>,
    /// Around which place.
    pub near: Option<Near>,
    /// ISO 3166 codes, any of them.
    pub countries: Vec<String>,
    /// Requests that begin on this day or later; people who are free on it.
    pub from: Option<Date>,
    /// Requests that end on this day or earlier. Not for people.
    pub until: Option<Date>,
    /// Between which rates an hour.
    pub rate: Option<RateRange>,
    /// ISO 639-1 codes. Requests that ask for no other language; people who speak all of them.
    pub languages: Vec<String>,
    /// How well people are reviewed. Not for requests.
    pub stars: Option<LeastStars>,
    /// In which order.
    pub sort: Sort,
    /// Goes on behind the last result of the answer that named this.
    pub after: Option<String>,
    /// How many results, at most 50; none: 20.
    pub limit: Option<u16>,
}

/// Around a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Near {
    /// Gazetteer id.
    pub place: u32,
    /// Kilometres as the crow flies, `1..=1000`.
    pub radius_km: u16,
    /// Whatever can be done from anywhere is found too.
    #[serde(default)]
    pub or_remote: bool,
}

/// Between two rates an hour, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RateRange {
    /// The least, in minor units.
    pub least: Option<i64>,
    /// The most, in minor units.
    pub most: Option<i64>,
    /// Of which currency; others are converted by the shipped indicative rates.
    pub currency: Currency,
    /// Whoever names no rate, and what is to be discussed, is found too.
    #[serde(default)]
    pub or_open: bool,
}

/// From which mean of the stars on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LeastStars {
    /// In tenths, `10..=50`.
    pub tenths: u8,
    /// Whoever has no review yet is found too.
    #[serde(default)]
    pub or_new: bool,
}

/// In which order results come. Of equals, a hash of the id decides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Sort {
    /// What meets the words best; without words, the newest.
    #[default]
    Relevance,
    /// The newest.
    Newest,
    /// The best paid work, the cheapest people; without a rate last.
    Rate,
    /// The nearest to the place that is asked for.
    Nearest,
}

/// How many results there are for each value of a filter, if the others stay and this one is lifted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Facets {
    /// Kinds of service, most first.
    pub categories: Vec<Named>,
    /// The twenty most frequent skills and those asked for, most first.
    pub skills: Vec<Skilled>,
    /// Ways to work, in their own order.
    pub work: Vec<Worked>,
    /// Countries, most first.
    pub countries: Vec<Named>,
}

/// How often a category or a country occurs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Named {
    /// Its slug or its code.
    pub value: String,
    /// How often.
    pub count: u32,
}

/// How often a skill occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Skilled {
    /// Its vocabulary id.
    pub value: u32,
    /// How often.
    pub count: u32,
}

/// How often a way to work occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Worked {
    /// Which.
    pub value: Work,
    /// How often.
    pub count: u32,
}

/// How a word was understood, where it was not taken as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Understood {
    /// As it was written, folded.
    pub word: String,
    /// The skill that it names.
    pub skill: Option<u32>,
    /// The words that it may have been meant for, the most frequent first.
    pub meant: Vec<String>,
}

/// What is found, without the results themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FoundPage {
    /// How many results there are in all.
    pub total: u32,
    /// Counts for the filters.
    pub facets: Facets,
    /// Where the next part begins, as `after`; none at the end.
    pub next: Option<String>,
    /// What words were taken for.
    pub understood: Vec<Understood>,
}

/// Requests that were found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FoundWork {
    /// How many there are, and the counts.
    pub page: FoundPage,
    /// This part of them.
    pub results: Vec<WorkResult>,
    /// The version of the market that the answer is true of.
    pub version: u64,
    /// When that was.
    pub at: Timestamp,
}

/// A request with what a reader needs beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WorkResult {
    /// The request.
    pub request: Request,
    /// Who asks.
    pub client: Person,
    /// Kilometres to the place asked for, where the work has a place.
    pub km: Option<u32>,
}

/// People who were found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FoundTalent {
    /// How many there are, and the counts.
    pub page: FoundPage,
    /// This part of them.
    pub results: Vec<TalentResult>,
    /// The version of the market that the answer is true of.
    pub version: u64,
    /// When that was.
    pub at: Timestamp,
}

/// A freelancer as clients see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TalentResult {
    /// Their card.
    pub person: Person,
    /// What they tell of themselves.
    pub profile: Profile,
    /// Kilometres to the place asked for, where they have a home.
    pub km: Option<u32>,
}

impl WorkResult {
    /// Which request it is.
    pub fn id(&self) -> RequestId {
        self.request.id
    }
}

impl TalentResult {
    /// Who it is.
    pub fn id(&self) -> AccountId {
        self.person.id
    }
}
