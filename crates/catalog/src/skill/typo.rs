//! Corrects typing errors where only one skill can have been meant.

use std::collections::HashMap;

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
    /// By their first letter, which must be right or have changed places with the second.
    targets: HashMap<char, Vec<Target>>,
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
        let all = forms
            .iter()
            .map(|form| Target {
                skill: form.skill,
                words: form.folded().split(' ').map(str::to_owned).collect(),
                letters: form.squashed.chars().count(),
                bits: bits(&form.squashed),
                together: form.squashed.clone(),
            })
            .filter(|target| allowed(target.letters) > 0);
        let mut targets: HashMap<char, Vec<Target>> = HashMap::new();
        for target in all {
            if let Some(first) = target.together.chars().next() {
                targets.entry(first).or_default().push(target);
            }
        }
        Self { targets }
    }

    /// The forms that begin as a text does, or as it would if its first two letters changed places.
    fn alike<'a>(&'a self, text: &str) -> impl Iterator<Item = &'a Target> + use<'a> {
        let mut letters = text.chars();
        let (first, second) = (letters.next(), letters.next());
        [first, second.filter(|_| first != second)]
            .into_iter()
            .flatten()
            .filter_map(|letter| self.targets.get(&letter))
            .flatten()
    }

    /// Finds the one skill that is fewest errors away; two at the same distance are none.
    ///
    /// Words that `is_right` are so as they stand: the errors are looked for in the others.
    pub(super) fn correct(&self, folded: &str, is_right: impl Fn(&str) -> bool) -> Option<SkillId> {
        let query = Query::new(folded, is_right);
        if query.allowed == 0 || query.has_digit {
            return None;
        }
        let mut best: Option<(usize, Option<SkillId>)> = None;
        for target in self.alike(&query.together) {
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
    fn new(folded: &'a str, is_right: impl Fn(&str) -> bool) -> Self {
        let together = folded.replace(' ', "");
        let letters = together.chars().count();
        Self {
            words: folded
                .split(' ')
                .map(|word| (word, is_right(word)))
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

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// Corrects a text against a few forms, each a skill of its own.
    fn correct(text: &str, forms: &[&str]) -> Option<usize> {
        let known: HashSet<&str> = forms.iter().flat_map(|form| form.split(' ')).collect();
        let forms: Vec<Form> = (0..)
            .zip(forms)
            .map(|(id, form)| Form {
                skill: SkillId(id),
                at: 0,
                alias: None,
                spaced: format!(" {form}"),
                squashed: form.replace(' ', ""),
            })
            .collect();
        let found = Typos::new(&forms).correct(text, |word| known.contains(word));
        found.map(|skill| skill.0 as usize)
    }

    #[test]
    fn one_error_is_forgiven_from_five_letters_and_two_from_nine() {
        assert_eq!(correct("rustt", &["rustic"]), None);
        assert_eq!(correct("rusti", &["rustic"]), Some(0));
        assert_eq!(correct("plumbbng", &["plumbing"]), Some(0));
        assert_eq!(correct("plumbbnk", &["plumbing"]), None);
        assert_eq!(correct("carpentrii", &["carpentry"]), Some(0));
        assert_eq!(correct("carpentriik", &["carpentry"]), None);
    }

    #[test]
    fn words_of_four_letters_are_neither_corrected_nor_meant() {
        assert_eq!(correct("rusk", &["rust"]), None);
        assert_eq!(correct("rusty", &["rust"]), None);
        assert_eq!(correct("raut design", &["rust design"]), None);
    }

    #[test]
    fn two_skills_equally_near_are_none() {
        assert_eq!(correct("panting", &["painting", "planting"]), None);
        assert_eq!(correct("paintng", &["painting", "planting"]), Some(0));
    }

    #[test]
    fn a_word_must_begin_as_it_was_meant_to() {
        assert_eq!(correct("qlumbing", &["plumbing"]), None);
        assert_eq!(correct("lpumbing", &["plumbing"]), Some(0));
    }

    #[test]
    fn a_known_word_is_not_turned_into_another() {
        let forms = ["wedding photography", "welding courses"];
        assert_eq!(correct("wedding corses", &forms), None);
        assert_eq!(correct("welding corses", &forms), Some(1));
    }

    #[test]
    fn a_space_too_few_or_too_many_is_an_error() {
        assert_eq!(correct("machinelearning", &["machine learning"]), Some(0));
        assert_eq!(correct("machinelerning", &["machine learning"]), Some(0));
        assert_eq!(correct("machinlerning", &["machine learning"]), None);
        assert_eq!(correct("skate maker", &["sagemaker"]), None);
    }

    #[test]
    fn a_single_letter_word_at_the_beginning_does_not_hide_what_was_meant() {
        assert_eq!(correct("c programing", &["c programming"]), Some(0));
        assert_eq!(correct("aarwn", &["aaron"]), Some(0));
    }

    #[test]
    fn texts_with_numbers_are_left_alone() {
        assert_eq!(correct("blender3", &["blender"]), None);
    }
}
