//! Plain sentences on what could not be taken over.

use super::{list, text};
use crate::screens::words;
use crate::view::profile::ProfileForm;
use serde_json::{Map, Value};

/// The most notes that are said; nobody reads more.
const MOST: usize = 20;
/// Characters of a name that is quoted in a note.
const QUOTE: usize = 40;

/// Collects notes, each once.
#[derive(Debug, Default)]
pub(super) struct Notes(Vec<String>);

impl Notes {
    pub(super) fn say(&mut self, sentence: impl Into<String>) {
        let sentence = sentence.into();
        if !self.0.contains(&sentence) {
            self.0.push(sentence);
        }
    }

    /// The text as far as it fits; says so when it was cut.
    pub(super) fn cut(&mut self, text: &str, most: usize, what: &str) -> String {
        let count = text.chars().count();
        if count > most {
            self.say(format!(
                "{what} has {count} characters; the first {most} were taken."
            ));
        }
        text.chars()
            .take(most)
            .collect::<String>()
            .trim_end()
            .to_owned()
    }

    pub(super) fn into_sentences(self) -> Vec<String> {
        let rest = self.0.len().saturating_sub(MOST);
        let mut sentences: Vec<String> = self.0.into_iter().take(MOST).collect();
        if rest > 0 {
            sentences.push(format!(
                "And {}.",
                words::count(rest, "smaller thing", "smaller things")
            ));
        }
        sentences
    }
}

/// A name from the file in quotation marks, short enough for a sentence.
pub(super) fn quoted(name: &str) -> String {
    words::quoted(&words::shortened(name, QUOTE))
}

/// Says what a profile has no place for.
pub(super) fn of_what_has_no_place(
    resume: &Map<String, Value>,
    basics: &Map<String, Value>,
    notes: &mut Notes,
) {
    let sections = [
        ("education", "education"),
        ("volunteer", "volunteer work"),
        ("awards", "awards"),
        ("certificates", "certificates"),
        ("publications", "publications"),
        ("interests", "interests"),
        ("references", "references"),
    ];
    let left_out: Vec<&str> = sections
        .into_iter()
        .filter(|(key, _)| !list(resume, key).is_empty())
        .map(|(_, name)| name)
        .collect();
    if let Some((last, others)) = left_out.split_last() {
        let listed = if others.is_empty() {
            (*last).to_owned()
        } else {
            format!("{} and {last}", others.join(", "))
        };
        notes.say(format!(
            "{} left out: a profile has no place for it.",
            was_or_were(&listed, left_out.len())
        ));
    }
    if text(basics, "email").is_some() || text(basics, "phone").is_some() {
        notes.say("E-mail address and phone number were left out: nobody sees them here.");
    }
}

fn was_or_were(listed: &str, count: usize) -> String {
    let verb = if count == 1 { "was" } else { "were" };
    format!("{} {verb}", words::capitalised(listed))
}

/// Says what such files never tell but a profile needs.
pub(super) fn of_what_is_missing(form: &ProfileForm, notes: &mut Notes) {
    if form.category.is_empty() {
        notes.say("Choose what kind of work you do; the file does not say.");
    }
    if form.rate.is_none() {
        notes.say("Name your rate; the file does not say.");
    }
}
