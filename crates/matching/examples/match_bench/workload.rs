//! Markets and requests drawn from a seed, in two mixes.

use guildhall_matching::{
    BROADER, Calendar, Fluency, FreelancerFacts, HeldSkill, Level, NARROWER, Rating, Relations,
    RequestFacts, SpokenLanguage, WEEKS, WantedLanguage, WantedSkill, Work, hours_utc, position,
};

const SKILLS: u32 = 3_000;
const CATEGORIES: u32 = 40;
const CITIES: u32 = 200;
const COUNTRIES: u32 = 24;
/// Skills come in families: what is asked for is answered by four.
const FAMILY: u32 = 4;
/// Each category has the skills that leave its number when divided by [`CATEGORIES`].
const OWN: u32 = SKILLS / CATEGORIES;
const THIS_WEEK: i32 = 2_970;
const LEVELS: [Level; 4] = [
    Level::Beginner,
    Level::Intermediate,
    Level::Advanced,
    Level::Expert,
];

/// How skills are spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mix {
    /// Most skills of a person belong to their category; the frequent ones are not too frequent (Zipf from rank 10 on).
    A,
    /// No order at all, and the first skill is in most profiles (Zipf from rank 1 on).
    B,
}

/// `SplitMix64`: the same numbers on every machine.
#[derive(Debug, Clone)]
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    fn below(&mut self, end: u32) -> u32 {
        u32::try_from(((self.next() >> 32) * u64::from(end)) >> 32).unwrap_or(0)
    }

    fn small(&mut self, end: u8) -> u8 {
        u8::try_from(self.below(end.into())).unwrap_or(0)
    }

    fn percent(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(u32::try_from(from.len()).unwrap_or(1)) as usize]
    }
}

/// Ranks drawn with a frequency of one over rank plus offset.
#[derive(Debug)]
struct Zipf(Vec<u32>);

impl Zipf {
    fn new(ranks: u32, offset: u32) -> Self {
        let shares = (1..=ranks).map(|rank| 1.0 / f64::from(rank + offset));
        let total: f64 = shares.clone().sum();
        let upto = shares.scan(0.0, |sum, share| {
            *sum += share;
            Some(*sum / total * f64::from(u32::MAX))
        });
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "within u32 by construction"
        )]
        Self(upto.map(|upto| upto as u32).collect())
    }

    fn draw(&self, chance: &mut Chance) -> u32 {
        let at = chance.below(u32::MAX);
        let rank = self.0.partition_point(|upto| *upto < at);
        u32::try_from(rank.min(self.0.len() - 1)).unwrap_or(0)
    }
}

/// Draws freelancers and requests.
#[derive(Debug)]
pub(crate) struct Workload {
    mix: Mix,
    chance: Chance,
    all: Zipf,
    own: Zipf,
    cities: Zipf,
}

impl Workload {
    pub(crate) fn new(mix: Mix, seed: u64) -> Self {
        let offset = match mix {
            Mix::A => 10,
            Mix::B => 0,
        };
        Self {
            mix,
            chance: Chance(seed),
            all: Zipf::new(SKILLS, offset),
            own: Zipf::new(OWN, offset),
            cities: Zipf::new(CITIES, 10),
        }
    }

    fn skill(&mut self, category: u32) -> u32 {
        if self.mix == Mix::A && self.chance.percent(75) {
            self.own.draw(&mut self.chance) * CATEGORIES + category
        } else {
            self.all.draw(&mut self.chance)
        }
    }

    /// Somewhere within some fifteen kilometres of a city, which are spread over a continent.
    fn home(&mut self, city: u32) -> [i16; 3] {
        let mut of_city = Chance(u64::from(city));
        let latitude = 36_000_000 + of_city.below(24_000_000) + self.chance.below(250_000);
        let longitude = of_city.below(39_000_000) + self.chance.below(400_000);
        position(signed(latitude), signed(longitude) - 9_000_000)
    }

    fn hours(city: u32) -> u32 {
        let mut of_city = Chance(u64::from(city));
        let _latitude = of_city.next();
        let east = signed(of_city.below(39_000_000)) - 9_000_000;
        hours_utc(9, 17, 60 * (east + 7_500_000).div_euclid(15_000_000))
    }

