//! The same answers by looking at every entry: no lists, no bits, no dictionary.

use guildhall_catalog::{Catalog, PlaceId, SkillId, fold, stem};
use guildhall_domain::request::Work;
use guildhall_protocol::find::{Find, Sort};
use guildhall_search::{
    Entry, Field, Side, Ways, allowed_errors, impact, is_passed_over, word_weight, words,
};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use strsim::osa_distance;

/// An answer to compare with.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) ids: Vec<u128>,
    pub(crate) categories: BTreeMap<String, u32>,
    pub(crate) skills: BTreeMap<u32, u32>,
    pub(crate) work: Vec<u32>,
    pub(crate) countries: BTreeMap<String, u32>,
}

/// All that is lifted, or one filter.
#[derive(Clone, Copy, PartialEq)]
enum Lift {
    Nothing,
    Categories,
    Skills,
    Work,
    Countries,
}

struct Word {
    key: String,
    start: Option<String>,
    skill: Option<u32>,
}

/// The folded words, as far as they are asked for.
fn asked(text: &str) -> Vec<Word> {
    let folded = fold(text);
    let all: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    let mut named: BTreeMap<usize, u32> = BTreeMap::new();
    let mut at = 0;
    'next: while at < all.len() {
        for count in (1..=4.min(all.len() - at)).rev() {
            let part = &all[at..at + count];
            if is_passed_over(part[0]) || is_passed_over(part[count - 1]) {
                continue;
            }
            if let Some(SkillId(skill)) = Catalog::get().resolve_as_written(&part.join(" ")) {
                named.extend((at..at + count).map(|at| (at, skill)));
                at += count;
                continue 'next;
            }
        }
        at += 1;
    }
    let mut seen = BTreeSet::new();
    let mut asked = Vec::new();
    for (at, word) in all.iter().enumerate() {
        if is_passed_over(word) || !seen.insert(stem(word)) {
            continue;
        }
        let plain = word.replace('.', "");
        asked.push(Word {
            key: stem(word),
            start: (at + 1 == all.len() && plain.chars().count() >= 3).then_some(plain),
            skill: named.get(&at).copied(),
        });
    }
    asked
}

/// The impact of each word of an entry.
fn impacts(entry: &Entry) -> BTreeMap<String, u32> {
    let mut fields: BTreeMap<Field, Vec<String>> = BTreeMap::new();
    for text in &entry.texts {
        fields
            .entry(text.field)
            .or_default()
            .extend(words(&text.text));
    }
    let all: BTreeSet<&String> = fields.values().flatten().collect();
    all.into_iter()
        .map(|word| {
            let times = fields.iter().map(|(field, words)| {
                let times = words.iter().filter(|other| *other == word).count();
                (
                    *field,
                    u32::try_from(times).unwrap(),
                    u32::try_from(words.len()).unwrap(),
                )
            });
            (
                word.clone(),
                u32::from(impact(times.filter(|(_, times, _)| *times > 0))),
            )
        })
        .collect()
}

fn skill_impact(entry: &Entry, skill: u32) -> Option<u32> {
    let uses = entry.skills.iter().filter(|used| used.skill == skill);
    uses.map(|used| if used.firm { 200 } else { 140 }).max()
}

fn is_meant(word: &str, other: &str) -> Option<usize> {
    let letters = |text: &str| (text.chars().next(), text.chars().nth(1));
    let (mine, theirs) = (letters(word), letters(other));
    let errors = osa_distance(word, other);
    let begins = mine.0 == theirs.0 || (mine.0 == theirs.1 && mine.1 == theirs.0);
    (begins && (1..=allowed_errors(word).min(allowed_errors(other))).contains(&errors))
        .then_some(errors)
}

