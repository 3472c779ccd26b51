//! Rating: what clients said, what was finished, how fast answers come, what can be looked at.

use crate::facts::FreelancerFacts;
use crate::share::{ONE, share, take};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One review's full weight, in 256ths.
const VOTE: u64 = 256;
/// Every freelancer begins with eight imagined reviews...
const PRIOR_VOTES: u64 = 8 * VOTE;
/// ...of 4.25 stars each, 34 in all.
const PRIOR_STARS: u64 = 34 * VOTE;
/// Reviews of one client that count.
const VOTES_PER_CLIENT: u8 = 2;

/// Share of the stars in the part: .55.
const STARS: u32 = 36_045;
/// Share of finished jobs: .20.
const FINISHED: u32 = 13_107;
/// Share of fast answers: .15.
const ANSWERED: u32 = 9_830;
/// Share of shown works: .10.
const SHOWN: u32 = 6_554;
/// So many shown works are enough.
const WORKS: u64 = 4;

/// One review, as far as the rating reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Review {
    /// The account that wrote it.
    pub client: u128,
    /// 1 to 5; anything else is cut to that.
    pub stars: u8,
    /// What the job was worth in minor units of the reference currency, if known.
    pub value_minor: Option<i64>,
}

/// All reviews of a freelancer, added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rating {
    /// How many there are.
    pub count: u32,
    /// Their stars, plainly added up.
    pub stars: u32,
    /// Their weights added up, in 256ths of a vote.
    pub weight: u64,
    /// Stars times weight added up, in 256ths.
    pub weighted_stars: u64,
}

impl Rating {
    /// A rating in which every review has one vote.
    pub fn from_sum(stars: u32, count: u32) -> Self {
        Self {
            count,
            stars,
            weight: u64::from(count) * VOTE,
            weighted_stars: u64::from(stars) * VOTE,
        }
    }

    /// A rating from reviews, **newest first**: large jobs weigh up to three votes, small ones down to a quarter, and
    /// of each client only the two newest reviews count.
    pub fn from_reviews(reviews: impl IntoIterator<Item = Review>) -> Self {
        let mut votes: BTreeMap<u128, u8> = BTreeMap::new();
        let mut rating = Self::default();
        for review in reviews {
            let stars = u32::from(review.stars.clamp(1, 5));
            rating.count = rating.count.saturating_add(1);
            rating.stars = rating.stars.saturating_add(stars);
            let cast = votes.entry(review.client).or_default();
            if *cast < VOTES_PER_CLIENT {
                *cast += 1;
                let weight = review.value_minor.map_or(VOTE, weight_of_value);
                rating.weight = rating.weight.saturating_add(weight);
                rating.weighted_stars = rating
                    .weighted_stars
                    .saturating_add(u64::from(stars) * weight);
            }
        }
        rating
    }

    /// The mean with the imagined reviews, as a share: 1 star is nothing, 5 stars are all.
    fn posterior(self) -> u32 {
        let weight = self.weight.saturating_add(PRIOR_VOTES);
        let stars = self.weighted_stars.saturating_add(PRIOR_STARS);
        share(stars.saturating_sub(weight), weight.saturating_mul(4))
    }
}

/// `log2(1 + value / 100)` votes with the value in major units, between a quarter and three, in 256ths.
///
/// Between powers of two the logarithm is drawn as a straight line, so that it needs no floating point.
fn weight_of_value(value_minor: i64) -> u64 {
    // A hundred major units are 10,000 minor ones; eight such hundreds are already worth three votes.
    let hundreds = value_minor.clamp(0, 80_000).unsigned_abs() * VOTE / 10_000;
    let x = VOTE + hundreds;
    let whole = u64::from(x.ilog2() - VOTE.ilog2());
    let fraction = (x >> whole) - VOTE;
    (whole * VOTE + fraction).clamp(VOTE / 4, 3 * VOTE)
}

/// What the rating part was computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatingFacts {
    /// Reviews there are.
    pub reviews: u32,
    /// Their plain mean in hundredths of a star; none without reviews.
    pub mean_hundredths: Option<u32>,
    /// The mean that matching uses, in hundredths of a star.
    pub posterior_hundredths: u32,
    /// Jobs finished.
    pub finished: u32,
    /// Jobs finished or broken off.
    pub jobs: u32,
    /// Questions answered within a day.
    pub answered: u32,
    /// Questions asked.
    pub asked: u32,
    /// Works shown.
    pub shown_works: u8,
}

