//! Takes a JSON Resume (<https://jsonresume.org/schema>) over into the profile form, as far as it goes.
//!
//! Such files are written by many hands. Whatever has an unexpected shape is passed over, whatever could not be taken
//! over is said in a note, and only a file that is no JSON object at all is refused.

mod language;
mod notes;
mod place;
mod skills;
mod works;

use crate::view::profile::{ProfileForm, ResumeImportView};
use guildhall_domain::denied::{Code, Denied, FieldError};
use guildhall_domain::profile::MAXIMUM_PHOTO;
use notes::Notes;
use serde_json::{Map, Value};

/// The most bytes a file may have: 1 MiB.
pub const MAXIMUM_BYTES: usize = 1 << 20;
const HEADLINE: usize = 100;
const ABOUT: usize = 4_000;

/// Why a file cannot be taken over at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResumeError {
    /// It is larger than any résumé.
    #[error("The file has {bytes} bytes; at most 1 MiB can be read.")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// It is not JSON.
    #[error(
        "The file is not JSON: there is a mistake in line {line}, column {column}. Nothing was changed."
    )]
    NotJson {
        /// Where the mistake is, counted from 1.
        line: usize,
        /// Where in the line, counted from 1.
        column: usize,
    },
    /// It is JSON, but no résumé.
    #[error(
        "The file is JSON, but not a JSON Resume: it does not begin with {{. Nothing was changed."
    )]
    NotAResume,
}

impl From<ResumeError> for Denied {
    fn from(error: ResumeError) -> Self {
        let code = match error {
            ResumeError::TooLarge { .. } => "too_large",
            ResumeError::NotJson { .. } => "not_json",
            ResumeError::NotAResume => "not_a_resume",
        };
        let message = error.to_string();
        Self {
            code: Code::Validation,
            message: message.clone(),
            errors: vec![FieldError {
                pointer: "/json".to_owned(),
                code: code.to_owned(),
                message,
            }],
        }
    }
}

/// Fills a form from a file. What the file does not say stays as it is in `form`.
///
/// # Errors
/// [`ResumeError`] where the file is too large, no JSON, or no object.
pub fn import_resume(json: &str, form: ProfileForm) -> Result<ResumeImportView, ResumeError> {
    if json.len() > MAXIMUM_BYTES {
        return Err(ResumeError::TooLarge { bytes: json.len() });
    }
    let text = json.strip_prefix('\u{feff}').unwrap_or(json);
    let file: Value = serde_json::from_str(text).map_err(|error| ResumeError::NotJson {
        line: error.line(),
        column: error.column(),
    })?;
    let Value::Object(resume) = file else {
        return Err(ResumeError::NotAResume);
    };

    let mut form = form;
    let mut notes = Notes::default();
    let empty = Map::new();
    let basics = object(&resume, "basics").unwrap_or(&empty);
    headline(&mut form, basics, &resume, &mut notes);
    about(&mut form, basics, &mut notes);
    photo(&mut form, basics, &mut notes);
    place::fill(&mut form, basics, &mut notes);
    skills::fill(&mut form, list(&resume, "skills"), &mut notes);
    language::fill(&mut form, list(&resume, "languages"), &mut notes);
    works::fill(&mut form, &resume, &mut notes);
    notes::of_what_has_no_place(&resume, basics, &mut notes);
    notes::of_what_is_missing(&form, &mut notes);
    Ok(ResumeImportView {
        form,
        notes: notes.into_sentences(),
    })
}

fn headline(
    form: &mut ProfileForm,
    basics: &Map<String, Value>,
    resume: &Map<String, Value>,
    notes: &mut Notes,
) {
    let position = || {
        let first = list(resume, "work").first()?.as_object()?;
        text(first, "position")
    };
    if let Some(headline) = text(basics, "label").or_else(position) {
        form.headline = notes.cut(&one_line(&headline), HEADLINE, "The headline");
    }
}

fn about(form: &mut ProfileForm, basics: &Map<String, Value>, notes: &mut Notes) {
    if let Some(summary) = text(basics, "summary") {
        form.bio = notes.cut(&summary, ABOUT, "The text about you");
    }
}

fn photo(form: &mut ProfileForm, basics: &Map<String, Value>, notes: &mut Notes) {
    // Older files say `picture`.
    let Some(image) = text(basics, "image").or_else(|| text(basics, "picture")) else {
        return;
    };
    let is_picture = ["data:image/jpeg;base64,", "data:image/png;base64,"]
        .iter()
        .any(|kind| image.starts_with(kind));
    if is_picture && image.len() <= MAXIMUM_PHOTO {
        form.photo = Some(image);
    } else if is_picture {
        notes.say("The photo in the file is too large; choose it again, and it is made smaller.");
    } else {
        notes.say("The file only links to a photo; choose one from this computer.");
    }
}

/// A text that says something, without the space around it.
fn text(object: &Map<String, Value>, key: &str) -> Option<String> {
    let text = object.get(key)?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn object<'a>(object: &'a Map<String, Value>, key: &str) -> Option<&'a Map<String, Value>> {
    object.get(key)?.as_object()
}

fn list<'a>(object: &'a Map<String, Value>, key: &str) -> &'a [Value] {
    object
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
