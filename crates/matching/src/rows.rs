//! Facts from the marketplace's rows, so that the server and every desktop read the same rows the same way.

use crate::calendar::{Calendar, hours_utc, week_of_day};
use crate::facts::{
    Fluency, FreelancerFacts, HeldSkill, LanguageCode, Level, RequestFacts, SpokenLanguage,
    WantedLanguage, WantedSkill, Work,
};
use crate::geo::Position;
use crate::parts::place::{DEFAULT_HALF_DISTANCE_KM, DEFAULT_OVERLAP_HOURS};
use crate::parts::rating::Rating;
use crate::relations::Hierarchy;
use guildhall_catalog::{Catalog, PlaceId, SkillId};
use guildhall_domain::money::Money;
use guildhall_domain::person::Person;
use guildhall_domain::profile::Profile;
use guildhall_domain::request::Request;
use guildhall_domain::time::Date;
use guildhall_domain::{profile, request};
use jiff::Timestamp;
use jiff::tz::TimeZoneDatabase;
use std::sync::LazyLock;

/// The currency in which rates and budgets are compared.
const REFERENCE: &str = "EUR";
/// Hybrid work is asked for without a number of days; so many count.
const ON_SITE_DAYS: u8 = 2;
/// The hours people work, by their own clock.
const WORKING_DAY: (u8, u8) = (9, 17);
/// A language that is asked for is enough for everyday work.
const ASKED_FLUENCY: Fluency = Fluency::Conversational;
/// Middle of January and of July 2026: the smaller offset of the two is a zone's standard time.
const SEASONS: [i64; 2] = [1_768_435_200, 1_784_073_600];

/// The time zones of this program, not of the machine: scores must not depend on what a system has installed.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// Reads a request.
pub fn request_facts(request: &Request, catalog: &Catalog) -> RequestFacts {
    let text = &request.text;
    let weeks = i64::from(text.end.week()) - i64::from(text.start.week()) + 1;
    RequestFacts {
        id: request.id.0.as_u128(),
        client: request.client.0.as_u128(),
        category: category(&text.category, catalog),
        skills: text
            .skills
            .iter()
            .filter_map(|wanted| {
                Some(WantedSkill {
                    skill: known(wanted.skill, catalog)?,
                    must: wanted.must,
                    level: level(wanted.level),
                })
            })
            .collect(),
        languages: text
            .languages
            .iter()
            .filter_map(|code| {
                Some(WantedLanguage {
                    language: language(code)?,
                    fluency: ASKED_FLUENCY,
                })
            })
            .collect(),
        work: match (text.work, position(text.place, catalog)) {
            (request::Work::OnSite, Some(at)) => Work::OnSite { at },
            (request::Work::Hybrid, Some(at)) => Work::Hybrid {
                at,
                on_site_days: ON_SITE_DAYS,
            },
            // A place that the gazetteer does not know cannot be measured from.
            (request::Work::Remote, _) | (request::Work::OnSite | request::Work::Hybrid, None) => {
                Work::Remote
            }
        },
        radius_km: u16::MAX,
        half_distance_km: DEFAULT_HALF_DISTANCE_KM,
        core_hours: working_hours(&text.time_zone),
        overlap_hours: DEFAULT_OVERLAP_HOURS,
        start_week: week(text.start),
        weeks: u8::try_from(weeks.clamp(1, i64::from(u8::MAX))).unwrap_or(u8::MAX),
        hours_per_week: text.hours_per_week,
        budget_minor: text.budget.and_then(|budget| comparable(budget, catalog)),
    }
}

