//! Who holds what, block by block: for each key the blocks in which somebody has it, with one bit for each of the 64 rows.

use std::ops::Range;

/// How many rows share a block.
pub(super) const BLOCK: usize = 64;
/// A strength is bounded in steps of this, so that the greatest one fits a byte.
pub(super) const STEP: u32 = 258;

/// Lists of blocks by key.
#[derive(Debug)]
pub(super) struct Postings<K> {
    /// Ascending.
    keys: Vec<K>,
    /// Where each key's list begins, and one end more.
    starts: Vec<u32>,
    blocks: Vec<u16>,
    masks: Vec<u64>,
    /// The greatest strength of a list in a block, rounded up to whole [`STEP`]s.
    most: Vec<u8>,
}

impl<K: Ord + Copy> Postings<K> {
    /// Makes the lists of these ascending keys; `held` names what a row has, by the number of the key and in steps.
    pub(super) fn new<I: Iterator<Item = (usize, u8)>>(
        keys: Vec<K>,
        rows: usize,
        held: impl Fn(usize) -> I,
    ) -> Self {
        let mut starts = vec![0_u32; keys.len() + 1];
        let mut last = vec![u32::MAX; keys.len()];
        for row in 0..rows {
            let block = block_of(row);
            for (key, _) in held(row) {
                if last[key] != block {
                    last[key] = block;
                    starts[key + 1] += 1;
                }
            }
        }
        for key in 1..starts.len() {
            starts[key] += starts[key - 1];
        }
        let length = starts.last().map_or(0, |end| *end as usize);
        let mut postings = Self {
            keys,
            blocks: vec![0; length],
            masks: vec![0; length],
            most: vec![0; length],
            starts,
        };
        let mut ends: Vec<u32> = postings.starts.clone();
        last.fill(u32::MAX);
        for row in 0..rows {
            let block = block_of(row);
            for (key, most) in held(row) {
                if last[key] != block {
                    last[key] = block;
                    ends[key] += 1;
                }
                let at = ends[key] as usize - 1;
                postings.blocks[at] = u16::try_from(block).unwrap_or(u16::MAX);
                postings.masks[at] |= 1 << (row % BLOCK);
                postings.most[at] = postings.most[at].max(most);
            }
        }
        postings
    }

    /// The keys, ascending.
    pub(super) fn keys(&self) -> &[K] {
        &self.keys
    }

    /// The list of a key, if anybody has it.
    pub(super) fn find(&self, key: K) -> Option<List<'_>> {
        Some(self.list(self.number(key)?))
    }

    /// The number of a key, if anybody has it.
    pub(super) fn number(&self, key: K) -> Option<usize> {
        self.keys.binary_search(&key).ok()
    }

    /// The list of a key by its number.
    pub(super) fn list(&self, number: usize) -> List<'_> {
        let range = self.range(number);
        List {
            blocks: &self.blocks[range.clone()],
            masks: &self.masks[range.clone()],
            most: &self.most[range],
        }
    }

    fn range(&self, number: usize) -> Range<usize> {
        self.starts[number] as usize..self.starts[number + 1] as usize
    }

    /// How much memory the lists take.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(self.keys.as_slice())
            + size_of_val(self.starts.as_slice())
            + size_of_val(self.blocks.as_slice())
            + size_of_val(self.masks.as_slice())
            + size_of_val(self.most.as_slice())
    }
}

/// The blocks in which somebody has one key, ascending.
#[derive(Debug, Clone, Copy)]
pub(super) struct List<'a> {
    pub(super) blocks: &'a [u16],
    pub(super) masks: &'a [u64],
    pub(super) most: &'a [u8],
}

impl List<'_> {
    /// Every row in the list, ascending.
    pub(super) fn rows(&self) -> impl Iterator<Item = usize> {
        let blocks = self.blocks.iter().zip(self.masks);
        blocks.flat_map(|(block, mask)| {
            let bits = (0..BLOCK).filter(move |bit| mask >> bit & 1 == 1);
            bits.map(move |bit| usize::from(*block) * BLOCK + bit)
        })
    }

    /// Where a block stands in the list, if it does. `blocks` is how many there are in all.
    pub(super) fn find(&self, block: u16, blocks: usize) -> Option<usize> {
        if self.blocks.len() == blocks {
            return Some(usize::from(block));
        }
        self.blocks.binary_search(&block).ok()
    }
}

fn block_of(row: usize) -> u32 {
    u32::try_from(row / BLOCK).unwrap_or(u32::MAX)
}
