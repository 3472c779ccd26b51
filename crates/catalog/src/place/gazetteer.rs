//! Loads the places and lays out the index they are found by.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Country, Place, PlaceId, sphere};
use crate::table;
use crate::text::fold;

/// One name a place is found by.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) folded: String,
    /// The position of the place in [`Gazetteer::places`]; smaller is more populous.
    pub(super) at: u32,
    /// Whether the key begins inside the name, as `york` does in New York.
    pub(super) inner: bool,
}

/// Holds all places and countries.
#[derive(Debug)]
pub(crate) struct Gazetteer {
    /// The most populous first.
    pub(crate) places: Box<[Place]>,
    pub(crate) countries: Box<[Country]>,
    pub(crate) time_zones: Box<[&'static str]>,
    pub(super) by_id: Vec<(PlaceId, u32)>,
    /// Sorted by the folded name.
    pub(super) keys: Vec<Key>,
    /// The region code of each place, such as `TX`, for searching only.
    pub(super) region_codes: Vec<&'static str>,
}

impl Gazetteer {
    pub(crate) fn load() -> Self {
        let countries: Box<[Country]> = table::rows::<4>(table::COUNTRIES)
            .map(|[code, name, currency, continent]| Country {
                code,
                name,
                currency,
                continent,
            })
            .collect();
        let country_names: BTreeMap<_, _> = countries
            .iter()
            .map(|country| (country.code, country.name))
            .collect();
        let regions: HashMap<(&str, &str), &'static str> = table::rows::<2>(table::REGIONS)
            .filter_map(|[code, name]| code.split_once('.').map(|code| (code, name)))
            .collect();

        let (places, region_codes): (Vec<_>, Vec<_>) = table::rows(table::PLACES)
            .filter_map(|row| read(row, &country_names, &regions).map(|place| (place, row[4])))
            .unzip();

        let mut by_id = Vec::with_capacity(places.len());
        let mut keys = Vec::with_capacity(places.len() * 2);
        for (at, place) in (0..).zip(&places) {
            by_id.push((place.id, at));
            push_keys(place, at, &mut keys);
        }
        by_id.sort_unstable();
        keys.sort_unstable_by(|one, other| {
            (&one.folded, one.at, one.inner).cmp(&(&other.folded, other.at, other.inner))
        });
        let time_zones: BTreeSet<_> = places.iter().map(|place| place.time_zone).collect();
        Self {
            places: places.into_boxed_slice(),
            countries,
            time_zones: time_zones.into_iter().collect(),
            by_id,
            keys,
            region_codes,
        }
    }

    pub(crate) fn place(&self, id: PlaceId) -> Option<&Place> {
        let found = self.by_id.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        self.places.get(self.by_id[found].1 as usize)
    }

    pub(crate) fn country(&self, code: &str) -> Option<&Country> {
        self.countries
            .iter()
            .find(|country| country.code.eq_ignore_ascii_case(code))
    }
}

fn read(
    row: [&'static str; 9],
    countries: &BTreeMap<&str, &'static str>,
    regions: &HashMap<(&str, &str), &'static str>,
) -> Option<Place> {
    let [
        id,
        name,
        aliases,
        country,
        region,
        lat,
        lon,
        time_zone,
        population,
    ] = row;
    let (lat_e4, lon_e4) = (lat.parse().ok()?, lon.parse().ok()?);
    Some(Place {
        id: PlaceId(id.parse().ok()?),
        name,
        aliases: table::values(aliases, '|'),
        country,
        country_name: countries.get(country).copied()?,
        region: regions.get(&(country, region)).copied(),
        lat_e4,
        lon_e4,
        time_zone,
        population: population.parse().ok()?,
        unit: sphere::unit(lat_e4, lon_e4),
    })
}

fn push_keys(place: &Place, at: u32, keys: &mut Vec<Key>) {
    for name in std::iter::once(&place.name).chain(&place.aliases) {
        push_name(fold(name), at, keys);
        if name.contains(['ä', 'ö', 'ü', 'Ä', 'Ö', 'Ü', 'å', 'Å', 'ø', 'Ø']) {
            push_name(fold(&written_out(name)), at, keys);
        }
    }
}

fn push_name(folded: String, at: u32, keys: &mut Vec<Key>) {
    for (space, _) in folded.match_indices(' ') {
        keys.push(Key {
            folded: folded[space + 1..].to_owned(),
            at,
            inner: true,
        });
    }
    keys.push(Key {
        folded,
        at,
        inner: false,
    });
}

/// Writes umlauts with two letters, as people without them on the keyboard do.
fn written_out(name: &str) -> String {
    let mut written = String::with_capacity(name.len() + 2);
    for letter in name.chars() {
        match letter {
            'ä' | 'Ä' => written.push_str("ae"),
            'ö' | 'Ö' | 'ø' | 'Ø' => written.push_str("oe"),
            'ü' | 'Ü' => written.push_str("ue"),
            'å' | 'Å' => written.push_str("aa"),
            other => written.push(other),
        }
    }
    written
}
