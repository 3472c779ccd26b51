//! When what failed is tried again: after pauses that double.

use std::collections::BTreeMap;

/// The first pause.
const FIRST_MS: i64 = 60_000;
/// The longest pause of a letter that the mail server refuses.
const LETTER_MS: i64 = 60 * 60_000;
/// The longest pause of a mail server that is away: shorter than any link is good for.
const SERVER_MS: i64 = 5 * 60_000;

/// Something failed and is tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// How often it failed.
    pub tries: u32,
    /// When it is tried again.
    pub until: i64,
    /// Why it failed the last time, in words.
    pub why: String,
}

impl Pause {
    fn after(before: Option<&Self>, why: String, longest: i64, now: i64) -> Self {
        let tries = before.map_or(0, |pause| pause.tries).saturating_add(1);
        let doubled = FIRST_MS.saturating_mul(1 << (tries - 1).min(20));
        Self {
            tries,
            until: now.saturating_add(doubled.min(longest)),
            why,
        }
    }
}

/// What failed so far: the mail server, and single letters by the names of their files.
#[derive(Debug, Default)]
pub(super) struct Pauses {
    server: Option<Pause>,
    letters: BTreeMap<String, Pause>,
}

impl Pauses {
    /// Whether the mail server may be asked.
    pub(super) fn may_ask(&self, now: i64) -> bool {
        self.server.as_ref().is_none_or(|pause| pause.until <= now)
    }

    /// Whether a letter may be tried.
    pub(super) fn may_try(&self, letter: &str, now: i64) -> bool {
        self.letters
            .get(letter)
            .is_none_or(|pause| pause.until <= now)
    }

    /// The mail server took a letter.
    pub(super) fn taken(&mut self, letter: &str) {
        self.server = None;
        self.letters.remove(letter);
    }

    /// The mail server would not have one letter.
    pub(super) fn refused(&mut self, letter: &str, why: String, now: i64) {
        self.server = None;
        let pause = Pause::after(self.letters.get(letter), why, LETTER_MS, now);
        self.letters.insert(letter.to_owned(), pause);
    }

    /// The mail server is away.
    pub(super) fn away(&mut self, why: String, now: i64) {
        self.server = Some(Pause::after(self.server.as_ref(), why, SERVER_MS, now));
    }

    /// Forgets all letters but these.
    pub(super) fn keep(&mut self, is_there: impl Fn(&str) -> bool) {
        self.letters.retain(|letter, _| is_there(letter));
    }

    /// What a letter waits for: its own pause, or that of the mail server.
    pub(super) fn of(&self, letter: &str) -> Option<&Pause> {
        self.letters.get(letter).or(self.server.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let mut pauses = Pauses::default();
        let mut waits = Vec::new();
        for _ in 0..9 {
            pauses.refused("a", "no".to_owned(), 0);
            waits.push(pauses.of("a").expect("waits").until / MINUTE);
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);

        for _ in 0..40 {
            pauses.away("gone".to_owned(), 0);
        }
        assert!(!pauses.may_ask(5 * MINUTE - 1));
        assert!(pauses.may_ask(5 * MINUTE));
    }

    #[test]
    fn one_refused_letter_holds_up_no_other() {
        let mut pauses = Pauses::default();
        pauses.away("gone".to_owned(), 0);

        pauses.refused("a", "no".to_owned(), 0);

        assert!(pauses.may_ask(0), "it answered");
        assert!(!pauses.may_try("a", MINUTE - 1));
        assert!(pauses.may_try("a", MINUTE));
        assert!(pauses.may_try("b", 0));
        pauses.taken("a");
        assert!(pauses.of("a").is_none());
    }

    #[test]
    fn what_is_gone_from_the_folder_is_forgotten() {
        let mut pauses = Pauses::default();
        pauses.refused("a", "no".to_owned(), 0);
        pauses.refused("b", "no".to_owned(), 0);

        pauses.keep(|letter| letter == "b");

        assert!(pauses.of("a").is_none());
        assert!(pauses.of("b").is_some());
    }
}
