//! A freelancer's profile: what they can, where, when and for how much.

use crate::denied::{Denied, Mistakes};
use crate::id::AccountId;
use crate::money::{MAXIMUM_MINOR, Money};
use crate::time::{Date, Timestamp};
use serde::{Deserialize, Serialize};

/// The most skills a profile may claim.
pub const MAXIMUM_SKILLS: usize = 40;
/// The most bytes a photo's data URL may have.
pub const MAXIMUM_PHOTO: usize = 65_536;

/// How well one masters a skill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Level {
    /// First steps.
    Beginner,
    /// Works alone on usual tasks.
    Intermediate,
    /// Works alone on hard tasks.
    Advanced,
    /// Others ask them.
    Expert,
}

/// A skill one has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct HeldSkill {
    /// Vocabulary id; none while the vocabulary does not know the name.
    pub skill: Option<u32>,
    /// As shown or typed.
    pub name: String,
    /// How well.
    pub level: Level,
    /// Years of practice.
    pub years: u8,
}

/// One piece of shown work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PortfolioItem {
    /// What it was.
    pub title: String,
    /// What one did.
    pub text: String,
    /// Where to see it; `https://` or empty.
    pub link: String,
    /// When.
    pub year: Option<u16>,
}

/// How well one speaks a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Fluency {
    /// A few words.
    Basic,
    /// Everyday talk.
    Conversational,
    /// Works in it.
    Fluent,
    /// Grew up with it.
    Native,
}

/// A language one works in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SpokenLanguage {
    /// ISO 639-1.
    pub code: String,
    /// How well.
    pub fluency: Fluency,
}

/// What a freelancer writes about themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ProfileText {
    /// Data URL of a small JPEG or PNG.
    pub photo: Option<String>,
    /// One line.
    pub headline: String,
    /// About them.
    pub bio: String,
    /// Category slug.
    pub category: String,
    /// In the order of importance.
    pub skills: Vec<HeldSkill>,
    /// Works to show.
    pub portfolio: Vec<PortfolioItem>,
    /// Languages.
    pub languages: Vec<SpokenLanguage>,
    /// Per hour.
    pub rate: Option<Money>,
    /// Gazetteer id.
    pub place: Option<u32>,
    /// On-site work is out of the question.
    pub remote_only: bool,
    /// Kilometres.
    pub travel_radius_km: u16,
    /// IANA name.
    pub time_zone: String,
    /// Free hours a week.
    pub hours_per_week: u8,
    /// From when; none is at once.
    pub free_from: Option<Date>,
}

/// A freelancer's profile. Its id is the account's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Profile {
    /// The account.
    pub id: AccountId,
    /// What they wrote.
    #[serde(flatten)]
    pub text: ProfileText,
    /// When it was saved last.
    pub saved: Timestamp,
}

impl ProfileText {
    /// Checks every field and names the ones that do not hold.
    pub fn check(&self) -> Result<(), Denied> {
        let mut mistakes = Mistakes::default();
        mistakes.length(&self.headline, 3, 100, "/headline", "The headline");
        mistakes.length(&self.bio, 0, 4_000, "/bio", "The text about you");
        mistakes.require(
            !self.category.trim().is_empty(),
            "/category",
            "missing",
            "Choose what kind of work you do.",
        );
        self.check_skills(&mut mistakes);
        self.check_works_and_languages(&mut mistakes);
        if let Some(rate) = self.rate {
            mistakes.require(
                (1..=MAXIMUM_MINOR).contains(&rate.minor),
                "/rate",
                "out_of_range",
                "The rate is above zero and below ten million.",
            );
        }
        mistakes.require(
            self.place.is_some() || self.remote_only,
            "/place",
            "missing",
            "Choose your city, or say that you work remotely only.",
        );
        mistakes.require(
            self.travel_radius_km <= 500,
            "/travel_radius_km",
            "too_large",
            "At most 500 km.",
        );
        mistakes.require(
            !self.time_zone.is_empty() && self.time_zone.len() <= 64,
            "/time_zone",
            "missing",
            "Choose your time zone.",
        );
        mistakes.require(
            self.hours_per_week <= 80,
            "/hours_per_week",
            "too_large",
            "At most 80 hours a week.",
        );
        if let Some(photo) = &self.photo {
            let known = photo.starts_with("data:image/jpeg;base64,")
                || photo.starts_with("data:image/png;base64,");
            mistakes.require(known, "/photo", "wrong_kind", "The photo is a JPEG or PNG.");
            mistakes.require(
                photo.len() <= MAXIMUM_PHOTO,
                "/photo",
                "too_large",
                "The photo is larger than 48 KiB.",
            );
        }
        mistakes.into_result()
    }

    fn check_works_and_languages(&self, mistakes: &mut Mistakes) {
        mistakes.require(
            self.portfolio.len() <= 24,
            "/portfolio",
            "too_many",
            "At most 24 works.",
        );
        for (index, item) in self.portfolio.iter().enumerate() {
            mistakes.length(
                &item.title,
                2,
                120,
                format!("/portfolio/{index}/title"),
                "The title",
            );
            mistakes.length(
                &item.text,
                0,
                1_000,
                format!("/portfolio/{index}/text"),
                "The text",
            );
            mistakes.require(
                item.link.is_empty()
                    || (item.link.starts_with("https://") && item.link.len() <= 500),
                format!("/portfolio/{index}/link"),
                "not_a_link",
                "A link begins with https:// and has at most 500 characters.",
            );
        }
        mistakes.require(
            self.languages.len() <= 12,
            "/languages",
            "too_many",
            "At most 12 languages.",
        );
        for (index, language) in self.languages.iter().enumerate() {
            mistakes.require(
                language.code.len() == 2,
                format!("/languages/{index}/code"),
                "unknown",
                "Choose a language.",
            );
        }
    }

    fn check_skills(&self, mistakes: &mut Mistakes) {
        mistakes.require(
            !self.skills.is_empty(),
            "/skills",
            "missing",
            "Add at least one skill.",
        );
        mistakes.require(
            self.skills.len() <= MAXIMUM_SKILLS,
            "/skills",
            "too_many",
            format!(
                "{} skills are too many; keep the {MAXIMUM_SKILLS} that matter most.",
                self.skills.len()
            ),
        );
        for (index, held) in self.skills.iter().enumerate() {
            mistakes.length(
                &held.name,
                1,
                80,
                format!("/skills/{index}/name"),
                "The skill",
            );
            mistakes.require(
                held.years <= 60,
                format!("/skills/{index}/years"),
                "too_large",
                "At most 60 years.",
            );
            let again = self.skills[..index].iter().any(|other| {
                (other.skill.is_some() && other.skill == held.skill)
                    || other.name.to_lowercase() == held.name.to_lowercase()
            });
            mistakes.require(
                !again,
                format!("/skills/{index}/name"),
                "twice",
                format!("{} is there twice.", held.name),
            );
        }
    }
}