/// Reads a freelancer; their free hours are counted from the week of `today` on.
pub fn freelancer_facts(
    profile: &Profile,
    person: &Person,
    catalog: &Catalog,
    today: Date,
) -> FreelancerFacts {
    let text = &profile.text;
    let standing = person.standing;
    FreelancerFacts {
        id: profile.id.0.as_u128(),
        suspended: person.is_suspended(),
        category: category(&text.category, catalog),
        skills: text
            .skills
            .iter()
            .filter_map(|held| {
                let skill = known(held.skill, catalog)?;
                let proven = person.proven.get(&skill).copied().unwrap_or(0);
                Some(HeldSkill {
                    skill,
                    level: level(held.level),
                    years: held.years,
                    proven_jobs: u8::try_from(proven).unwrap_or(u8::MAX),
                })
            })
            .collect(),
        languages: text
            .languages
            .iter()
            .filter_map(|spoken| {
                Some(SpokenLanguage {
                    language: language(&spoken.code)?,
                    fluency: fluency(spoken.fluency),
                })
            })
            .collect(),
        at: position(text.place, catalog),
        remote_only: text.remote_only,
        travel_radius_km: text.travel_radius_km,
        work_hours: working_hours(&text.time_zone),
        calendar: Calendar::filled(
            week(today),
            text.hours_per_week,
            text.free_from.map(|from| i64::from(from.0)),
            &[],
        ),
        rate_minor: text.rate.and_then(|rate| comparable(rate, catalog)),
        rating: Rating::from_sum(standing.stars, standing.reviews),
        completed_jobs: standing.completed,
        cancelled_jobs: standing.cancelled,
        asked: 0,
        answered_in_a_day: 0,
        shown_works: u8::try_from(text.portfolio.len()).unwrap_or(u8::MAX),
    }
}

/// The relations of the shipped vocabulary.
pub fn relations(catalog: &Catalog) -> Hierarchy {
    let pairs = catalog
        .skills()
        .iter()
        .filter_map(|skill| Some((skill.id.0, skill.parent?.0)));
    Hierarchy::from_parents(pairs)
}

/// How far a zone's standard time is ahead of UTC, in minutes; nothing for a zone that does not exist.
///
/// Summer time is left out: two people in one zone share their day whatever the season.
pub fn standard_offset_minutes(time_zone: &str) -> Option<i32> {
    let zone = ZONES.get(time_zone).ok()?;
    SEASONS
        .into_iter()
        .filter_map(|second| Timestamp::from_second(second).ok())
        .map(|at| zone.to_offset(at).seconds().div_euclid(60))
        .min()
}

fn working_hours(time_zone: &str) -> u32 {
    let (from, to) = WORKING_DAY;
    hours_utc(from, to, standard_offset_minutes(time_zone).unwrap_or(0))
}

fn week(day: Date) -> i32 {
    week_of_day(i64::from(day.0))
}

fn category(slug: &str, catalog: &Catalog) -> u16 {
    catalog
        .categories()
        .iter()
        .position(|category| category.slug == slug)
        .and_then(|index| u16::try_from(index).ok())
        .unwrap_or(u16::MAX)
}

/// The id, if the vocabulary has it: a desktop may be older than the request.
fn known(skill: Option<u32>, catalog: &Catalog) -> Option<u32> {
    skill.filter(|id| catalog.skill(SkillId(*id)).is_some())
}

fn position(place: Option<u32>, catalog: &Catalog) -> Option<Position> {
    Some(catalog.place(PlaceId(place?))?.unit)
}

fn comparable(money: Money, catalog: &Catalog) -> Option<i64> {
    catalog.convert_minor(money.minor, money.currency.code(), REFERENCE)
}

fn language(code: &str) -> Option<LanguageCode> {
    code.to_ascii_lowercase().as_bytes().try_into().ok()
}

fn level(level: profile::Level) -> Level {
    match level {
        profile::Level::Beginner => Level::Beginner,
        profile::Level::Intermediate => Level::Intermediate,
        profile::Level::Advanced => Level::Advanced,
        profile::Level::Expert => Level::Expert,
    }
}

fn fluency(fluency: profile::Fluency) -> Fluency {
    match fluency {
        profile::Fluency::Basic => Fluency::Basic,
        profile::Fluency::Conversational => Fluency::Conversational,
        profile::Fluency::Fluent => Fluency::Fluent,
        profile::Fluency::Native => Fluency::Native,
    }
}

#[cfg(test)]
mod tests;
