//! How many typing errors lie between two words.

/// How many errors a word may hold: none up to four letters (`Go` is no `Git`), one up to eight, two from nine on. Words with
/// digits hold none.
pub fn allowed_errors(word: &str) -> usize {
    if word.contains(|letter: char| letter.is_numeric()) {
        return 0;
    }
    match word.chars().count() {
        0..=4 => 0,
        5..=8 => 1,
        _ => 2,
    }
}

/// True when the first two letters have changed places.
pub(crate) fn swapped(one: &str, other: &str) -> bool {
    let (mut one, mut other) = (one.chars(), other.chars());
    let (first, second) = ((one.next(), one.next()), (other.next(), other.next()));
    first.0.is_some() && first.0 == second.1 && first.1 == second.0
}

/// Compares one word with others that come in the order of their letters.
///
/// An error is a letter too many, too few or another, or two neighbours that have changed places (optimal string alignment). One
/// row of the table is kept for each letter of the other word, so a common beginning is compared once.
pub(crate) struct Walk {
    word: Vec<char>,
    most: usize,
    /// The letters of the word that came last, as far as they were compared.
    other: Vec<char>,
    rows: Vec<Vec<usize>>,
}

impl Walk {
    pub(crate) fn new(word: &str, most: usize) -> Self {
        let word: Vec<char> = word.chars().collect();
        let first = (0..=word.len()).collect();
        Self {
            word,
            most,
            other: Vec::new(),
            rows: vec![first],
        }
    }

    /// The errors between the word and another. Where a beginning of the other already holds too many, the bytes of it: every
    /// word that begins so holds too many.
    pub(crate) fn step(&mut self, other: &str) -> Result<usize, usize> {
        let common = other
            .chars()
            .zip(&self.other)
            .take_while(|(one, two)| one == *two)
            .count();
        self.other.truncate(common);
        self.rows.truncate(common + 1);
        for (at, letter) in other.char_indices().skip(common) {
            self.push(letter);
            // A swap reaches back two rows: only when both hold too many can nothing be mended.
            let hopeless = |row: Option<&Vec<usize>>| {
                row.is_none_or(|row| row.iter().all(|errors| *errors > self.most))
            };
            let last = self.rows.len();
            if hopeless(self.rows.last())
                && hopeless(last.checked_sub(2).and_then(|at| self.rows.get(at)))
            {
                return Err(at + letter.len_utf8());
            }
        }
        let errors = self.rows.last().and_then(|row| row.last());
        Ok(errors.copied().unwrap_or(usize::MAX))
    }

    fn push(&mut self, letter: char) {
        let before = self.other.last().copied();
        let depth = self.rows.len();
        let above = &self.rows[depth - 1];
        let mut row = Vec::with_capacity(above.len());
        row.push(depth);
        for (at, mine) in self.word.iter().enumerate() {
            let other = usize::from(*mine != letter);
            let mut errors = (above[at] + other).min(above[at + 1] + 1).min(row[at] + 1);
            let is_swap = at > 0 && before == Some(*mine) && self.word[at - 1] == letter;
            if is_swap && depth >= 2 {
                errors = errors.min(self.rows[depth - 2][at - 1] + 1);
            }
            row.push(errors);
        }
        self.rows.push(row);
        self.other.push(letter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_words_hold_no_error_and_long_ones_two() {
        for (word, errors) in [
            ("", 0),
            ("rust", 0),
            ("figma", 1),
            ("plumbing", 1),
            ("carpentry", 2),
            ("web3dev", 0),
        ] {
            assert_eq!(allowed_errors(word), errors, "{word}");
        }
    }

    #[test]
    fn changed_places_are_one_error() {
        assert_eq!(Walk::new("plumbing", 1).step("plubming"), Ok(1));
        assert!(
            swapped("plumbing", "lpumbing") && !swapped("plumbing", "plumbing") && !swapped("", "")
        );
    }
}
