//! Words to choose from while filling in a form.

use crate::Desktop;
use crate::error::Error;
use crate::view::profile::{HeldSkillForm, PlaceView};
use crate::view::vocabulary::{ChoiceView, CurrencyView, SkillHitView, VocabularyView};
use guildhall_catalog::Catalog;

/// How many suggestions a field shows.
const SUGGESTIONS: usize = 8;

impl Desktop {
    /// The short lists.
    ///
    /// # Errors
    /// Never at the moment.
    #[expect(
        clippy::unused_async,
        reason = "every question of a screen is asked the same way"
    )]
    pub async fn vocabulary(&self) -> Result<VocabularyView, Error> {
        let catalog = Catalog::get();
        let choice = |value: &str, label: &str| ChoiceView {
            value: value.to_owned(),
            label: label.to_owned(),
        };
        Ok(VocabularyView {
            categories: catalog
                .categories()
                .iter()
                .map(|category| choice(category.slug, category.name))
                .collect(),
            languages: catalog
                .languages()
                .iter()
                .map(|language| choice(language.code, language.name))
                .collect(),
            currencies: catalog
                .currencies()
                .iter()
                .map(|currency| CurrencyView {
                    code: currency.code.to_owned(),
                    symbol: currency.symbol.to_owned(),
                    digits: u8::try_from(currency.minor_digits).unwrap_or(2),
                })
                .collect(),
            time_zones: catalog
                .time_zones()
                .iter()
                .map(|&zone| zone.to_owned())
                .collect(),
        })
    }

    /// Skills that begin like this or mean this.
    ///
    /// # Errors
    /// Never at the moment.
    #[expect(
        clippy::unused_async,
        reason = "every question of a screen is asked the same way"
    )]
    pub async fn suggest_skills(&self, text: String) -> Result<Vec<SkillHitView>, Error> {
        let hits = Catalog::get().suggest_skills(&text, SUGGESTIONS);
        Ok(hits
            .into_iter()
            .map(|hit| SkillHitView {
                id: hit.id.0,
                name: hit.name.to_owned(),
                alias: hit.matched_alias.map(str::to_owned),
            })
            .collect())
    }

    /// Splits a pasted list into skills; unknown ones stay as typed.
    ///
    /// # Errors
    /// Never at the moment.
    #[expect(
        clippy::unused_async,
        reason = "every question of a screen is asked the same way"
    )]
    pub async fn resolve_skills(&self, text: String) -> Result<Vec<HeldSkillForm>, Error> {
        let catalog = Catalog::get();
        let form = |mention: guildhall_catalog::Mention| HeldSkillForm {
            skill: mention.skill.map(|id| id.0),
            name: mention
                .skill
                .and_then(|id| catalog.skill(id))
                .map_or(mention.raw, |skill| skill.name.to_owned()),
            level: "intermediate".to_owned(),
            years: 0,
        };
        Ok(catalog
            .split_and_resolve(&text)
            .into_iter()
            .map(form)
            .collect())
    }

    /// Places that begin like this, larger ones first.
    ///
    /// # Errors
    /// Never at the moment.
    #[expect(
        clippy::unused_async,
        reason = "every question of a screen is asked the same way"
    )]
    pub async fn suggest_places(&self, text: String) -> Result<Vec<PlaceView>, Error> {
        let hits = Catalog::get().suggest_places(&text, SUGGESTIONS);
        Ok(hits
            .into_iter()
            .map(|hit| PlaceView {
                id: hit.id.0,
                name: hit.label,
                time_zone: hit.time_zone.to_owned(),
            })
            .collect())
    }
}
