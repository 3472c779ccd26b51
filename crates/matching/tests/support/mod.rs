//! Markets to match in: one by hand and any number by chance.
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "each test file uses its own share of this"
)]

pub mod markets;

use guildhall_matching::{
    Calendar, Fluency, FreelancerFacts, HeldSkill, Hierarchy, Level, Rating, RequestFacts,
    SpokenLanguage, WEEKS, WantedLanguage, WantedSkill, Work, hours_utc, position,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

pub const LEVELS: [Level; 4] = [
    Level::Beginner,
    Level::Intermediate,
    Level::Advanced,
    Level::Expert,
];
const FLUENCIES: [Fluency; 4] = [
    Fluency::Basic,
    Fluency::Conversational,
    Fluency::Fluent,
    Fluency::Native,
];

/// A request that is easy to meet.
pub fn request() -> RequestFacts {
    RequestFacts {
        id: 1,
        client: 100,
        category: 3,
        skills: vec![WantedSkill {
            skill: 7,
            must: true,
            level: Level::Intermediate,
        }],
        languages: Vec::new(),
        work: Work::OnSite {
            at: position(51_339_620, 12_371_290),
        },
        radius_km: 100,
        half_distance_km: 30,
        core_hours: hours_utc(9, 17, 60),
        overlap_hours: 4,
        start_week: 2_970,
        weeks: 10,
        hours_per_week: 30,
        budget_minor: Some(7_000),
    }
}

/// A freelancer who meets it.
pub fn freelancer() -> FreelancerFacts {
    FreelancerFacts {
        id: 200,
        suspended: false,
        category: 3,
        skills: vec![HeldSkill {
            skill: 7,
            level: Level::Advanced,
            years: 4,
            proven_jobs: 2,
        }],
        languages: Vec::new(),
        at: Some(position(51_339_620, 12_371_290)),
        remote_only: false,
        travel_radius_km: 100,
        work_hours: hours_utc(9, 17, 60),
        calendar: Calendar {
            first_week: 2_970,
            free_hours: [30; WEEKS],
        },
        rate_minor: Some(6_000),
        rating: Rating::from_sum(24, 5),
        completed_jobs: 5,
        cancelled_jobs: 0,
        asked: 10,
        answered_in_a_day: 9,
        shown_works: 3,
    }
}

/// The relations the random markets use: skill `n` has the parent `n / 3`.
pub fn relations() -> Hierarchy {
    Hierarchy::from_parents((3..24).map(|skill| (skill, skill / 3)))
}

fn level() -> impl Strategy<Value = Level> {
    prop::sample::select(LEVELS.to_vec())
}

fn fluency() -> impl Strategy<Value = Fluency> {
    prop::sample::select(FLUENCIES.to_vec())
}

fn language() -> impl Strategy<Value = [u8; 2]> {
    prop::sample::select(vec![*b"de", *b"en", *b"fr"])
}

fn near_leipzig() -> impl Strategy<Value = [i16; 3]> {
    (50_500_000..52_000_000, 11_500_000..13_500_000)
        .prop_map(|(latitude, longitude)| position(latitude, longitude))
}

fn work() -> impl Strategy<Value = Work> {
    prop_oneof![
        near_leipzig().prop_map(|at| Work::OnSite { at }),
        (near_leipzig(), 0..8_u8).prop_map(|(at, on_site_days)| Work::Hybrid { at, on_site_days }),
        Just(Work::Remote),
        Just(Work::Remote),
    ]
}

prop_compose! {
    fn wanted()(skill in 1..24_u32, must in prop::bool::weighted(0.3), level in level()) -> WantedSkill {
        WantedSkill { skill, must, level }
    }
}

prop_compose! {
    pub fn held()(skill in 1..24_u32, level in level(), years in 0..12_u8, proven_jobs in prop_oneof![Just(0), 0..9_u8])
        -> HeldSkill
    {
        HeldSkill { skill, level, years, proven_jobs }
    }
}

prop_compose! {
    pub fn any_request()(
        id in any::<u128>(),
        client in 0..40_u128,
        category in 0..3_u16,
        skills in vec(wanted(), 0..6),
        languages in vec((language(), fluency()), 0..2),
        work in work(),
        radius_km in prop_oneof![Just(u16::MAX), 20..200_u16],
        half_distance_km in 0..60_u16,
        (core_hours, overlap_hours) in (any::<u32>(), 0..8_u8),
        (start_week, weeks, hours_per_week) in (95..135_i32, 0..30_u8, 0..50_u8),
        budget_minor in option::weighted(0.8, 3_000..9_000_i64),
    ) -> RequestFacts {
        let languages =
            languages.into_iter().map(|(language, fluency)| WantedLanguage { language, fluency }).collect();
        RequestFacts {
            id, client, category, skills, languages, work, radius_km, half_distance_km, core_hours, overlap_hours,
            start_week, weeks, hours_per_week, budget_minor,
        }
    }
}

prop_compose! {
    pub fn any_freelancer()(
        id in 0..40_u128,
        suspended in prop::bool::weighted(0.05),
        category in 0..3_u16,
        skills in vec(held(), 0..45),
        languages in vec((language(), fluency()), 0..4),
        at in option::weighted(0.9, near_leipzig()),
        (remote_only, travel_radius_km) in (prop::bool::weighted(0.1), 0..200_u16),
        work_hours in any::<u32>(),
        free_hours in prop_oneof![(0..60_u8).prop_map(|hours| [hours; WEEKS]), prop::array::uniform26(0..60_u8)],
        rate_minor in option::weighted(0.9, 2_000..9_000_i64),
        rating in vec(1..=5_u32, 0..30),
        (completed_jobs, cancelled_jobs, asked, answered_in_a_day) in (0..30_u32, 0..9_u32, 0..30_u32, 0..30_u32),
        shown_works in 0..8_u8,
    ) -> FreelancerFacts {
        let languages =
            languages.into_iter().map(|(language, fluency)| SpokenLanguage { language, fluency }).collect();
        let count = u32::try_from(rating.len()).expect("few reviews");
        FreelancerFacts {
            id, suspended, category, skills, languages, at, remote_only, travel_radius_km, work_hours,
            calendar: Calendar { first_week: 100, free_hours },
            rate_minor,
            rating: Rating::from_sum(rating.iter().sum(), count),
            completed_jobs, cancelled_jobs, asked, answered_in_a_day, shown_works,
        }
    }
}
