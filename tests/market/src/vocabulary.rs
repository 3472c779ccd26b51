//! The shipped vocabulary as a market uses it: skills by category and family, words, towns.

use guildhall_catalog::{Catalog, Place};
use guildhall_matching::{Hierarchy, relations, standard_offset_minutes};
use std::collections::{BTreeMap, BTreeSet};

/// A family of this size and more is what somebody works in.
const FAMILY: usize = 3;

/// Skills of one kind of service.
#[derive(Debug)]
pub(crate) struct Category {
    /// Its number among the catalog's categories.
    pub(crate) number: u16,
    /// Skills that share a parent, the parent first, then common ones; large families first.
    pub(crate) families: Vec<Vec<u32>>,
    /// All, common ones first.
    pub(crate) skills: Vec<u32>,
}

/// A town with what a market needs of it.
#[derive(Debug, Clone)]
pub(crate) struct Town {
    pub(crate) at: [i16; 3],
    pub(crate) language: [u8; 2],
    pub(crate) offset_minutes: i32,
}

/// How much of the vocabulary is traded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Most {
    /// Families in a category.
    pub(crate) families: usize,
    /// Skills in a family.
    pub(crate) members: usize,
}

/// Everything that is the same in every market.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    pub(crate) categories: Vec<Category>,
    pub(crate) relations: Hierarchy,
    /// The words of each skill's name and its category's, as numbers.
    pub(crate) words: BTreeMap<u32, Vec<u32>>,
    /// The largest towns of the home country, of Europe and of the world.
    pub(crate) towns: [Vec<Town>; 3],
}

impl Vocabulary {
    pub(crate) fn of_catalog(home: &str, towns: usize, most: Most) -> Self {
        let catalog = Catalog::get();
        let categories = catalog.categories().iter().enumerate();
        let categories = categories
            .filter_map(|(number, category)| {
                of_category(catalog, category.slug, u16::try_from(number).ok()?, most)
            })
            .collect();
        let europe: BTreeSet<&str> = catalog
            .countries()
            .iter()
            .filter(|country| country.continent == "EU" && country.code != home)
            .map(|country| country.code)
            .collect();
        let largest = |belongs: &dyn Fn(&Place) -> bool, count: usize| -> Vec<Town> {
            let places = catalog.places().iter().filter(|place| belongs(place));
            places.take(count).map(town).collect()
        };
        Self {
            categories,
            relations: relations(catalog),
            words: words(catalog),
            towns: [
                largest(&|place| place.country == home, towns),
                largest(&|place| europe.contains(place.country), towns * 2),
                largest(
                    &|place| !europe.contains(place.country) && place.country != home,
                    towns * 2,
                ),
            ],
        }
    }
}

/// A category's skills; none if it has no family to work in.
fn of_category(catalog: &Catalog, slug: &str, number: u16, most: Most) -> Option<Category> {
    let of_slug = || {
        catalog
            .skills()
            .iter()
            .filter(|skill| skill.category == slug)
    };
    let common: BTreeMap<u32, bool> = of_slug().map(|skill| (skill.id.0, skill.common)).collect();
    let known_first = |skill: &u32| (!common[skill], *skill);
    let mut families: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for skill in of_slug() {
        if let Some(parent) = skill.parent.filter(|parent| common.contains_key(&parent.0)) {
            families.entry(parent.0).or_default().push(skill.id.0);
        }
    }
    let mut families: Vec<Vec<u32>> = families
        .into_iter()
        .map(|(parent, mut members)| {
            members.sort_by_key(known_first);
            members.insert(0, parent);
            members.truncate(most.members);
            members
        })
        .filter(|members| members.len() >= FAMILY)
        .collect();
    families.sort_by_key(|members| {
        let widely = members.iter().filter(|skill| common[skill]).count();
        (std::cmp::Reverse(widely), members[0])
    });
    families.truncate(most.families);
    let mut skills: Vec<u32> = common.keys().copied().collect();
    skills.sort_by_key(known_first);
    (!families.is_empty()).then_some(Category {
        number,
        families,
        skills,
    })
}

fn words(catalog: &Catalog) -> BTreeMap<u32, Vec<u32>> {
    let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
    let skills = catalog.skills().iter();
    skills
        .map(|skill| {
            let category = catalog
                .category(skill.category)
                .map_or("", |category| category.name);
            let text = format!("{} {category}", skill.name).to_lowercase();
            let words = text
                .split(|letter: char| !letter.is_alphanumeric() && letter != '+' && letter != '#')
                .filter(|word| !word.is_empty())
                .map(|word| {
                    let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
                    *numbers.entry(word.to_owned()).or_insert(next)
                })
                .collect();
            (skill.id.0, words)
        })
        .collect()
}

fn town(place: &Place) -> Town {
    Town {
        at: place.unit,
        language: language(place.country),
        offset_minutes: standard_offset_minutes(place.time_zone).unwrap_or(0),
    }
}

/// What most people of a country grew up with; English stands for the countries that are not named.
fn language(country: &str) -> [u8; 2] {
    match country {
        "DE" | "AT" | "CH" => *b"de",
        "FR" | "BE" => *b"fr",
        "ES" | "MX" | "AR" | "CO" | "PE" | "CL" => *b"es",
        "IT" => *b"it",
        "PL" => *b"pl",
        "NL" => *b"nl",
        "PT" | "BR" | "AO" => *b"pt",
        "RU" => *b"ru",
        "UA" => *b"uk",
        "RO" => *b"ro",
        "TR" => *b"tr",
        "CN" => *b"zh",
        "JP" => *b"ja",
        "EG" | "IQ" | "SA" => *b"ar",
        _ => *b"en",
    }
}
