//! How much each of the five parts counts.

use crate::fit::Parts;
use crate::share::ONE;
use serde::{Deserialize, Serialize};

/// The most each part can give; the five sum to [`ONE`].
///
/// The default is .45 skills, .20 rating, .15 place, .10 availability and .10 budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct Weights(Parts);

/// The five weights do not sum to 65,536.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidWeights {
    /// What they sum to.
    pub sum: u64,
}

impl Weights {
    /// Takes five weights in 65,536ths, unless they sum to anything but one whole.
    pub fn new(weights: Parts) -> Result<Self, InvalidWeights> {
        let sum = weights.iter().map(|(_, weight)| u64::from(weight)).sum();
        if sum == u64::from(ONE) {
            Ok(Self(weights))
        } else {
            Err(InvalidWeights { sum })
        }
    }

    /// The five weights: what a perfect match would score, part by part.
    pub fn parts(&self) -> Parts {
        self.0
    }
}

impl Default for Weights {
    fn default() -> Self {
        Self(Parts {
            skills: 29_491,
            rating: 13_107,
            place: 9_830,
            availability: 6_554,
            budget: 6_554,
        })
    }
}

impl TryFrom<Parts> for Weights {
    type Error = InvalidWeights;

    fn try_from(weights: Parts) -> Result<Self, InvalidWeights> {
        Self::new(weights)
    }
}

impl From<Weights> for Parts {
    fn from(weights: Weights) -> Self {
        weights.0
    }
}

impl std::fmt::Display for InvalidWeights {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "the weights of a fit must sum to {ONE}, these sum to {}",
            self.sum
        )
    }
}

impl std::error::Error for InvalidWeights {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_weights_are_valid_and_read_as_whole_percents() {
        let weights = Weights::default().parts();

        assert_eq!(Weights::new(weights), Ok(Weights::default()));
        assert_eq!(
            weights.percents(),
            Parts {
                skills: 45,
                rating: 20,
                place: 15,
                availability: 10,
                budget: 10
            }
        );
    }

    #[test]
    fn weights_that_do_not_sum_to_one_are_refused() {
        let mut weights = Weights::default().parts();
        weights.skills = u32::MAX;

        let refused = Weights::new(weights).expect_err("too heavy");

        assert_eq!(refused.sum, u64::from(u32::MAX) + 36_045);
        assert_eq!(
            refused.to_string(),
            "the weights of a fit must sum to 65536, these sum to 4295003340"
        );
        let json = serde_json::to_string(&weights).expect("serialises");
        assert!(serde_json::from_str::<Weights>(&json).is_err());
    }
}