/// The scores of the entries that meet all words.
fn scores(entries: &[Entry], text: &str) -> BTreeMap<u128, u32> {
    let asked = asked(text);
    if asked.is_empty() {
        return entries.iter().map(|entry| (entry.id, 0)).collect();
    }
    let impacts: Vec<_> = entries.iter().map(impacts).collect();
    let mut scores: BTreeMap<u128, u32> = entries.iter().map(|entry| (entry.id, 0)).collect();
    let vocabulary: BTreeSet<&String> = impacts.iter().flat_map(BTreeMap::keys).collect();
    let mut frequencies: BTreeMap<&str, usize> = BTreeMap::new();
    for word in impacts.iter().flat_map(BTreeMap::keys) {
        *frequencies.entry(word).or_default() += 1;
    }
    let frequency = |word: &str| frequencies.get(word).copied().unwrap_or(0);
    for word in asked {
        let skilled = word.skill.map_or(0, |skill| {
            entries
                .iter()
                .filter(|entry| skill_impact(entry, skill).is_some())
                .count()
        });
        let enough = (10 * (frequency(&word.key) + skilled)).max(1);
        let mut factors: BTreeMap<&String, u32> = BTreeMap::new();
        for other in &vocabulary {
            let begins = word
                .start
                .as_ref()
                .is_some_and(|start| other.starts_with(start) && *other != start);
            let meant = is_meant(&word.key, other).filter(|_| frequency(other) >= enough);
            let factor = [
                (**other == word.key).then_some(256),
                begins.then_some(160),
                meant.map(|errors| [0, 128, 96][errors]),
            ];
            factors.extend(
                factor
                    .into_iter()
                    .flatten()
                    .max()
                    .map(|factor| (*other, factor)),
            );
        }
        let mut met: BTreeMap<u128, u32> = BTreeMap::new();
        for (entry, words) in entries.iter().zip(&impacts) {
            let by_word = words
                .iter()
                .filter_map(|(word, impact)| Some((impact * factors.get(word)? / 256).max(1)));
            let by_skill = word.skill.and_then(|skill| skill_impact(entry, skill));
            met.extend(
                by_word
                    .chain(by_skill)
                    .max()
                    .map(|impact| (entry.id, impact)),
            );
        }
        let weight = word_weight(
            u32::try_from(met.len()).unwrap(),
            u32::try_from(entries.len()).unwrap(),
        );
        scores.retain(|id, score| {
            met.get(id).is_some_and(|impact| {
                *score += weight * impact;
                true
            })
        });
    }
    scores
}

fn squared(one: [i16; 3], other: [i16; 3]) -> u64 {
    let apart = |axis: usize| u64::from(one[axis].abs_diff(other[axis]));
    (0..3).map(|axis| apart(axis) * apart(axis)).sum()
}

fn passes(entry: &Entry, find: &Find, side: Side, lift: Lift) -> bool {
    let catalog = Catalog::get();
    let category = |at: u16| catalog.categories()[usize::from(at)].slug;
    let country = |at: u16| catalog.countries()[usize::from(at)].code;
    let bits = find.languages.iter().fold(0_u128, |set, code| {
        set | 1
            << catalog
                .languages()
                .iter()
                .position(|language| language.code == code)
                .unwrap()
    });
    let is_among = |names: &[String], name: Option<&str>| {
        names.is_empty() || names.iter().any(|other| Some(other.as_str()) == name)
    };
    let meets = |work: Work| entry.ways.meets(Ways::of(&[work]));
    (lift == Lift::Categories || is_among(&find.categories, entry.category.map(category)))
        && (lift == Lift::Countries || is_among(&find.countries, entry.country.map(country)))
        && (lift == Lift::Skills
            || find
                .skills
                .iter()
                .all(|skill| entry.skills.iter().any(|used| used.skill == *skill)))
        && (lift == Lift::Work || find.work.is_empty() || find.work.iter().any(|work| meets(*work)))
        && (find.languages.is_empty()
            || match side {
                Side::Work => entry.languages & !bits == 0,
                Side::Talent => entry.languages & bits == bits,
            })
        && find.from.is_none_or(|from| match side {
            Side::Work => entry.start >= from.0,
            Side::Talent => entry.start <= from.0,
        })
        && find.until.is_none_or(|until| entry.end <= until.0)
        && find.rate.is_none_or(|range| match entry.rate {
            None => range.or_open,
            Some(rate) => {
                range.least.is_none_or(|least| least <= rate)
                    && range.most.is_none_or(|most| rate <= most)
            }
        })
        && find.stars.is_none_or(|least| {
            entry
                .stars
                .map_or(least.or_new, |stars| stars >= least.tenths)
        })
        && find.near.is_none_or(|near| {
            let from = catalog.place(PlaceId(near.place)).unwrap().unit;
            let most = u64::from(near.radius_km).pow(2) * 32_767 * 32_767 / (6_371 * 6_371);
            let is_near = entry.at.is_some_and(|at| squared(at, from) <= most);
            (near.or_remote && meets(Work::Remote))
                || (is_near && (meets(Work::OnSite) || meets(Work::Hybrid)))
        })
}

