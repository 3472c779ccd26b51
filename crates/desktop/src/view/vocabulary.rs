//! Words to choose from while filling in a form.

use super::profile::PlaceView;
use serde::{Deserialize, Serialize};
use specta::Type;

/// The short lists, fetched once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct VocabularyView {
    /// Kinds of service.
    pub categories: Vec<ChoiceView>,
    /// Languages (ISO 639-1).
    pub languages: Vec<ChoiceView>,
    /// Currencies (ISO 4217) with their minor digits.
    pub currencies: Vec<CurrencyView>,
    /// IANA names.
    pub time_zones: Vec<String>,
}

/// A value with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ChoiceView {
    /// What is stored.
    pub value: String,
    /// What is shown.
    pub label: String,
}

/// A currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CurrencyView {
    /// ISO 4217.
    pub code: String,
    /// E.g. `€`.
    pub symbol: String,
    /// Digits after the point.
    pub digits: u8,
}

/// A suggestion while typing a skill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SkillHitView {
    /// Vocabulary id.
    pub id: u32,
    /// Canonical name.
    pub name: String,
    /// The alias that matched, when it is another word.
    pub alias: Option<String>,
}

/// A suggestion while typing a place.
pub type PlaceHitView = PlaceView;
