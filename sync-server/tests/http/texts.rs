//! What people write in the stories.

use guildhall_catalog::Catalog;
use guildhall_domain::money::Money;
use guildhall_domain::offer::Terms;
use guildhall_domain::profile::{HeldSkill, Level, ProfileText};
use guildhall_domain::request::{RequestText, WantedSkill, Work};
use guildhall_domain::time::{Date, Timestamp};

/// When the stories begin.
pub(crate) const BEGIN: Timestamp = Timestamp(1_795_000_000_000);

/// A day, counted from the first day of the stories.
pub(crate) fn day(after: i32) -> Date {
    BEGIN.day().plus_days(after)
}

/// An amount in euros.
pub(crate) fn euros(amount: i64) -> Money {
    Money {
        minor: amount * 100,
        currency: "EUR".parse().expect("is a currency"),
    }
}

/// The vocabulary's id of a skill.
pub(crate) fn skill(name: &str) -> u32 {
    Catalog::get()
        .resolve(name)
        .expect("is in the vocabulary")
        .0
}

fn held(name: &str, level: Level) -> HeldSkill {
    HeldSkill {
        skill: Some(skill(name)),
        name: name.to_owned(),
        level,
        years: 5,
    }
}

/// A remote worker with these skills.
pub(crate) fn profile(headline: &str, skills: &[&str]) -> ProfileText {
    ProfileText {
        photo: None,
        headline: headline.to_owned(),
        bio: "Ten years of practice.".to_owned(),
        category: "software".to_owned(),
        skills: skills
            .iter()
            .map(|name| held(name, Level::Advanced))
            .collect(),
        portfolio: Vec::new(),
        languages: Vec::new(),
        rate: Some(euros(60)),
        place: None,
        remote_only: true,
        travel_radius_km: 0,
        time_zone: "Europe/Berlin".to_owned(),
        hours_per_week: 30,
        free_from: None,
    }
}

/// A remote job that asks for these skills.
pub(crate) fn request(title: &str, skills: &[&str]) -> RequestText {
    RequestText {
        title: title.to_owned(),
        description: "What there is to do.".to_owned(),
        category: "software".to_owned(),
        skills: skills
            .iter()
            .map(|name| WantedSkill {
                skill: Some(skill(name)),
                name: (*name).to_owned(),
                must: true,
                level: Level::Intermediate,
            })
            .collect(),
        work: Work::Remote,
        place: None,
        start: day(14),
        end: day(90),
        hours_per_week: 20,
        budget: Some(euros(70)),
        time_zone: "Europe/Berlin".to_owned(),
        languages: Vec::new(),
    }
}

/// Terms of an offer.
pub(crate) fn terms(scope: &str) -> Terms {
    Terms {
        scope: scope.to_owned(),
        rate: euros(60),
        hours_per_week: 20,
        start: day(14),
        end: day(90),
    }
}
