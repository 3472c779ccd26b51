//! Freelancers: what they show, and what nobody can see of them.

use crate::chance::Chance;
use crate::params::{Params, TASTES, people as p, truth};
use crate::vocabulary::{Category, Town, Vocabulary};
use guildhall_matching::{
    Calendar, Fluency, FreelancerFacts, HeldSkill, Level, Rating, SpokenLanguage, WEEKS, hours_utc,
};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const LEVELS: [Level; 4] = [
    Level::Beginner,
    Level::Intermediate,
    Level::Advanced,
    Level::Expert,
];
/// The most a person's rate may lie from their category's, as shares of it.
const RATE_BOUNDS: (f64, f64) = (0.4, 2.5);

/// A freelancer as they come to the market.
#[derive(Debug, Clone)]
pub(crate) struct Freelancer {
    pub(crate) facts: FreelancerFacts,
    pub(crate) hidden: Hidden,
    pub(crate) joins: u32,
}

/// What no score knows.
#[derive(Debug, Clone)]
pub(crate) struct Hidden {
    /// Ability by skill, those not listed too.
    pub(crate) ability: BTreeMap<u32, f64>,
    /// What they are like.
    pub(crate) manner: [f64; TASTES],
    /// What work they like.
    pub(crate) likes: [f64; TASTES],
    pub(crate) quality: f64,
    pub(crate) reliability: f64,
    /// The least they accept, in minor units an hour.
    pub(crate) reservation: f64,
    /// The share of weeks in which they look.
    pub(crate) active: f64,
    pub(crate) applications: u32,
    /// They go down their list and stop after an application; the others jump.
    pub(crate) cascade: bool,
    pub(crate) keeps_calendar: bool,
    /// Hours a week they can work.
    pub(crate) hours: f64,
    pub(crate) travel_km: f64,
}

/// Rates of the categories and their order by size: one market's own.
#[derive(Debug)]
pub(crate) struct Land {
    /// Positions in the vocabulary's categories, the most frequent first.
    pub(crate) order: Vec<usize>,
    /// The usual rate of each category, by position, in minor units an hour.
    pub(crate) rates: Vec<f64>,
}

impl Land {
    pub(crate) fn new(seed: u64, vocabulary: &Vocabulary) -> Self {
        let mut chance = Chance::new(seed, 1);
        let mut order: Vec<usize> = (0..vocabulary.categories.len()).collect();
        chance.shuffle(&mut order);
        let (least, most) = p::RATES;
        let rates = order
            .iter()
            .map(|_| f64::from(least + chance.below(most - least)))
            .collect();
        Self { order, rates }
    }

    /// A category by size, with its usual rate.
    pub(crate) fn category<'a>(
        &self,
        vocabulary: &'a Vocabulary,
        chance: &mut Chance,
    ) -> (&'a Category, f64) {
        let at = self.order[chance.zipf(p::CATEGORIES.min(self.order.len()), p::CATEGORY_OFFSET)];
        (&vocabulary.categories[at], self.rates[at])
    }
}

/// Somebody's town: home, Europe or the world.
pub(crate) fn town<'a>(vocabulary: &'a Vocabulary, chance: &mut Chance) -> &'a Town {
    let from = chance.unit();
    let region = if from < p::AT_HOME {
        0
    } else {
        1 + usize::from(from >= p::AT_HOME + p::IN_EUROPE)
    };
    town_of(vocabulary, region, chance)
}

/// A town of a region, large ones more often.
pub(crate) fn town_of<'a>(
    vocabulary: &'a Vocabulary,
    region: usize,
    chance: &mut Chance,
) -> &'a Town {
    let towns = &vocabulary.towns[region];
    &towns[chance.zipf(towns.len(), p::FAMILY_OFFSET)]
}

/// Everybody who will ever be there, by number; ids are numbers, too.
pub(crate) fn draw(
    seed: u64,
    params: &Params,
    vocabulary: &Vocabulary,
    land: &Land,
) -> Vec<Freelancer> {
    let joining = params.joining_a_week * (params.weeks() - 1);
    let mut chance = Chance::new(seed, 2);
    (0..params.incumbents + joining)
        .map(|number| {
            let joins = match number.checked_sub(params.incumbents) {
                Some(later) => 1 + later / params.joining_a_week.max(1),
                None => 0,
            };
            freelancer(number, joins, vocabulary, land, &mut chance)
        })
        .collect()
}

