//! In which order results come, and how a list goes on.

use crate::index::Side;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::fmt::Write as _;

/// Where an entry stands in an order: the greater key first, of equals the smaller hash, then the smaller id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rank {
    pub(crate) key: u64,
    pub(crate) id: u128,
}

impl Rank {
    fn order(self) -> (Reverse<u64>, u64, u128) {
        (Reverse(self.key), hash(self.id), self.id)
    }
}

impl Ord for Rank {
    fn cmp(&self, other: &Self) -> Ordering {
        // Hashing only where keys are equal.
        other
            .key
            .cmp(&self.key)
            .then_with(|| self.order().cmp(&other.order()))
    }
}

impl PartialOrd for Rank {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// FNV-1a with 64 bits over the id, most significant byte first: nobody can pick an id that stands first for long.
fn hash(id: u128) -> u64 {
    id.to_be_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |state, byte| {
            (state ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        })
}

/// The key of an instant: the later the greater.
pub(crate) fn newest(since_ms: i64) -> u64 {
    since_ms.cast_unsigned() ^ (1 << 63)
}

/// The key of a rate: the best paid work, the cheapest people; without a rate last.
pub(crate) fn rate(rate: Option<i64>, side: Side) -> u64 {
    match (rate, side) {
        (None, _) => 0,
        (Some(rate), Side::Work) => newest(rate).max(1),
        (Some(rate), Side::Talent) => (u64::MAX - newest(rate)).max(1),
    }
}

/// The key of a distance: the nearer the greater; without a place last.
pub(crate) fn nearest(squared_steps: Option<u64>) -> u64 {
    squared_steps.map_or(0, |squared| u64::MAX - squared)
}

/// A place in a list: behind this result, with these weights of the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) rank: Rank,
    pub(crate) weights: Vec<u32>,
}

impl Place {
    /// Writes it down, as the name of the next part of a list.
    pub(crate) fn written(&self) -> String {
        let mut text = format!("{:x}.{:x}", self.rank.key, self.rank.id);
        for weight in &self.weights {
            // Writing into a text does not fail.
            let _ = write!(text, ".{weight:x}");
        }
        text
    }

    /// Reads it back.
    pub(crate) fn read(text: &str) -> Option<Self> {
        if text.len() > 256 {
            return None;
        }
        let mut parts = text.split('.');
        let key = u64::from_str_radix(parts.next()?, 16).ok()?;
        let id = u128::from_str_radix(parts.next()?, 16).ok()?;
        // A weight is at most 1 + log2 of all entries; more would not fit a score.
        let weight = |part| {
            u32::from_str_radix(part, 16)
                .ok()
                .filter(|weight| *weight < 1 << 14)
        };
        let weights = parts.map(weight).collect::<Option<_>>()?;
        Some(Self {
            rank: Rank { key, id },
            weights,
        })
    }
}

/// Keeps the first so many.
pub(crate) struct First {
    most: usize,
    heap: BinaryHeap<(Rank, usize)>,
}

impl First {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            heap: BinaryHeap::with_capacity(most + 1),
        }
    }

    /// The least key that can still get in.
    pub(crate) fn least_key(&self) -> u64 {
        match self.heap.peek() {
            Some((last, _)) if self.heap.len() >= self.most => last.key,
            _ => 0,
        }
    }

    pub(crate) fn offer(&mut self, rank: Rank, slot: usize) {
        self.heap.push((rank, slot));
        if self.heap.len() > self.most {
            self.heap.pop();
        }
    }

    /// What was kept, the first first.
    pub(crate) fn into_sorted(self) -> Vec<(Rank, usize)> {
        self.heap.into_sorted_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written() {
        let place = Place {
            rank: Rank {
                key: u64::MAX,
                id: u128::MAX,
            },
            weights: vec![256, 8_191],
        };
        assert_eq!(Place::read(&place.written()), Some(place));
        for text in [
            "",
            "1",
            "1.x",
            "1.2.ffffffff",
            "1.2.",
            "-1.2",
            &"1.".repeat(200),
        ] {
            assert_eq!(Place::read(text), None, "{text}");
        }
    }

    #[test]
    fn what_has_no_rate_and_no_place_comes_last() {
        assert!(rate(Some(i64::MAX), Side::Talent) > rate(None, Side::Talent));
        assert!(rate(Some(i64::MIN), Side::Work) > rate(None, Side::Work));
        assert!(rate(Some(2), Side::Work) > rate(Some(1), Side::Work));
        assert!(rate(Some(2), Side::Talent) < rate(Some(1), Side::Talent));
        assert!(nearest(Some(5)) > nearest(Some(6)) && nearest(Some(1 << 40)) > nearest(None));
        assert!(newest(-1) < newest(0) && newest(0) < newest(1));
    }
}
