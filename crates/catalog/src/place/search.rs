//! Suggests places while a person types.

use super::{Gazetteer, Place, PlaceHit};
use crate::text::fold;

impl Gazetteer {
    /// Suggests places whose name, or a later word of it, begins as typed; large ones first.
    ///
    /// What follows a comma narrows to a region or country: `Paris, TX`, `Springfield, Illinois`.
    pub(crate) fn suggest(&self, typed: &str, limit: usize) -> Vec<PlaceHit> {
        let (name, within) = typed.split_once(',').unwrap_or((typed, ""));
        let (name, within) = (fold(name), fold(within));
        if name.is_empty() {
            return Vec::new();
        }
        let from = self.keys.partition_point(|key| key.folded < name);
        let mut found: Vec<(u8, u32)> = self.keys[from..]
            .iter()
            .take_while(|key| key.folded.starts_with(&name))
            .map(|key| {
                let whole = key.folded.len() == name.len();
                (
                    u8::from(key.inner) * 2 + u8::from(!whole && !key.inner),
                    key.at,
                )
            })
            .filter(|(_, at)| within.is_empty() || self.lies_within(*at, &within))
            .collect();
        // A place may answer by several of its names: the best one counts.
        found.sort_unstable_by_key(|(fit, at)| (*at, *fit));
        found.dedup_by_key(|(_, at)| *at);
        found.sort_unstable_by_key(|(fit, at)| (rank(*fit, &self.places[*at as usize]), *at));
        found
            .into_iter()
            .take(limit)
            .filter_map(|(_, at)| self.places.get(at as usize))
            .map(hit)
            .collect()
    }

    fn lies_within(&self, at: u32, within: &str) -> bool {
        let at = at as usize;
        let place = &self.places[at];
        place.country.eq_ignore_ascii_case(within)
            || self.region_codes[at].eq_ignore_ascii_case(within)
            || within.len() > 2
                && (fold(place.country_name).starts_with(within)
                    || place
                        .region
                        .is_some_and(|region| fold(region).starts_with(within)))
    }
}

/// A whole name before a beginning, a beginning before an inner word; but the small
/// town of Bar does not stand before Barcelona.
fn rank(fit: u8, place: &Place) -> u8 {
    match fit {
        0 if place.population >= 100_000 => 0,
        0 | 1 => 1,
        _ => 2,
    }
}

fn hit(place: &Place) -> PlaceHit {
    PlaceHit {
        id: place.id,
        name: place.name,
        region: place.region,
        country: place.country,
        country_name: place.country_name,
        time_zone: place.time_zone,
        label: place.label(),
    }
}
