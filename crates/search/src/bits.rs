//! A set of slots, one bit each.

/// Slots in a word.
pub(crate) const WORD: usize = 64;

/// A set of the slots below a length.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Bits {
    words: Vec<u64>,
    length: usize,
}

impl Bits {
    /// The slots below `length` for which the predicate holds.
    pub(crate) fn of(length: usize, mut holds: impl FnMut(usize) -> bool) -> Self {
        let words = (0..length.div_ceil(WORD)).map(|word| {
            let from = word * WORD;
            let until = (from + WORD).min(length);
            (from..until).fold(0_u64, |bits, slot| {
                bits | (u64::from(holds(slot)) << (slot - from))
            })
        });
        Self {
            words: words.collect(),
            length,
        }
    }

    /// None of the slots below a length.
    pub(crate) fn none(length: usize) -> Self {
        Self {
            words: vec![0; length.div_ceil(WORD)],
            length,
        }
    }

    /// Adds the next slot.
    pub(crate) fn push(&mut self, is_in: bool) {
        if self.length.is_multiple_of(WORD) {
            self.words.push(0);
        }
        self.length += 1;
        if is_in {
            self.insert(self.length - 1);
        }
    }

    /// Puts a slot in.
    pub(crate) fn insert(&mut self, slot: usize) {
        if let Some(word) = self.words.get_mut(slot / WORD) {
            *word |= 1 << (slot % WORD);
        }
    }

    /// Takes a slot out.
    pub(crate) fn remove(&mut self, slot: usize) {
        if let Some(word) = self.words.get_mut(slot / WORD) {
            *word &= !(1 << (slot % WORD));
        }
    }

    /// True when the slot is in.
    pub(crate) fn has(&self, slot: usize) -> bool {
        let word = self.words.get(slot / WORD);
        word.is_some_and(|word| word >> (slot % WORD) & 1 == 1)
    }

    /// Keeps what the other has too.
    pub(crate) fn keep(&mut self, other: &Self) {
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            *mine &= theirs;
        }
    }

    /// Keeps the slots for which the predicate holds.
    pub(crate) fn retain(&mut self, mut holds: impl FnMut(usize) -> bool) {
        for (at, word) in self.words.iter_mut().enumerate() {
            let mut left = *word;
            while left != 0 {
                let bit = left.trailing_zeros() as usize;
                left &= left - 1;
                if !holds(at * WORD + bit) {
                    *word &= !(1 << bit);
                }
            }
        }
    }

    /// The slots of the set for which the predicate holds.
    pub(crate) fn part(&self, holds: impl FnMut(usize) -> bool) -> Self {
        let mut part = self.clone();
        part.retain(holds);
        part
    }

    /// Visits the slots that are in, from the first. Faster than iterating: there is nothing to remember between two slots.
    pub(crate) fn each(&self, mut visit: impl FnMut(usize)) {
        for (at, word) in self.words.iter().enumerate() {
            let mut left = *word;
            while left != 0 {
                let bit = left.trailing_zeros() as usize;
                left &= left - 1;
                visit(at * WORD + bit);
            }
        }
    }

    /// How many slots are in.
    pub(crate) fn count(&self) -> u32 {
        self.words.iter().map(|word| word.count_ones()).sum()
    }

    /// The slots that are in, from the first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        self.words.iter().enumerate().flat_map(|(at, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                if left == 0 {
                    return None;
                }
                let bit = left.trailing_zeros() as usize;
                left &= left - 1;
                Some(at * WORD + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_the_set_that_it_says(one in proptest::collection::vec(any::<bool>(), 0..300), other in proptest::collection::vec(any::<bool>(), 300)) {
            let mut pushed = Bits::default();
            for is_in in &one {
                pushed.push(*is_in);
            }
            let scanned = Bits::of(one.len(), |slot| one[slot]);
            prop_assert_eq!(&pushed, &scanned);
            let theirs = Bits::of(one.len(), |slot| other[slot]);
            let mut both = pushed.clone();
            both.keep(&theirs);
            let slots = |holds: &dyn Fn(usize) -> bool| (0..one.len()).filter(|slot| holds(*slot)).collect::<Vec<_>>();
            prop_assert_eq!(both.iter().collect::<Vec<_>>(), slots(&|slot| one[slot] && other[slot]));
            prop_assert_eq!(&pushed.part(|slot| other[slot]), &both);
            let mut visited = Vec::new();
            both.each(|slot| visited.push(slot));
            prop_assert_eq!(visited, both.iter().collect::<Vec<_>>());
            prop_assert_eq!(both.count() as usize, both.iter().count());
            for (slot, is_in) in one.iter().enumerate() {
                prop_assert_eq!(pushed.has(slot), *is_in);
                pushed.remove(slot);
            }
            prop_assert_eq!(pushed.count(), 0);
            prop_assert!(!pushed.has(100_000));
        }
    }
}
