//! The profile form.

use super::{Unread, known_skill, level_name};
use crate::screens::{money_view, names};
use crate::view::profile::{HeldSkillForm, PortfolioItemForm, ProfileForm, SpokenLanguageForm};
use guildhall_domain::denied::Denied;
use guildhall_domain::profile::{Fluency, HeldSkill, PortfolioItem, ProfileText, SpokenLanguage};

/// Kilometres a new freelancer travels unless they say otherwise.
const USUAL_RADIUS_KM: u16 = 25;
/// Free hours a week of a new freelancer unless they say otherwise.
const USUAL_HOURS: u8 = 30;

/// The form of somebody who has no profile yet.
pub fn blank_profile(time_zone: &str) -> ProfileForm {
    ProfileForm {
        photo: None,
        headline: String::new(),
        bio: String::new(),
        category: String::new(),
        skills: Vec::new(),
        portfolio: Vec::new(),
        languages: Vec::new(),
        rate: None,
        place: None,
        remote_only: false,
        travel_radius_km: USUAL_RADIUS_KM,
        time_zone: time_zone.to_owned(),
        hours_per_week: USUAL_HOURS,
        free_from: String::new(),
    }
}

/// Reads the form and checks it as the server will.
///
/// # Errors
/// `validation` with every field that does not hold.
pub fn profile_text(form: &ProfileForm) -> Result<ProfileText, Denied> {
    let mut unread = Unread::default();
    unread.category(&form.category);
    let place = form.place.as_ref().map(|place| place.id);
    unread.place(place);
    unread.time_zone(form.time_zone.trim());
    let free_from = match form.free_from.trim() {
        "" => None,
        text => unread.date(text, "/free_from", "first free day"),
    };
    let text = ProfileText {
        photo: form.photo.clone(),
        headline: form.headline.trim().to_owned(),
        bio: form.bio.trim().to_owned(),
        category: form.category.trim().to_owned(),
        skills: skills(&form.skills, &mut unread),
        portfolio: form.portfolio.iter().map(work).collect(),
        languages: languages(&form.languages, &mut unread),
        rate: form
            .rate
            .as_ref()
            .and_then(|rate| unread.money(rate, "/rate")),
        place,
        remote_only: form.remote_only,
        travel_radius_km: form.travel_radius_km,
        time_zone: form.time_zone.trim().to_owned(),
        hours_per_week: form.hours_per_week,
        free_from,
    };
    unread.into_result(text.check())?;
    Ok(text)
}

/// The form that says what the profile says.
pub fn profile_form(text: &ProfileText) -> ProfileForm {
    ProfileForm {
        photo: text.photo.clone(),
        headline: text.headline.clone(),
        bio: text.bio.clone(),
        category: text.category.clone(),
        skills: text
            .skills
            .iter()
            .map(|held| HeldSkillForm {
                skill: known_skill(held.skill),
                name: held.name.clone(),
                level: level_name(held.level).to_owned(),
                years: held.years,
            })
            .collect(),
        portfolio: text
            .portfolio
            .iter()
            .map(|item| PortfolioItemForm {
                title: item.title.clone(),
                text: item.text.clone(),
                link: item.link.clone(),
                year: item.year,
            })
            .collect(),
        languages: text
            .languages
            .iter()
            .map(|spoken| SpokenLanguageForm {
                code: spoken.code.clone(),
                level: fluency_name(spoken.fluency).to_owned(),
            })
            .collect(),
        rate: text.rate.map(money_view),
        place: text.place.and_then(names::place),
        remote_only: text.remote_only,
        travel_radius_km: text.travel_radius_km,
        time_zone: text.time_zone.clone(),
        hours_per_week: text.hours_per_week,
        free_from: text
            .free_from
            .map_or_else(String::new, |from| from.to_string()),
    }
}

fn skills(forms: &[HeldSkillForm], unread: &mut Unread) -> Vec<HeldSkill> {
    forms
        .iter()
        .enumerate()
        .map(|(index, form)| HeldSkill {
            skill: known_skill(form.skill),
            name: form.name.trim().to_owned(),
            level: unread.level(&form.level, format!("/skills/{index}/level")),
            years: form.years,
        })
        .collect()
}

fn work(form: &PortfolioItemForm) -> PortfolioItem {
    PortfolioItem {
        title: form.title.trim().to_owned(),
        text: form.text.trim().to_owned(),
        link: form.link.trim().to_owned(),
        year: form.year,
    }
}

fn languages(forms: &[SpokenLanguageForm], unread: &mut Unread) -> Vec<SpokenLanguage> {
    let mut languages: Vec<SpokenLanguage> = Vec::with_capacity(forms.len());
    for (index, form) in forms.iter().enumerate() {
        let code = form.code.trim().to_ascii_lowercase();
        let pointer = format!("/languages/{index}/code");
        if names::catalog().language(&code).is_none() {
            unread.note(pointer, "unknown", "Choose a language.");
        } else if languages.iter().any(|other| other.code == code) {
            let message = format!("{} is there twice.", names::language(&code));
            unread.note(pointer, "twice", message);
        }
        let fluency = fluency(&form.level).unwrap_or_else(|| {
            let pointer = format!("/languages/{index}/level");
            unread.note(pointer, "unknown", "Choose how well you speak it.");
            Fluency::Basic
        });
        languages.push(SpokenLanguage { code, fluency });
    }
    languages
}

/// The form's word for how well one speaks a language.
pub(super) fn fluency_name(fluency: Fluency) -> &'static str {
    match fluency {
        Fluency::Basic => "basic",
        Fluency::Conversational => "conversational",
        Fluency::Fluent => "fluent",
        Fluency::Native => "native",
    }
}

fn fluency(text: &str) -> Option<Fluency> {
    match text {
        "basic" => Some(Fluency::Basic),
        "conversational" => Some(Fluency::Conversational),
        "fluent" => Some(Fluency::Fluent),
        "native" => Some(Fluency::Native),
        _ => None,
    }
}
