//! From values to lengths.

/// A scale from 0 to a round number not below the largest value.
///
/// The end is round so that the largest mark, too, moves when its value does.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    end: f64,
}

impl Scale {
    /// A scale for these values; what is not a number does not count.
    pub(super) fn over(values: impl Iterator<Item = f64>) -> Self {
        let largest = values.map(sane).fold(0.0, f64::max);
        Self {
            end: round_up(largest),
        }
    }

    /// The share of the scale that a value takes, 0 to 1.
    pub(super) fn share(self, value: f64) -> f64 {
        (sane(value) / self.end).clamp(0.0, 1.0)
    }
}

fn sane(value: f64) -> f64 {
    if value.is_nan() {
        0.0
    } else {
        value.clamp(0.0, 1e300)
    }
}

/// The next round number. No two of them are neighbours among whole numbers, so one case more
/// never leaves the largest mark at the end of the scale.
fn round_up(value: f64) -> f64 {
    const SMALL: [f64; 4] = [4.0, 6.0, 8.0, 10.0];
    const STEPS: [f64; 11] = [1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    let (ends, decade) = if value <= 10.0 {
        (SMALL.as_slice(), 1.0)
    } else {
        (STEPS.as_slice(), 10_f64.powf(value.log10().floor()))
    };
    let mut ends = ends.iter().map(|end| end * decade);
    ends.find(|end| *end >= value).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_the_next_round_number() {
        for (value, end) in [
            (0.0, 4.0),
            (1.0, 4.0),
            (5.0, 6.0),
            (10.0, 10.0),
            (11.0, 12.0),
            (96.0, 100.0),
            (412.0, 500.0),
        ] {
            let scale = Scale::over([value].into_iter());
            assert!((scale.end - end).abs() < 1e-9, "{value}: {}", scale.end);
        }
    }

    #[test]
    fn one_case_more_always_changes_the_share_of_the_largest() {
        let share = |count: u32| {
            let value = f64::from(count);
            Scale::over([value].into_iter()).share(value)
        };

        for count in 0..20_000 {
            let difference = (share(count) - share(count + 1)).abs();
            assert!(difference > 1e-6, "from {count}");
        }
    }

    #[test]
    fn no_value_leaves_the_scale() {
        let wild = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -3.0, f64::MAX];
        let scale = Scale::over(wild.into_iter());

        for value in wild {
            assert!((0.0..=1.0).contains(&scale.share(value)), "{value}");
        }
    }
}
