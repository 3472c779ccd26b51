//! What people write.

use guildhall_catalog::Catalog;
use guildhall_domain::money::Money;
use guildhall_domain::offer::Terms;
use guildhall_domain::profile::{HeldSkill, Level, ProfileText};
use guildhall_domain::request::{RequestText, WantedSkill, Work};
use guildhall_domain::time::Timestamp;
use rand::Rng as _;
use rand_chacha::ChaCha8Rng;
use std::sync::LazyLock;

const SKILLS: [&str; 4] = ["Rust", "SQL", "Figma", "Python"];
static IDS: LazyLock<[Option<u32>; 4]> =
    LazyLock::new(|| SKILLS.map(|name| Catalog::get().resolve(name).map(|skill| skill.0)));

/// Words that nobody wrote before, so that lost ones can be told from kept ones.
pub(crate) fn words(chance: &mut ChaCha8Rng) -> String {
    format!("These are the words number {:08x}.", chance.random::<u32>())
}

pub(crate) fn euros(amount: i64) -> Money {
    Money {
        minor: amount * 100,
        currency: "EUR".parse().expect("is a currency"),
    }
}

pub(crate) fn profile(chance: &mut ChaCha8Rng) -> ProfileText {
    let held = (0..SKILLS.len())
        .filter(|_| chance.random())
        .collect::<Vec<_>>();
    ProfileText {
        photo: None,
        headline: words(chance),
        bio: "Ten years of practice.".to_owned(),
        category: "software".to_owned(),
        skills: held
            .into_iter()
            .map(|index| HeldSkill {
                skill: IDS[index],
                name: SKILLS[index].to_owned(),
                level: Level::Advanced,
                years: 5,
            })
            .collect(),
        portfolio: Vec::new(),
        languages: Vec::new(),
        rate: Some(euros(chance.random_range(40..90))),
        place: None,
        remote_only: true,
        travel_radius_km: 0,
        time_zone: "Europe/Berlin".to_owned(),
        hours_per_week: 30,
        free_from: None,
    }
}

pub(crate) fn request(chance: &mut ChaCha8Rng, now: Timestamp) -> RequestText {
    let index = chance.random_range(0..SKILLS.len());
    RequestText {
        title: words(chance),
        description: "What there is to do.".to_owned(),
        category: "software".to_owned(),
        skills: vec![WantedSkill {
            skill: IDS[index],
            name: SKILLS[index].to_owned(),
            must: true,
            level: Level::Intermediate,
        }],
        work: Work::Remote,
        place: None,
        start: now.day().plus_days(14),
        end: now.day().plus_days(200),
        hours_per_week: chance.random_range(10..30),
        budget: Some(euros(70)),
        time_zone: "Europe/Berlin".to_owned(),
        languages: Vec::new(),
    }
}

pub(crate) fn terms(chance: &mut ChaCha8Rng, now: Timestamp) -> Terms {
    Terms {
        scope: words(chance),
        rate: euros(60),
        hours_per_week: 20,
        start: now.day().plus_days(14),
        end: now.day().plus_days(200),
    }
}
