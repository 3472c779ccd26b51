//! Which blocks of a segment can hold a match at all, and which of their rows.

use super::postings::{BLOCK, List, STEP};
use super::segment::Segment;
use crate::facts::Level;
use crate::fit::Query;
use crate::parts::skills::{Answer, MET, similar};
use crate::share::ONE;

/// A list is walked unless it is so many times as long as the candidates are; then each candidate is looked up.
const LONG: usize = 8;
const NONE: u32 = u32::MAX;

/// Blocks, the rows in them that may match, and what they reach of each wanted skill.
pub(super) struct Candidates {
    pub(super) blocks: Vec<u16>,
    /// Rows that pass the gates of skills, category and languages, as far as the lists can tell.
    pub(super) masks: Vec<u64>,
    /// For each wanted skill, candidate by candidate.
    pub(super) slots: Vec<Column>,
    /// By block, its place in `blocks`.
    at: Vec<u32>,
}

/// Who reaches anything of one wanted skill, and how much of it at most.
#[derive(Default)]
pub(super) struct Column {
    pub(super) masks: Vec<u64>,
    pub(super) most: Vec<u32>,
}

/// A list that answers a wanted skill.
struct Answering<'a> {
    list: List<'a>,
    slot: usize,
    answer: &'a Answer,
}

impl Candidates {
    /// Finds the candidates of a segment.
    pub(super) fn find(query: &Query<'_>, segment: &Segment) -> Self {
        let wanted = &query.wanted;
        let mut candidates = Self {
            blocks: Vec::new(),
            masks: Vec::new(),
            slots: wanted.slots.iter().map(|_| Column::default()).collect(),
            at: vec![NONE; segment.bounds.len()],
        };
        let mut by_slot: Vec<Vec<Answering<'_>>> =
            wanted.slots.iter().map(|_| Vec::new()).collect();
        for answer in &wanted.answers {
            if let Some(list) = segment.skills.find(answer.held) {
                let slot = answer.slot;
                by_slot[slot].push(Answering { list, slot, answer });
            }
        }
        let length = |slot: &usize| {
            by_slot[*slot]
                .iter()
                .map(|of| of.list.blocks.len())
                .sum::<usize>()
        };
        let is_must = |slot: &usize| wanted.slots[*slot].must;
        let mut musts: Vec<usize> = (0..by_slot.len()).filter(is_must).collect();
        musts.sort_by_key(length);
        if let Some((first, others)) = musts.split_first() {
            candidates.unite(query, &by_slot[*first]);
            candidates.keep_those_of(*first);
            for slot in others {
                candidates.narrow(query, &by_slot[*slot]);
                candidates.keep_those_of(*slot);
            }
            for slot in (0..by_slot.len()).filter(|slot| !is_must(slot)) {
                candidates.narrow(query, &by_slot[slot]);
            }
        } else {
            for answering in &by_slot {
                candidates.unite(query, answering);
            }
            candidates.add_rows(segment.rows_of(query.request.category));
        }
        for wanted in &query.request.languages {
            let list = segment.languages.find((wanted.language, wanted.fluency));
            candidates.keep_those_in(list);
        }
        candidates
    }

    /// The place of a block among the candidates, made if need be.
    fn place(&mut self, block: u16) -> usize {
        let at = &mut self.at[usize::from(block)];
        if *at == NONE {
            *at = u32::try_from(self.blocks.len()).unwrap_or(NONE);
            self.blocks.push(block);
            self.masks.push(0);
            for column in &mut self.slots {
                column.masks.push(0);
                column.most.push(0);
            }
        }
        *at as usize
    }

