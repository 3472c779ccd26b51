//! How long an inhabitant takes.

use std::time::Duration;
use uuid::Uuid;

/// What kind of deed it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Reads a request and applies.
    Apply,
    /// Answers a message.
    Reply,
    /// Opens or shortlists an application.
    Look,
    /// Makes an offer or accepts one.
    Decide,
    /// Delivers the work.
    Deliver,
    /// Accepts a delivery.
    Receive,
    /// Writes a review.
    Review,
}

/// Whether the inhabitants take their time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Seconds, as somebody would who sits at the screen all day.
    Human,
    /// None at all.
    AtOnce,
}

impl Pace {
    /// How long this deed takes; the id decides within the bounds, so that not everybody is equally fast.
    pub(super) fn wait(self, kind: Kind, id: Uuid) -> Duration {
        let (least, most) = match (self, kind) {
            (Self::AtOnce, _) => return Duration::ZERO,
            (Self::Human, Kind::Apply) => (1_200, 6_000),
            (Self::Human, Kind::Reply) => (2_000, 5_000),
            (Self::Human, Kind::Look) => (1_500, 3_000),
            (Self::Human, Kind::Decide) => (2_500, 5_000),
            (Self::Human, Kind::Deliver) => (9_000, 12_000),
            (Self::Human, Kind::Receive | Kind::Review) => (3_000, 6_000),
        };
        let within = u64::try_from(id.as_u128() % u128::from(most - least)).unwrap_or(0);
        Duration::from_millis(least + within)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_take_seconds_and_tests_take_none() {
        for number in 0..50 {
            let id = Uuid::from_u128(number * 7_919);
            let wait = Pace::Human.wait(Kind::Apply, id);
            assert!((1_200..6_000).contains(&wait.as_millis()), "{wait:?}");
            assert_eq!(Pace::AtOnce.wait(Kind::Deliver, id), Duration::ZERO);
        }
    }
}
