//! A service request: what a client looks for.

use crate::denied::{Denied, Mistakes};
use crate::id::{AccountId, RequestId};
use crate::money::{MAXIMUM_MINOR, Money};
use crate::profile::Level;
use crate::time::{DAY_MS, Date, Timestamp};
use serde::{Deserialize, Serialize};

/// How long a request stands without a sign of its client: 30 days.
pub const REQUEST_LIFE_MS: i64 = 30 * DAY_MS;

/// The most requests of one client that may be open at once.
pub const MAXIMUM_OPEN: usize = 50;

/// A skill that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WantedSkill {
    /// Vocabulary id; none while the vocabulary does not know the name.
    pub skill: Option<u32>,
    /// As shown or typed.
    pub name: String,
    /// A must-have, or nice to have.
    pub must: bool,
    /// How well.
    pub level: Level,
}

/// Where the work is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Work {
    /// At the client's place.
    OnSite,
    /// Some days at the client's place.
    Hybrid,
    /// From anywhere.
    Remote,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RequestText {
    /// One line.
    pub title: String,
    /// What is to be done.
    pub description: String,
    /// Category slug.
    pub category: String,
    /// Skills asked for.
    pub skills: Vec<WantedSkill>,
    /// Where.
    pub work: Work,
    /// Gazetteer id; needed unless remote.
    pub place: Option<u32>,
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Date,
    /// Hours a week.
    pub hours_per_week: u8,
    /// Highest rate per hour; none is "to discuss".
    pub budget: Option<Money>,
    /// IANA name of the client's zone.
    pub time_zone: String,
    /// ISO 639-1 codes one must speak.
    pub languages: Vec<String>,
}

/// Where a request stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum RequestStage {
    /// Takes applications.
    Open,
    /// Takes no new applications for now; offers stay valid.
    Paused {
        /// Since when.
        at: Timestamp,
    },
    /// All places are taken.
    Filled {
        /// Since when.
        at: Timestamp,
    },
    /// The work is done.
    Closed {
        /// Since when.
        at: Timestamp,
    },
    /// Called off by the client.
    Cancelled {
        /// Since when.
        at: Timestamp,
        /// Told to the applicants.
        reason: String,
    },
    /// Nobody looked after it for too long.
    Expired {
        /// Since when.
        at: Timestamp,
    },
    /// Taken down by an admin.
    Removed {
        /// Since when.
        at: Timestamp,
        /// Told to the client.
        reason: String,
    },
}

/// A service request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Request {
    /// Its id.
    pub id: RequestId,
    /// Who asks.
    pub client: AccountId,
    /// What for.
    #[serde(flatten)]
    pub text: RequestText,
    /// Counts the changes of skills, budget, place or time.
    pub terms_version: u32,
    /// How many people are looked for.
    pub places: u32,
    /// How many have been hired. Invariant: `hired <= places`, guarded by the database too.
    pub hired: u32,
    /// Where it stands.
    #[serde(flatten)]
    pub stage: RequestStage,
    /// When it was published.
    pub published: Timestamp,
    /// When it changed last.
    pub changed: Timestamp,
}

impl Request {
    /// True while new applications are taken.
    pub fn is_open(&self) -> bool {
        matches!(self.stage, RequestStage::Open)
    }

    /// When it runs out, unless its client gives a sign before.
    pub fn expires(&self) -> Timestamp {
        self.changed.plus_ms(REQUEST_LIFE_MS)
    }

    /// True while it may still be changed, paused or cancelled.
    pub fn is_live(&self) -> bool {
        matches!(self.stage, RequestStage::Open | RequestStage::Paused { .. })
    }
}

impl RequestText {
    /// Checks every field and names the ones that do not hold.
    pub fn check(&self, today: Date) -> Result<(), Denied> {
        let mut mistakes = Mistakes::default();
        mistakes.length(&self.title, 8, 120, "/title", "The title");
        mistakes.length(
            &self.description,
            0,
            8_000,
            "/description",
            "The description",
        );
        mistakes.require(
            !self.category.trim().is_empty(),
            "/category",
            "missing",
            "Choose what kind of work this is.",
        );
        mistakes.require(
            self.skills.iter().any(|wanted| wanted.must),
            "/skills",
            "missing",
            "Name at least one must-have skill.",
        );
        mistakes.require(
            self.skills.len() <= 12,
            "/skills",
            "too_many",
            "At most 12 skills; keep the ones that decide.",
        );
        for (index, wanted) in self.skills.iter().enumerate() {
            mistakes.length(
                &wanted.name,
                1,
                80,
                format!("/skills/{index}/name"),
                "The skill",
            );
        }
        mistakes.require(
            self.work == Work::Remote || self.place.is_some(),
            "/place",
            "missing",
            "Choose the city where the work is done.",
        );
        mistakes.require(
            self.start <= self.end,
            "/end",
            "before_start",
            "The end lies before the start.",
        );
        mistakes.require(
            self.end >= today.plus_days(-1),
            "/end",
            "past",
            "The end has passed.",
        );
        mistakes.require(
            self.end.0.saturating_sub(self.start.0) <= 3 * 366,
            "/end",
            "too_far",
            "At most three years.",
        );
        mistakes.require(
            (1..=80).contains(&self.hours_per_week),
            "/hours_per_week",
            "out_of_range",
            "Between 1 and 80 hours a week.",
        );
        if let Some(budget) = self.budget {
            mistakes.require(
                (1..=MAXIMUM_MINOR).contains(&budget.minor),
                "/budget",
                "out_of_range",
                "The budget is above zero and below ten million.",
            );
        }
        mistakes.require(
            !self.time_zone.is_empty() && self.time_zone.len() <= 64,
            "/time_zone",
            "missing",
            "Choose your time zone.",
        );
        mistakes.require(
            self.languages.len() <= 6,
            "/languages",
            "too_many",
            "At most 6 languages.",
        );
        mistakes.into_result()
    }

    /// True when the other text differs in what an applicant must know: skills, budget, place, time.
    pub fn differs_materially(&self, other: &Self) -> bool {
        self.skills != other.skills
            || self.budget != other.budget
            || self.work != other.work
            || self.place != other.place
            || self.start != other.start
            || self.end != other.end
            || self.hours_per_week != other.hours_per_week
    }
}
