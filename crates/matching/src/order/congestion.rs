//! Congestion: what many already wait for stands lower in a list, so that somebody reads what is written.

use serde::{Deserialize, Serialize};

/// Applications that a request can well use; more are not read.
pub const APPLICATIONS_TARGET: u32 = 8;
/// Applications of one freelancer that may wait for an answer before somebody else is shown rather than them.
pub const WAITING_TARGET: u32 = 4;
/// What each one beyond the target takes off, in 65,536ths: 1/160 of a perfect fit, so that twice the applications cost .05.
pub const CONGESTION_STEP: u32 = 410;
/// The most that congestion takes off, in 65,536ths: .10, as much as the budget part gives.
pub const MOST_CONGESTION: u32 = 6_554;

/// How much lower something stands because of what already waits there, in 65,536ths of a perfect fit.
///
/// `min(6,554, 410 · (load − target))`, and nothing up to the target. It is taken from the score for the order of one list alone; the fit
/// that both sides read stays what it is. Whoever knows the load knows the price: it has no memory of its own, because applications
/// add up by themselves.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Congestion(u32);

impl Congestion {
    /// Of a request, in a freelancer's list, by the applications it has.
    pub fn of_request(applications: u32) -> Self {
        Self::of(applications, APPLICATIONS_TARGET)
    }

    /// Of a freelancer, in a client's list, by their applications that wait for an answer.
    pub fn of_freelancer(waiting: u32) -> Self {
        Self::of(waiting, WAITING_TARGET)
    }

    fn of(load: u32, target: u32) -> Self {
        let beyond = load.saturating_sub(target);
        Self(beyond.saturating_mul(CONGESTION_STEP).min(MOST_CONGESTION))
    }

    /// What is taken off, in 65,536ths.
    pub fn price(self) -> u32 {
        self.0
    }

    /// The number by which a list is ordered: the score less the price, never below 0.
    pub fn order(self, score: u32) -> u32 {
        score.saturating_sub(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_begins_beyond_the_target_and_ends_at_its_most() {
        for (applications, price) in [
            (0, 0),
            (8, 0),
            (9, 410),
            (16, 3_280),
            (23, 6_150),
            (24, 6_554),
            (u32::MAX, 6_554),
        ] {
            assert_eq!(Congestion::of_request(applications).price(), price);
        }
        assert_eq!(Congestion::of_freelancer(4).price(), 0);
        assert_eq!(Congestion::of_freelancer(6).price(), 820);
    }

    #[test]
    fn more_load_never_stands_higher_and_never_wraps() {
        for score in [0, 1, 6_553, 6_554, 65_536] {
            for load in 0..40 {
                let (less, more) = (
                    Congestion::of_request(load),
                    Congestion::of_request(load + 1),
                );
                assert!(more.order(score) <= less.order(score));
                assert!(score - less.order(score) <= MOST_CONGESTION);
            }
        }
    }
}
