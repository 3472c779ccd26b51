//! What a fit is computed from: one request and one freelancer, as plain numbers.
//!
//! Money is in minor units per hour of one reference currency, which the caller converts into; weeks are those of
//! [`week_of_day`](crate::week_of_day); hours of the day are UTC; distances are kilometres.

use crate::calendar::Calendar;
use crate::geo::Position;
use crate::parts::rating::Rating;
use serde::{Deserialize, Serialize};

/// A language by its ISO 639-1 code in lower case, such as `*b"de"`.
pub type LanguageCode = [u8; 2];

/// How well somebody masters a skill, and how well a client wants it mastered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Worth .35 of an expert.
    Beginner,
    /// Worth .60 of an expert.
    Intermediate,
    /// Worth .85 of an expert.
    Advanced,
    /// The measure of the others.
    Expert,
}

/// How well somebody speaks a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fluency {
    /// Simple phrases (CEFR A1 and A2).
    Basic,
    /// Everyday work (CEFR B1 and B2).
    Conversational,
    /// Without effort (CEFR C1 and C2).
    Fluent,
    /// From childhood.
    Native,
}

/// A skill a request asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantedSkill {
    /// Vocabulary id.
    pub skill: u32,
    /// True for a must-have, false for nice to have.
    pub must: bool,
    /// The level that is enough; more earns nothing.
    pub level: Level,
}

/// A language a request insists on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantedLanguage {
    /// Which one.
    pub language: LanguageCode,
    /// The least fluency.
    pub fluency: Fluency,
}

/// Where the work is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// At the client's place.
    OnSite {
        /// Where that is.
        at: Position,
    },
    /// Some days a week at the client's place, the others anywhere.
    Hybrid {
        /// Where the place is.
        at: Position,
        /// Days a week spent there, `0..=5`; more is read as 5.
        on_site_days: u8,
    },
    /// Anywhere.
    Remote,
}

/// The highest hourly rate a client pays in the reference currency; none means "to be discussed".
pub type Budget = Option<i64>;

/// A service request, as far as matching reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestFacts {
    /// The request's id (the 128 bits of its UUID).
    pub id: u128,
    /// The client's account: nobody is matched with their own request.
    pub client: u128,
    /// Kind of service.
    pub category: u16,
    /// Skills asked for; those the vocabulary does not know are left out.
    pub skills: Vec<WantedSkill>,
    /// Languages one must speak, all of them.
    pub languages: Vec<WantedLanguage>,
    /// Where the work is done.
    pub work: Work,
    /// How far away a freelancer may live for work on site; [`u16::MAX`] is no limit.
    pub radius_km: u16,
    /// The distance that halves the place part, at least 1 ([`crate::DEFAULT_HALF_DISTANCE_KM`]).
    pub half_distance_km: u16,
    /// The client's working hours: bit `h` stands for the hour from `h` to `h + 1` UTC ([`crate::hours_utc`]).
    pub core_hours: u32,
    /// Working hours that must be shared for a full remote part ([`crate::DEFAULT_OVERLAP_HOURS`]); 0 asks for none.
    pub overlap_hours: u8,
    /// The week the work begins ([`crate::week_of_day`]).
    pub start_week: i32,
    /// How many weeks it takes; 0 is read as 1.
    pub weeks: u8,
    /// Hours of work in each of them; 0 leaves them open.
    pub hours_per_week: u8,
    /// The highest rate.
    pub budget_minor: Budget,
}

/// A skill a freelancer shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldSkill {
    /// Vocabulary id.
    pub skill: u32,
    /// Their own word for how good they are.
    pub level: Level,
    /// Years of practice, their own word too.
    pub years: u8,
    /// Completed jobs on this marketplace that asked for the skill.
    pub proven_jobs: u8,
}

/// A language a freelancer works in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpokenLanguage {
    /// Which one.
    pub language: LanguageCode,
    /// How well.
    pub fluency: Fluency,
}

/// A freelancer, as far as matching reads them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreelancerFacts {
    /// The account's id (the 128 bits of its UUID).
    pub id: u128,
    /// True while an admin keeps them out.
    pub suspended: bool,
    /// Kind of service.
    pub category: u16,
    /// Skills **in the freelancer's own order**, the most important first.
    pub skills: Vec<HeldSkill>,
    /// Languages.
    pub languages: Vec<SpokenLanguage>,
    /// Where they live, if they said so.
    pub at: Option<Position>,
    /// True when work on site is out of the question.
    pub remote_only: bool,
    /// How far they would travel.
    pub travel_radius_km: u16,
    /// Their working hours, as in [`RequestFacts::core_hours`].
    pub work_hours: u32,
    /// Free hours week by week.
    pub calendar: Calendar,
    /// What they ask for an hour; none when they did not say.
    pub rate_minor: Option<i64>,
    /// Reviews by clients.
    pub rating: Rating,
    /// Jobs brought to their end.
    pub completed_jobs: u32,
    /// Jobs broken off by the freelancer.
    pub cancelled_jobs: u32,
    /// Messages and offers that waited for an answer.
    pub asked: u32,
    /// Of these, answered within a day.
    pub answered_in_a_day: u32,
    /// Works shown in the portfolio.
    pub shown_works: u8,
}
