//! The words that occur in a market, in the order of their letters.

use crate::similar::{Walk, allowed_errors, swapped};
use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

/// Numbers the words that occur.
#[derive(Debug, Clone, Default)]
pub(crate) struct Dictionary {
    terms: BTreeMap<Box<str>, u32>,
    /// The same without an order: going down the tree for each word of each entry takes most of the time of putting it in.
    numbers: HashMap<Box<str>, u32>,
}

impl Dictionary {
    /// The number of a word, if it occurs.
    pub(crate) fn get(&self, word: &str) -> Option<u32> {
        self.numbers.get(word).copied()
    }

    /// The number of a word; the next free one if it is new.
    pub(crate) fn number(&mut self, word: &str, next: u32) -> u32 {
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        self.terms.insert(word.into(), next);
        self.numbers.insert(word.into(), next);
        next
    }

    /// Keeps the words that have a number in the end.
    pub(crate) fn renumber(&mut self, number: impl Fn(u32) -> Option<u32>) {
        self.terms.retain(|_, old| match number(*old) {
            Some(new) => {
                *old = new;
                true
            }
            None => false,
        });
        let words = self.terms.iter();
        self.numbers = words.map(|(word, new)| (word.clone(), *new)).collect();
    }

    /// How many words there are.
    pub(crate) fn len(&self) -> usize {
        self.terms.len()
    }

    /// The words that begin so, and are longer.
    pub(crate) fn beginning<'a>(&'a self, start: &'a str) -> impl Iterator<Item = (&'a str, u32)> {
        let after = (Bound::Excluded(start), Bound::Unbounded);
        self.terms
            .range::<str, _>(after)
            .take_while(move |(word, _)| word.starts_with(start))
            .map(|(word, number)| (&**word, *number))
    }

    /// Other words that a word may have been meant for, with the number of errors.
    ///
    /// Words are visited in order, so what they have in common with the one before is compared once; as soon as a beginning holds
    /// too many errors, all words with it are jumped over.
    pub(crate) fn near(&self, word: &str) -> Vec<(&str, u32, usize)> {
        let most = allowed_errors(word);
        if most == 0 {
            return Vec::new();
        }
        let mut found = Vec::new();
        let mut starts: Vec<char> = word.chars().take(2).collect();
        starts.sort_unstable();
        starts.dedup();
        for first in starts {
            let mut walk = Walk::new(word, most);
            let mut from = Bound::Included(first.to_string());
            loop {
                let from_here = (from.as_ref().map(String::as_str), Bound::Unbounded);
                let mut beyond = None;
                for (other, number) in self.terms.range::<str, _>(from_here) {
                    if !other.starts_with(first) {
                        break;
                    }
                    match walk.step(other) {
                        Ok(errors) => {
                            let may = most.min(allowed_errors(other));
                            let begins = other.starts_with(word.chars().next().unwrap_or(first))
                                || swapped(word, other);
                            if (1..=may).contains(&errors) && begins {
                                found.push((&**other, *number, errors));
                            }
                        }
                        // Nothing that begins so can be near: on with what comes after all of that.
                        Err(length) => {
                            beyond = other.get(..length).and_then(successor);
                            break;
                        }
                    }
                }
                match beyond {
                    Some(next) => from = Bound::Included(next),
                    None => break,
                }
            }
        }
        found
    }
}

/// The first text after all that begin with this one.
fn successor(start: &str) -> Option<String> {
    let mut letters: Vec<char> = start.chars().collect();
    while let Some(last) = letters.pop() {
        // Surrogates are no letters: the range passes over them.
        let next = (last..=char::MAX).nth(1);
        if let Some(next) = next {
            letters.push(next);
            return Some(letters.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use strsim::osa_distance;

    fn dictionary(words: &[String]) -> Dictionary {
        let mut dictionary = Dictionary::default();
        for word in words {
            let next = u32::try_from(dictionary.len()).unwrap();
            dictionary.number(word, next);
        }
        dictionary
    }

    proptest! {
        #[test]
        fn the_near_words_are_those_of_a_comparison_with_all(
            words in proptest::collection::vec("[abä]{1,12}", 0..60),
            word in "[abä]{1,12}",
        ) {
            let dictionary = dictionary(&words);
            let mut near: Vec<_> = dictionary.near(&word).into_iter().map(|(other, _, errors)| (other.to_owned(), errors)).collect();
            near.sort();
            let mut expected: Vec<_> = words.iter().filter(|other| {
                let (mut one, mut two) = (word.chars(), other.chars());
                let (a, b, c, d) = (one.next(), one.next(), two.next(), two.next());
                a == c || (a == d && b == c)
            }).map(|other| (other.clone(), osa_distance(&word, other))).filter(|(other, errors)| {
                (1..=allowed_errors(&word).min(allowed_errors(other))).contains(errors)
            }).collect();
            expected.sort();
            expected.dedup();
            prop_assert_eq!(near, expected);
        }

        #[test]
        fn what_begins_so_is_found_and_nothing_else(words in proptest::collection::vec("[abc]{1,5}", 0..40), start in "[abc]{1,3}") {
            let dictionary = dictionary(&words);
            let found: Vec<_> = dictionary.beginning(&start).map(|(word, _)| word.to_owned()).collect();
            let mut expected: Vec<_> = words.into_iter().filter(|word| word.starts_with(&start) && *word != start).collect();
            expected.sort();
            expected.dedup();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn the_first_text_after_all_that_begin_so() {
        assert_eq!(successor("ab"), Some("ac".to_owned()));
        assert_eq!(successor("a\u{10FFFF}"), Some("b".to_owned()));
        assert_eq!(successor("\u{D7FF}"), Some("\u{E000}".to_owned()));
        assert_eq!(successor("\u{10FFFF}"), None);
    }
}
