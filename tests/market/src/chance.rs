//! Chance that is the same on every machine: streams for making a market, and noise that belongs to a pair of people.

use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A stream of numbers.
#[derive(Debug, Clone)]
pub(crate) struct Chance(ChaCha8Rng);

impl Chance {
    /// The stream of a seed for one purpose: making more of one thing changes nothing about the others.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Self(rng)
    }

    /// Between 0 and 1, without 1.
    pub(crate) fn unit(&mut self) -> f64 {
        unit(self.0.next_u64())
    }

    /// True in this share of cases.
    pub(crate) fn happens(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// Between two numbers.
    pub(crate) fn between(&mut self, (from, to): (f64, f64)) -> f64 {
        from + (to - from) * self.unit()
    }

    /// A number below `end`, which is at least 1.
    pub(crate) fn below(&mut self, end: u32) -> u32 {
        ((u64::from(self.0.next_u32()) * u64::from(end)) >> 32) as u32
    }

    /// `from` and up to `more - 1` beyond it.
    pub(crate) fn starting_at(&mut self, (from, more): (u32, u32)) -> u32 {
        from + self.below(more)
    }

    /// Nearly normal, mean 0 and variance 1: twelve even draws, because logarithms differ between machines.
    pub(crate) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    /// An index with a frequency of one over index plus one plus `offset`.
    pub(crate) fn zipf(&mut self, count: usize, offset: f64) -> usize {
        let share = |index: usize| 1.0 / (index as f64 + 1.0 + offset);
        let total: f64 = (0..count).map(share).sum();
        let mut left = self.unit() * total;
        for index in 0..count {
            left -= share(index);
            if left < 0.0 {
                return index;
            }
        }
        count.saturating_sub(1)
    }

    /// Mixes a slice.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last as u32 + 1) as usize);
        }
    }
}

/// What a piece of noise is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    Look = 1,
    Examine,
    Browse,
    Image,
    Read,
    Judge,
    Finish,
    Stars,
    Review,
    Leave,
    Order,
}

/// The same two people in the same week meet the same chance under every policy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Noise(pub(crate) u64);

impl Noise {
    pub(crate) fn bits(self, about: About, one: usize, other: usize, week: u32) -> u64 {
        let mut state = self.0 ^ (about as u64) << 56;
        for part in [one as u64, other as u64, u64::from(week)] {
            state = mixed(state.wrapping_add(part).wrapping_add(0x9e37_79b9_7f4a_7c15));
        }
        state
    }

    /// Between 0 and 1, without 1.
    pub(crate) fn unit(self, about: About, one: usize, other: usize, week: u32) -> f64 {
        unit(self.bits(about, one, other, week))
    }

    /// Nearly normal, mean 0 and variance 1.
    pub(crate) fn normal(self, about: About, one: usize, other: usize, week: u32) -> f64 {
        let mut state = self.bits(about, one, other, week);
        let mut sum = -6.0;
        for _ in 0..12 {
            state = mixed(state.wrapping_add(0x9e37_79b9_7f4a_7c15));
            sum += unit(state);
        }
        sum
    }
}

/// The finish of `SplitMix64`.
fn mixed(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

fn unit(bits: u64) -> f64 {
    const SCALE: f64 = 1.0 / (1_u64 << 53) as f64;
    (bits >> 11) as f64 * SCALE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_have_the_mean_and_spread_they_promise() {
        let mut chance = Chance::new(1, 1);
        let noise = Noise(7);
        let drawn: Vec<f64> = (0..20_000).map(|_| chance.normal()).collect();
        let hashed: Vec<f64> = (0..20_000)
            .map(|pair| noise.normal(About::Judge, pair, 3, 9))
            .collect();
        for normals in [drawn, hashed] {
            let mean = normals.iter().sum::<f64>() / 20_000.0;
            let spread = normals.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 20_000.0;
            assert!(
                mean.abs() < 0.03 && (spread - 1.0).abs() < 0.05,
                "{mean} {spread}"
            );
        }
        let first = (0..9_000).filter(|_| chance.zipf(3, 1.0) == 0).count();
        // 1/2 of 1/2 + 1/3 + 1/4.
        assert!((3_900..4_420).contains(&first), "{first}");
    }

    #[test]
    fn streams_of_one_seed_differ() {
        assert_ne!(
            Chance::new(1, 1).unit().to_bits(),
            Chance::new(1, 2).unit().to_bits()
        );
    }
}
