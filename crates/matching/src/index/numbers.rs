//! Short numbers for ids: the place of each among all that occur, ascending.

use std::collections::BTreeSet;

/// Ids below this are looked up in a table; vocabularies number their skills from one on.
const IN_TABLE: usize = 1 << 16;

/// The different ids of many, each with a number.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    ids: Vec<u32>,
    /// By id, its number, as far as ids are small.
    table: Vec<u32>,
}

impl Numbers {
    pub(super) fn of(all: impl Iterator<Item = u32>) -> Self {
        let mut occurs: Vec<u64> = Vec::new();
        let mut large = BTreeSet::new();
        for id in all {
            let (word, bit) = (id as usize / 64, id % 64);
            if id as usize >= IN_TABLE {
                large.insert(id);
                continue;
            }
            if occurs.len() <= word {
                occurs.resize(word + 1, 0);
            }
            occurs[word] |= 1 << bit;
        }
        let mut numbers = Self {
            ids: Vec::new(),
            table: vec![0; occurs.len() * 64],
        };
        for (first, mut word) in (0..).step_by(64).zip(occurs) {
            while word != 0 {
                let id = first + word.trailing_zeros();
                word &= word - 1;
                numbers.table[id as usize] = u32::try_from(numbers.ids.len()).unwrap_or(0);
                numbers.ids.push(id);
            }
        }
        numbers.ids.extend(large);
        numbers
    }

    /// The ids, ascending.
    pub(super) fn into_ids(self) -> Vec<u32> {
        self.ids
    }

    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    /// The number of an id that occurs.
    pub(super) fn number(&self, id: u32) -> usize {
        match self.table.get(id as usize) {
            Some(number) => *number as usize,
            None => self.ids.binary_search(&id).unwrap_or_else(|at| at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_are_places_among_the_ascending_ids(
            small in vec(0..500_u32, 0..60),
            large in vec(prop_oneof![65_000..66_000_u32, any::<u32>()], 0..20),
        ) {
            let all = || small.iter().chain(&large).copied();
            let numbers = Numbers::of(all());

            let expected: Vec<u32> = all().collect::<BTreeSet<u32>>().into_iter().collect();
            for (number, id) in expected.iter().enumerate() {
                prop_assert_eq!(numbers.number(*id), number);
            }
            prop_assert_eq!(numbers.len(), expected.len());
            prop_assert_eq!(numbers.into_ids(), expected);
        }
    }
}
