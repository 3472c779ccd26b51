//! Reads the word files.

use super::{Calling, City, Culture, Job, Known, Words};
use guildhall_catalog::{Catalog, Place};
use guildhall_domain::request::Work;
use std::collections::BTreeMap;

macro_rules! callings {
    ($($category:literal),+ $(,)?) => {
        [$(($category, include_str!(concat!("callings/", $category, ".txt")))),+]
    };
}

const CALLINGS: [(&str, &str); 26] = callings![
    "software",
    "data",
    "it",
    "design",
    "writing",
    "translation",
    "marketing",
    "photo-video",
    "audio",
    "admin",
    "accounting",
    "legal",
    "consulting",
    "hr",
    "engineering",
    "architecture",
    "trades",
    "crafts",
    "repair",
    "garden",
    "household",
    "care",
    "teaching",
    "events",
    "wellness",
    "transport",
];
const NAMES: &str = include_str!("names.txt");
const CITIES: &str = include_str!("cities.txt");
const CLIENTS: &str = include_str!("clients.txt");
const WORKS: &str = include_str!("works.txt");
const CUSTOMERS: &str = include_str!("customers.txt");
const OUTCOMES: &str = include_str!("outcomes.txt");
const TALK: &str = include_str!("talk.txt");

pub(super) fn words() -> Words {
    let mut all = Vec::new();
    for (category, text) in CALLINGS {
        callings(category, text, &mut all);
    }
    Words {
        callings: all,
        cultures: lines(NAMES).filter_map(culture).collect(),
        cities: lines(CITIES).filter_map(city).collect(),
        organisations: lines(CLIENTS)
            .filter_map(|line| {
                let (kind, name) = line.split_once('|')?;
                Some((kind.trim(), name.trim()))
            })
            .collect(),
        makings: lines(WORKS)
            .filter_map(|line| {
                let (category, makings) = line.split_once('|')?;
                Some((category.trim(), list(makings)))
            })
            .collect(),
        customers: lines(CUSTOMERS).collect(),
        outcomes: lines(OUTCOMES).collect(),
        sentences: sentences(TALK),
    }
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn list(text: &'static str) -> Vec<&'static str> {
    text.split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .collect()
}

fn fields<const N: usize>(line: &'static str, by: &str) -> Option<[&'static str; N]> {
    let parts: Vec<&str> = line.split(by).map(str::trim).collect();
    parts.try_into().ok()
}

fn skills(text: &'static str) -> Vec<Known> {
    let mut known: Vec<Known> = Vec::new();
    for skill in list(text).into_iter().map(Known::resolve) {
        if !known.iter().any(|before| before.name == skill.name) {
            known.push(skill);
        }
    }
    known
}

fn callings(category: &'static str, text: &'static str, all: &mut Vec<Calling>) {
    for line in lines(text) {
        if let Some(calling) = calling(category, line, all.len()) {
            all.push(calling);
        } else if let Some(calling) = all.last_mut() {
            add(calling, line);
        }
    }
}

/// `= Name | rate 70 | share 10 | local 20`
fn calling(category: &'static str, line: &'static str, index: usize) -> Option<Calling> {
    let [name, rate, share, local] = fields::<4>(line.strip_prefix('=')?, "|")?;
    Some(Calling {
        index,
        category,
        name,
        rate: rate.strip_prefix("rate ")?.parse().ok()?,
        share: share.strip_prefix("share ")?.parse().ok()?,
        local: local.strip_prefix("local ")?.parse().ok()?,
        skills: Vec::new(),
        lines: Vec::new(),
        bios: Vec::new(),
        works: Vec::new(),
        jobs: Vec::new(),
    })
}

/// What a line says of a calling; false for a line that says nothing.
fn add(calling: &mut Calling, line: &'static str) -> bool {
    let Some((what, rest)) = line.split_once(": ") else {
        return false;
    };
    match what {
        "skills" => calling.skills = skills(rest),
        "line" => calling.lines.push(rest),
        "bio" => calling.bios.push(rest),
        "did" => match fields::<2>(rest, "::") {
            Some([title, text]) => calling.works.push((title, text)),
            None => return false,
        },
        "ask" => match job(rest) {
            Some(job) => calling.jobs.push(job),
            None => return false,
        },
        _ => return false,
    }
    true
}

/// `Title :: must, must; nice :: 20h 8w R op :: Text`
fn job(text: &'static str) -> Option<Job> {
    let [title, asked, frame, text] = fields::<4>(text, "::")?;
    let (must, nice) = asked.split_once(';').unwrap_or((asked, ""));
    let [hours, weeks, work, who] = fields::<4>(frame, " ")?;
    Some(Job {
        title,
        text,
        must: skills(must),
        nice: skills(nice),
        hours: hours.strip_suffix('h')?.parse().ok()?,
        weeks: weeks.strip_suffix('w')?.parse().ok()?,
        work: match work {
            "R" => Work::Remote,
            "H" => Work::Hybrid,
            "S" => Work::OnSite,
            _ => return None,
        },
        private: who.contains('p'),
        organised: who.contains('o'),
    })
}

fn culture(line: &'static str) -> Option<Culture> {
    let [countries, language, given, family] = fields::<4>(line, "|")?;
    Some(Culture {
        countries: countries.split(' ').collect(),
        language,
        given: list(given),
        family: list(family),
    })
}

fn city(line: &'static str) -> Option<City> {
    let [name, country, near, far, rate, language] = fields::<6>(line, "|")?;
    let catalog = Catalog::get();
    let is_it = |place: &&Place| {
        place.country == country && (place.name == name || place.aliases.contains(&name))
    };
    let place = catalog.places().iter().find(is_it)?;
    Some(City {
        name: place.name,
        place: place.id.0,
        country,
        time_zone: place.time_zone,
        currency: catalog.country(country)?.currency,
        near: near.parse().ok()?,
        far: far.parse().ok()?,
        rate: rate.parse().ok()?,
        language,
    })
}

fn sentences(text: &'static str) -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut all: BTreeMap<&'static str, Vec<&'static str>> = BTreeMap::new();
    let mut occasion = "";
    for line in lines(text) {
        match line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
        {
            Some(name) => occasion = name,
            None => all.entry(occasion).or_default().push(line),
        }
    }
    all
}

/// Lines that say nothing to the reader: mistakes.
#[cfg(test)]
pub(super) fn unread() -> Vec<&'static str> {
    let mut unread = Vec::new();
    for (category, text) in CALLINGS {
        let mut last = None;
        for line in lines(text) {
            if let Some(next) = calling(category, line, 0) {
                last = Some(next);
            } else if !last.as_mut().is_some_and(|last| add(last, line)) {
                unread.push(line);
            }
        }
    }
    unread.extend(lines(NAMES).filter(|line| culture(line).is_none()));
    unread.extend(lines(CITIES).filter(|line| city(line).is_none()));
    unread.extend(lines(CLIENTS).filter(|line| !line.contains('|')));
    unread.extend(lines(WORKS).filter(|line| !line.contains('|')));
    unread
}
