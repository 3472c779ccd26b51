//! City and country of a résumé.

use super::notes::{Notes, quoted};
use super::{object, text};
use crate::screens::names;
use crate::view::profile::ProfileForm;
use guildhall_catalog::PlaceHit;
use serde_json::{Map, Value};

/// Suggestions among which the city is looked for.
const LOOKED_AT: usize = 20;

pub(super) fn fill(form: &mut ProfileForm, basics: &Map<String, Value>, notes: &mut Notes) {
    let Some(location) = object(basics, "location") else {
        return;
    };
    let Some(city) = text(location, "city") else {
        return;
    };
    let country = text(location, "countryCode");
    match find(&city, country.as_deref()).and_then(|hit| names::place(hit.id.0)) {
        Some(place) => {
            form.time_zone.clone_from(&place.time_zone);
            form.place = Some(place);
            form.remote_only = false;
        }
        None => notes.say(format!(
            "{} is not among the cities here; choose the nearest.",
            quoted(&city)
        )),
    }
}

/// The city in that country; where the file names none, the largest city of that name.
fn find(city: &str, country: Option<&str>) -> Option<PlaceHit> {
    // "Leipzig, Sachsen" is also found by its first word.
    let name = city.split(',').next().unwrap_or(city).trim();
    let hits = names::catalog().suggest_places(name, LOOKED_AT);
    hits.into_iter()
        .filter(|hit| country.is_none_or(|code| hit.country.eq_ignore_ascii_case(code.trim())))
        .find(|hit| is_named(hit, name))
}

/// The beginning of a name is not the name; an alias such as "Köln" for Cologne is.
fn is_named(hit: &PlaceHit, name: &str) -> bool {
    let same = |other: &str| other.to_lowercase() == name.to_lowercase();
    names::catalog()
        .place(hit.id)
        .is_some_and(|place| same(place.name) || place.aliases.iter().any(|alias| same(alias)))
}