    /// The next freelancer.
    pub(crate) fn freelancer(&mut self, number: u32) -> FreelancerFacts {
        let category = self.chance.below(CATEGORIES);
        let city = self.cities.draw(&mut self.chance);
        let mut skills: Vec<HeldSkill> = Vec::new();
        for _ in 0..4 + self.chance.below(10) {
            let skill = self.skill(category);
            if skills.iter().all(|held| held.skill != skill) {
                skills.push(HeldSkill {
                    skill,
                    level: self.chance.pick(&LEVELS),
                    years: self.chance.small(15),
                    proven_jobs: self.chance.pick(&[0, 0, 0, 1, 1, 2, 4, 9]),
                });
            }
        }
        let chance = &mut self.chance;
        let reviews = chance.pick(&[0, 0, 1, 3, 8, 20]) + chance.below(5);
        let completed_jobs = reviews + chance.below(4);
        let full = 10 + chance.small(31);
        let mut free_hours = [full; WEEKS];
        let busy = chance.pick(&[0, 0, 2, 6, 15]);
        free_hours[..busy].fill(full / 4);
        let away = chance.below(24) as usize;
        free_hours[away..away + 2].fill(0);
        let mut languages = vec![spoken(country(city), Fluency::Native)];
        if chance.percent(70) {
            let fluency = chance.pick(&[Fluency::Basic, Fluency::Conversational, Fluency::Fluent]);
            languages.push(spoken(ENGLISH, fluency));
        }
        if chance.percent(20) {
            languages.push(spoken(
                code(chance.below(COUNTRIES)),
                Fluency::Conversational,
            ));
        }
        let id = u128::from(chance.next()) << 64 | u128::from(number);
        FreelancerFacts {
            id,
            suspended: false,
            category: u16::try_from(category).unwrap_or(0),
            skills,
            languages,
            remote_only: self.chance.percent(25),
            travel_radius_km: self.chance.pick(&[20, 50, 50, 100, 300]),
            work_hours: Self::hours(city),
            calendar: Calendar {
                first_week: THIS_WEEK,
                free_hours,
            },
            rate_minor: Some(
                2_000 + i64::from(self.chance.below(5_000) + self.chance.below(5_000)),
            ),
            rating: Rating::from_sum(reviews * 5 - self.chance.below(reviews + 1), reviews),
            completed_jobs,
            cancelled_jobs: self.chance.pick(&[0, 0, 0, 0, 1]),
            asked: 20,
            answered_in_a_day: self.chance.below(21),
            shown_works: self.chance.small(8),
            at: Some(self.home(city)),
        }
    }

    /// The next request: one to five skills, up to three of them must-haves, none in one of ten; two of three remote.
    pub(crate) fn request(&mut self, number: u32) -> RequestFacts {
        let category = self.chance.below(CATEGORIES);
        let city = self.cities.draw(&mut self.chance);
        let wanted = 1 + self.chance.below(5);
        let musts = if self.chance.percent(10) {
            0
        } else {
            1 + self.chance.below(3)
        };
        let mut skills: Vec<WantedSkill> = Vec::new();
        while skills.len() < wanted as usize {
            let skill = self.skill(category);
            if skills
                .iter()
                .all(|wanted| wanted.skill / FAMILY != skill / FAMILY)
            {
                skills.push(WantedSkill {
                    skill,
                    must: skills.len() < musts as usize,
                    level: self.chance.pick(&LEVELS),
                });
            }
        }
        let language = match self.chance.below(10) {
            0..4 => Some(ENGLISH),
            4..6 => Some(country(city)),
            _ => None,
        };
        RequestFacts {
            id: u128::from(self.chance.next()) << 64 | u128::from(number),
            client: 0,
            category: u16::try_from(category).unwrap_or(0),
            skills,
            languages: language
                .map(|language| WantedLanguage {
                    language,
                    fluency: Fluency::Conversational,
                })
                .into_iter()
                .collect(),
            work: if self.chance.percent(65) {
                Work::Remote
            } else {
                Work::OnSite {
                    at: self.home(city),
                }
            },
            radius_km: u16::MAX,
            half_distance_km: 30,
            core_hours: Self::hours(city),
            overlap_hours: 4,
            start_week: THIS_WEEK + signed(self.chance.below(8)),
            weeks: 1 + self.chance.small(16),
            hours_per_week: 8 + self.chance.small(33),
            budget_minor: self
                .chance
                .percent(85)
                .then(|| 4_000 + i64::from(self.chance.below(6_000))),
        }
    }
}

const ENGLISH: [u8; 2] = *b"en";

/// The language of a country by its number.
fn code(country: u32) -> [u8; 2] {
    [b'q', b'a' + u8::try_from(country).unwrap_or(0)]
}

fn country(city: u32) -> [u8; 2] {
    code(city % COUNTRIES)
}

fn spoken(language: [u8; 2], fluency: Fluency) -> SpokenLanguage {
    SpokenLanguage { language, fluency }
}

fn signed(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Skills in families of four, of which each answers for the others.
#[derive(Debug)]
pub(crate) struct Families(Vec<[(u32, u16); FAMILY as usize - 1]>);

impl Families {
    pub(crate) fn new() -> Self {
        let similar = (0..SKILLS).map(|skill| {
            [(1, NARROWER), (2, NARROWER), (3, BROADER)].map(|(step, similarity)| {
                (
                    skill / FAMILY * FAMILY + (skill + step) % FAMILY,
                    similarity,
                )
            })
        });
        Self(similar.collect())
    }
}

impl Relations for Families {
    fn similar(&self, wanted: u32) -> &[(u32, u16)] {
        self.0.get(wanted as usize).map_or(&[], <[_; 3]>::as_slice)
    }
}
