//! Two versions of a thing, field by field, in words.

use super::{names, requests, words};
use crate::view::outbox::DifferenceView;
use guildhall_domain::changes::Changes;
use guildhall_domain::money::Money;
use guildhall_domain::offer::Terms;
use guildhall_domain::profile::{Fluency, Level, ProfileText};
use guildhall_domain::request::RequestText;
use guildhall_domain::time::Date;
use std::collections::BTreeSet;

/// Field name as the domain writes it, label, value in words.
type Line = (&'static str, &'static str, String);

/// What changed in a request between what was read and what stands.
pub(super) fn of_request(
    read: &RequestText,
    stands: &RequestText,
    today: Date,
) -> Vec<DifferenceView> {
    compare(request(read, today), request(stands, today), None, false)
}

/// What the person wants of a request against what stands.
pub(super) fn of_request_wish(
    stands: &RequestText,
    changes: &Changes,
    today: Date,
) -> Vec<DifferenceView> {
    let wished = changes.wished(stands).unwrap_or_else(|| stands.clone());
    compare(
        request(stands, today),
        request(&wished, today),
        Some(changes),
        true,
    )
}

/// What the person wants of their profile against what stands.
pub(super) fn of_profile_wish(stands: &ProfileText, changes: &Changes) -> Vec<DifferenceView> {
    let wished = changes.wished(stands).unwrap_or_else(|| stands.clone());
    compare(profile(stands), profile(&wished), Some(changes), true)
}

/// What changed between the terms that were accepted and those on the table.
pub(super) fn of_terms(accepted: &Terms, stands: &Terms, today: Date) -> Vec<DifferenceView> {
    compare(terms(accepted, today), terms(stands, today), None, false)
}

fn compare(
    theirs: Vec<Line>,
    mine: Vec<Line>,
    only: Option<&Changes>,
    is_own: bool,
) -> Vec<DifferenceView> {
    let fields: Option<BTreeSet<&str>> =
        only.map(|changes| changes.0.keys().map(String::as_str).collect());
    let pairs = theirs.into_iter().zip(mine);
    pairs
        .filter(|((field, _, a), (_, _, b))| {
            a != b && fields.as_ref().is_none_or(|only| only.contains(field))
        })
        .map(|((_, label, theirs), (_, _, mine))| DifferenceView {
            field: label.to_owned(),
            theirs,
            mine,
            is_own,
        })
        .collect()
}

fn request(text: &RequestText, today: Date) -> Vec<Line> {
    let skills: Vec<String> = text
        .skills
        .iter()
        .map(|wanted| {
            let name = wanted
                .skill
                .and_then(names::skill)
                .unwrap_or_else(|| wanted.name.clone());
            let must = if wanted.must { "must" } else { "nice" };
            format!("{name} ({must}, {})", level(wanted.level))
        })
        .collect();
    vec![
        ("title", "Title", text.title.clone()),
        ("description", "Description", text.description.clone()),
        ("category", "Kind of work", names::category(&text.category)),
        ("skills", "Skills", skills.join(", ")),
        ("work", "Where", requests::place(text.work, None)),
        (
            "place",
            "City",
            text.place.and_then(names::town).unwrap_or_else(none),
        ),
        ("start", "Start", words::day(text.start, today)),
        ("end", "End", words::day(text.end, today)),
        (
            "hours_per_week",
            "Hours",
            format!("{} h a week", text.hours_per_week),
        ),
        ("budget", "Budget", amount(text.budget)),
        ("time_zone", "Time zone", text.time_zone.clone()),
        (
            "languages",
            "Languages",
            languages(text.languages.iter().map(String::as_str)),
        ),
    ]
}

fn profile(text: &ProfileText) -> Vec<Line> {
    let skills: Vec<String> = text
        .skills
        .iter()
        .map(|held| {
            let name = held
                .skill
                .and_then(names::skill)
                .unwrap_or_else(|| held.name.clone());
            format!(
                "{name} ({}, {})",
                level(held.level),
                words::count(held.years.into(), "year", "years")
            )
        })
        .collect();
    let works: Vec<&str> = text
        .portfolio
        .iter()
        .map(|item| item.title.as_str())
        .collect();
    let spoken: Vec<String> = text
        .languages
        .iter()
        .map(|spoken| {
            format!(
                "{} ({})",
                names::language(&spoken.code),
                fluency(spoken.fluency)
            )
        })
        .collect();
    let photo = text.photo.as_ref().map_or_else(none, |photo| {
        format!("A picture of {} KiB", photo.len().div_ceil(1_024))
    });
    vec![
        ("photo", "Photo", photo),
        ("headline", "Headline", text.headline.clone()),
        ("bio", "About", text.bio.clone()),
        ("category", "Kind of work", names::category(&text.category)),
        ("skills", "Skills", skills.join(", ")),
        ("portfolio", "Work to show", works.join(", ")),
        ("languages", "Languages", spoken.join(", ")),
        ("rate", "Price", amount(text.rate)),
        (
            "place",
            "City",
            text.place.and_then(names::town).unwrap_or_else(none),
        ),
        (
            "remote_only",
            "Remote only",
            if text.remote_only { "yes" } else { "no" }.to_owned(),
        ),
        (
            "travel_radius_km",
            "Travels",
            format!("{} km", text.travel_radius_km),
        ),
        ("time_zone", "Time zone", text.time_zone.clone()),
        (
            "hours_per_week",
            "Free hours",
            format!("{} h a week", text.hours_per_week),
        ),
        (
            "free_from",
            "Free from",
            text.free_from
                .map_or_else(|| "at once".to_owned(), |day| day.to_string()),
        ),
    ]
}

fn terms(terms: &Terms, today: Date) -> Vec<Line> {
    vec![
        ("scope", "What is to be done", terms.scope.clone()),
        ("rate", "Price", words::rate(terms.rate)),
        (
            "hours_per_week",
            "Hours",
            format!("{} h a week", terms.hours_per_week),
        ),
        ("start", "Start", words::day(terms.start, today)),
        ("end", "End", words::day(terms.end, today)),
    ]
}

fn none() -> String {
    "none".to_owned()
}

fn amount(money: Option<Money>) -> String {
    money.map_or_else(|| "to discuss".to_owned(), words::rate)
}

fn languages<'a>(codes: impl Iterator<Item = &'a str>) -> String {
    let spoken: Vec<String> = codes.map(names::language).collect();
    if spoken.is_empty() {
        none()
    } else {
        spoken.join(", ")
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Beginner => "beginner",
        Level::Intermediate => "intermediate",
        Level::Advanced => "advanced",
        Level::Expert => "expert",
    }
}

fn fluency(fluency: Fluency) -> &'static str {
    match fluency {
        Fluency::Basic => "basic",
        Fluency::Conversational => "conversational",
        Fluency::Fluent => "fluent",
        Fluency::Native => "native",
    }
}
