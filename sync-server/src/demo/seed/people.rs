//! Who lives in the market: freelancers with their profiles, and clients.

use crate::demo::money::priced;
use crate::demo::chance::Chance;
use crate::demo::words::{Calling, City, Culture, Known, Words, fill};
use guildhall_catalog::Catalog;
use guildhall_domain::id::AccountId;
use guildhall_domain::money::Money;
use guildhall_domain::person::{Person, Roles, Standing, Status};
use guildhall_domain::profile::{
    Fluency, HeldSkill, Level, PortfolioItem, Profile, ProfileText, SpokenLanguage,
};
use guildhall_domain::time::{DAY_MS, Date, Timestamp};
use guildhall_matching::{FreelancerFacts, freelancer_facts};
use std::collections::BTreeSet;

/// Somebody who works.
#[derive(Debug)]
pub(super) struct Freelancer {
    pub(super) account: AccountId,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) joined: Timestamp,
    pub(super) calling: &'static Calling,
    pub(super) text: ProfileText,
    pub(super) facts: FreelancerFacts,
}

/// Somebody who hires.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) account: AccountId,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) joined: Timestamp,
    pub(super) private: bool,
    /// What kind of organisation; empty for a person.
    pub(super) kind: &'static str,
    pub(super) city: &'static City,
}

/// Makes people, no two of the same name.
pub(super) struct People {
    words: &'static Words,
    chance: Chance,
    now: Timestamp,
    taken: BTreeSet<String>,
    /// How many already hold each common skill of each category, so that none is left out.
    spread: Vec<Spread>,
}

struct Spread {
    category: &'static str,
    skills: Vec<(usize, Known)>,
}

impl Freelancer {
    /// Somebody with this profile.
    pub(super) fn new(
        account: AccountId,
        name: String,
        email: String,
        joined: Timestamp,
        calling: &'static Calling,
        text: ProfileText,
    ) -> Self {
        let profile = Profile {
            id: account,
            // For the history nobody is away.
            text: ProfileText {
                free_from: None,
                ..text.clone()
            },
            saved: joined,
        };
        let person = Person {
            id: account,
            name: name.clone(),
            roles: Roles {
                freelancer: true,
                ..Roles::default()
            },
            status: Status::Active,
            standing: Standing::default(),
            joined,
        };
        let facts = freelancer_facts(&profile, &person, Catalog::get(), joined.day());
        Self {
            account,
            name,
            email,
            joined,
            calling,
            text,
            facts,
        }
    }

    /// The name they are called by.
    pub(super) fn first_name(&self) -> &str {
        self.name.split(' ').next().unwrap_or_default()
    }
}

impl People {
    pub(super) fn new(chance: Chance, now: Timestamp, taken: &[&str]) -> Self {
        let catalog = Catalog::get();
        let spread = catalog
            .categories()
            .iter()
            .map(|category| Spread {
                category: category.slug,
                skills: catalog
                    .skills()
                    .iter()
                    .filter(|skill| skill.common && skill.category == category.slug)
                    .map(|skill| {
                        let known = Known {
                            id: Some(skill.id.0),
                            name: skill.name,
                        };
                        (0, known)
                    })
                    .collect(),
            })
            .collect();
        Self {
            words: Words::get(),
            chance,
            now,
            taken: taken.iter().map(|name| (*name).to_owned()).collect(),
            spread,
        }
    }

    /// So many freelancers; every calling in its share.
    pub(super) fn freelancers(&mut self, count: usize) -> Vec<Freelancer> {
        let shares: Vec<u32> = self.words.callings.iter().map(|calling| calling.share).collect();
        (0..count)
            .filter_map(|number| {
                let calling = self.words.callings.get(self.chance.weighted(&shares))?;
                self.freelancer(calling, number)
            })
            .collect()
    }