    /// Adds whoever answers.
    fn unite(&mut self, query: &Query<'_>, answering: &[Answering<'_>]) {
        for of in answering {
            let reached = Reached::new(query, of);
            for (index, block) in of.list.blocks.iter().enumerate() {
                let most = reached.of(of.list.most[index]);
                if most >= reached.least {
                    let place = self.place(*block);
                    self.masks[place] |= of.list.masks[index];
                    self.slots[of.slot].join(place, of.list.masks[index], most);
                }
            }
        }
    }

    /// Notes who of the candidates answers.
    fn narrow(&mut self, query: &Query<'_>, answering: &[Answering<'_>]) {
        for of in answering {
            let reached = Reached::new(query, of);
            let column = &mut self.slots[of.slot];
            let mut join = |place: usize, index: usize| {
                let most = reached.of(of.list.most[index]);
                if most >= reached.least {
                    column.join(place, of.list.masks[index], most);
                }
            };
            if of.list.blocks.len() > LONG * self.blocks.len() {
                for (place, block) in self.blocks.iter().enumerate() {
                    if let Some(index) = of.list.find(*block, self.at.len()) {
                        join(place, index);
                    }
                }
            } else {
                for (index, block) in of.list.blocks.iter().enumerate() {
                    let place = self.at[usize::from(*block)];
                    if place != NONE {
                        join(place as usize, index);
                    }
                }
            }
        }
    }

    /// Drops who does not answer a must-have.
    fn keep_those_of(&mut self, slot: usize) {
        for place in 0..self.blocks.len() {
            self.masks[place] &= self.slots[slot].masks[place];
        }
        self.compact();
    }

    /// Drops who is not in a list.
    fn keep_those_in(&mut self, list: Option<List<'_>>) {
        for (place, block) in self.blocks.iter().enumerate() {
            let found = list.and_then(|list| Some(list.masks[list.find(*block, self.at.len())?]));
            self.masks[place] &= found.unwrap_or(0);
        }
        self.compact();
    }

    /// Adds a run of rows.
    fn add_rows(&mut self, rows: std::ops::Range<usize>) {
        for block in rows.start / BLOCK..rows.end.div_ceil(BLOCK) {
            let begin = rows.start.max(block * BLOCK) - block * BLOCK;
            let end = rows.end.min((block + 1) * BLOCK) - block * BLOCK;
            let mask = (u64::MAX >> (BLOCK - (end - begin))) << begin;
            let place = self.place(u16::try_from(block).unwrap_or(u16::MAX));
            self.masks[place] |= mask;
        }
    }

    /// Forgets the blocks of which no row is left.
    fn compact(&mut self) {
        let mut kept = 0;
        for place in 0..self.blocks.len() {
            let block = self.blocks[place];
            if self.masks[place] == 0 {
                self.at[usize::from(block)] = NONE;
                continue;
            }
            self.at[usize::from(block)] = u32::try_from(kept).unwrap_or(NONE);
            self.blocks[kept] = block;
            self.masks[kept] = self.masks[place];
            for column in &mut self.slots {
                column.masks[kept] = column.masks[place];
                column.most[kept] = column.most[place];
            }
            kept += 1;
        }
        self.blocks.truncate(kept);
        self.masks.truncate(kept);
        for column in &mut self.slots {
            column.masks.truncate(kept);
            column.most.truncate(kept);
        }
    }
}

impl Column {
    fn join(&mut self, place: usize, mask: u64, most: u32) {
        self.masks[place] |= mask;
        self.most[place] = self.most[place].max(most);
    }
}

/// How much of a need a number of steps reaches at most, for the need of each level.
static OF_NEED: [[u32; STEPS]; 4] = {
    let mut of_need = [[0; STEPS]; 4];
    let mut level = 0;
    while level < 4 {
        let need = Level::ALL[level].worth();
        let mut steps: u32 = 0;
        while (steps as usize) < STEPS {
            let strength = steps * STEP;
            of_need[level][steps as usize] = if strength >= need {
                ONE
            } else {
                // Less than one whole times one whole fits.
                strength * ONE / need
            };
            steps += 1;
        }
        level += 1;
    }
    of_need
};
const STEPS: usize = 256;

/// How much of a wanted skill a number of steps reaches at most, and how much counts at all.
struct Reached {
    of_need: &'static [u32; STEPS],
    similarity: u16,
    least: u32,
}

impl Reached {
    fn new(query: &Query<'_>, answering: &Answering<'_>) -> Self {
        let slot = &query.wanted.slots[answering.slot];
        Self {
            of_need: &OF_NEED[slot.level as usize],
            similarity: answering.answer.similarity,
            // Who meets a must-have only in part does not meet it; who reaches nothing of a wish does not answer it.
            least: if slot.must { MET } else { 1 },
        }
    }

    fn of(&self, steps: u8) -> u32 {
        similar(self.of_need[usize::from(steps)], self.similarity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::skills::reached_by_level;
    use crate::relations::SAME;

    #[test]
    fn steps_reach_what_their_strength_reaches() {
        for (steps, strength) in (0..=u8::MAX).zip((0..).step_by(STEP as usize)) {
            for similarity in [0, 1, 102, 154, 243, SAME] {
                let expected = reached_by_level(strength, similarity);
                let got = OF_NEED.each_ref().map(|of_need| {
                    let least = 1;
                    Reached {
                        of_need,
                        similarity,
                        least,
                    }
                    .of(steps)
                });
                assert_eq!(got, expected, "{steps} steps, similarity {similarity}");
            }
        }
    }
}
