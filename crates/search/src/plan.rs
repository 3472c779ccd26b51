//! A question that was read: every field checked, every name looked up.

use crate::entry::Ways;
use crate::index::Side;
use crate::order::Place;
use crate::rows::{REFERENCE, category, country, language};
use crate::words::folded_words;
use guildhall_catalog::{Catalog, PlaceId, SkillId};
use guildhall_domain::denied::{Denied, Mistakes};
use guildhall_protocol::find::{Find, LeastStars, Near, RateRange, Sort};

/// The most characters of a question's text.
pub const MAXIMUM_CHARACTERS: usize = 200;
/// The most words of a question's text.
pub const MAXIMUM_WORDS: usize = 12;
/// The most values of one filter.
const MAXIMUM_VALUES: usize = 20;
/// The farthest around a place, in kilometres.
const MAXIMUM_RADIUS_KM: u16 = 1_000;
/// The most results of one answer.
const MAXIMUM_LIMIT: u16 = 50;
/// How many results an answer has that was not told how many.
const USUAL_LIMIT: u16 = 20;
/// Steps from the middle of the earth to its surface.
const STEPS: u64 = 32_767;
/// The same in kilometres.
const RADIUS_KM: u64 = 6_371;

/// A question as the index answers it.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) words: Vec<String>,
    pub(crate) categories: Vec<u16>,
    pub(crate) skills: Vec<SkillId>,
    pub(crate) work: Option<Ways>,
    pub(crate) near: Option<Around>,
    pub(crate) countries: Vec<u16>,
    pub(crate) from: Option<i32>,
    pub(crate) until: Option<i32>,
    pub(crate) rate: Option<Rates>,
    pub(crate) languages: Option<u128>,
    pub(crate) stars: Option<LeastStars>,
    pub(crate) sort: Sort,
    pub(crate) after: Option<Place>,
    pub(crate) limit: usize,
}

/// Around a point.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Around {
    pub(crate) at: [i16; 3],
    /// The farthest, in squared steps.
    pub(crate) squared: u64,
    pub(crate) or_remote: bool,
}

/// Between two rates of the reference currency.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rates {
    pub(crate) least: i64,
    pub(crate) most: i64,
    pub(crate) or_open: bool,
}

impl Plan {
    /// Reads a question.
    ///
    /// # Errors
    /// `validation` with the fields that do not hold.
    pub(crate) fn read(find: &Find, side: Side, catalog: &Catalog) -> Result<Self, Denied> {
        let mut mistakes = Mistakes::default();
        let words = read_words(&find.text, &mut mistakes);
        let categories = known(&find.categories, "/categories", &mut mistakes, |slug| {
            category(slug, catalog)
        });
        let skills = known(&find.skills, "/skills", &mut mistakes, |id| {
            catalog.skill(SkillId(*id)).map(|skill| skill.id)
        });
        let countries = known(&find.countries, "/countries", &mut mistakes, |code| {
            country(code, catalog)
        });
        let languages = known(&find.languages, "/languages", &mut mistakes, |code| {
            language(code, catalog)
        });
        few(find.work.len(), "/work", &mut mistakes);
        let near = find
            .near
            .and_then(|near| around(near, catalog, &mut mistakes));
        let rate = find
            .rate
            .and_then(|range| rates(range, catalog, &mut mistakes));
        check_sides(find, side, &mut mistakes);
        mistakes.require(
            find.sort != Sort::Nearest || find.near.is_some(),
            "/sort",
            "missing",
            "Say near which place.",
        );
        mistakes.require(
            find.limit
                .is_none_or(|limit| (1..=MAXIMUM_LIMIT).contains(&limit)),
            "/limit",
            "out_of_range",
            format!("Between 1 and {MAXIMUM_LIMIT}."),
        );
        let after = find.after.as_deref().map(Place::read);
        mistakes.require(
            after.as_ref().is_none_or(Option::is_some),
            "/after",
            "malformed",
            "This is no place in a list.",
        );
        mistakes.into_result()?;
        Ok(Self {
            words,
            categories,
            skills,
            work: (!find.work.is_empty()).then(|| Ways::of(&find.work)),
            near,
            countries,
            from: find.from.map(|day| day.0),
            until: find.until.map(|day| day.0),
            rate,
            languages: (!languages.is_empty())
                .then(|| languages.iter().fold(0, |set, bit| set | bit)),
            stars: find.stars,
            sort: find.sort,
            after: after.flatten(),
            limit: usize::from(find.limit.unwrap_or(USUAL_LIMIT)),
        })
    }
}

