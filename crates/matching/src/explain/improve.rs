//! What would raise a fit most: the part with the most points left, and what that takes.

use super::words::Words;
use super::{Improvable, Side};
use crate::fit::{Fit, Part, percent};
use crate::parts::place::PlaceFacts;

/// The part furthest from full, if filling it would be seen.
pub(super) fn most(fit: &Fit, words: &Words<'_>) -> Option<Improvable> {
    let left = |part: Part| {
        fit.weights
            .parts()
            .get(part)
            .saturating_sub(fit.parts.get(part))
    };
    let mut parts: Vec<Part> = fit.parts.iter().map(|(part, _)| part).collect();
    parts.sort_by_key(|part| std::cmp::Reverse(left(*part)));
    let part = *parts.first()?;
    let to_percent = percent(fit.score.saturating_add(left(part)));
    if to_percent <= fit.percent() {
        return None;
    }
    let what = match part {
        Part::Skills => skills(words),
        Part::Rating => rating(words),
        Part::Place => place(words),
        Part::Availability => "more free hours in these weeks".to_owned(),
        Part::Budget => words.to("a budget that meets the rate", "a rate inside the budget"),
    };
    Some(Improvable {
        part,
        to_percent,
        text: format!("What would raise it most: {what}, up to {to_percent}."),
    })
}

fn skills(words: &Words<'_>) -> String {
    let Some(weakest) = words.weakest() else {
        return "more finished jobs".to_owned();
    };
    let name = words.name(weakest.skill);
    match weakest.held {
        None => words.to(
            &format!("knowing {name}"),
            &format!("adding {name}, if you know it"),
        ),
        Some(held) if held.skill != weakest.skill => words.to(
            &format!("{name} itself"),
            &format!("adding {name} itself, if you know it"),
        ),
        Some(held) if held.level < weakest.level => {
            let level = weakest.level.word();
            format!("{name} at {level} level")
        }
        Some(_) => format!("more finished jobs with {name}"),
    }
}

fn rating(words: &Words<'_>) -> String {
    let rating = words.facts.rating;
    if rating.asked > 0 && u64::from(rating.answered) * 5 < u64::from(rating.asked) * 4 {
        "faster answers".to_owned()
    } else if rating.jobs > rating.finished {
        "more jobs brought to their end".to_owned()
    } else if rating.shown_works == 0 && words.side == Side::Freelancer {
        "works to show and good reviews".to_owned()
    } else {
        "more good reviews".to_owned()
    }
}

fn place(words: &Words<'_>) -> String {
    match words.facts.place {
        PlaceFacts::OnSite { .. } | PlaceFacts::Hybrid { .. } => "a shorter way".to_owned(),
        PlaceFacts::Remote { .. } => "more working hours in common".to_owned(),
    }
}
