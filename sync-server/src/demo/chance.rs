//! Chance that comes from a seed: the same seed tells the same story on every machine.

use guildhall_domain::time::Timestamp;
use uuid::{Builder, Uuid};

/// A stream of numbers (`SplitMix64`, Steele, Lea and Flood 2014).
#[derive(Debug, Clone)]
pub(super) struct Chance(u64);

impl Chance {
    /// The stream of a seed.
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The stream of a text within this one's seed, so that a change in one part of the story does not move the others.
    pub(super) fn of(&self, what: &str) -> Self {
        // FNV-1a, 64 bits.
        let hash = what.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3_u64)
        });
        let mut stream = Self(self.0 ^ hash);
        stream.next();
        stream
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below the limit; 0 where there is nothing below it.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % limit).unwrap_or(0)
    }

    /// A number between two, both included.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high.saturating_sub(low)).unwrap_or(0) + 1;
        low.saturating_add(i64::try_from(self.next() % span).unwrap_or(0))
    }

    /// True in so many of a hundred cases.
    pub(super) fn percent(&mut self, percent: u32) -> bool {
        self.next() % 100 < u64::from(percent)
    }

    /// One of these, if there is one.
    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }

    /// One of these texts; empty where there is none.
    pub(super) fn word(&mut self, of: &[&'static str]) -> &'static str {
        self.pick(of).copied().unwrap_or_default()
    }

    /// A place in a list of weights, by weight; 0 where all are 0.
    pub(super) fn weighted(&mut self, weights: &[u32]) -> usize {
        let sum: u64 = weights.iter().copied().map(u64::from).sum();
        let mut left = self.next() % sum.max(1);
        for (index, weight) in weights.iter().copied().map(u64::from).enumerate() {
            if left < weight {
                return index;
            }
            left -= weight;
        }
        0
    }

    /// Puts a list into another order (Fisher and Yates).
    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        for index in (1..list.len()).rev() {
            list.swap(index, self.below(index + 1));
        }
    }

    /// An id that sorts by time, as desktops make them.
    pub(super) fn id(&mut self, at: Timestamp) -> Uuid {
        let mut bytes = [0; 10];
        let (high, low) = (self.next().to_le_bytes(), self.next().to_le_bytes());
        bytes[..8].copy_from_slice(&high);
        bytes[8..].copy_from_slice(&low[..2]);
        Builder::from_unix_timestamp_millis(u64::try_from(at.0).unwrap_or(0), &bytes).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers_and_another_gives_others() {
        let numbers = |seed| {
            let mut chance = Chance::new(seed);
            (0..20).map(|_| chance.below(1_000)).collect::<Vec<_>>()
        };
        assert_eq!(numbers(7), numbers(7));
        assert_ne!(numbers(7), numbers(8));
    }

    #[test]
    fn two_parts_of_one_seed_have_nothing_to_do_with_each_other() {
        let chance = Chance::new(7);
        assert_ne!(chance.of("people").next(), chance.of("requests").next());
        assert_eq!(chance.of("people").next(), chance.of("people").next());
    }

    #[test]
    fn bounds_are_kept_and_reached() {
        let mut chance = Chance::new(1);
        let drawn: std::collections::BTreeSet<i64> =
            (0..200).map(|_| chance.between(-2, 2)).collect();
        assert_eq!(drawn.into_iter().collect::<Vec<_>>(), [-2, -1, 0, 1, 2]);
        assert_eq!(chance.below(0), 0);
        assert_eq!(chance.pick::<u8>(&[]), None);
    }

    #[test]
    fn weights_of_nothing_are_never_drawn() {
        let mut chance = Chance::new(3);
        for _ in 0..100 {
            assert_eq!(chance.weighted(&[0, 5, 0]), 1);
        }
    }
}
