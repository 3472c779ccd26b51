//! The request form.

use super::{Unread, known_skill, level_name};
use crate::screens::{money_view, names};
use crate::view::request::{RequestForm, WantedSkillForm};
use guildhall_domain::denied::Denied;
use guildhall_domain::request::{RequestText, WantedSkill, Work};
use guildhall_domain::time::Date;

/// Weeks a new request asks for unless it says otherwise.
const USUAL_WEEKS: i32 = 12;
/// Hours a week a new request asks for unless it says otherwise.
const USUAL_HOURS: u8 = 20;

/// A new request: remote work for twelve weeks from next Monday on.
pub fn blank_request(today: Date, time_zone: &str) -> RequestForm {
    let start = next_monday(today);
    // Ends on the Friday of the last week.
    let end = start.plus_days(USUAL_WEEKS * 7 - 3);
    RequestForm {
        title: String::new(),
        description: String::new(),
        category: String::new(),
        skills: Vec::new(),
        work: work_name(Work::Remote).to_owned(),
        place: None,
        start: start.to_string(),
        end: end.to_string(),
        hours_per_week: USUAL_HOURS,
        budget: None,
        time_zone: time_zone.to_owned(),
        languages: Vec::new(),
    }
}

fn next_monday(today: Date) -> Date {
    let into_week = (today.0 + 3).rem_euclid(7);
    today.plus_days(7 - into_week)
}

/// Reads the form and checks it as the server will.
///
/// # Errors
/// `validation` with every field that does not hold.
pub fn request_text(form: &RequestForm, today: Date) -> Result<RequestText, Denied> {
    let mut unread = Unread::default();
    unread.category(&form.category);
    let place = form.place.as_ref().map(|place| place.id);
    unread.place(place);
    unread.time_zone(form.time_zone.trim());
    let work = work(&form.work).unwrap_or_else(|| {
        unread.note("/work", "unknown", "Choose where the work is done.");
        Work::Remote
    });
    let start = unread.date(&form.start, "/start", "first day");
    let end = unread.date(&form.end, "/end", "last day");
    let text = RequestText {
        title: form.title.trim().to_owned(),
        description: form.description.trim().to_owned(),
        category: form.category.trim().to_owned(),
        skills: skills(&form.skills, &mut unread),
        work,
        place: if work == Work::Remote { None } else { place },
        // A day that could not be read is not compared with the other one.
        start: start.or(end).unwrap_or(today),
        end: end.or(start).unwrap_or(today),
        hours_per_week: form.hours_per_week,
        budget: form
            .budget
            .as_ref()
            .and_then(|budget| unread.money(budget, "/budget")),
        time_zone: form.time_zone.trim().to_owned(),
        languages: languages(&form.languages, &mut unread),
    };
    unread.into_result(text.check(today))?;
    Ok(text)
}

/// The form that says what the request says.
pub fn request_form(text: &RequestText) -> RequestForm {
    RequestForm {
        title: text.title.clone(),
        description: text.description.clone(),
        category: text.category.clone(),
        skills: text
            .skills
            .iter()
            .map(|wanted| WantedSkillForm {
                skill: known_skill(wanted.skill),
                name: wanted.name.clone(),
                must: wanted.must,
                level: level_name(wanted.level).to_owned(),
            })
            .collect(),
        work: work_name(text.work).to_owned(),
        place: text.place.and_then(names::place),
        start: text.start.to_string(),
        end: text.end.to_string(),
        hours_per_week: text.hours_per_week,
        budget: text.budget.map(money_view),
        time_zone: text.time_zone.clone(),
        languages: text.languages.clone(),
    }
}

/// The form's word for where the work is done.
fn work_name(work: Work) -> &'static str {
    match work {
        Work::OnSite => "on_site",
        Work::Hybrid => "hybrid",
        Work::Remote => "remote",
    }
}

/// Where the work is done, by the form's word.
pub(crate) fn work(text: &str) -> Option<Work> {
    match text {
        "on_site" => Some(Work::OnSite),
        "hybrid" => Some(Work::Hybrid),
        "remote" => Some(Work::Remote),
        _ => None,
    }
}

fn skills(forms: &[WantedSkillForm], unread: &mut Unread) -> Vec<WantedSkill> {
    let mut skills: Vec<WantedSkill> = Vec::with_capacity(forms.len());
    for (index, form) in forms.iter().enumerate() {
        let wanted = WantedSkill {
            skill: known_skill(form.skill),
            name: form.name.trim().to_owned(),
            must: form.must,
            level: unread.level(&form.level, format!("/skills/{index}/level")),
        };
        let again = skills.iter().any(|other| {
            (other.skill.is_some() && other.skill == wanted.skill)
                || other.name.to_lowercase() == wanted.name.to_lowercase()
        });
        if again {
            let message = format!("{} is there twice.", wanted.name);
            unread.note(format!("/skills/{index}/name"), "twice", message);
        }
        skills.push(wanted);
    }
    skills
}

fn languages(codes: &[String], unread: &mut Unread) -> Vec<String> {
    codes
        .iter()
        .enumerate()
        .map(|(index, code)| {
            let code = code.trim().to_ascii_lowercase();
            if names::catalog().language(&code).is_none() {
                let pointer = format!("/languages/{index}");
                unread.note(pointer, "unknown", "Choose a language.");
            }
            code
        })
        .collect()
}