fn freelancer(
    number: u32,
    joins: u32,
    vocabulary: &Vocabulary,
    land: &Land,
    chance: &mut Chance,
) -> Freelancer {
    let (category, usual_rate) = land.category(vocabulary, chance);
    let town = town(vocabulary, chance);
    let quality = chance.normal();
    let (mut skills, ability) = skills(category, chance);

    let told = skills
        .iter()
        .map(|held| f64::from(held.level as u8 + 1) / 4.0);
    let told = told.sum::<f64>() / skills.len() as f64;
    let [floor, by_level, spread] = p::RATE_OF_PERSON;
    let factor = floor + by_level * told + spread * chance.normal();
    let rate = (usual_rate * factor.clamp(RATE_BOUNDS.0, RATE_BOUNDS.1)).floor();
    let stated_hours = 8 + chance.below(33) as u8;
    let travel_radius_km = [20, 40, 60, 100, 200][chance.below(5) as usize];
    let likes = tastes(chance);
    let manner = tastes(chance);
    let [mean, by_quality, spread, least, most] = p::RELIABILITY;
    let reliability = (mean + by_quality * quality + spread * chance.normal()).clamp(least, most);

    let mut facts = FreelancerFacts {
        id: u128::from(number) + 1,
        suspended: false,
        category: category.number,
        languages: languages(town, chance),
        at: Some(town.at),
        remote_only: chance.happens(p::REMOTE_ONLY),
        travel_radius_km,
        work_hours: hours_utc(9, 17, town.offset_minutes),
        calendar: free(stated_hours),
        rate_minor: Some(rate as i64),
        rating: Rating::default(),
        completed_jobs: 0,
        cancelled_jobs: 0,
        // The product does not read answers yet.
        asked: 0,
        answered_in_a_day: 0,
        shown_works: chance.below(6) as u8,
        skills: Vec::new(),
    };
    if joins == 0 {
        past(&mut facts, &mut skills, quality, reliability, chance);
    }
    facts.skills = skills;
    Freelancer {
        facts,
        joins,
        hidden: Hidden {
            ability,
            manner,
            likes,
            quality,
            reliability,
            reservation: rate * chance.between(p::RESERVATION),
            active: chance.between(p::ACTIVE),
            applications: 1 + chance.below(p::APPLICATIONS),
            cascade: chance.happens(0.5),
            keeps_calendar: chance.happens(p::KEEPS_CALENDAR),
            hours: f64::from(stated_hours) * chance.between(truth::HOURS),
            travel_km: f64::from(travel_radius_km) * chance.between(p::TRAVEL),
        },
    }
}

