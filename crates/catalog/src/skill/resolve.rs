//! Finds the one skill a text means, or says that it knows none.

use super::noise::{is_noise, peeled, says_nothing};
use super::{SkillId, Vocabulary};
use crate::text::{fold, role_key, spelling_keys, stem, without_versions};

impl Vocabulary {
    /// Resolves one mention of a skill.
    ///
    /// From strict to lenient, and the first that answers wins: the text itself, its spelling
    /// variants, the person for the work, all three without versions, without what stands in
    /// brackets and without the words around it; last, an unmistakable typing error.
    pub(crate) fn resolve(&self, text: &str) -> Option<SkillId> {
        let folded = fold(text);
        if folded.is_empty() {
            return None;
        }
        if let Some(skill) = self.resolve_folded(&folded) {
            return Some(skill);
        }
        let Some((outside, inside)) = brackets(text) else {
            return self.corrected(&without_versions(&folded));
        };
        let outside = fold(&outside);
        self.resolve_folded(&outside)
            .or_else(|| self.resolve_exact(inside))
            .or_else(|| self.corrected(&without_versions(&outside)))
    }

    /// Resolves one mention of a skill as [`Self::resolve`] does, but forgives no typing error.
    pub(crate) fn resolve_as_written(&self, text: &str) -> Option<SkillId> {
        self.resolve_folded(&fold(text))
    }

    /// Resolves a text only if it is a name or an alias to the letter.
    pub(super) fn resolve_exact(&self, text: &str) -> Option<SkillId> {
        self.exact.get(&fold(text)).copied()
    }

    fn resolve_folded(&self, folded: &str) -> Option<SkillId> {
        peeled(folded).find_map(|text| {
            self.resolve_variants(text).or_else(|| {
                let bare = without_versions(text);
                (bare != text)
                    .then(|| self.resolve_variants(&bare))
                    .flatten()
            })
        })
    }

    fn resolve_variants(&self, folded: &str) -> Option<SkillId> {
        if folded.is_empty() {
            return None;
        }
        if let Some(skill) = self.exact.get(folded) {
            return Some(*skill);
        }
        // `Development` or `customers` alone could be anything, unless the table says what.
        let singular = stem(folded);
        if says_nothing(folded) || says_nothing(&singular) {
            return self.exact.get(&singular).copied();
        }
        let spelled = spelling_keys(folded)
            .iter()
            .find_map(|key| self.spelled.get(key).copied().flatten());
        spelled.or_else(|| self.roles.get(&role_key(folded)).copied().flatten())
    }

    /// Resolves a text with typing errors, if some word of it is none the vocabulary knows.
    fn corrected(&self, folded: &str) -> Option<SkillId> {
        peeled(folded)
            .filter(|text| text.split(' ').any(|word| !self.is_right(word)))
            .find_map(|text| self.typos.correct(text, |word| self.is_right(word)))
    }

    /// Tells whether a word is spelled right: `printers` is no error for `painters`.
    fn is_right(&self, word: &str) -> bool {
        let singular = stem(word);
        [word, &singular]
            .into_iter()
            .any(|word| self.words.contains(word) || is_noise(word))
    }
}

/// Takes a text with a pair of brackets apart: `Search engine optimisation (SEO)`.
fn brackets(text: &str) -> Option<(String, &str)> {
    let (before, rest) = text.split_once('(')?;
    let (inside, after) = rest.split_once(')')?;
    Some((format!("{before} {after}"), inside))
}
