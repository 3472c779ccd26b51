//! The freelancer's profile: one's own with what would make it stronger, and somebody else's as a client reads it.

use super::{drafts, names, people, words};
use crate::forms::profile::{blank_profile, profile_form};
use crate::snapshot::Snapshot;
use crate::view::profile::{FreelancerView, HeldSkillForm, MyProfileView, ReviewView};
use guildhall_domain::id::AccountId;
use guildhall_domain::person::Person;
use guildhall_domain::profile::{Fluency, Profile, ProfileText};
use guildhall_domain::review::Review;
use guildhall_domain::time::Date;
use std::cmp::Reverse;

/// Characters about oneself that say enough.
const ENOUGH_ABOUT: usize = 120;
/// Skills that say enough.
const ENOUGH_SKILLS: usize = 5;
/// Shown works that say enough.
const ENOUGH_WORKS: usize = 2;

/// My own profile. `time_zone` is this computer's, for a form that is still blank.
pub fn my_profile(snapshot: &Snapshot, time_zone: &str) -> MyProfileView {
    let profile = snapshot.find::<Profile>(snapshot.me);
    let form = profile.map_or_else(
        || blank_profile(time_zone),
        |profile| profile_form(&profile.text),
    );
    let (strength, next_step) = strength(profile.map(|profile| &profile.text));
    MyProfileView {
        draft: drafts::profile(snapshot).filter(|draft| *draft != form),
        form,
        exists: profile.is_some(),
        delivery: people::delivery(snapshot.is_waiting::<Profile>(snapshot.me)),
        strength,
        next_step,
    }
}

/// How much a profile says, 0 to 100, and the step that would add most; none where nothing is missing.
pub fn strength(text: Option<&ProfileText>) -> (u8, String) {
    let Some(text) = text else {
        return (0, "Fill in your profile".to_owned());
    };
    let works = ENOUGH_WORKS.saturating_sub(text.portfolio.len());
    let show = if works == 1 {
        "Add one more work to show"
    } else {
        "Add two works to show"
    };
    // What there is, how much of it is enough, what enough is worth, and the step towards it.
    let steps = [
        (
            text.skills.len(),
            ENOUGH_SKILLS,
            20,
            "Add at least five skills",
        ),
        (text.portfolio.len(), ENOUGH_WORKS, 20, show),
        (
            text.bio.trim().chars().count(),
            ENOUGH_ABOUT,
            15,
            "Write a few sentences about you",
        ),
        (usize::from(text.rate.is_some()), 1, 15, "Name your rate"),
        (usize::from(text.photo.is_some()), 1, 10, "Add a photo"),
        (
            usize::from(!text.languages.is_empty()),
            1,
            10,
            "Add the languages you work in",
        ),
        (
            usize::from(text.hours_per_week > 0),
            1,
            10,
            "Say how many hours a week you are free",
        ),
    ];
    let mut reached = 0;
    let mut missing = Vec::new();
    for (there, enough, worth, step) in steps {
        let points = there.min(enough) * worth / enough;
        reached += points;
        missing.push((worth - points, step));
    }
    // Of steps that add the same the first: max_by_key would take the last.
    let next = missing.iter().rev().max_by_key(|(points, _)| *points);
    let next_step = next
        .filter(|(points, _)| *points > 0)
        .map_or_else(String::new, |(_, step)| (*step).to_owned());
    (u8::try_from(reached).unwrap_or(100), next_step)
}

/// A freelancer as a client reads them; none where the profile has not been downloaded.
pub(super) fn freelancer(snapshot: &Snapshot, id: AccountId) -> Option<FreelancerView> {
    let text = &snapshot.find::<Profile>(id)?.text;
    Some(FreelancerView {
        person: people::view(snapshot, id),
        bio: text.bio.clone(),
        category: names::category(&text.category),
        skills: skills(text),
        portfolio: profile_form(text).portfolio,
        languages: text
            .languages
            .iter()
            .map(|spoken| {
                let level = match spoken.fluency {
                    Fluency::Basic => "basic",
                    Fluency::Conversational => "conversational",
                    Fluency::Fluent => "fluent",
                    Fluency::Native => "native",
                };
                format!("{} ({level})", names::language(&spoken.code))
            })
            .collect(),
        rate: text.rate.map(super::money_view),
        availability: availability(text, snapshot.now.day()),
        time_zone: text.time_zone.clone(),
        reviews: reviews(snapshot, id),
    })
}

/// Skills with the vocabulary's names; what it does not know keeps the person's own word.
fn skills(text: &ProfileText) -> Vec<HeldSkillForm> {
    profile_form(text)
        .skills
        .into_iter()
        .map(|held| HeldSkillForm {
            name: held.skill.and_then(names::skill).unwrap_or(held.name),
            ..held
        })
        .collect()
}

/// "24 h a week, free from 1 Dec".
fn availability(text: &ProfileText, today: Date) -> String {
    if text.hours_per_week == 0 {
        return "Not free at the moment".to_owned();
    }
    let from = match text.free_from.filter(|from| *from > today) {
        Some(from) => format!("free from {}", words::day(from, today)),
        None => "free now".to_owned(),
    };
    format!("{} h a week, {from}", text.hours_per_week)
}

/// What others wrote about somebody, newest first; what is still sealed is nobody's to read but its author's.
fn reviews(snapshot: &Snapshot, about: AccountId) -> Vec<ReviewView> {
    let mut found: Vec<&Review> = snapshot
        .all::<Review>()
        .filter(|review| review.subject == about && !review.sealed)
        .collect();
    found.sort_by_key(|review| (Reverse(review.at), review.id));
    found
        .into_iter()
        .map(|review| ReviewView {
            // This page is read by clients; whoever hired and is not known here is one, too.
            author: snapshot
                .find::<Person>(review.author)
                .map_or_else(|| "A client".to_owned(), |person| person.name.clone()),
            stars: review.stars,
            text: review.text.clone(),
            job: review.title.clone(),
            at: people::ms(review.at),
        })
        .collect()
}
