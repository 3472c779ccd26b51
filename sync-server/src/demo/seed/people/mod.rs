//! Who lives in the market: freelancers with their profiles, and clients.

mod profile;

use crate::demo::chance::Chance;
use crate::demo::words::{Calling, City, Culture, Known, Words};
use guildhall_catalog::Catalog;
use guildhall_domain::id::AccountId;
use guildhall_domain::person::{Person, Roles, Standing, Status};
use guildhall_domain::profile::{HeldSkill, Profile, ProfileText};
use guildhall_domain::time::{DAY_MS, Timestamp};
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
            proven: std::collections::BTreeMap::new(),
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
        let shares: Vec<u32> = self
            .words
            .callings
            .iter()
            .map(|calling| calling.share)
            .collect();
        (0..count)
            .filter_map(|number| {
                let calling = self.words.callings.get(self.chance.weighted(&shares))?;
                self.freelancer(calling, number)
            })
            .collect()
    }

    fn freelancer(&mut self, calling: &'static Calling, number: usize) -> Option<Freelancer> {
        let near = self
            .chance
            .percent(if calling.local >= 60 { 84 } else { 40 });
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
            remote_only: !self.chance.percent(if near {
                calling.local.max(66)
            } else {
                calling.local
            }),
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
                let organisation = organisations
                    .get(number - number / 3)
                    .filter(|_| number % 3 != 2);
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
