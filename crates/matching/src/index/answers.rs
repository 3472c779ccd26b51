//! What a row holds of the wanted skills, looked up by the numbers that its segment gives to skills.

use super::segment::{Segment, Shown};
use crate::parts::skills::{Answer, Wanted};

/// By the number of a held skill, what it answers.
pub(super) struct Answers<'a> {
    wanted: &'a Wanted,
    /// By number, one more than the place of the first answer; 0 for a skill that answers nothing.
    first: Vec<u32>,
    /// Each with the place of the next of the same held skill, in the same way.
    chained: Vec<(&'a Answer, u32)>,
}

impl<'a> Answers<'a> {
    pub(super) fn new(wanted: &'a Wanted, segment: &Segment) -> Self {
        let mut first = vec![0; segment.skills.keys().len()];
        let mut chained = Vec::with_capacity(wanted.answers.len());
        for answer in &wanted.answers {
            let Some(number) = segment.skills.number(answer.held) else {
                continue;
            };
            let next = first[number];
            chained.push((answer, next));
            first[number] = u32::try_from(chained.len()).unwrap_or(0);
        }
        Self {
            wanted,
            first,
            chained,
        }
    }

    /// Fills in how much of each wanted skill is reached.
    pub(super) fn reach(&self, held: &[Shown], reached: &mut Vec<u32>) {
        reached.clear();
        reached.resize(self.wanted.slots.len(), 0);
        for shown in held {
            let mut place = self.first[usize::from(shown.skill)];
            while let Some(at) = (place as usize).checked_sub(1) {
                let (answer, next) = self.chained[at];
                let share = self.wanted.slots[answer.slot].reached(answer, shown.strength());
                reached[answer.slot] = share.max(reached[answer.slot]);
                place = next;
            }
        }
    }
}