/// Listed skills in their own order, and what is behind them.
fn skills(category: &Category, chance: &mut Chance) -> (Vec<HeldSkill>, BTreeMap<u32, f64>) {
    let families = &category.families;
    let mut own = vec![chance.zipf(families.len(), p::FAMILY_OFFSET)];
    if chance.happens(p::SECOND_FAMILY) {
        own.push(chance.zipf(families.len(), p::FAMILY_OFFSET));
    }
    let from_own = |chance: &mut Chance| {
        let family = &families[own[chance.below(own.len() as u32) as usize]];
        family[chance.zipf(family.len(), p::FAMILY_OFFSET)]
    };
    let from_all = |chance: &mut Chance| category.skills[chance.zipf(category.skills.len(), 10.0)];

    let (mean, spread) = p::CLAIM;
    let bias = mean + spread * chance.normal();
    let mut held: Vec<HeldSkill> = Vec::new();
    let mut ability = BTreeMap::new();
    let listed = chance.starting_at(p::OWN_SKILLS);
    let others = chance.below(p::OTHER_SKILLS + 1);
    for number in 0..listed + others {
        let skill = if number < listed {
            from_own(chance)
        } else {
            from_all(chance)
        };
        if ability.contains_key(&skill) {
            continue;
        }
        let claimed = [0, 1, 1, 2, 2, 2, 3, 3][chance.below(8) as usize];
        let truly = p::ABILITY[claimed] + bias + p::CLAIM_BY_SKILL * chance.normal();
        ability.insert(skill, truly.clamp(0.05, 1.2));
        held.push(HeldSkill {
            skill,
            level: LEVELS[claimed],
            years: (claimed as u32 + chance.below(3 + 4 * claimed as u32)) as u8,
            proven_jobs: 0,
        });
    }
    for _ in 0..chance.below(p::UNLISTED + 1) {
        let skill = from_own(chance);
        let truly = p::ABILITY[1 + chance.below(3) as usize];
        ability.entry(skill).or_insert(truly);
    }
    if chance.happens(p::STUFFERS) {
        for _ in 0..chance.starting_at(p::STUFFED) {
            let skill = from_all(chance);
            if held.iter().all(|known| known.skill != skill) {
                held.push(HeldSkill {
                    skill,
                    level: LEVELS[1 + chance.below(2) as usize],
                    years: chance.below(4) as u8,
                    proven_jobs: 0,
                });
                ability.entry(skill).or_insert(p::STUFFED_ABILITY);
            }
        }
    }
    (held, ability)
}

/// Contracts of the time before the run.
fn past(
    facts: &mut FreelancerFacts,
    skills: &mut [HeldSkill],
    quality: f64,
    reliability: f64,
    chance: &mut Chance,
) {
    if chance.happens(p::WITHOUT_PAST) {
        return;
    }
    // Geometric: most have few, some have many.
    let mut contracts = 1;
    while contracts < 60 && chance.below(p::PAST_MEAN) != 0 {
        contracts += 1;
    }
    let mut reviews: (u32, u32) = (0, 0);
    for _ in 0..contracts {
        if !chance.happens(reliability) {
            facts.cancelled_jobs += 1;
            continue;
        }
        facts.completed_jobs += 1;
        for _ in 0..=chance.below(3) {
            let skill = &mut skills[chance.zipf(skills.len(), 1.0)];
            skill.proven_jobs = skill.proven_jobs.saturating_add(1);
        }
        if chance.happens(p::REVIEWED) {
            let stars = stars(quality, 0.5, chance.normal());
            reviews = (reviews.0 + stars, reviews.1 + 1);
        }
    }
    facts.rating = Rating::from_sum(reviews.0, reviews.1);
}

/// What a client gives who felt this about the work.
pub(crate) fn stars(quality: f64, utility: f64, chance: f64) -> u32 {
    let [mean, by_quality, by_utility, spread] = p::STARS;
    let felt =
        mean + by_quality * quality + by_utility * utility.clamp(-2.0, 2.0) + spread * chance;
    (felt + 0.5).floor().clamp(1.0, 5.0) as u32
}

/// A calendar with the same free hours in every week.
pub(crate) fn free(hours: u8) -> Calendar {
    Calendar {
        first_week: 0,
        free_hours: [hours; WEEKS],
    }
}

pub(crate) fn tastes(chance: &mut Chance) -> [f64; TASTES] {
    std::array::from_fn(|_| chance.normal())
}

fn languages(town: &Town, chance: &mut Chance) -> Vec<SpokenLanguage> {
    let mut spoken: BTreeMap<[u8; 2], Fluency> = BTreeMap::from([(town.language, Fluency::Native)]);
    if chance.happens(p::ENGLISH) {
        let fluency = [Fluency::Conversational, Fluency::Fluent][chance.below(2) as usize];
        spoken.entry(*b"en").or_insert(fluency);
    } else if chance.happens(0.5) {
        spoken.entry(*b"en").or_insert(Fluency::Basic);
    }
    if chance.happens(0.15) {
        spoken.entry(*b"de").or_insert(Fluency::Conversational);
    }
    let known: BTreeSet<[u8; 2]> = spoken.keys().copied().collect();
    let spoken = known.into_iter().map(|language| SpokenLanguage {
        language,
        fluency: spoken[&language],
    });
    spoken.collect()
}