fn read_words(text: &str, mistakes: &mut Mistakes) -> Vec<String> {
    mistakes.length(text, 0, MAXIMUM_CHARACTERS, "/text", "What you look for");
    // What is refused anyway is not folded.
    if text.len() > 4 * MAXIMUM_CHARACTERS {
        return Vec::new();
    }
    let words = folded_words(text);
    let message = format!("At most {MAXIMUM_WORDS} words.");
    mistakes.require(words.len() <= MAXIMUM_WORDS, "/text", "too_many", message);
    words
}

fn few(count: usize, pointer: &str, mistakes: &mut Mistakes) {
    let message = format!("At most {MAXIMUM_VALUES} at once.");
    mistakes.require(count <= MAXIMUM_VALUES, pointer, "too_many", message);
}

fn around(near: Near, catalog: &Catalog, mistakes: &mut Mistakes) -> Option<Around> {
    let place = catalog.place(PlaceId(near.place));
    mistakes.require(
        place.is_some(),
        "/near/place",
        "unknown",
        "This place is not known.",
    );
    let in_range = (1..=MAXIMUM_RADIUS_KM).contains(&near.radius_km);
    let message = format!("Between 1 and {MAXIMUM_RADIUS_KM} km.");
    mistakes.require(in_range, "/near/radius_km", "out_of_range", message);
    let km = u64::from(near.radius_km);
    Some(Around {
        at: place?.unit,
        squared: km * km * (STEPS * STEPS) / (RADIUS_KM * RADIUS_KM),
        or_remote: near.or_remote,
    })
}

/// Some filters are for one side only.
fn check_sides(find: &Find, side: Side, mistakes: &mut Mistakes) {
    match side {
        Side::Work => mistakes.require(
            find.stars.is_none(),
            "/stars",
            "not_here",
            "Requests have no stars.",
        ),
        Side::Talent => mistakes.require(
            find.until.is_none(),
            "/until",
            "not_here",
            "People have no last day.",
        ),
    }
    mistakes.require(
        find.stars
            .is_none_or(|stars| (10..=50).contains(&stars.tenths)),
        "/stars/tenths",
        "out_of_range",
        "Between 10 and 50.",
    );
    mistakes.require(
        find.from
            .zip(find.until)
            .is_none_or(|(from, until)| from <= until),
        "/until",
        "before_start",
        "The end lies before the start.",
    );
}

/// Looks names up, and notes those that are not known.
fn known<N, T>(
    names: &[N],
    pointer: &str,
    mistakes: &mut Mistakes,
    look_up: impl Fn(&N) -> Option<T>,
) -> Vec<T> {
    few(names.len(), pointer, mistakes);
    let mut found = Vec::with_capacity(names.len().min(MAXIMUM_VALUES));
    // What is too much is refused, not read.
    for (index, name) in names.iter().take(MAXIMUM_VALUES).enumerate() {
        let value = look_up(name);
        mistakes.require(
            value.is_some(),
            format!("{pointer}/{index}"),
            "unknown",
            "This is not known here.",
        );
        found.extend(value);
    }
    found
}

fn rates(range: RateRange, catalog: &Catalog, mistakes: &mut Mistakes) -> Option<Rates> {
    let code = range.currency.code();
    let known = catalog.currency(code).is_some();
    mistakes.require(
        known,
        "/rate/currency",
        "unknown",
        "This currency is not known.",
    );
    let ordered = range
        .least
        .zip(range.most)
        .is_none_or(|(least, most)| least <= most);
    mistakes.require(
        ordered,
        "/rate/most",
        "out_of_range",
        "The most is below the least.",
    );
    if !known {
        return None;
    }
    let mut convert = |amount: Option<i64>, pointer: &str, open: i64| {
        let Some(amount) = amount else {
            return Some(open);
        };
        let converted = catalog.convert_minor(amount, code, REFERENCE);
        mistakes.require(
            converted.is_some(),
            pointer,
            "out_of_range",
            "This amount is too large.",
        );
        converted
    };
    Some(Rates {
        least: convert(range.least, "/rate/least", i64::MIN)?,
        most: convert(range.most, "/rate/most", i64::MAX)?,
        or_open: range.or_open,
    })
}
