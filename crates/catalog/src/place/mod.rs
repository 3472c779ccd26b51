//! The gazetteer: towns and cities, where they lie and what time they keep.

mod gazetteer;
mod search;
mod sphere;

use std::fmt;

use serde::{Deserialize, Serialize};

pub(crate) use self::gazetteer::Gazetteer;

/// Names one place for good; it is the number the place has in `GeoNames`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlaceId(pub u32);

impl fmt::Display for PlaceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Describes one town or city.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Names it for good.
    pub id: PlaceId,
    /// Says its name.
    pub name: &'static str,
    /// Lists other names it is known by.
    pub aliases: Box<[&'static str]>,
    /// Gives the ISO 3166 code of its country.
    pub country: &'static str,
    /// Says the country's name.
    pub country_name: &'static str,
    /// Says the state or region, in the countries where that tells towns apart.
    pub region: Option<&'static str>,
    /// Gives the latitude in ten-thousandths of a degree.
    pub lat_e4: i32,
    /// Gives the longitude in ten-thousandths of a degree.
    pub lon_e4: i32,
    /// Gives the IANA name of its time zone.
    pub time_zone: &'static str,
    /// Counts the people.
    pub population: u32,
    /// Gives its point on the unit sphere, 32,767 steps to the radius.
    pub unit: [i16; 3],
}

impl Place {
    /// Says where it is: `Munich, Bavaria, Germany`.
    pub fn label(&self) -> String {
        match self.region {
            Some(region) if region != self.name => {
                format!("{}, {region}, {}", self.name, self.country_name)
            }
            Some(_) | None if self.name == self.country_name => self.name.to_owned(),
            Some(_) | None => format!("{}, {}", self.name, self.country_name),
        }
    }
}

/// Is one suggestion while a person types a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlaceHit {
    /// Names the suggested place.
    pub id: PlaceId,
    /// Says its name.
    pub name: &'static str,
    /// Says the state or region, where the gazetteer has it.
    pub region: Option<&'static str>,
    /// Gives the ISO 3166 code of its country.
    pub country: &'static str,
    /// Says the country's name.
    pub country_name: &'static str,
    /// Gives the IANA name of its time zone.
    pub time_zone: &'static str,
    /// Says where it is in one line: `Munich, Bavaria, Germany`.
    pub label: String,
}

/// Describes one country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Country {
    /// Gives its ISO 3166 code.
    pub code: &'static str,
    /// Says its name.
    pub name: &'static str,
    /// Gives the ISO 4217 code of its currency; empty where it has none.
    pub currency: &'static str,
    /// Gives the two-letter code of its continent.
    pub continent: &'static str,
}
