//! Corrects typing errors where only one skill can have been meant.

use std::collections::HashSet;

use strsim::damerau_levenshtein;

use super::SkillId;
use super::vocabulary::Form;

/// How many errors a word of so many letters may hold. Short words hold none: `Go` is no `Git`.
const fn allowed(letters: usize) -> usize {
    match letters {
        5..=8 => 1,
        9..=60 => 2,
        // Longer than any skill is named, comparing would only take long.
        _ => 0,
    }
}

/// The forms that a mistyped text may have meant.
#[derive(Debug)]
pub(super) struct Typos {
    targets: Vec<Target>,
}

#[derive(Debug)]
struct Target {
    skill: SkillId,
    words: Vec<String>,
    together: String,
    letters: usize,
    /// One bit a letter: two texts a few errors apart differ in few bits.
    bits: u64,
}

impl Typos {
    pub(super) fn new(forms: &[Form]) -> Self {
        let targets = forms
            .iter()
            .map(|form| Target {
                skill: form.skill,
                words: form.folded().split(' ').map(str::to_owned).collect(),
                letters: form.squashed.chars().count(),
                bits: bits(&form.squashed),
                together: form.squashed.clone(),
            })
            .filter(|target| allowed(target.letters) > 0)
            .collect();
        Self { targets }
    }

    /// Finds the one skill that is fewest errors away; two at the same distance are none.
    ///
    /// Words in `known` are right as they stand, so the errors are looked for in the others.
    pub(super) fn correct(&self, folded: &str, known: &HashSet<String>) -> Option<SkillId> {
        let query = Query::new(folded, known);
        if query.allowed == 0 || query.has_digit {
            return None;
        }
        let mut best: Option<(usize, Option<SkillId>)> = None;
        for target in &self.targets {
            let Some(errors) = query.errors(target) else {
                continue;
            };
            best = match best {
                Some((fewest, _)) if errors > fewest => best,
                Some((fewest, skill)) if errors == fewest => {
                    Some((fewest, skill.filter(|skill| *skill == target.skill)))
                }
                Some(_) | None => Some((errors, Some(target.skill))),
            };
        }
        best.and_then(|(_, skill)| skill)
    }
}

struct Query<'a> {
    words: Vec<(&'a str, bool)>,
    together: String,
    letters: usize,
    bits: u64,
    allowed: usize,
    has_digit: bool,
}

impl<'a> Query<'a> {
    fn new(folded: &'a str, known: &HashSet<String>) -> Self {
        let together = folded.replace(' ', "");
        let letters = together.chars().count();
        Self {
            words: folded
                .split(' ')
                .map(|word| (word, known.contains(word)))
                .collect(),
            bits: bits(&together),
            allowed: allowed(letters),
            has_digit: together.contains(|letter: char| letter.is_numeric()),
            letters,
            together,
        }
    }

    /// Counts the errors between the query and a target, if they are few enough.
    fn errors(&self, target: &Target) -> Option<usize> {
        if self.letters.abs_diff(target.letters) > self.allowed {
            return None;
        }
        // One error changes at most two bits.
        if (self.bits ^ target.bits).count_ones() as usize > 2 * self.allowed {
            return None;
        }
        if self.words.len() == target.words.len() {
            return self.errors_by_word(target);
        }
        // A space too many or too few is an error itself, which leaves room for one more.
        if self.words.len() > 1 && target.words.len() > 1 {
            return None;
        }
        if !same_start(&self.together, &target.together) {
            return None;
        }
        let errors = damerau_levenshtein(&self.together, &target.together);
        (errors < self.allowed).then_some(errors + 1)
    }

    fn errors_by_word(&self, target: &Target) -> Option<usize> {
        let mut errors = 0;
        for ((word, known), meant) in self.words.iter().zip(&target.words) {
            if word == meant {
                continue;
            }
            let letters = word.chars().count();
            let may = allowed(letters).min(allowed(meant.chars().count()));
            if *known || may == 0 || !same_start(word, meant) {
                return None;
            }
            let here = damerau_levenshtein(word, meant);
            if here > may {
                return None;
            }
            errors += here;
        }
        (errors <= self.allowed).then_some(errors)
    }
}

/// Whether the first letter is the same, or the first two have changed places.
fn same_start(one: &str, other: &str) -> bool {
    let mut one = one.chars();
    let mut other = other.chars();
    let (first, second) = ((one.next(), one.next()), (other.next(), other.next()));
    first.0 == second.0 || (first.0 == second.1 && first.1 == second.0)
}

fn bits(text: &str) -> u64 {
    text.chars()
        .fold(0, |bits, letter| bits | 1 << (u32::from(letter) & 63))
}
