//! The shipped vocabulary: what skills, kinds of service, places, languages and currencies exist.
//!
//! The tables under `data/` are part of the program. They are read once, when first asked for,
//! and the same on every machine, so server and desktop agree on what a word means without
//! asking each other. Nothing here touches a disk or a network.
//!
//! ```
//! use guildhall_catalog::Catalog;
//!
//! let catalog = Catalog::get();
//! let react = catalog.resolve("React.js").and_then(|id| catalog.skill(id));
//! assert_eq!(react.map(|skill| skill.name), Some("React"));
//!
//! let mentions = catalog.split_and_resolve("Figma, JS and plumbing; basketweving for cats");
//! assert_eq!(mentions.len(), 4);
//! assert_eq!(mentions[3].skill, None);
//! ```

mod currency;
mod language;
mod place;
mod skill;
mod table;
mod text;

use std::sync::{LazyLock, OnceLock};

pub use self::currency::Currency;
pub use self::language::Language;
pub use self::place::{Country, Place, PlaceHit, PlaceId};
pub use self::skill::{Category, Mention, Skill, SkillHit, SkillId};
pub use self::text::{fold, stem};

use self::place::Gazetteer;
use self::skill::Vocabulary;

/// Answers every question about the shipped vocabulary.
///
/// Each part is read when it is first needed: who only asks for skills does not wait for places.
#[derive(Debug, Default)]
pub struct Catalog {
    vocabulary: OnceLock<Vocabulary>,
    gazetteer: OnceLock<Gazetteer>,
    languages: OnceLock<Box<[Language]>>,
    currencies: OnceLock<Box<[Currency]>>,
}

impl Catalog {
    /// Returns the one catalog of this program.
    pub fn get() -> &'static Self {
        static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::default);
        &CATALOG
    }

    /// Reads everything now, so that the first keystroke does not wait for it.
    pub fn warm(&self) {
        self.vocabulary();
        self.gazetteer();
    }

    /// Lists all skills, by id.
    pub fn skills(&self) -> &[Skill] {
        &self.vocabulary().skills
    }

    /// Looks a skill up.
    pub fn skill(&self, id: SkillId) -> Option<&Skill> {
        self.vocabulary().skill(id)
    }

    /// Finds the one skill a text means: `React.js`, `k8s`, `Python 3.11`, `wedding photografer`.
    ///
    /// Typing errors are forgiven in words of five letters and more, and only where no other
    /// skill is as near.
    pub fn resolve(&self, text: &str) -> Option<SkillId> {
        self.vocabulary().resolve(text)
    }

    /// Finds the one skill a text means, as [`Self::resolve`] does, but forgives no typing error.
    pub fn resolve_as_written(&self, text: &str) -> Option<SkillId> {
        self.vocabulary().resolve_as_written(text)
    }

    /// Takes a list of skills apart and resolves each; what is not known stays as it was written.
    pub fn split_and_resolve(&self, text: &str) -> Vec<Mention> {
        self.vocabulary().split_and_resolve(text)
    }

    /// Suggests skills for what has been typed so far, the best first; common ones for nothing.
    pub fn suggest_skills(&self, typed: &str, limit: usize) -> Vec<SkillHit> {
        self.vocabulary().suggest(typed, limit)
    }

    /// Lists what else answers to a skill that is asked for, and how well in 256ths.
    ///
    /// The skill itself (256) comes first, then narrower ones (243), the broader one (154) and
    /// siblings (at most 128); eight entries at most. Empty for an unknown id.
    pub fn similar(&self, asked: SkillId) -> &[(SkillId, u16)] {
        self.vocabulary().similar(asked)
    }

    /// Tells how well a held skill answers to one that is asked for, in 256ths, over any distance
    /// in the tree; 0 where they have nothing to do with each other.
    pub fn similarity(&self, asked: SkillId, held: SkillId) -> u16 {
        self.vocabulary().similarity(asked, held)
    }

    /// Lists the kinds of service.
    pub fn categories(&self) -> &[Category] {
        &self.vocabulary().categories
    }

    /// Looks a kind of service up.
    pub fn category(&self, slug: &str) -> Option<&Category> {
        self.categories()
            .iter()
            .find(|category| category.slug == slug)
    }

    /// Lists the languages, by code.
    pub fn languages(&self) -> &[Language] {
        self.languages.get_or_init(language::load)
    }

    /// Looks a language up by its ISO 639-1 code.
    pub fn language(&self, code: &str) -> Option<&Language> {
        self.languages()
            .iter()
            .find(|language| language.code.eq_ignore_ascii_case(code))
    }

    /// Lists the currencies, by code.
    pub fn currencies(&self) -> &[Currency] {
        self.currencies.get_or_init(currency::load)
    }

    /// Looks a currency up by its ISO 4217 code.
    pub fn currency(&self, code: &str) -> Option<&Currency> {
        self.currencies()
            .iter()
            .find(|currency| currency.code.eq_ignore_ascii_case(code))
    }

    /// Converts an amount in smallest units by the indicative rates, rounding half away from zero.
    ///
    /// `None` for an unknown currency or a result that does not fit.
    pub fn convert_minor(&self, amount_minor: i64, from: &str, to: &str) -> Option<i64> {
        currency::convert(amount_minor, self.currency(from)?, self.currency(to)?)
    }

    /// Lists all places, the most populous first.
    pub fn places(&self) -> &[Place] {
        &self.gazetteer().places
    }

    /// Looks a place up.
    pub fn place(&self, id: PlaceId) -> Option<&Place> {
        self.gazetteer().place(id)
    }

    /// Suggests places for what has been typed so far, large ones first.
    ///
    /// What follows a comma narrows to a region or country: `Paris, TX`.
    pub fn suggest_places(&self, typed: &str, limit: usize) -> Vec<PlaceHit> {
        self.gazetteer().suggest(typed, limit)
    }

    /// Lists the countries, by code.
    pub fn countries(&self) -> &[Country] {
        &self.gazetteer().countries
    }

    /// Looks a country up by its ISO 3166 code.
    pub fn country(&self, code: &str) -> Option<&Country> {
        self.gazetteer().country(code)
    }

    /// Lists the IANA time zones that some place keeps, by name.
    pub fn time_zones(&self) -> &[&'static str] {
        &self.gazetteer().time_zones
    }

    fn vocabulary(&self) -> &Vocabulary {
        self.vocabulary.get_or_init(Vocabulary::load)
    }

    fn gazetteer(&self) -> &Gazetteer {
        self.gazetteer.get_or_init(Gazetteer::load)
    }
}
