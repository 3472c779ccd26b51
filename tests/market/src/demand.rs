//! Requests: what clients write down, and what they mean.

use crate::chance::Chance;
use crate::params::{Params, TASTES, demand as d, people as p};
use crate::people::{LEVELS, Land, tastes, town, town_of};
use crate::vocabulary::{Category, Vocabulary};
use guildhall_matching::{
    DEFAULT_HALF_DISTANCE_KM, DEFAULT_OVERLAP_HOURS, Fluency, RequestFacts, WantedLanguage,
    WantedSkill, Work, hours_utc,
};

/// Ids of requests begin here: those of freelancers are smaller.
const FIRST_ID: u128 = 1 << 64;
/// Days a week on site in hybrid work, as the product reads it.
const ON_SITE_DAYS: u8 = 2;
/// The most a budget may lie from the usual rate, as shares of it.
const BUDGET_BOUNDS: (f64, f64) = (0.4, 3.0);

/// A request as it comes.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) facts: RequestFacts,
    pub(crate) wish: Wish,
    pub(crate) published: u32,
    pub(crate) places: u32,
}

/// What the client means.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    pub(crate) needs: Vec<Need>,
    /// The most they would pay, in minor units an hour.
    pub(crate) pay: f64,
    pub(crate) elasticity: f64,
    /// What people they like.
    pub(crate) likes: [f64; TASTES],
    /// What the work is like.
    pub(crate) kind: [f64; TASTES],
    /// What they must feel before they hire.
    pub(crate) bar: f64,
    pub(crate) means_language: bool,
    /// They read down the list and stop at the first good application; the others jump.
    pub(crate) cascade: bool,
}

/// A skill that is really needed.
#[derive(Debug, Clone)]
pub(crate) struct Need {
    pub(crate) skill: u32,
    /// As ability.
    pub(crate) level: f64,
    pub(crate) weight: f64,
    pub(crate) must: bool,
}

/// Every request of a run, in the order in which they are published.
pub(crate) fn draw(
    seed: u64,
    params: &Params,
    vocabulary: &Vocabulary,
    land: &Land,
) -> Vec<Request> {
    let mut chance = Chance::new(seed, 3);
    (0..params.requests_a_week * (params.warm_up_weeks + params.counted_weeks))
        .map(|number| {
            let published = number / params.requests_a_week;
            request(number, published, vocabulary, land, &mut chance)
        })
        .collect()
}

fn request(
    number: u32,
    published: u32,
    vocabulary: &Vocabulary,
    land: &Land,
    chance: &mut Chance,
) -> Request {
    let (category, usual_rate) = land.category(vocabulary, chance);
    let kind_of_place = chance.unit();
    // Work that one must come to is work where the market is at home.
    let town = if kind_of_place < d::REMOTE {
        town(vocabulary, chance)
    } else {
        town_of(vocabulary, 0, chance)
    };
    let (skills, needs) = skills(category, chance);

    let mut languages = Vec::new();
    let asks = chance.unit();
    let mut ask = |language| {
        languages.push(WantedLanguage {
            language,
            fluency: Fluency::Conversational,
        });
    };
    if asks < d::ENGLISH {
        ask(*b"en");
    } else if asks < d::ENGLISH + d::OWN_LANGUAGE {
        ask(town.language);
    }
    let work = if kind_of_place < d::REMOTE {
        Work::Remote
    } else if kind_of_place < d::REMOTE + d::ON_SITE {
        Work::OnSite { at: town.at }
    } else {
        Work::Hybrid {
            at: town.at,
            on_site_days: ON_SITE_DAYS,
        }
    };
    let asked = skills
        .iter()
        .map(|wanted| f64::from(wanted.level as u8 + 1) / 4.0);
    let asked = asked.sum::<f64>() / skills.len() as f64;
    let [floor, by_level, spread] = d::BUDGET;
    let factor = floor + by_level * asked + spread * chance.normal();
    let budget = (usual_rate * factor.clamp(BUDGET_BOUNDS.0, BUDGET_BOUNDS.1)).floor();
    let (mean, spread) = d::BAR;

    Request {
        published,
        places: 1 + u32::from(chance.happens(d::TWO_PLACES)),
        facts: RequestFacts {
            id: FIRST_ID + u128::from(number),
            client: 0,
            category: category.number,
            skills,
            languages,
            work,
            radius_km: u16::MAX,
            half_distance_km: DEFAULT_HALF_DISTANCE_KM,
            core_hours: hours_utc(9, 17, town.offset_minutes),
            overlap_hours: DEFAULT_OVERLAP_HOURS,
            start_week: 0,
            weeks: chance.starting_at(d::WEEKS) as u8,
            hours_per_week: chance.starting_at(d::HOURS) as u8,
            budget_minor: (!chance.happens(d::NO_BUDGET)).then_some(budget as i64),
        },
        wish: Wish {
            needs,
            pay: budget * chance.between(d::WOULD_PAY),
            elasticity: chance.between(d::ELASTICITY),
            likes: tastes(chance),
            kind: tastes(chance),
            bar: mean + spread * chance.normal(),
            means_language: chance.happens(d::MEANS_LANGUAGE),
            cascade: chance.happens(d::CASCADE),
        },
    }
}

/// What is written, and what is needed.
fn skills(category: &Category, chance: &mut Chance) -> (Vec<WantedSkill>, Vec<Need>) {
    let families = &category.families;
    let family = &families[chance.zipf(families.len(), p::FAMILY_OFFSET)];
    let draw = |must: bool, chance: &mut Chance| {
        if must || chance.happens(d::OF_FAMILY) {
            family[chance.zipf(family.len(), p::FAMILY_OFFSET)]
        } else {
            category.skills[chance.zipf(category.skills.len(), 10.0)]
        }
    };
    let musts = 1 + chance.below(d::MUSTS);
    let nice = chance.below(d::NICE + 1);
    let mut wanted: Vec<WantedSkill> = Vec::new();
    let mut needs = Vec::new();
    for number in 0..musts + nice {
        let must = number < musts;
        let skill = draw(must, chance);
        if wanted.iter().any(|known| known.skill == skill) {
            continue;
        }
        let level = [0, 1, 1, 2, 2, 2, 3, 3][chance.below(8) as usize];
        wanted.push(WantedSkill {
            skill,
            must,
            level: LEVELS[level],
        });
        needs.push(Need {
            skill,
            level: p::ABILITY[level],
            weight: if must {
                chance.between((1.0, 3.0))
            } else {
                chance.between((0.0, 1.0))
            },
            must,
        });
    }
    if chance.happens(d::UNWRITTEN) {
        let skill = draw(false, chance);
        if needs.iter().all(|known| known.skill != skill) {
            needs.push(Need {
                skill,
                level: p::ABILITY[1],
                weight: 1.0,
                must: false,
            });
        }
    }
    (wanted, needs)
}
