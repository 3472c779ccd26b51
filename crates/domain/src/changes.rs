//! What a person changed in a form, field by field: what stood there when they read it, and what they want there instead.
//!
//! So two devices that change different fields of one thing both get their way, and of two that change the same field the one
//! that is decided first. The other hears which fields moved meanwhile.

use crate::denied::{Code, Denied, FieldError};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The code under which a refusal names a field that was changed on another device.
pub const CHANGED_ELSEWHERE: &str = "changed_elsewhere";

/// One field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// What the person read.
    #[serde(deserialize_with = "present")]
    pub was: Value,
    /// What they want.
    #[serde(deserialize_with = "present")]
    pub now: Value,
}

/// A missing field is a mistake, an empty one is a value.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
    Value::deserialize(deserializer)
}

/// The changed fields by name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Changes(pub BTreeMap<String, Change>);

impl Changes {
    /// What leads from one text to the other.
    pub fn between<T: Serialize>(read: &T, wanted: &T) -> Self {
        let (read, wanted) = (fields(read), fields(wanted));
        let changed = wanted.into_iter().filter_map(|(field, now)| {
            let was = read.get(&field).cloned().unwrap_or(Value::Null);
            (was != now).then_some((field, Change { was, now }))
        });
        Self(changed.collect())
    }

    /// True when nothing is changed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What the person wants in a field of text; nothing where they left it alone.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.0.get(field)?.now.as_str()
    }

    /// The text as it stands, changed.
    ///
    /// # Errors
    /// `stale_version` naming every field that is no longer what the person read; `validation` when a field is unknown or does
    /// not take such a value.
    pub fn onto<T: Serialize + DeserializeOwned>(&self, current: &T) -> Result<T, Denied> {
        let mut stands = fields(current);
        let mut moved = Vec::new();
        for (field, change) in &self.0 {
            let Some(value) = stands.get_mut(field) else {
                return Err(unreadable(field));
            };
            if *value == change.was {
                value.clone_from(&change.now);
            } else if *value != change.now {
                moved.push(FieldError {
                    pointer: format!("/{field}"),
                    code: CHANGED_ELSEWHERE.to_owned(),
                    message: "This was changed on another device meanwhile.".to_owned(),
                });
            }
        }
        if !moved.is_empty() {
            return Err(Denied {
                code: Code::StaleVersion,
                message:
                    "You changed the same on another device meanwhile. What you wrote here is kept."
                        .to_owned(),
                errors: moved,
            });
        }
        read(stands).ok_or_else(|| unreadable(""))
    }

    /// The text as the person wants it, whatever was changed elsewhere: to show, not to store.
    pub fn wished<T: Serialize + DeserializeOwned>(&self, current: &T) -> Option<T> {
        self.with(current, |change| &change.now)
    }

    /// The text as the person read it.
    pub fn unwished<T: Serialize + DeserializeOwned>(&self, current: &T) -> Option<T> {
        self.with(current, |change| &change.was)
    }

    fn with<T: Serialize + DeserializeOwned>(
        &self,
        current: &T,
        side: impl Fn(&Change) -> &Value,
    ) -> Option<T> {
        let mut stands = fields(current);
        for (field, change) in &self.0 {
            if let Some(value) = stands.get_mut(field) {
                value.clone_from(side(change));
            }
        }
        read(stands)
    }

    /// Those that a refusal names, and the others.
    #[must_use]
    pub fn split(&self, denied: &Denied) -> (Self, Self) {
        let named: BTreeSet<&str> = denied
            .errors
            .iter()
            .filter_map(|error| error.pointer.strip_prefix('/'))
            .collect();
        let (mine, others) = self
            .0
            .clone()
            .into_iter()
            .partition(|(field, _)| named.contains(field.as_str()));
        (Self(mine), Self(others))
    }

    /// The same wishes for what stands now: the person has seen it and wants theirs.
    #[must_use]
    pub fn insisting_on<T: Serialize>(&self, current: &T) -> Self {
        let stands = fields(current);
        let insist = |(field, change): (&String, &Change)| {
            let was = stands.get(field).unwrap_or(&change.was).clone();
            let now = change.now.clone();
            (field.clone(), Change { was, now })
        };
        Self(self.0.iter().map(insist).collect())
    }
}

