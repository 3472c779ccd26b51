//! Entries and questions made by chance, over so few words and values that they meet each other.

use guildhall_catalog::Catalog;
use guildhall_domain::request::Work;
use guildhall_domain::time::Date;
use guildhall_protocol::find::{Find, LeastStars, Near, RateRange, Sort};
use guildhall_search::{Entry, Field, Side, SkillUse, Text, Ways};
use rand::Rng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

/// Some are a letter apart, some begin like others, some name skills, some are in every text.
const WORDS: &[&str] = &[
    "react",
    "reactive",
    "Rust",
    "rusty",
    "plumbing",
    "plumber",
    "plubming",
    "k8s",
    "Kubernetes",
    "kubernets",
    "photography",
    "photografy",
    "ledger",
    "ledgers",
    "the",
    "for",
    "Zürich",
    "zurich",
    "machine",
    "learning",
    "website",
    "Node.js",
    "C++",
    "go",
    "got",
    "design",
    "resign",
    "carpentry",
    "carpentri",
    "carpet",
    "Büro",
    "bureau",
    "2026",
    "web3shop",
    "SQL",
];
/// Leipzig, Halle, Berlin, Sydney.
pub(crate) const PLACES: [u32; 4] = [2_879_139, 2_911_522, 2_950_159, 2_147_714];
const LANGUAGES: [&str; 3] = ["de", "en", "fr"];

/// Skills that the words above name, and some that they do not.
pub(crate) fn skills() -> Vec<u32> {
    let catalog = Catalog::get();
    let named = [
        "React",
        "Rust",
        "Plumbing",
        "Kubernetes",
        "Photography",
        "Machine learning",
        "SQL",
    ];
    let ids = named
        .iter()
        .filter_map(|name| catalog.resolve(name))
        .map(|id| id.0);
    ids.chain(catalog.skills().iter().take(30).map(|skill| skill.id.0))
        .collect()
}

pub(crate) fn text(chance: &mut ChaCha8Rng, most: usize) -> String {
    let count = chance.random_range(0..=most);
    let words: Vec<&str> = (0..count)
        .filter_map(|_| WORDS.choose(chance).copied())
        .collect();
    words.join(" ")
}

fn some<T: Clone>(chance: &mut ChaCha8Rng, from: &[T], most: usize) -> Vec<T> {
    let count = chance.random_range(0..=most);
    from.choose_multiple(chance, count).cloned().collect()
}

pub(crate) fn entry(chance: &mut ChaCha8Rng, side: Side, id: u128) -> Entry {
    let catalog = Catalog::get();
    let place = PLACES.choose(chance).filter(|_| chance.random_bool(0.8));
    let place = place.and_then(|id| catalog.place(guildhall_catalog::PlaceId(*id)));
    let mut texts = Vec::new();
    for (field, most) in [
        (Field::Head, 5),
        (Field::Name, 1),
        (Field::Skills, 6),
        (Field::Body, 30),
    ] {
        texts.push(Text {
            field,
            text: text(chance, most),
        });
    }
    let languages = some(chance, &LANGUAGES, 2);
    let bit = |code: &&str| {
        catalog
            .languages()
            .iter()
            .position(|language| language.code == *code)
            .unwrap()
    };
    Entry {
        id,
        owner: match side {
            Side::Work => chance.random_range(0..4),
            Side::Talent => id,
        },
        texts,
        category: chance.random_bool(0.9).then(|| chance.random_range(0..4)),
        skills: some(chance, &skills(), 6)
            .into_iter()
            .map(|skill| SkillUse {
                skill,
                firm: chance.random_bool(0.7),
            })
            .collect(),
        ways: match side {
            Side::Work => Ways::of(&[*Ways::ALL.choose(chance).unwrap()]),
            Side::Talent if chance.random_bool(0.5) => Ways::of(&Ways::ALL),
            Side::Talent => Ways::of(&[Work::Remote]),
        },
        at: place.map(|place| place.unit),
        country: place.map(|place| {
            let all = catalog.countries();
            u16::try_from(
                all.iter()
                    .position(|country| country.code == place.country)
                    .unwrap(),
            )
            .unwrap()
        }),
        start: chance.random_range(20_000..20_020),
        end: chance.random_range(20_020..20_040),
        rate: chance
            .random_bool(0.8)
            .then(|| chance.random_range(10..20) * 500),
        languages: languages.iter().fold(0, |set, code| set | 1 << bit(code)),
        stars: chance
            .random_bool(0.6)
            .then(|| chance.random_range(30..=50)),
        since: chance.random_range(0..12),
    }
}

pub(crate) fn find(chance: &mut ChaCha8Rng, side: Side) -> Find {
    let often = |chance: &mut ChaCha8Rng| chance.random_bool(0.15);
    let near = chance.random_bool(0.3).then(|| Near {
        place: *PLACES.choose(chance).unwrap(),
        radius_km: *[20, 40, 300].choose(chance).unwrap(),
        or_remote: chance.random_bool(0.5),
    });
    let sorts: &[Sort] = match near {
        Some(_) => &[Sort::Relevance, Sort::Newest, Sort::Rate, Sort::Nearest],
        None => &[Sort::Relevance, Sort::Newest, Sort::Rate],
    };
    let names = |chance: &mut ChaCha8Rng, from: &[&str], most: usize| -> Vec<String> {
        some(chance, from, most)
            .into_iter()
            .map(str::to_owned)
            .collect()
    };
    let slugs: Vec<&str> = Catalog::get()
        .categories()
        .iter()
        .take(5)
        .map(|category| category.slug)
        .collect();
    Find {
        text: if chance.random_bool(0.7) {
            text(chance, 3)
        } else {
            String::new()
        },
        categories: if often(chance) {
            names(chance, &slugs, 2)
        } else {
            Vec::new()
        },
        skills: if often(chance) {
            some(chance, &skills(), 2)
        } else {
            Vec::new()
        },
        work: if often(chance) {
            some(chance, &Ways::ALL, 2)
        } else {
            Vec::new()
        },
        near,
        countries: if often(chance) {
            names(chance, &["DE", "AU", "FR"], 2)
        } else {
            Vec::new()
        },
        from: often(chance).then(|| Date(chance.random_range(20_000..20_020))),
        until: (side == Side::Work && often(chance))
            .then(|| Date(chance.random_range(20_020..20_040))),
        rate: often(chance).then(|| RateRange {
            least: chance.random_bool(0.5).then_some(6_000),
            most: chance.random_bool(0.5).then_some(8_500),
            currency: "EUR".parse().unwrap(),
            or_open: chance.random_bool(0.5),
        }),
        languages: if often(chance) {
            names(chance, &LANGUAGES, 2)
        } else {
            Vec::new()
        },
        stars: (side == Side::Talent && often(chance)).then(|| LeastStars {
            tenths: chance.random_range(30..=50),
            or_new: chance.random_bool(0.5),
        }),
        sort: *sorts.choose(chance).unwrap(),
        after: None,
        limit: Some(*[3, 20, 50].choose(chance).unwrap()),
    }
}
