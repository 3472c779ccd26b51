//! Whole markets drawn from a seed: even, crowded into cities, and made to trip over.

use guildhall_matching::{
    Calendar, Fluency, FreelancerFacts, HeldSkill, Rating, RequestFacts, SpokenLanguage, WEEKS,
    WantedLanguage, WantedSkill, Work, hours_utc, position,
};

use super::{LEVELS, freelancer, request};

const LANGUAGES: [[u8; 2]; 4] = [*b"de", *b"en", *b"fr", *b"xx"];
const FLUENCIES: [Fluency; 4] = [
    Fluency::Basic,
    Fluency::Conversational,
    Fluency::Fluent,
    Fluency::Native,
];
/// Degrees north and east, in millionths: two in one time zone, one across the world, the pole and the date line.
const CITIES: [(i32, i32); 5] = [
    (51_339_620, 12_371_290),
    (48_137_154, 11_576_124),
    (-33_867_850, 151_207_320),
    (90_000_000, 0),
    (-16_800_000, 179_999_900),
];

/// How a market is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Make {
    /// Everything is drawn evenly.
    Even,
    /// People live in a few cities and hold a few skills of great frequency.
    Crowded,
    /// Ties, empty profiles, no place, no rate, absurd numbers.
    Odd,
}

pub const MAKES: [Make; 3] = [Make::Even, Make::Crowded, Make::Odd];

/// `SplitMix64`, which is enough for a market and the same everywhere.
#[derive(Debug, Clone)]
pub struct Chance(pub u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u32) -> u32 {
        u32::try_from(self.next() % u64::from(end)).expect("below an u32")
    }

    fn byte_below(&mut self, end: u8) -> u8 {
        u8::try_from(self.below(end.into())).expect("below a byte")
    }

    /// True so many times of a hundred.
    pub fn percent(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        let at = self.below(u32::try_from(from.len()).expect("short"));
        from[at as usize].clone()
    }

    fn skill(&mut self, make: Make) -> u32 {
        match make {
            Make::Even => 1 + self.below(23),
            // The smaller of three draws: low numbers are in everybody's profile.
            Make::Crowded => 1 + (0..3).map(|_| self.below(23)).min().unwrap_or(0),
            Make::Odd => self.pick(&[1, 3, 4, 9, 70_000, u32::MAX]),
        }
    }

    fn place(&mut self, make: Make) -> [i16; 3] {
        let (latitude, longitude) = match make {
            Make::Even => (51_000_000, 12_000_000),
            Make::Crowded | Make::Odd => self.pick(&CITIES),
        };
        let spread = if make == Make::Even {
            3_000_000
        } else {
            200_000
        };
        let mut by = || i32::try_from(self.below(spread)).expect("small");
        position(latitude - by(), longitude - by())
    }
}

/// So many freelancers, each with an id of their own.
pub fn freelancers(make: Make, seed: u64, count: usize) -> Vec<FreelancerFacts> {
    let mut chance = Chance(seed);
    (0..count)
        .map(|at| FreelancerFacts {
            id: u128::from(chance.next()) << 32 | at as u128,
            ..one(make, &mut chance)
        })
        .collect()
}

/// One freelancer.
pub fn one(make: Make, chance: &mut Chance) -> FreelancerFacts {
    if make == Make::Odd {
        return odd(chance);
    }
    let free = chance.byte_below(50);
    let mut free_hours = [free; WEEKS];
    for hours in free_hours.iter_mut().take(chance.below(20) as usize) {
        *hours = chance.byte_below(free + 1);
    }
    let reviews = chance.below(20);
    let zone = [60, 60, 600][chance.below(3) as usize];
    FreelancerFacts {
        suspended: chance.percent(3),
        category: u16::from(chance.byte_below(4)),
        skills: skills(make, chance, 10),
        languages: languages(chance),
        at: chance.percent(95).then(|| chance.place(make)),
        remote_only: chance.percent(20),
        travel_radius_km: u16::from(chance.byte_below(200)),
        work_hours: hours_utc(9, 17, zone),
        calendar: Calendar {
            first_week: 2_970,
            free_hours,
        },
        rate_minor: chance
            .percent(90)
            .then(|| 2_000 + i64::from(chance.below(8_000))),
        rating: Rating::from_sum(reviews * 3 + chance.below(2 * reviews + 1), reviews),
        completed_jobs: chance.below(20),
        cancelled_jobs: chance.below(4),
        asked: 20,
        answered_in_a_day: chance.below(21),
        shown_works: chance.byte_below(6),
        id: 0,
    }
}