    fn freelancer(&mut self, calling: &'static Calling, number: usize) -> Option<Freelancer> {
        let near = self.chance.percent(if calling.local >= 60 { 84 } else { 40 });
        let city = self.city(near)?;
        let (name, native) = self.name(city);
        // More and more people come: half of them in the first quarter of the history.
        let age = if self.chance.percent(50) {
            self.chance.between(300, 400)
        } else {
            self.chance.between(2, 300)
        };
        let joined = self.moment(age);
        let account = AccountId(self.chance.id(joined));
        let years = 1 + (self.chance.below(26) * (40 + self.chance.below(60)) / 100);
        let skills = self.skills(calling, years);
        let names: Vec<&'static str> = skills.iter().map(|(known, _)| known.name).collect();
        let text = ProfileText {
            photo: None,
            headline: self.headline(calling, city, years, &names),
            bio: self.bio(calling, city, years, &names),
            category: calling.category.to_owned(),
            skills: skills
                .into_iter()
                .map(|(known, held)| HeldSkill {
                    skill: known.id,
                    name: known.name.to_owned(),
                    level: held.0,
                    years: held.1,
                })
                .collect(),
            portfolio: self.portfolio(calling),
            languages: self.languages(native, city),
            rate: self.rate(calling, city, years),
            place: Some(city.place),
            remote_only: !self.chance.percent(if near { calling.local.max(66) } else { calling.local }),
            travel_radius_km: u16::try_from(self.chance.between(5, 24) * 5).unwrap_or(40),
            time_zone: city.time_zone.to_owned(),
            hours_per_week: *self.chance.pick(&[8, 12, 16, 20, 20, 24, 30, 32, 35, 40])?,
            free_from: self.free_from(),
        };
        let email = email(&name, number, "people");
        Some(Freelancer::new(account, name, email, joined, calling, text))
    }

    /// So many clients: organisations first, then private persons.
    pub(super) fn clients(&mut self, count: usize) -> Vec<Client> {
        let organisations = &self.words.organisations;
        (0..count)
            .filter_map(|number| {
                // Two of three are organisations, as long as there are names for them.
                let organisation = organisations.get(number - number / 3).filter(|_| number % 3 != 2);
                // Organisations are at home here, private persons ask from anywhere.
                let near = organisation.is_some() || self.chance.percent(60);
                let city = self.city(near)?;
                let name = match organisation {
                    Some((_, name)) => (*name).to_owned(),
                    None => self.name(city).0,
                };
                let age = self.chance.between(366, 400);
                let joined = self.moment(age);
                Some(Client {
                    account: AccountId(self.chance.id(joined)),
                    email: email(&name, number, "clients"),
                    name,
                    joined,
                    private: organisation.is_none(),
                    kind: organisation.map_or("", |(kind, _)| kind),
                    city,
                })
            })
            .collect()
    }

    /// An instant of a working day, so many days ago.
    fn moment(&mut self, days_ago: i64) -> Timestamp {
        let day = self.now.plus_ms(-days_ago * DAY_MS).day().start();
        day.plus_ms(self.chance.between(6 * 3_600_000, 20 * 3_600_000))
    }