fn fields<T: Serialize>(text: &T) -> Map<String, Value> {
    match serde_json::to_value(text) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) | Err(_) => Map::new(),
    }
}

fn read<T: DeserializeOwned>(fields: Map<String, Value>) -> Option<T> {
    serde_json::from_value(Value::Object(fields)).ok()
}

fn unreadable(field: &str) -> Denied {
    Denied::validation(vec![FieldError {
        pointer: format!("/{field}"),
        code: "unknown".to_owned(),
        message: "This field does not take such a value.".to_owned(),
    }])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Card {
        title: String,
        rate: Option<u32>,
    }

    fn card(title: &str, rate: Option<u32>) -> Card {
        Card {
            title: title.to_owned(),
            rate,
        }
    }

    #[test]
    fn different_fields_of_two_devices_both_arrive() {
        let read = card("Welder", Some(40));
        let first = Changes::between(&read, &card("Welder and fitter", Some(40)));
        let second = Changes::between(&read, &card("Welder", None));

        let stands = first.onto(&read).unwrap();
        let stands = second.onto(&stands).unwrap();

        assert_eq!(stands, card("Welder and fitter", None));
    }

    #[test]
    fn the_same_field_keeps_what_was_first_and_names_itself() {
        let read = card("Welder", Some(40));
        let mine = Changes::between(&read, &card("Welder on site", Some(45)));
        let stands = card("Welder and fitter", Some(40));

        let denied = mine.onto(&stands).unwrap_err();

        assert_eq!(denied.code, Code::StaleVersion);
        let pointers: Vec<&str> = denied.errors.iter().map(|e| e.pointer.as_str()).collect();
        assert_eq!(pointers, ["/title"]);
        let (lost, rest) = mine.split(&denied);
        assert_eq!(
            rest.onto(&stands).unwrap(),
            card("Welder and fitter", Some(45))
        );
        assert_eq!(lost.text("title"), Some("Welder on site"));
        assert_eq!(
            lost.insisting_on(&stands).onto(&stands).unwrap(),
            card("Welder on site", Some(40))
        );
    }

    #[test]
    fn two_devices_that_want_the_same_do_not_quarrel() {
        let read = card("Welder", None);
        let wanted = card("Fitter", None);
        let changes = Changes::between(&read, &wanted);

        assert_eq!(changes.onto(&wanted).unwrap(), wanted);
        assert!(Changes::between(&wanted, &wanted).is_empty());
    }

    #[test]
    fn a_field_that_there_is_not_or_a_value_of_another_kind_is_refused() {
        let stands = card("Welder", Some(40));
        for json in [
            r#"{"age": {"was": null, "now": 3}}"#,
            r#"{"rate": {"was": 40, "now": "many"}}"#,
        ] {
            let changes: Changes = serde_json::from_str(json).unwrap();
            assert_eq!(
                changes.onto(&stands).unwrap_err().code,
                Code::Validation,
                "{json}"
            );
        }
        for json in [
            r#"{"rate": {"now": 3}}"#,
            r#"{"rate": {"was": 3}}"#,
            r#"{"rate": 3}"#,
        ] {
            assert!(serde_json::from_str::<Changes>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn both_sides_of_a_change_can_be_shown() {
        let read = card("Welder", None);
        let wanted = card("Fitter", Some(1));
        let changes = Changes::between(&read, &wanted);

        assert_eq!(changes.wished(&read), Some(wanted.clone()));
        assert_eq!(changes.unwished(&wanted), Some(read));
    }
}
