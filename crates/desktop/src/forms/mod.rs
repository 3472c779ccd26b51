//! Forms, as the screens fill them in, into what the domain takes, and back.
//!
//! What cannot be read, such as a date that is none, is named in the same list of fields as what the domain's rules find.

mod application;
mod bookmark;
mod find;
pub mod profile;
pub mod request;
pub mod resume;
pub mod terms;

pub use application::application;
pub use bookmark::bookmark;
pub use find::find;

use crate::screens::names;
use crate::view::MoneyView;
use guildhall_domain::denied::{Denied, FieldError};
use guildhall_domain::money::{Currency, Money};
use guildhall_domain::profile::Level;
use guildhall_domain::time::Date;

/// Collects what cannot be read while a form is read.
#[derive(Debug, Default)]
struct Unread(Vec<FieldError>);

impl Unread {
    fn note(&mut self, pointer: impl Into<String>, code: &str, message: impl Into<String>) {
        self.0.push(FieldError {
            pointer: pointer.into(),
            code: code.to_owned(),
            message: message.into(),
        });
    }

    fn date(&mut self, text: &str, pointer: &str, what: &str) -> Option<Date> {
        let text = text.trim();
        if text.is_empty() {
            self.note(pointer, "missing", format!("Choose the {what}."));
            return None;
        }
        let read = text.parse().ok();
        if read.is_none() {
            let message = format!("The {what} is not a date such as 2026-12-01.");
            self.note(pointer, "not_a_date", message);
        }
        read
    }

    fn money(&mut self, form: &MoneyView, pointer: &str) -> Option<Money> {
        let currency: Option<Currency> = form.currency.parse().ok();
        let known = currency.filter(|currency| names::is_currency(currency.code()));
        if known.is_none() {
            self.note(pointer, "unknown", "Choose a currency.");
        }
        Some(Money {
            minor: i64::from(form.minor),
            currency: known?,
        })
    }

    /// An amount that must be there.
    fn price(
        &mut self,
        form: Option<&MoneyView>,
        pointer: &str,
        if_missing: &str,
    ) -> Option<Money> {
        if form.is_none() {
            self.note(pointer, "missing", if_missing);
        }
        self.money(form?, pointer)
    }

    fn category(&mut self, slug: &str) {
        let slug = slug.trim();
        if !slug.is_empty() && names::catalog().category(slug).is_none() {
            self.note(
                "/category",
                "unknown",
                "Choose a kind of work from the list.",
            );
        }
    }

    fn place(&mut self, place: Option<u32>) {
        if place.is_some_and(|id| names::place(id).is_none()) {
            self.note("/place", "unknown", "Choose a city from the list.");
        }
    }

    fn time_zone(&mut self, name: &str) {
        if !name.is_empty() && !names::is_time_zone(name) {
            self.note("/time_zone", "unknown", "Choose a time zone from the list.");
        }
    }

    fn level(&mut self, text: &str, pointer: impl Into<String>) -> Level {
        level(text).unwrap_or_else(|| {
            self.note(pointer, "unknown", "Choose a level.");
            Level::Intermediate
        })
    }

    /// Refuses with what could not be read and, for all other fields, what the rules found.
    fn into_result(self, checked: Result<(), Denied>) -> Result<(), Denied> {
        let mut errors = self.0;
        if let Err(denied) = checked {
            let found = denied.errors.into_iter().filter(|found| {
                let says_already = |error: &FieldError| error.pointer == found.pointer;
                !errors.iter().any(says_already)
            });
            let found: Vec<FieldError> = found.collect();
            errors.extend(found);
        }
        if errors.is_empty() {
            Ok(())
        } else {
            Err(Denied::validation(errors))
        }
    }
}

/// The form's word for a level.
fn level_name(level: Level) -> &'static str {
    match level {
        Level::Beginner => "beginner",
        Level::Intermediate => "intermediate",
        Level::Advanced => "advanced",
        Level::Expert => "expert",
    }
}

fn level(text: &str) -> Option<Level> {
    match text {
        "beginner" => Some(Level::Beginner),
        "intermediate" => Some(Level::Intermediate),
        "advanced" => Some(Level::Advanced),
        "expert" => Some(Level::Expert),
        _ => None,
    }
}

/// The id, if the vocabulary has it; else the skill is kept unmapped.
fn known_skill(id: Option<u32>) -> Option<u32> {
    id.filter(|id| names::skill(*id).is_some())
}

/// A price that holds, to stand in for one that could not be read.
fn one_euro() -> Option<Money> {
    let currency = "EUR".parse().ok()?;
    Some(Money {
        minor: 100,
        currency,
    })
}