    fn city(&mut self, near: bool) -> Option<&'static City> {
        let weights: Vec<u32> = self
            .words
            .cities
            .iter()
            .map(|city| if near { city.near } else { city.far })
            .collect();
        self.words.cities.get(self.chance.weighted(&weights))
    }

    /// A name nobody else has, and the language that goes with it.
    fn name(&mut self, city: &City) -> (String, &'static str) {
        let cultures: &'static [Culture] = &self.words.cultures;
        let at_home: Vec<&'static Culture> = cultures
            .iter()
            .filter(|culture| culture.countries.contains(&city.country))
            .collect();
        // Whoever is the last of all names gets a number; it takes tens of thousands of people to get there.
        for attempt in 0_u32.. {
            let local = self.chance.percent(62);
            let culture = at_home
                .get(self.chance.below(at_home.len()))
                .copied()
                .filter(|_| local)
                .or_else(|| cultures.get(self.chance.below(cultures.len())));
            let Some(culture) = culture else {
                break;
            };
            let given = self.chance.word(&culture.given);
            let family = self.chance.word(&culture.family);
            let name = if attempt < 200 {
                format!("{given} {family}")
            } else {
                format!("{given} {family} {attempt}")
            };
            if self.taken.insert(name.clone()) {
                return (name, culture.language);
            }
        }
        (String::from("Somebody"), "en")
    }

    /// What is typical of the calling, some of what its neighbours do, then two that few have; each with level and years.
    fn skills(&mut self, calling: &Calling, years: usize) -> Vec<(Known, (Level, u8))> {
        let mut held: Vec<Known> = calling.skills.iter().take(3).copied().collect();
        let mut others: Vec<Known> = calling.skills.iter().skip(3).copied().collect();
        self.chance.shuffle(&mut others);
        let most = others.len() * 3 / 4;
        held.extend(others.into_iter().take(most));
        let core = held.len();
        let neighbours = self
            .words
            .callings
            .iter()
            .filter(|other| other.category == calling.category && other.index != calling.index)
            .flat_map(|other| other.skills.iter().take(6).copied());
        let mut neighbours: Vec<Known> = neighbours.collect();
        self.chance.shuffle(&mut neighbours);
        for skill in neighbours {
            if held.len() < core + 3 && !held.contains(&skill) {
                held.push(skill);
            }
        }
        let rare = self.rare(calling.category, &held);
        held.extend(rare);
        held.into_iter()
            .enumerate()
            .map(|(place, known)| {
                let percent = if place < core {
                    45 + self.chance.below(56)
                } else {
                    20 + self.chance.below(50)
                };
                let practised = (years * percent / 100).clamp(1, 30);
                let level = match (practised, place < core) {
                    (0..=1, false) => Level::Beginner,
                    (0..=4, _) | (_, false) => Level::Intermediate,
                    (5..=9, true) => Level::Advanced,
                    (_, true) => {
                        if self.chance.percent(60) {
                            Level::Expert
                        } else {
                            Level::Advanced
                        }
                    }
                };
                (known, (level, u8::try_from(practised).unwrap_or(1)))
            })
            .collect()
    }

    /// The common skills of the category that the fewest have so far.
    fn rare(&mut self, category: &str, held: &[Known]) -> Vec<Known> {
        let Some(spread) = self.spread.iter_mut().find(|spread| spread.category == category) else {
            return Vec::new();
        };
        for (count, skill) in &mut spread.skills {
            *count += usize::from(held.iter().any(|held| held.id == skill.id));
        }
        let mut free: Vec<&mut (usize, Known)> = spread
            .skills
            .iter_mut()
            .filter(|(_, skill)| !held.iter().any(|held| held.id == skill.id))
            .collect();
        free.sort_by_key(|(count, skill)| (*count, skill.id));
        free.into_iter()
            .take(2)
            .map(|(count, skill)| {
                *count += 1;
                *skill
            })
            .collect()
    }

    fn slots<'a>(
        calling: &'a Calling,
        city: &'a City,
        years: &'a str,
        skills: &[&'a str],
    ) -> [(&'static str, &'a str); 6] {
        let skill = |place: usize| skills.get(place).copied().unwrap_or(calling.name);
        [
            ("calling", calling.name),
            ("place", city.name),
            ("years", years),
            ("skill", skill(0)),
            ("skill2", skill(1)),
            ("skill3", skill(2)),
        ]
    }

    fn headline(&mut self, calling: &Calling, city: &City, years: usize, skills: &[&str]) -> String {
        let own = self.chance.percent(38);
        let sentence = if own {
            self.chance.word(&calling.lines)
        } else {
            self.chance.word(self.words.sentences("headline"))
        };
        let years = years.max(2).to_string();
        let filled = fill(sentence, &Self::slots(calling, city, &years, skills));
        filled.chars().take(100).collect()
    }

    fn bio(&mut self, calling: &Calling, city: &City, years: usize, skills: &[&str]) -> String {
        let own = self.chance.percent(55);
        let mut sentences = Vec::new();
        if own {
            sentences.push(self.chance.word(&calling.bios));
        }
        if !own || self.chance.percent(60) {
            sentences.push(self.chance.word(self.words.sentences("background")));
        }
        sentences.push(self.chance.word(self.words.sentences("manner")));
        if self.chance.percent(60) {
            sentences.push(self.chance.word(self.words.sentences("closing")));
        }
        let years = years.max(2).to_string();
        let hours = self.chance.between(2, 6) * 5;
        let hours = hours.to_string();
        let mut slots = Self::slots(calling, city, &years, skills).to_vec();
        slots.push(("hours", &hours));
        fill(&sentences.join(" "), &slots)
    }

    fn portfolio(&mut self, calling: &Calling) -> Vec<PortfolioItem> {
        let this_year = self.now.day().civil().0;
        let mut items: Vec<PortfolioItem> = Vec::new();
        for _ in 0..self.chance.below(5) {
            let (title, text) = match self.chance.pick(&calling.works).copied() {
                Some((title, text)) if self.chance.percent(22) => (title.to_owned(), text),
                _ => {
                    let makings = self.words.makings.get(calling.category).map_or(&[][..], Vec::as_slice);
                    let making = self.chance.word(makings);
                    let customer = self.chance.word(&self.words.customers);
                    (format!("{making} {customer}"), self.chance.word(&self.words.outcomes))
                }
            };
            if items.iter().any(|item| item.title == title || item.text == text) {
                continue;
            }
            items.push(PortfolioItem {
                title,
                text: text.to_owned(),
                link: String::new(),
                year: u16::try_from(i64::from(this_year) - self.chance.between(0, 7)).ok(),
            });
        }
        items.sort_by_key(|item| std::cmp::Reverse(item.year));
        items
    }

    fn languages(&mut self, native: &'static str, city: &City) -> Vec<SpokenLanguage> {
        let mut spoken = vec![(native, Fluency::Native)];
        if city.language != native {
            let level = if self.chance.percent(65) { Fluency::Fluent } else { Fluency::Conversational };
            spoken.push((city.language, level));
        }
        if !spoken.iter().any(|(code, _)| *code == "en") && self.chance.percent(88) {
            let level = if self.chance.percent(45) { Fluency::Fluent } else { Fluency::Conversational };
            spoken.push(("en", level));
        }
        let third = self.chance.word(&["fr", "es", "de", "it", "ru", "nl", "pt", "tr"]);
        if self.chance.percent(28) && !spoken.iter().any(|(code, _)| *code == third) {
            let level = if self.chance.percent(50) { Fluency::Basic } else { Fluency::Conversational };
            spoken.push((third, level));
        }
        spoken
            .into_iter()
            .map(|(code, fluency)| SpokenLanguage {
                code: code.to_owned(),
                fluency,
            })
            .collect()
    }

    fn rate(&mut self, calling: &Calling, city: &City, years: usize) -> Option<Money> {
        let seniority = 70 + i64::try_from(years.min(16)).unwrap_or(8) * 3;
        let spread = self.chance.between(85, 120);
        // Work done by hand is paid as people live there; work done from afar a little more alike.
        let place = if calling.local >= 60 { city.rate } else { i64::midpoint(city.rate, 95) };
        priced(calling.rate * seniority * spread * place / 10_000, city.currency)
    }

    fn free_from(&mut self) -> Option<Date> {
        self.chance
            .percent(22)
            .then(|| self.now.day().plus_days(7 * (1 + i32::try_from(self.chance.below(7)).unwrap_or(1))))
    }
}

/// An address in a domain that cannot exist.
fn email(name: &str, number: usize, street: &str) -> String {
    let plain: String = name
        .to_lowercase()
        .chars()
        .filter_map(|letter| match letter {
            'a'..='z' | '0'..='9' => Some(letter),
            ' ' | '-' | '\'' => Some('.'),
            _ => None,
        })
        .collect();
    let plain = plain.trim_matches('.').replace("..", ".");
    format!("{plain}.{number}@{street}.guildhall.example")
}
