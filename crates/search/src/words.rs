//! The words of a text, as they are looked up.

use guildhall_catalog::{fold, stem};
use std::collections::HashMap;

/// Longer words are cut here: what follows does not tell words apart.
const LONGEST: usize = 40;

/// So many keys are remembered, of some sixty bytes each.
const MOST_KEYS: usize = 100_000;

/// Words that are in every text, in the order of their letters. Neither indexed nor asked for.
const PASSED_OVER: &[&str] = &[
    "a", "an", "and", "as", "at", "be", "by", "for", "from", "i", "in", "is", "it", "me", "my",
    "of", "on", "or", "our", "that", "the", "this", "to", "we", "who", "with", "you", "your",
];

/// True for a folded word that is not looked for.
pub fn is_passed_over(folded: &str) -> bool {
    PASSED_OVER.binary_search(&folded).is_ok()
}

/// The folded words of a text, in their order, none left out.
pub(crate) fn folded_words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let words = folded.split(' ').filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// The form under which a folded word is kept: its stem, cut to forty letters.
pub(crate) fn key(folded: &str) -> String {
    let mut stem = stem(folded);
    if let Some((at, _)) = stem.char_indices().nth(LONGEST) {
        stem.truncate(at);
    }
    stem
}

/// The words under which a text is found: folded, without those that are passed over, as stems.
pub fn words(text: &str) -> Vec<String> {
    folded_words(text)
        .iter()
        .filter(|word| !is_passed_over(word))
        .map(|word| key(word))
        .filter(|key| !key.is_empty())
        .collect()
}

/// Keys that were worked out before: most words of a market are the same few thousand, and a stem takes longer than looking one up.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keys(HashMap<Box<str>, Box<str>>);

impl Keys {
    /// What [`words`] gives.
    pub(crate) fn words(&mut self, text: &str) -> Vec<String> {
        fold(text)
            .split(' ')
            .filter(|word| !word.is_empty() && !is_passed_over(word))
            .map(|word| self.key(word))
            .filter(|key| !key.is_empty())
            .collect()
    }

    fn key(&mut self, folded: &str) -> String {
        if let Some(key) = self.0.get(folded) {
            return key.to_string();
        }
        // Nobody's inventions fill the memory.
        if self.0.len() >= MOST_KEYS {
            self.0.clear();
        }
        let key = key(folded);
        self.0.insert(folded.into(), key.as_str().into());
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_case_and_accents_do_not_part_words() {
        assert_eq!(words("The Cafés of ZÜRICH"), ["cafe", "zurich"]);
        assert_eq!(words("website Websites"), ["website", "website"]);
        assert_eq!(words("Node.js"), words("NodeJS"));
        assert_eq!(words("C++ & C#"), ["c++", "c#"]);
        assert_eq!(words(" – … "), Vec::<String>::new());
    }

    #[test]
    fn words_that_are_passed_over_stand_in_order() {
        assert!(PASSED_OVER.is_sorted());
        assert!(is_passed_over("the") && !is_passed_over("go"));
    }

    #[test]
    fn remembered_keys_are_those_that_are_worked_out() {
        let mut keys = Keys::default();
        for _ in 0..2 {
            for text in [
                "The Cafés of ZÜRICH",
                "website Websites",
                " – … ",
                "C++ & C#",
            ] {
                assert_eq!(keys.words(text), words(text));
            }
        }
    }

    #[test]
    fn a_word_without_end_is_cut() {
        assert_eq!(words(&"ä".repeat(500))[0].chars().count(), LONGEST);
    }
}
