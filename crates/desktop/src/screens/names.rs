//! Names of places, kinds of work, skills, languages and currencies, as the screens write them.

use crate::view::profile::PlaceView;
use guildhall_catalog::{Catalog, PlaceId, SkillId};
use guildhall_matching::Hierarchy;
use std::sync::LazyLock;

static RELATIONS: LazyLock<Hierarchy> =
    LazyLock::new(|| guildhall_matching::relations(Catalog::get()));

/// How a currency is written.
pub(crate) struct CurrencyName {
    /// "€"; the code where there is no sign.
    pub(crate) symbol: String,
    /// Digits after the point.
    pub(crate) digits: u8,
}

pub(crate) fn catalog() -> &'static Catalog {
    Catalog::get()
}

/// Which skills stand in for which.
pub(crate) fn relations() -> &'static Hierarchy {
    &RELATIONS
}

/// A place with region and country.
pub(crate) fn place(id: u32) -> Option<PlaceView> {
    let place = catalog().place(PlaceId(id))?;
    Some(PlaceView {
        id,
        name: place.label(),
        time_zone: place.time_zone.to_owned(),
    })
}

/// A place by its name alone: "Leipzig".
pub(crate) fn town(id: u32) -> Option<String> {
    Some(catalog().place(PlaceId(id))?.name.to_owned())
}

/// "Software development". What the vocabulary does not know is shown as it was written.
pub(crate) fn category(slug: &str) -> String {
    catalog()
        .category(slug)
        .map_or_else(|| slug.to_owned(), |category| category.name.to_owned())
}

/// "Germany".
pub(crate) fn country(code: &str) -> String {
    let found = catalog().country(code);
    found.map_or_else(|| code.to_owned(), |country| country.name.to_owned())
}

/// The vocabulary's name of a skill.
pub(crate) fn skill(id: u32) -> Option<String> {
    Some(catalog().skill(SkillId(id))?.name.to_owned())
}

/// The vocabulary's name of a skill, or a word for one it does not know.
pub(crate) fn skill_or_unknown(id: u32) -> String {
    skill(id).unwrap_or_else(|| "another skill".to_owned())
}

/// "German".
pub(crate) fn language(code: &str) -> String {
    catalog()
        .language(code)
        .map_or_else(|| code.to_owned(), |language| language.name.to_owned())
}

pub(crate) fn currency(code: &str) -> CurrencyName {
    match catalog().currency(code) {
        Some(currency) => CurrencyName {
            symbol: currency.symbol.to_owned(),
            digits: u8::try_from(currency.minor_digits).unwrap_or(2),
        },
        None => CurrencyName {
            symbol: code.to_owned(),
            digits: 2,
        },
    }
}

/// True for a time zone of the shipped database.
pub(crate) fn is_time_zone(name: &str) -> bool {
    guildhall_matching::standard_offset_minutes(name).is_some()
}

/// True for a currency that amounts can be converted from.
pub(crate) fn is_currency(code: &str) -> bool {
    catalog().currency(code).is_some()
}
