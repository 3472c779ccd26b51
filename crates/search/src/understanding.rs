//! What the words of a question stand for.

use crate::words::{is_passed_over, key};
use guildhall_catalog::{Catalog, SkillId};

/// So many neighbouring words are tried as the name of one skill.
const LONGEST_NAME: usize = 4;
/// So many letters a word needs to be taken for the beginning of a longer one.
const LEAST_LETTERS: usize = 3;

/// A word that must be met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// As it was written, folded.
    pub(crate) written: String,
    /// Under which it is looked up.
    pub(crate) key: String,
    /// The skill that it names, alone or with its neighbours.
    pub(crate) skill: Option<SkillId>,
    /// The longer words that begin so meet it too: somebody may still be typing it. Empty where none does.
    pub(crate) start: String,
}

/// Understands folded words: neighbours that name a skill stand for it, the longest name first; words that are in every text are
/// passed over, and no word is asked for twice.
pub(crate) fn understand(words: &[String], catalog: &Catalog) -> Vec<Wanted> {
    let mut skills = vec![None; words.len()];
    let mut at = 0;
    while at < words.len() {
        let longest = LONGEST_NAME.min(words.len() - at);
        let named = (1..=longest).rev().find_map(|count| {
            // A name neither begins nor ends with a word that is passed over.
            let (first, last) = (&words[at], &words[at + count - 1]);
            if is_passed_over(first) || is_passed_over(last) {
                return None;
            }
            let skill = catalog.resolve_as_written(&words[at..at + count].join(" "))?;
            Some((skill, count))
        });
        let count = named.map_or(1, |(_, count)| count);
        if let Some((skill, count)) = named {
            skills[at..at + count].fill(Some(skill));
        }
        at += count;
    }
    let mut wanted: Vec<Wanted> = Vec::with_capacity(words.len());
    for (index, (word, skill)) in words.iter().zip(skills).enumerate() {
        let key = key(word);
        let is_known = wanted.iter().any(|before| before.key == key);
        if is_passed_over(word) || key.is_empty() || is_known {
            continue;
        }
        let is_last = index + 1 == words.len();
        let start = word.replace('.', "");
        let is_open = is_last && start.chars().count() >= LEAST_LETTERS;
        wanted.push(Wanted {
            start: if is_open { start } else { String::new() },
            written: word.clone(),
            key,
            skill,
        });
    }
    wanted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::folded_words;

    fn understood(text: &str) -> Vec<(String, Option<&'static str>, bool)> {
        let catalog = Catalog::get();
        let wanted = understand(&folded_words(text), catalog).into_iter();
        let name = |id: SkillId| catalog.skill(id).map(|skill| skill.name);
        wanted
            .map(|wanted| {
                (
                    wanted.key,
                    wanted.skill.and_then(name),
                    !wanted.start.is_empty(),
                )
            })
            .collect()
    }

    #[test]
    fn names_of_skills_are_found_among_the_words() {
        assert_eq!(
            understood("k8s in the Machine Learning house"),
            [
                ("k8s".to_owned(), Some("Kubernetes"), false),
                ("machine".to_owned(), Some("Machine learning"), false),
                ("learning".to_owned(), Some("Machine learning"), false),
                ("house".to_owned(), None, true),
            ]
        );
    }

    #[test]
    fn words_that_are_everywhere_are_not_asked_for_and_none_twice() {
        assert_eq!(
            understood("ledgers for the ledger of a"),
            [("ledger".to_owned(), None, false)]
        );
        assert_eq!(understood("to the"), []);
    }
}
