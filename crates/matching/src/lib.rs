//! Ranks freelancers for a request and requests for a freelancer, and says why. Pure.
//!
//! One [`fit`] of a request and a freelancer is what both sides see: five parts (skills, rating, place, availability,
//! budget) that add up to the score exactly, behind a row of gates that say who is not shown at all. Everything is
//! integer arithmetic in a fixed order, so the server and every desktop get the same number from the same rows.
//!
//! The formulas know no rows and no clock: [`request_facts`] and [`freelancer_facts`] read the marketplace's rows into
//! plain numbers first. Every formula, with units and one example by hand, stands in `docs/MATCHING.md`.

mod calendar;
mod explain;
mod facts;
mod fit;
mod gates;
mod geo;
mod index;
mod order;
mod parts;
mod rank;
mod relations;
mod requests;
mod rows;
mod share;
mod tie;
mod weights;

pub use calendar::{Calendar, WEEKS, hours_utc, week_of_day};
pub use explain::{Explanation, Improvable, PartText, Side, explain};
pub use facts::{
    Budget, Fluency, FreelancerFacts, HeldSkill, LanguageCode, Level, RequestFacts, SpokenLanguage,
    WantedLanguage, WantedSkill, Work,
};
pub use fit::{Fit, FitFacts, Part, Parts, fit, percent};
pub use gates::Excluded;
pub use geo::{Position, distance_km, position};
pub use index::{Market, Merge, Merged};
pub use order::{
    APPLICATIONS_TARGET, CONGESTION_STEP, Candidate, Congestion, Drawn, FIRST_PLACES, InvalidShare,
    MOST_CONGESTION, NEWCOMER_CONTRACTS, NEWCOMER_FIT_PERCENT, NewcomerShare, TOLD_A_ROUND,
    WAITING_TARGET, is_newcomer, newcomer_lot, newcomer_places, put_newcomers, to_tell,
};
pub use parts::availability::AvailabilityFacts;
pub use parts::budget::BudgetFacts;
pub use parts::place::{DEFAULT_HALF_DISTANCE_KM, DEFAULT_OVERLAP_HOURS, PlaceFacts};
pub use parts::rating::{Rating, RatingFacts, Review};
pub use parts::skills::{HeldFact, SkillFact};
pub use rank::{ExcludedCount, Match, Ranking, rank_freelancers, rank_requests};
pub use relations::{BROADER, Hierarchy, NARROWER, NoRelations, Relations, SAME, SIBLING};
pub use requests::Requests;
pub use rows::{freelancer_facts, relations, request_facts, standard_offset_minutes};
pub use share::ONE;
pub use tie::tie_break;
pub use weights::{InvalidWeights, Weights};

/// Names the formulas and tables of this crate: two scores may be compared only when they carry the same version.
pub const SCORE_VERSION: u16 = 1;
