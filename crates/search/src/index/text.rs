//! Which entries meet the words of a question, and how well.

use super::{Index, Posting, impact_of, position, slot_of};
use crate::bits::Bits;
use crate::scoring::{BEGINS, ERRORS, word_weight};
use crate::understanding::Wanted;
use guildhall_catalog::{Catalog, SkillId};
use guildhall_protocol::find::Understood;

/// A word is taken for a typing error of one that occurs so many times as often.
const RARER: u32 = 10;
/// So many of the words that were meant are named.
const NAMED: usize = 3;

/// The entries that meet all words.
pub(super) struct Matched {
    pub(super) found: Bits,
    /// The score of each slot that was found; empty where there were no words.
    pub(super) scores: Vec<u32>,
    /// The weight of each word.
    pub(super) weights: Vec<u32>,
    pub(super) understood: Vec<Understood>,
}

/// One list of entries that meet a word, and how much of their impact counts, in 256ths.
type Alternative<'a> = (&'a [Posting], u32);

impl Index {
    /// Meets all words; with the weights that an earlier page had, if it went before.
    pub(super) fn matched(&self, wanted: &[Wanted], before: Option<&[u32]>) -> Matched {
        let length = self.columns.len();
        let mut matched = Matched {
            found: self.live.clone(),
            scores: Vec::new(),
            weights: Vec::new(),
            understood: Vec::new(),
        };
        let all = self.live.count();
        for (index, word) in wanted.iter().enumerate() {
            let (alternatives, meant) = self.alternatives(word);
            matched.understood.extend(understood(word, meant));
            let mut best = vec![0_u8; length];
            let mut with = Bits::none(length);
            for (list, factor) in alternatives {
                for posting in list {
                    let slot = slot_of(*posting);
                    let impact = ((impact_of(*posting) * factor) >> 8).max(1);
                    with.insert(slot);
                    best[slot] = best[slot].max(u8::try_from(impact).unwrap_or(u8::MAX));
                }
            }
            with.keep(&self.live);
            let weight = before
                .and_then(|weights| weights.get(index).copied())
                .unwrap_or_else(|| word_weight(with.count(), all));
            matched.weights.push(weight);
            matched.found.keep(&with);
            matched.scores.resize(length, 0);
            let scores = &mut matched.scores;
            matched
                .found
                .each(|slot| scores[slot] += weight * u32::from(best[slot]));
        }
        matched
    }

    /// The lists that meet a word, and the words that it may have been meant for.
    fn alternatives<'a>(&'a self, wanted: &'a Wanted) -> (Vec<Alternative<'a>>, Vec<&'a str>) {
        let mut lists: Vec<Alternative<'a>> = Vec::new();
        let as_written = self.list(&wanted.key);
        let skill = wanted.skill.map_or(&[][..], |skill| self.skill_list(skill));
        lists.extend([(as_written, 256), (skill, 256)]);
        if !wanted.start.is_empty() {
            let longer = self.dictionary.beginning(&wanted.start);
            lists.extend(longer.map(|(_, number)| (self.numbered(number), BEGINS)));
        }
        let known = self.living(as_written) + self.living(skill);
        let mut meant: Vec<(u32, &str)> = Vec::new();
        for (other, number, errors) in self.dictionary.near(&wanted.key) {
            let list = self.numbered(number);
            // Looked through only where it can be enough.
            let enough = (known * RARER).max(1);
            if list.len() < enough as usize {
                continue;
            }
            let living = self.living(list);
            if living >= enough {
                lists.push((list, ERRORS[errors.min(2)]));
                meant.push((living, other));
            }
        }
        meant.sort_unstable_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(other.1)));
        (lists, meant.into_iter().map(|(_, word)| word).collect())
    }

    fn list(&self, word: &str) -> &[Posting] {
        let number = self.dictionary.get(word);
        number.map_or(&[], |number| self.numbered(number))
    }

    fn numbered(&self, number: u32) -> &[Posting] {
        self.words.get(number as usize).map_or(&[], Vec::as_slice)
    }

    fn skill_list(&self, skill: SkillId) -> &[Posting] {
        let at = position(skill, Catalog::get());
        let list = at.and_then(|at| self.skills.get(usize::from(at)));
        list.map_or(&[], Vec::as_slice)
    }

    fn living(&self, list: &[Posting]) -> u32 {
        let living = list
            .iter()
            .filter(|posting| self.live.has(slot_of(**posting)));
        u32::try_from(living.count()).unwrap_or(u32::MAX)
    }
}

/// Tells what a word was taken for, if for anything else than itself.
fn understood(wanted: &Wanted, meant: Vec<&str>) -> Option<Understood> {
    (wanted.skill.is_some() || !meant.is_empty()).then(|| Understood {
        word: wanted.written.clone(),
        skill: wanted.skill.map(|SkillId(id)| id),
        meant: meant.into_iter().take(NAMED).map(str::to_owned).collect(),
    })
}
