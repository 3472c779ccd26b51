//! BM25 (Robertson and Zaragoza 2009) over the words of skills and category, with the usual `k1` and `b`.

use crate::people::Freelancer;
use crate::vocabulary::Vocabulary;
use guildhall_matching::RequestFacts;
use std::collections::BTreeMap;

const K1: f64 = 1.2;
const B: f64 = 0.75;

/// The words of every freelancer's profile.
#[derive(Debug)]
pub(crate) struct Texts {
    /// By freelancer: words with how often they are there, and how many there are.
    profiles: Vec<(BTreeMap<u32, f64>, f64)>,
    mean_length: f64,
    /// In how many profiles a word is.
    spread: BTreeMap<u32, u32>,
    vocabulary: &'static Vocabulary,
}

impl Texts {
    pub(crate) fn new(freelancers: &[Freelancer], vocabulary: &'static Vocabulary) -> Self {
        let profiles: Vec<(BTreeMap<u32, f64>, f64)> = freelancers
            .iter()
            .map(|person| {
                let mut words = BTreeMap::new();
                for held in &person.facts.skills {
                    for word in vocabulary.words.get(&held.skill).into_iter().flatten() {
                        *words.entry(*word).or_insert(0.0) += 1.0;
                    }
                }
                let length = words.values().sum();
                (words, length)
            })
            .collect();
        let mut spread = BTreeMap::new();
        for (words, _) in &profiles {
            for word in words.keys() {
                *spread.entry(*word).or_insert(0) += 1;
            }
        }
        let total: f64 = profiles.iter().map(|(_, length)| length).sum();
        Self {
            mean_length: total / profiles.len().max(1) as f64,
            profiles,
            spread,
            vocabulary,
        }
    }

    /// The words of a request with their weights.
    pub(crate) fn query(&self, request: &RequestFacts) -> Vec<(u32, f64)> {
        let words = request.skills.iter();
        let words = words.flat_map(|wanted| {
            let words = self.vocabulary.words.get(&wanted.skill);
            words.into_iter().flatten().copied()
        });
        words.map(|word| (word, self.rarity(word))).collect()
    }

    fn rarity(&self, word: u32) -> f64 {
        let there = f64::from(self.spread.get(&word).copied().unwrap_or(0));
        let all = self.profiles.len() as f64;
        natural_logarithm(1.0 + (all - there + 0.5) / (there + 0.5))
    }

    /// How well a profile answers; nobody without a common word.
    pub(crate) fn score(&self, query: &[(u32, f64)], freelancer: usize) -> Option<f64> {
        let (words, length) = &self.profiles[freelancer];
        let damping = K1 * (1.0 - B + B * length / self.mean_length);
        let score: f64 = query
            .iter()
            .filter_map(|(word, rarity)| {
                let often = words.get(word)?;
                Some(rarity * often * (K1 + 1.0) / (often + damping))
            })
            .sum();
        (score > 0.0).then_some(score)
    }
}

/// `ln` of a number from 1 on, by its series: that of the system differs between systems.
fn natural_logarithm(of: f64) -> f64 {
    let (mut rest, mut halvings) = (of, 0.0);
    while rest > 1.5 {
        rest /= 2.0;
        halvings += 1.0;
    }
    // ln x = 2 (z + z³/3 + z⁵/5 + …) with z = (x − 1) / (x + 1), below .2 here.
    let z = (rest - 1.0) / (rest + 1.0);
    let (mut power, mut sum) = (z, 0.0);
    for odd in (1..30).step_by(2) {
        sum += power / f64::from(odd);
        power *= z * z;
    }
    2.0 * sum + halvings * std::f64::consts::LN_2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logarithm_is_the_systems_up_to_rounding() {
        for of in [1.0, 1.2, 1.5, 2.0, 10.0, 12_345.6] {
            assert!((natural_logarithm(of) - of.ln()).abs() < 1e-12, "{of}");
        }
    }
}
