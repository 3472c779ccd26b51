//! Suggests skills while a person types.

use super::vocabulary::Form;
use super::{SkillHit, Vocabulary};
use crate::text::fold;

/// How well a form answers what was typed; smaller is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    IsName,
    IsAlias,
    StartsName,
    StartsAlias,
    WordOfName,
    WordOfAlias,
    RunTogether,
    EveryWord,
}

impl Vocabulary {
    pub(crate) fn suggest(&self, typed: &str, limit: usize) -> Vec<SkillHit> {
        let typed = fold(typed);
        if typed.is_empty() {
            let common = self.skills.iter().filter(|skill| skill.common).take(limit);
            return common
                .map(|skill| SkillHit {
                    id: skill.id,
                    name: skill.name,
                    matched_alias: None,
                })
                .collect();
        }
        let query = Query::new(&typed);
        let mut best: Vec<Option<(Fit, &Form)>> = vec![None; self.skills.len()];
        for form in &self.forms {
            let Some(fit) = query.fit(form) else { continue };
            let slot = &mut best[form.at];
            if slot.is_none_or(|(old, _)| fit < old) {
                *slot = Some((fit, form));
            }
        }
        let mut hits: Vec<_> = best
            .into_iter()
            .zip(&self.skills)
            .filter_map(|(best, skill)| best.map(|(fit, form)| (fit, form, skill)))
            .collect();
        hits.sort_unstable_by_key(|(fit, _, skill)| {
            (*fit, !skill.common, skill.name.len(), skill.id)
        });
        if hits.is_empty() {
            return self.suggest_corrected(&typed, limit);
        }
        hits.into_iter()
            .take(limit)
            .map(|(_, form, skill)| SkillHit {
                id: skill.id,
                name: skill.name,
                matched_alias: form.alias,
            })
            .collect()
    }

    fn suggest_corrected(&self, typed: &str, limit: usize) -> Vec<SkillHit> {
        let skill = self.resolve(typed).and_then(|id| self.skill(id));
        skill
            .into_iter()
            .take(limit)
            .map(|skill| SkillHit {
                id: skill.id,
                name: skill.name,
                matched_alias: None,
            })
            .collect()
    }
}

struct Query<'a> {
    folded: &'a str,
    spaced: String,
    squashed: String,
    words: Vec<String>,
}

impl<'a> Query<'a> {
    fn new(folded: &'a str) -> Self {
        Self {
            folded,
            spaced: format!(" {folded}"),
            squashed: folded.replace([' ', '.'], ""),
            words: folded.split(' ').map(|word| format!(" {word}")).collect(),
        }
    }

    fn fit(&self, form: &Form) -> Option<Fit> {
        let is_name = form.alias.is_none();
        if let Some(rest) = form.folded().strip_prefix(self.folded) {
            return Some(match (rest.is_empty(), is_name) {
                (true, true) => Fit::IsName,
                (true, false) => Fit::IsAlias,
                (false, true) => Fit::StartsName,
                (false, false) => Fit::StartsAlias,
            });
        }
        if form.spaced.contains(&self.spaced) {
            return Some(if is_name {
                Fit::WordOfName
            } else {
                Fit::WordOfAlias
            });
        }
        if self.squashed.len() >= 3 && form.squashed.starts_with(&self.squashed) {
            return Some(Fit::RunTogether);
        }
        (self.words.len() > 1 && self.words.iter().all(|word| form.spaced.contains(word)))
            .then_some(Fit::EveryWord)
    }
}
