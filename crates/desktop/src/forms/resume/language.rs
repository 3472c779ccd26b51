//! Languages of a résumé.

use super::notes::{Notes, quoted};
use super::text;
use crate::screens::names;
use crate::view::profile::{ProfileForm, SpokenLanguageForm};
use serde_json::Value;

/// The most languages of a profile.
const MOST: usize = 12;

pub(super) fn fill(form: &mut ProfileForm, languages: &[Value], notes: &mut Notes) {
    let mut found: Vec<SpokenLanguageForm> = Vec::new();
    for spoken in languages.iter().filter_map(Value::as_object) {
        let Some(name) = text(spoken, "language") else {
            continue;
        };
        let Some(code) = code_of(&name) else {
            notes.say(format!(
                "{} is not among the languages here.",
                quoted(&name)
            ));
            continue;
        };
        if found.iter().any(|other| other.code == code) {
            continue;
        }
        let level = text(spoken, "fluency").map_or("conversational", |word| level_of(&word));
        found.push(SpokenLanguageForm {
            code: code.to_owned(),
            level: level.to_owned(),
        });
    }
    if found.len() > MOST {
        notes.say(format!(
            "The file names {} languages; the first {MOST} were taken.",
            found.len()
        ));
        found.truncate(MOST);
    }
    if !found.is_empty() {
        form.languages = found;
    }
}

/// By its English name, its own name or its code: "German", "Deutsch", "de", "de-AT".
fn code_of(name: &str) -> Option<&'static str> {
    let bare = name.split(['(', ',', '-', '_', '/']).next().unwrap_or(name);
    let wanted = bare.trim().to_lowercase();
    names::catalog()
        .languages()
        .iter()
        .find(|language| {
            language.code == wanted
                || language.name.to_lowercase() == wanted
                || language.native_name.to_lowercase() == wanted
        })
        .map(|language| language.code)
}

/// The schema leaves the word free; levels of the Common European Framework are understood too.
fn level_of(word: &str) -> &'static str {
    let word = word.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|known| word.contains(known));
    if says(&["native", "mother", "bilingual"]) {
        "native"
    } else if says(&[
        "fluent",
        "full professional",
        "c1",
        "c2",
        "proficient",
        "advanced",
    ]) {
        "fluent"
    } else if says(&["elementary", "beginner", "basic", "a1", "a2", "novice"]) {
        "basic"
    } else {
        "conversational"
    }
}
