//! Entries from the marketplace's rows, so that the server and every desktop read the same rows the same way.

use crate::entry::{Entry, Field, SkillUse, Text, Ways};
use guildhall_catalog::{Catalog, PlaceId, SkillId};
use guildhall_domain::money::Money;
use guildhall_domain::person::{Person, Standing};
use guildhall_domain::profile::Profile;
use guildhall_domain::request::{Request, Work};

/// The currency in which rates and budgets are compared.
pub(crate) const REFERENCE: &str = "EUR";

/// Reads a request; none unless it takes applications.
pub fn work_entry(request: &Request, catalog: &Catalog) -> Option<Entry> {
    if !request.is_open() {
        return None;
    }
    let text = &request.text;
    let place = text.place.and_then(|id| catalog.place(PlaceId(id)));
    let place = place.filter(|_| text.work != Work::Remote);
    let mut texts = vec![
        part(Field::Head, &text.title),
        part(Field::Skills, &category_name(&text.category, catalog)),
        part(Field::Body, &text.description),
    ];
    let names = text.skills.iter();
    texts.extend(names.map(|wanted| {
        part(
            Field::Skills,
            &skill_name(wanted.skill, &wanted.name, catalog),
        )
    }));
    texts.extend(place.map(|place| part(Field::Body, place.name)));
    Some(Entry {
        id: request.id.0.as_u128(),
        owner: request.client.0.as_u128(),
        texts,
        category: category(&text.category, catalog),
        skills: text
            .skills
            .iter()
            .filter_map(|wanted| {
                Some(SkillUse {
                    skill: known(wanted.skill, catalog)?,
                    firm: wanted.must,
                })
            })
            .collect(),
        ways: Ways::of(&[text.work]),
        at: place.map(|place| place.unit),
        country: place.and_then(|place| country(place.country, catalog)),
        start: text.start.0,
        end: text.end.0,
        rate: text.budget.and_then(|budget| comparable(budget, catalog)),
        languages: languages(text.languages.iter().map(String::as_str), catalog),
        stars: None,
        since: request.published.0,
    })
}

/// Reads a freelancer; none for somebody who is suspended or has another role.
pub fn talent_entry(profile: &Profile, person: &Person, catalog: &Catalog) -> Option<Entry> {
    if person.is_suspended() || !person.roles.freelancer {
        return None;
    }
    let text = &profile.text;
    let place = text.place.and_then(|id| catalog.place(PlaceId(id)));
    let mut texts = vec![
        part(Field::Head, &text.headline),
        part(Field::Name, &person.name),
        part(Field::Skills, &category_name(&text.category, catalog)),
        part(Field::Body, &text.bio),
    ];
    let names = text.skills.iter();
    texts.extend(
        names.map(|held| part(Field::Skills, &skill_name(held.skill, &held.name, catalog))),
    );
    for item in &text.portfolio {
        texts.push(part(Field::Body, &item.title));
        texts.push(part(Field::Body, &item.text));
    }
    texts.extend(place.map(|place| part(Field::Body, place.name)));
    let somewhere = place.is_some() && !text.remote_only;
    Some(Entry {
        id: profile.id.0.as_u128(),
        owner: profile.id.0.as_u128(),
        texts,
        category: category(&text.category, catalog),
        skills: text
            .skills
            .iter()
            .filter_map(|held| {
                Some(SkillUse {
                    skill: known(held.skill, catalog)?,
                    firm: true,
                })
            })
            .collect(),
        ways: if somewhere {
            Ways::of(&Ways::ALL)
        } else {
            Ways::ANYWHERE
        },
        at: place.map(|place| place.unit),
        country: place.and_then(|place| country(place.country, catalog)),
        start: text.free_from.map_or(i32::MIN, |day| day.0),
        end: i32::MAX,
        rate: text.rate.and_then(|rate| comparable(rate, catalog)),
        languages: languages(
            text.languages.iter().map(|spoken| spoken.code.as_str()),
            catalog,
        ),
        stars: tenths(person.standing),
        since: profile.saved.0,
    })
}

fn part(field: Field, text: &str) -> Text {
    Text {
        field,
        text: text.to_owned(),
    }
}

/// The vocabulary's name of a skill, or as it was written.
fn skill_name(skill: Option<u32>, written: &str, catalog: &Catalog) -> String {
    let known = skill.and_then(|id| catalog.skill(SkillId(id)));
    known.map_or(written, |skill| skill.name).to_owned()
}

fn category_name(slug: &str, catalog: &Catalog) -> String {
    let found = catalog.category(slug);
    found.map_or_else(String::new, |category| category.name.to_owned())
}

pub(crate) fn category(slug: &str, catalog: &Catalog) -> Option<u16> {
    let all = catalog.categories();
    let at = all.iter().position(|category| category.slug == slug)?;
    u16::try_from(at).ok()
}

pub(crate) fn country(code: &str, catalog: &Catalog) -> Option<u16> {
    let all = catalog.countries();
    let at = all
        .binary_search_by(|country| country.code.cmp(code))
        .ok()?;
    u16::try_from(at).ok()
}

/// The bits of languages; those the catalog does not know have none.
pub(crate) fn languages<'a>(codes: impl Iterator<Item = &'a str>, catalog: &Catalog) -> u128 {
    codes
        .filter_map(|code| language(code, catalog))
        .fold(0, |set, bit| set | bit)
}

/// The bit of a language.
pub(crate) fn language(code: &str, catalog: &Catalog) -> Option<u128> {
    let all = catalog.languages();
    let at = all
        .iter()
        .position(|language| language.code.eq_ignore_ascii_case(code))?;
    1_u128.checked_shl(u32::try_from(at).ok()?)
}

fn known(skill: Option<u32>, catalog: &Catalog) -> Option<u32> {
    skill.filter(|id| catalog.skill(SkillId(*id)).is_some())
}

fn comparable(money: Money, catalog: &Catalog) -> Option<i64> {
    catalog.convert_minor(money.minor, money.currency.code(), REFERENCE)
}

/// The mean of the stars, rounded to tenths as it is shown.
fn tenths(standing: Standing) -> Option<u8> {
    let (sum, reviews) = (u64::from(standing.stars), u64::from(standing.reviews));
    u8::try_from((sum * 10 + reviews / 2).checked_div(reviews)?).ok()
}