fn skills(make: Make, chance: &mut Chance, most: u32) -> Vec<HeldSkill> {
    (0..chance.below(most + 1))
        .map(|_| HeldSkill {
            skill: chance.skill(make),
            level: chance.pick(&LEVELS),
            years: chance.byte_below(12),
            proven_jobs: chance.pick(&[0, 0, 1, 2, 8, 200]),
        })
        .collect()
}

fn languages(chance: &mut Chance) -> Vec<SpokenLanguage> {
    (0..chance.below(4))
        .map(|_| SpokenLanguage {
            language: chance.pick(&LANGUAGES[..3]),
            fluency: chance.pick(&FLUENCIES),
        })
        .collect()
}

fn odd(chance: &mut Chance) -> FreelancerFacts {
    let mut of = freelancer();
    of.category = chance.pick(&[3, 3, 3, 0, u16::MAX]);
    of.skills = match chance.below(8) {
        0 => Vec::new(),
        1 => skills(Make::Odd, chance, 300),
        _ => skills(Make::Odd, chance, 4),
    };
    if chance.percent(70) {
        of.at = chance.pick(&[None, of.at, Some([i16::MIN; 3]), Some([i16::MAX; 3])]);
    }
    of.remote_only = chance.percent(10);
    of.travel_radius_km = chance.pick(&[0, 100, u16::MAX]);
    of.work_hours = chance.pick(&[of.work_hours, of.work_hours, 0, u32::MAX]);
    of.calendar.first_week = chance.pick(&[2_970, 2_970, 2_971, i32::MIN, i32::MAX]);
    if chance.percent(30) {
        of.calendar.free_hours = [chance.pick(&[0, 9, u8::MAX]); WEEKS];
    }
    of.rate_minor = chance.pick(&[
        None,
        Some(0),
        Some(6_000),
        Some(7_100),
        Some(-1),
        Some(i64::MIN),
        Some(i64::MAX),
    ]);
    of.languages = languages(chance);
    if chance.percent(20) {
        of.rating = chance.pick(&[
            Rating::default(),
            Rating {
                weight: u64::MAX,
                ..Rating::default()
            },
            Rating {
                weighted_stars: u64::MAX,
                ..Rating::default()
            },
        ]);
        (of.completed_jobs, of.cancelled_jobs) =
            chance.pick(&[(0, 0), (u32::MAX, 0), (0, u32::MAX)]);
    }
    of
}

/// One request in the same market.
pub fn wish(make: Make, chance: &mut Chance) -> RequestFacts {
    let at = chance.place(make);
    let mut of = RequestFacts {
        id: u128::from(chance.next()),
        skills: (0..chance.below(6))
            .map(|_| WantedSkill {
                skill: chance.skill(make),
                must: chance.percent(40),
                level: chance.pick(&LEVELS),
            })
            .collect(),
        languages: (0..chance.pick(&[0, 0, 1, 2]))
            .map(|_| WantedLanguage {
                language: chance.pick(&LANGUAGES),
                fluency: chance.pick(&FLUENCIES),
            })
            .collect(),
        work: chance.pick(&[
            Work::Remote,
            Work::Remote,
            Work::OnSite { at },
            Work::Hybrid {
                at,
                on_site_days: 2,
            },
        ]),
        radius_km: chance.pick(&[u16::MAX, 50, 300]),
        half_distance_km: chance.pick(&[30, 30, 0, 5]),
        core_hours: chance.pick(&[hours_utc(9, 17, 60), hours_utc(9, 17, 600), 0]),
        overlap_hours: chance.pick(&[4, 4, 8, 0]),
        start_week: 2_960 + i32::try_from(chance.below(50)).expect("small"),
        weeks: chance.byte_below(30),
        hours_per_week: chance.pick(&[0, 10, 30, 40]),
        budget_minor: chance.pick(&[None, Some(3_000), Some(5_000), Some(7_000)]),
        ..request()
    };
    of.category = u16::from(chance.byte_below(4));
    if make == Make::Odd {
        of.start_week = chance.pick(&[2_970, i32::MIN, i32::MAX]);
        of.budget_minor = chance.pick(&[None, Some(0), Some(-5), Some(7_000), Some(i64::MAX)]);
    }
    of
}