/// The part: .55 stars, .20 finished jobs, .15 fast answers, .10 shown works.
pub(crate) fn share_of(freelancer: &FreelancerFacts) -> u32 {
    let completed = u64::from(freelancer.completed_jobs);
    let finished = share(
        completed + 9,
        completed + u64::from(freelancer.cancelled_jobs) + 10,
    );
    let asked = u64::from(freelancer.asked);
    let answered = share(
        u64::from(freelancer.answered_in_a_day).min(asked) + 4,
        asked + 6,
    );
    let shown = share(u64::from(freelancer.shown_works), WORKS);

    let sum = take(STARS, freelancer.rating.posterior())
        + take(FINISHED, finished)
        + take(ANSWERED, answered)
        + take(SHOWN, shown);
    sum.min(ONE)
}

/// What the sentence needs.
pub(crate) fn facts(freelancer: &FreelancerFacts) -> RatingFacts {
    let rating = freelancer.rating;
    let hundredths =
        |share: u32| (u64::from(share) * 400 + u64::from(ONE) / 2) / u64::from(ONE) + 100;
    let count = u64::from(rating.count);
    let mean =
        (count > 0).then(|| ((u64::from(rating.stars) * 100 + count / 2) / count).clamp(100, 500));
    RatingFacts {
        reviews: rating.count,
        mean_hundredths: mean.map(|mean| u32::try_from(mean).unwrap_or(500)),
        posterior_hundredths: u32::try_from(hundredths(rating.posterior())).unwrap_or(500),
        finished: freelancer.completed_jobs,
        jobs: freelancer
            .completed_jobs
            .saturating_add(freelancer.cancelled_jobs),
        answered: freelancer.answered_in_a_day.min(freelancer.asked),
        asked: freelancer.asked,
        shown_works: freelancer.shown_works,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_posterior_starts_at_four_and_a_quarter_and_follows_the_reviews() {
        let table = [
            (Rating::default(), 53_248),               // 4.25 stars
            (Rating::from_sum(5, 1), 54_613),          // 39 / 9
            (Rating::from_sum(1, 1), 47_331),          // 35 / 9
            (Rating::from_sum(40, 8), 59_392),         // 4.625
            (Rating::from_sum(u32::MAX, u32::MAX), 0), // one star each
            (
                Rating {
                    weight: u64::MAX,
                    ..Rating::default()
                },
                0,
            ),
            (
                Rating {
                    weighted_stars: u64::MAX,
                    ..Rating::default()
                },
                ONE,
            ),
        ];
        for (rating, expected) in table {
            assert_eq!(rating.posterior(), expected, "{rating:?}");
        }
    }

    #[test]
    fn a_review_weighs_by_the_size_of_its_job() {
        let table = [
            (-1, 64),
            (0, 64),
            (2_500, 64),
            (10_000, 256),
            (20_000, 384),
            (30_000, 512),
            (70_000, 768),
            (i64::MAX, 768),
        ];
        for (value_minor, expected) in table {
            assert_eq!(weight_of_value(value_minor), expected, "{value_minor}");
        }
    }

    #[test]
    fn the_drawn_logarithm_stays_close_to_the_real_one() {
        for hundreds in 0..700_u32 {
            let real = (1.0 + f64::from(hundreds) / 100.0).log2().max(0.25);

            let drawn = weight_of_value(i64::from(hundreds) * 100);

            let drawn = f64::from(u32::try_from(drawn).expect("at most three votes")) / 256.0;
            assert!(
                (drawn - real).abs() < 0.1,
                "{hundreds} % of a hundred: {drawn} for {real}"
            );
        }
    }

    #[test]
    fn only_the_two_newest_reviews_of_a_client_count_but_all_are_shown() {
        let review = |client, stars| Review {
            client,
            stars,
            value_minor: None,
        };

        let rating = Rating::from_reviews([
            review(1, 5),
            review(1, 4),
            review(2, 3),
            review(1, 1),
            review(3, 99),
        ]);

        assert_eq!(
            rating,
            Rating {
                count: 5,
                stars: 18,
                weight: 4 * 256,
                weighted_stars: 17 * 256
            }
        );
    }
}
