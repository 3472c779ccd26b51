//! A market and questions made by chance: words as frequent as in a language, skills and places as in the catalog.

use guildhall_catalog::{Catalog, Place, Skill};
use guildhall_domain::request::Work;
use guildhall_domain::time::Date;
use guildhall_protocol::find::{Find, Near, RateRange, Sort};
use guildhall_search::{Entry, Field, Side, SkillUse, Text, Ways};
use rand::Rng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

/// How many words the made language has.
const WORDS: u32 = 200_000;
/// Words of a body.
const BODY: usize = 40;
/// How many of the most populous places people live in.
const TOWNS: usize = 400;

/// Words, more and less frequent (Zipf's law with a rate of one).
fn word(chance: &mut ChaCha8Rng) -> String {
    let rank = f64::from(WORDS).powf(chance.random::<f64>());
    // Ranks are below `WORDS`, so nothing is cut off.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rank between one and the number of words"
    )]
    spelled(rank as u32)
}

/// A number as syllables, so that words resemble each other as words do.
fn spelled(number: u32) -> String {
    const SYLLABLES: [&str; 32] = [
        "ba", "ter", "lin", "mo", "ger", "sa", "vi", "con", "pre", "tor", "en", "du", "ra", "mi",
        "sol", "ka", "pho", "gra", "des", "ig", "ment", "bu", "ild", "work", "er", "man", "age",
        "pla", "ner", "tri", "co", "de",
    ];
    let mut left = number.wrapping_mul(2_654_435_761) >> 12;
    let mut text = String::new();
    for _ in 0..4 {
        text.push_str(SYLLABLES[(left % 32) as usize]);
        left /= 32;
    }
    text
}

fn skill(chance: &mut ChaCha8Rng) -> &'static Skill {
    let skills = Catalog::get().skills();
    let middle = chance.random_range(0.0..1.0_f64).powi(2);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place in a short list"
    )]
    let at = (middle * skills.len() as f64) as usize;
    &skills[at.min(skills.len() - 1)]
}

fn town(chance: &mut ChaCha8Rng) -> &'static Place {
    let places = Catalog::get().places();
    &places[chance.random_range(0..TOWNS.min(places.len()))]
}

fn text(chance: &mut ChaCha8Rng, words: usize) -> String {
    let words: Vec<String> = (0..words).map(|_| word(chance)).collect();
    words.join(" ")
}

pub(crate) fn entry(chance: &mut ChaCha8Rng, side: Side, id: u128) -> Entry {
    let skills: Vec<&Skill> = (0..chance.random_range(3..=13))
        .map(|_| skill(chance))
        .collect();
    let town = town(chance);
    let names: Vec<&str> = skills.iter().map(|skill| skill.name).collect();
    let part = |field, text| Text { field, text };
    let remote = chance.random_bool(0.6);
    let catalog = Catalog::get();
    let country = catalog
        .countries()
        .iter()
        .position(|country| country.code == town.country);
    Entry {
        // Spread as ids are.
        id: id.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835),
        owner: match side {
            Side::Work => id % 20_000,
            Side::Talent => id.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835),
        },
        texts: vec![
            part(Field::Head, format!("{} {}", names[0], text(chance, 4))),
            part(Field::Name, text(chance, 2)),
            part(Field::Skills, names.join(", ")),
            part(Field::Body, text(chance, BODY)),
        ],
        category: Some(chance.random_range(0..24)),
        skills: skills
            .iter()
            .map(|skill| SkillUse {
                skill: skill.id.0,
                firm: chance.random_bool(0.6),
            })
            .collect(),
        ways: match (side, remote) {
            (_, true) => Ways::of(&[Work::Remote]),
            (Side::Work, false) => Ways::of(&[Work::OnSite]),
            (Side::Talent, false) => Ways::of(&Ways::ALL),
        },
        at: Some(town.unit),
        country: country.and_then(|at| u16::try_from(at).ok()),
        start: chance.random_range(20_000..20_100),
        end: chance.random_range(20_100..20_300),
        rate: chance
            .random_bool(0.9)
            .then(|| chance.random_range(2_000..15_000)),
        languages: 1 << chance.random_range(0..4) | 1 << chance.random_range(0..8),
        stars: chance
            .random_bool(0.7)
            .then(|| chance.random_range(25..=50)),
        since: chance.random_range(0..1_000_000_000),
    }
}

/// A word as somebody in a hurry types it.
fn mistyped(chance: &mut ChaCha8Rng, word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    if letters.len() > 4 {
        let at = chance.random_range(1..letters.len() - 1);
        letters.swap(at, at + 1);
    }
    letters.into_iter().collect()
}

/// A question: three in five with one to three words, one word in ten mistyped, each filter in one of six.
pub(crate) fn find(chance: &mut ChaCha8Rng) -> Find {
    let sixth = |chance: &mut ChaCha8Rng| chance.random_bool(1.0 / 6.0);
    let mut words = Vec::new();
    if chance.random_bool(0.6) {
        for _ in 0..chance.random_range(1..=3) {
            let plain = if chance.random_bool(0.5) {
                skill(chance).name.to_owned()
            } else {
                word(chance)
            };
            words.push(if chance.random_bool(0.1) {
                mistyped(chance, &plain)
            } else {
                plain
            });
        }
    }
    let near = sixth(chance).then(|| Near {
        place: town(chance).id.0,
        radius_km: 50,
        or_remote: chance.random_bool(0.5),
    });
    let sorts = [Sort::Relevance, Sort::Relevance, Sort::Newest, Sort::Rate];
    let skills: Vec<u32> = if sixth(chance) {
        (0..chance.random_range(1..3))
            .map(|_| skill(chance).id.0)
            .collect()
    } else {
        Vec::new()
    };
    let categories = Catalog::get().categories();
    let text = words.join(" ");
    Find {
        // What is too long for a question is asked for without its last words.
        text: text
            .split(' ')
            .take(12)
            .collect::<Vec<_>>()
            .join(" ")
            .chars()
            .take(200)
            .collect(),
        categories: if sixth(chance) {
            categories
                .choose(chance)
                .map(|category| category.slug.to_owned())
                .into_iter()
                .collect()
        } else {
            Vec::new()
        },
        skills,
        work: if sixth(chance) {
            vec![Work::Remote]
        } else {
            Vec::new()
        },
        near,
        from: sixth(chance).then_some(Date(20_050)),
        rate: sixth(chance).then(|| RateRange {
            least: Some(3_000),
            most: Some(9_000),
            currency: euro(),
            or_open: true,
        }),
        languages: if sixth(chance) {
            vec![Catalog::get().languages()[1].code.to_owned()]
        } else {
            Vec::new()
        },
        sort: if near.is_some() && chance.random_bool(0.5) {
            Sort::Nearest
        } else {
            *sorts.choose(chance).unwrap_or(&Sort::Newest)
        },
        ..Find::default()
    }
}

fn euro() -> guildhall_domain::money::Currency {
    match "EUR".parse() {
        Ok(euro) => euro,
        Err(_) => unreachable!("three upper-case letters"),
    }
}
