//! Making one segment out of several, on any thread, while the market goes on.

use super::Market;
use super::packed::Packed;
use super::segment::{MOST_ROWS, Segment};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// A segment is merged with the newer ones when these hold so many times its rows...
const NEWER: usize = 3;
/// ...or when one of so many of its rows is gone.
const GONE: usize = 4;

/// A segment in a market.
#[derive(Debug)]
pub(super) struct Standing {
    pub(super) segment: Arc<Segment>,
    /// Ids that are not looked for here any more.
    pub(super) gone: BTreeSet<u128>,
    /// The numbers of the segments that were merged into it.
    numbers: RangeInclusive<u32>,
}

impl Standing {
    pub(super) fn new(segment: Segment, number: u32) -> Self {
        Self {
            segment: Arc::new(segment),
            gone: BTreeSet::new(),
            numbers: number..=number,
        }
    }

    /// True if the rows of the segment of this number are here.
    pub(super) fn holds(&self, number: u32) -> bool {
        self.numbers.contains(&number)
    }

    fn left(&self) -> usize {
        self.segment.len().saturating_sub(self.gone.len())
    }
}

/// Segments that want to be one.
#[derive(Debug)]
pub struct Merge {
    inputs: Vec<Input>,
}

#[derive(Debug)]
struct Input {
    segment: Arc<Segment>,
    /// Who was gone when the merge began.
    gone: BTreeSet<u128>,
}

/// What became of them.
#[derive(Debug)]
pub struct Merged {
    inputs: Vec<Input>,
    outputs: Vec<Segment>,
}

impl Merge {
    /// Does the work, which takes about a second for a million freelancers.
    pub fn run(self) -> Merged {
        let mut packed: Vec<Packed> = Vec::new();
        for input in &self.inputs {
            let rows = input.segment.unpack();
            packed.extend(rows.filter(|row| !input.gone.contains(&row.id)));
        }
        Merged {
            outputs: Segment::of_all(packed),
            inputs: self.inputs,
        }
    }
}

impl Market {
    /// The next merge that is worth while, if any. The market can be asked and changed while it runs;
    /// [`Market::adopt`] takes what came out of it.
    pub fn merge(&self) -> Option<Merge> {
        let mut newer: usize = self.segments.iter().map(Standing::left).sum();
        let first = self.segments.iter().position(|standing| {
            newer -= standing.left();
            let worn = standing.gone.len() * GONE > standing.segment.len();
            let outgrown = newer >= NEWER * standing.left() && newer < MOST_ROWS / GONE;
            worn || outgrown
        })?;
        let inputs = self.segments[first..].iter().map(|standing| Input {
            segment: Arc::clone(&standing.segment),
            gone: standing.gone.clone(),
        });
        Some(Merge {
            inputs: inputs.collect(),
        })
    }

    /// Puts merged segments in the place of those that they were made from. Answers false, and changes nothing, if
    /// another merge was adopted in between.
    pub fn adopt(&mut self, merged: Merged) -> bool {
        let Merged { inputs, outputs } = merged;
        let same = |at: usize| {
            let standing = self.segments[at..].iter().zip(&inputs);
            standing.len() == inputs.len()
                && standing
                    .into_iter()
                    .all(|(now, then)| Arc::ptr_eq(&now.segment, &then.segment))
        };
        let Some(first) = (0..self.segments.len()).find(|at| same(*at)) else {
            return false;
        };
        let range = first..first + inputs.len();
        let numbers = *self.segments[range.start].numbers.start()
            ..=*self.segments[range.end - 1].numbers.end();
        let replaced = self.segments[range.clone()].iter().zip(&inputs);
        let gone: BTreeSet<u128> = replaced
            .flat_map(|(now, then)| now.gone.difference(&then.gone).copied())
            .collect();
        let standing = outputs.into_iter().map(|segment| Standing {
            segment: Arc::new(segment),
            gone: gone.clone(),
            numbers: numbers.clone(),
        });
        self.segments.splice(range, standing);
        true
    }
}