fn hash(id: u128) -> u64 {
    id.to_be_bytes()
        .iter()
        .fold(14_695_981_039_346_656_037, |state, byte| {
            (state ^ u64::from(*byte)).wrapping_mul(1_099_511_628_211)
        })
}

pub(crate) fn answer(entries: &[Entry], find: &Find, side: Side, caller: u128) -> Expected {
    let catalog = Catalog::get();
    let scores = scores(entries, &find.text);
    let met: Vec<&Entry> = entries
        .iter()
        .filter(|entry| entry.owner != caller && scores.contains_key(&entry.id))
        .collect();
    let with = |lift| {
        met.iter()
            .copied()
            .filter(move |entry| passes(entry, find, side, lift))
    };
    let has_words = !asked(&find.text).is_empty();
    let from = find
        .near
        .map(|near| catalog.place(PlaceId(near.place)).unwrap().unit);
    let mut results: Vec<&Entry> = with(Lift::Nothing).collect();
    results.sort_by_key(|entry| {
        let last = i128::MAX;
        let key = match find.sort {
            Sort::Relevance if has_words => -i128::from(scores[&entry.id]),
            Sort::Relevance | Sort::Newest => -i128::from(entry.since),
            Sort::Rate => entry.rate.map_or(last, |rate| match side {
                Side::Work => -i128::from(rate),
                Side::Talent => i128::from(rate),
            }),
            Sort::Nearest => entry
                .at
                .map_or(last, |at| i128::from(squared(at, from.unwrap()))),
        };
        (key, hash(entry.id), entry.id)
    });
    let mut categories: BTreeMap<String, u32> = find
        .categories
        .iter()
        .map(|slug| (slug.clone(), 0))
        .collect();
    for at in with(Lift::Categories).filter_map(|entry| entry.category) {
        *categories
            .entry(catalog.categories()[usize::from(at)].slug.to_owned())
            .or_default() += 1;
    }
    let mut countries: BTreeMap<String, u32> = find
        .countries
        .iter()
        .map(|code| (code.clone(), 0))
        .collect();
    for at in with(Lift::Countries).filter_map(|entry| entry.country) {
        *countries
            .entry(catalog.countries()[usize::from(at)].code.to_owned())
            .or_default() += 1;
    }
    let mut counted: BTreeMap<u32, u32> = BTreeMap::new();
    for entry in with(Lift::Skills) {
        let each: BTreeSet<u32> = entry.skills.iter().map(|used| used.skill).collect();
        for skill in each {
            *counted.entry(skill).or_default() += 1;
        }
    }
    let mut most: Vec<(u32, u32)> = counted
        .iter()
        .map(|(skill, count)| (*skill, *count))
        .collect();
    most.sort_by_key(|(skill, count)| (Reverse(*count), *skill));
    most.truncate(guildhall_search::MOST_SKILLS);
    most.extend(
        find.skills
            .iter()
            .map(|skill| (*skill, counted.get(skill).copied().unwrap_or(0))),
    );
    let work = Ways::ALL.iter().map(|work| {
        u32::try_from(
            with(Lift::Work)
                .filter(|entry| entry.ways.meets(Ways::of(&[*work])))
                .count(),
        )
        .unwrap()
    });
    Expected {
        ids: results.into_iter().map(|entry| entry.id).collect(),
        categories,
        skills: most.into_iter().collect(),
        work: work.collect(),
        countries,
    }
}
