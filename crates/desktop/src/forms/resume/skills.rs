//! Skills of a résumé: headings with keywords, or plain names.

use super::notes::Notes;
use super::{list, one_line, text};
use crate::screens::{names, words};
use crate::view::profile::{HeldSkillForm, ProfileForm};
use guildhall_domain::profile::MAXIMUM_SKILLS;
use serde_json::{Map, Value};

/// Characters of a skill's name.
const NAME: usize = 80;

pub(super) fn fill(form: &mut ProfileForm, skills: &[Value], notes: &mut Notes) {
    let mut found: Vec<HeldSkillForm> = Vec::new();
    for skill in skills {
        match skill {
            Value::String(name) => add(&mut found, name, "intermediate", notes),
            Value::Object(group) => of_group(&mut found, group, notes),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {}
        }
    }
    if found.is_empty() {
        return;
    }
    if found.len() > MAXIMUM_SKILLS {
        notes.say(format!(
            "The file names {} skills; the first {MAXIMUM_SKILLS} were taken.",
            found.len()
        ));
        found.truncate(MAXIMUM_SKILLS);
    }
    let unmapped = found.iter().filter(|held| held.skill.is_none()).count();
    if unmapped > 0 {
        let are = if unmapped == 1 { "is" } else { "are" };
        notes.say(format!(
            "{} {are} not in the vocabulary; what is unmapped is kept and shown, but not matched.",
            words::count(unmapped, "skill", "skills")
        ));
    }
    notes.say("Years of practice are not part of the file; add them to your skills.");
    form.skills = found;
}

fn of_group(found: &mut Vec<HeldSkillForm>, group: &Map<String, Value>, notes: &mut Notes) {
    let level = text(group, "level").map_or("intermediate", |level| level_of(&level));
    if let Some(name) = text(group, "name") {
        add(found, &name, level, notes);
    }
    for keyword in list(group, "keywords").iter().filter_map(Value::as_str) {
        add(found, keyword, level, notes);
    }
}

/// Adds the skills a text names, each once; what the vocabulary does not know stays as it was written.
fn add(found: &mut Vec<HeldSkillForm>, named: &str, level: &str, notes: &mut Notes) {
    for mention in names::catalog().split_and_resolve(&one_line(named)) {
        let skill = mention.skill.map(|id| id.0);
        let name = skill
            .and_then(names::skill)
            .unwrap_or_else(|| notes.cut(&mention.raw, NAME, "The name of a skill"));
        let is_new = !found.iter().any(|held| {
            (skill.is_some() && held.skill == skill)
                || held.name.to_lowercase() == name.to_lowercase()
        });
        if is_new && !name.is_empty() {
            found.push(HeldSkillForm {
                skill,
                name,
                level: level.to_owned(),
                years: 0,
            });
        }
    }
}

/// The schema leaves the word for a level free.
fn level_of(word: &str) -> &'static str {
    let word = word.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|known| word.contains(known));
    if says(&["expert", "master", "senior", "guru", "principal"]) {
        "expert"
    } else if says(&["advanced", "proficient", "professional", "strong", "upper"]) {
        "advanced"
    } else if says(&[
        "beginner",
        "basic",
        "novice",
        "elementary",
        "junior",
        "entry",
        "familiar",
    ]) {
        "beginner"
    } else {
        "intermediate"
    }
}
