//! What a freelancer says about themselves.

use super::People;
use crate::demo::money::priced;
use crate::demo::words::{Calling, City, Known, fill};
use guildhall_domain::money::Money;
use guildhall_domain::profile::{Fluency, Level, PortfolioItem, SpokenLanguage};
use guildhall_domain::time::Date;

impl People {
    /// What is typical of the calling, some of what its neighbours do, then two that few have; each with level and years.
    pub(super) fn skills(&mut self, calling: &Calling, years: usize) -> Vec<(Known, (Level, u8))> {
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
        let Some(spread) = self
            .spread
            .iter_mut()
            .find(|spread| spread.category == category)
        else {
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

    pub(super) fn headline(
        &mut self,
        calling: &Calling,
        city: &City,
        years: usize,
        skills: &[&str],
    ) -> String {
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

    pub(super) fn bio(
        &mut self,
        calling: &Calling,
        city: &City,
        years: usize,
        skills: &[&str],
    ) -> String {
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

    pub(super) fn portfolio(&mut self, calling: &Calling) -> Vec<PortfolioItem> {
        let this_year = self.now.day().civil().0;
        let mut items: Vec<PortfolioItem> = Vec::new();
        for _ in 0..self.chance.below(5) {
            let (title, text) = match self.chance.pick(&calling.works).copied() {
                Some((title, text)) if self.chance.percent(22) => (title.to_owned(), text),
                _ => {
                    let makings = self
                        .words
                        .makings
                        .get(calling.category)
                        .map_or(&[][..], Vec::as_slice);
                    let making = self.chance.word(makings);
                    let customer = self.chance.word(&self.words.customers);
                    (
                        format!("{making} {customer}"),
                        self.chance.word(&self.words.outcomes),
                    )
                }
            };
            if items
                .iter()
                .any(|item| item.title == title || item.text == text)
            {
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

    pub(super) fn languages(&mut self, native: &'static str, city: &City) -> Vec<SpokenLanguage> {
        let mut spoken = vec![(native, Fluency::Native)];
        if city.language != native {
            let level = if self.chance.percent(65) {
                Fluency::Fluent
            } else {
                Fluency::Conversational
            };
            spoken.push((city.language, level));
        }
        if !spoken.iter().any(|(code, _)| *code == "en") && self.chance.percent(88) {
            let level = if self.chance.percent(45) {
                Fluency::Fluent
            } else {
                Fluency::Conversational
            };
            spoken.push(("en", level));
        }
        let third = self
            .chance
            .word(&["fr", "es", "de", "it", "ru", "nl", "pt", "tr"]);
        if self.chance.percent(28) && !spoken.iter().any(|(code, _)| *code == third) {
            let level = if self.chance.percent(50) {
                Fluency::Basic
            } else {
                Fluency::Conversational
            };
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

    pub(super) fn rate(&mut self, calling: &Calling, city: &City, years: usize) -> Option<Money> {
        let seniority = 70 + i64::try_from(years.min(16)).unwrap_or(8) * 3;
        let spread = self.chance.between(85, 120);
        // Work done by hand is paid as people live there; work done from afar a little more alike.
        let place = if calling.local >= 60 {
            city.rate
        } else {
            i64::midpoint(city.rate, 95)
        };
        priced(
            calling.rate * seniority * spread * place / 10_000,
            city.currency,
        )
    }

    pub(super) fn free_from(&mut self) -> Option<Date> {
        self.chance.percent(22).then(|| {
            self.now
                .day()
                .plus_days(7 * (1 + i32::try_from(self.chance.below(7)).unwrap_or(1)))
        })
    }
}
