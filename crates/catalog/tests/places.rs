//! What must be true of places, languages, currencies and countries.

use std::collections::BTreeSet;

use guildhall_catalog::{Catalog, PlaceId};

fn labels(typed: &str) -> Vec<String> {
    Catalog::get()
        .suggest_places(typed, 8)
        .into_iter()
        .map(|hit| hit.label)
        .collect()
}

#[test]
fn the_gazetteer_covers_the_world_and_its_ids_are_unique() {
    let catalog = Catalog::get();
    assert!(catalog.places().len() > 30_000);
    let ids: BTreeSet<_> = catalog.places().iter().map(|place| place.id).collect();
    assert_eq!(ids.len(), catalog.places().len());
    assert!(
        catalog
            .places()
            .is_sorted_by(|one, other| one.population >= other.population)
    );
    for place in catalog.places() {
        assert!(place.lat_e4.abs() <= 900_000 && place.lon_e4.abs() <= 1_800_000);
        assert!(place.time_zone.contains('/'), "{}", place.name);
        let length: i64 = place.unit.iter().map(|axis| i64::from(*axis).pow(2)).sum();
        assert!((length - 32_767 * 32_767).abs() < 65_536, "{}", place.name);
    }
}

#[test]
fn the_large_come_first_and_accents_do_not_matter() {
    assert_eq!(labels("ber")[0], "Berlin, Germany");
    assert_eq!(labels("zuric")[0], "Zürich, Zurich, Switzerland");
    assert_eq!(labels("Zuerich")[0], "Zürich, Zurich, Switzerland");
    assert_eq!(labels("sao pau")[0], "São Paulo, Brazil");
    assert_eq!(labels("london")[0], "London, England, United Kingdom");
    assert_eq!(
        labels("New York")[0],
        "New York City, New York, United States"
    );
    assert_eq!(
        labels("san f")[0],
        "San Francisco, California, United States"
    );
}

#[test]
fn a_small_place_with_just_the_typed_name_does_not_hide_the_large_ones() {
    // Bar is a port of 17,000 people in Montenegro.
    assert_eq!(labels("bar")[0], "Barcelona, Catalonia, Spain");
    assert_eq!(labels("bar, mont")[0], "Bar, Montenegro");
    assert_eq!(labels("lyon")[0], "Lyon, Auvergne-Rhône-Alpes, France");
}

#[test]
fn other_names_of_a_city_find_it() {
    assert_eq!(labels("München")[0], "Munich, Bavaria, Germany");
    assert_eq!(labels("muenchen")[0], "Munich, Bavaria, Germany");
    assert_eq!(
        labels("cologne")[0],
        "Köln, North Rhine-Westphalia, Germany"
    );
    assert_eq!(labels("Wien")[0], "Vienna, Austria");
    assert_eq!(labels("bombay")[0], "Mumbai, Maharashtra, India");
    assert_eq!(labels("kiev")[0], "Kyiv, Ukraine");
    assert!(labels("angeles").contains(&"Los Angeles, California, United States".to_owned()));
}

#[test]
fn what_follows_a_comma_narrows() {
    assert_eq!(labels("Paris")[0], "Paris, Île-de-France, France");
    assert_eq!(labels("Paris, TX")[0], "Paris, Texas, United States");
    assert_eq!(labels("paris, united st")[0], "Paris, Texas, United States");
    assert_eq!(labels("Vienna, us")[0], "Vienna, Virginia, United States");
    assert_eq!(labels("Paris, Atlantis"), [""; 0]);
}

#[test]
fn nothing_typed_suggests_nothing() {
    assert!(labels("").is_empty());
    assert!(labels(" , Germany").is_empty());
    assert!(labels("qxqxqx").is_empty());
    assert!(Catalog::get().suggest_places("a", 0).is_empty());
}

#[test]
fn a_place_is_found_again_by_its_id() {
    let catalog = Catalog::get();
    for place in catalog.places().iter().step_by(997) {
        assert_eq!(catalog.place(place.id), Some(place));
    }
    assert_eq!(catalog.place(PlaceId(0)), None);
}

#[test]
fn berlin_and_potsdam_are_near_and_berlin_and_sydney_far() {
    let catalog = Catalog::get();
    let unit = |typed: &str| {
        let hit = catalog.suggest_places(typed, 1)[0].clone();
        catalog.place(hit.id).expect("it exists").unit
    };
    let squared = |one: [i16; 3], other: [i16; 3]| -> i64 {
        one.iter()
            .zip(other)
            .map(|(one, other)| (i64::from(*one) - i64::from(other)).pow(2))
            .sum()
    };
    // A step is 0.1944 km: 27 km are 137 steps, within the 2 that rounding moves.
    let near = squared(unit("berlin"), unit("potsdam"));
    assert!((130 * 130..145 * 145).contains(&near), "{near}");
    assert!(squared(unit("berlin"), unit("sydney")) > 60_000 * 60_000);
}

#[test]
fn time_zones_are_sorted_names() {
    let zones = Catalog::get().time_zones();
    assert!(zones.len() > 300);
    assert!(zones.is_sorted_by(|one, other| one < other));
    assert!(zones.contains(&"Europe/Berlin"));
}

#[test]
fn every_country_of_a_place_is_known() {
    let catalog = Catalog::get();
    assert!(
        catalog
            .countries()
            .is_sorted_by(|one, other| one.code < other.code)
    );
    for place in catalog.places() {
        assert!(
            catalog.country(place.country).is_some(),
            "{}",
            place.country
        );
    }
    assert_eq!(
        catalog.country("de").map(|country| country.currency),
        Some("EUR")
    );
}

#[test]
fn languages_are_sorted_by_code() {
    let languages = Catalog::get().languages();
    assert!(languages.len() >= 60);
    assert!(languages.is_sorted_by(|one, other| one.code < other.code));
    assert!(languages.iter().all(|language| language.code.len() == 2));
    let german = Catalog::get().language("DE").expect("German");
    assert_eq!((german.name, german.native_name), ("German", "Deutsch"));
}

#[test]
fn currencies_are_sorted_by_code_and_dated() {
    let currencies = Catalog::get().currencies();
    assert!(currencies.len() >= 35);
    assert!(currencies.is_sorted_by(|one, other| one.code < other.code));
    for currency in currencies {
        assert_eq!(currency.code.len(), 3);
        assert_eq!(currency.rate_date.len(), 10);
    }
}

#[test]
fn amounts_convert_in_whole_numbers() {
    let catalog = Catalog::get();
    let convert = |amount, from, to| catalog.convert_minor(amount, from, to);
    assert_eq!(convert(10_000, "EUR", "EUR"), Some(10_000));
    // 100.00 € at 1.172 and at 169.2; the yen has no cents.
    assert_eq!(convert(10_000, "EUR", "USD"), Some(11_720));
    assert_eq!(convert(10_000, "eur", "JPY"), Some(16_920));
    assert_eq!(convert(16_920, "JPY", "EUR"), Some(10_000));
    assert_eq!(convert(-10_000, "EUR", "USD"), Some(-11_720));
    // 0.01 $ is 0.853 cents: rounded, not cut.
    assert_eq!(convert(1, "USD", "EUR"), Some(1));
    assert_eq!(convert(-1, "USD", "EUR"), Some(-1));
    assert_eq!(convert(0, "USD", "EUR"), Some(0));
    assert_eq!(convert(1, "EUR", "XXX"), None);
    assert_eq!(convert(i64::MAX, "EUR", "IDR"), None);
    assert_eq!(convert(i64::MIN, "EUR", "EUR"), Some(i64::MIN));
}
