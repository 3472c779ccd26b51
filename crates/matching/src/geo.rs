//! Places as points on a ball, so that distance is a subtraction.
//!
//! A point is a unit vector scaled to 32,767, about 0.194 km a step: near enough for matching and too coarse to find a
//! door. Distance is the straight line through the ball; for the distances people travel it is the way on the ground.

use crate::share::share;

/// A point on the earth: x through 0° N 0° E, y through 0° N 90° E, z through the north pole, each `-32,767..=32,767`.
pub type Position = [i16; 3];

/// Steps from the middle of the earth to its surface.
const STEPS: u64 = 32_767;

/// Kilometres from the middle of the earth to its surface.
const RADIUS_KM: u64 = 6_371;

/// Fixed point with 30 bits after the point, for sines.
const SINE_BITS: u32 = 30;

/// The point at a latitude and longitude in millionths of a degree, without any floating point.
pub fn position(latitude_e6: i32, longitude_e6: i32) -> Position {
    let quarter = 90_000_000;
    let latitude = i64::from(latitude_e6).clamp(-quarter, quarter);
    let longitude = i64::from(longitude_e6);
    let (across, up) = (sine(latitude + quarter), sine(latitude));
    let x = (across * sine(longitude + quarter)) >> SINE_BITS;
    let y = (across * sine(longitude)) >> SINE_BITS;
    [x, y, up].map(|coordinate| {
        let half = 1_i64 << (SINE_BITS - 1);
        let steps = (coordinate * 32_767 + half) >> SINE_BITS;
        i16::try_from(steps).unwrap_or(if steps < 0 { -i16::MAX } else { i16::MAX })
    })
}

/// The sine of an angle in millionths of a degree, by its power series.
fn sine(angle_e6: i64) -> i64 {
    const HALF_TURN: i64 = 180_000_000;
    let turned = angle_e6.rem_euclid(2 * HALF_TURN);
    let (sign, upper) = if turned >= HALF_TURN {
        (-1, turned - HALF_TURN)
    } else {
        (1, turned)
    };
    let folded = upper.min(HALF_TURN - upper);
    // pi / 180,000,000 with 60 bits after the point.
    let x = i64::try_from((i128::from(folded) * 20_122_276_272) >> SINE_BITS).unwrap_or(0);
    let square = (x * x) >> SINE_BITS;
    let mut term = x;
    let mut sum = x;
    for step in 1..=7 {
        term = -((term * square) >> SINE_BITS) / (2 * step * (2 * step + 1));
        sum += term;
    }
    sign * sum.min(1 << SINE_BITS)
}

/// The squared distance of two points, in squared steps.
pub(crate) fn squared_steps(one: Position, other: Position) -> u64 {
    one.iter()
        .zip(other)
        .map(|(a, b)| {
            let difference = u64::from(i32::from(*a).abs_diff(i32::from(b)));
            difference * difference
        })
        .sum()
}

/// A squared distance in kilometres as squared steps, rounded down.
pub(crate) fn squared_steps_of_km(km: u16) -> u64 {
    u64::from(km) * u64::from(km) * (STEPS * STEPS) / (RADIUS_KM * RADIUS_KM)
}

/// The distance of two points in whole kilometres, rounded to the nearest.
pub fn distance_km(one: Position, other: Position) -> u32 {
    let steps = (squared_steps(one, other) * 4).isqrt();
    let km = (steps * RADIUS_KM + STEPS) / (2 * STEPS);
    u32::try_from(km).unwrap_or(u32::MAX)
}

/// How near: `h² / (h² + d²)`, so 1 at the door, .5 at the half distance `h` and .1 at three times that.
pub(crate) fn nearness(half_squared: u64, squared: u64) -> u32 {
    let half_squared = half_squared.max(1);
    share(half_squared, half_squared.saturating_add(squared))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::share::ONE;

    const LEIPZIG: (i32, i32) = (51_339_620, 12_371_290);
    const HALLE: (i32, i32) = (51_482_360, 11_972_650);
    const SYDNEY: (i32, i32) = (-33_867_850, 151_207_320);

    #[test]
    fn the_axes_are_where_they_should_be() {
        assert_eq!(position(0, 0), [32_767, 0, 0]);
        assert_eq!(position(0, 90_000_000), [0, 32_767, 0]);
        assert_eq!(position(0, 180_000_000), [-32_767, 0, 0]);
        assert_eq!(position(90_000_000, 12_000_000), [0, 0, 32_767]);
        assert_eq!(position(-90_000_000, 0), [0, 0, -32_767]);
        assert_eq!(
            position(i32::MIN, i32::MAX),
            position(-90_000_000, i32::MAX)
        );
    }

    #[test]
    fn a_point_agrees_with_floating_point_within_one_step() {
        for (latitude, longitude) in [LEIPZIG, HALLE, SYDNEY, (1, -1), (89_999_999, -179_999_999)] {
            let (p, l) = (f64::from(latitude) / 1e6, f64::from(longitude) / 1e6);
            let (p, l) = (p.to_radians(), l.to_radians());
            let expected = [p.cos() * l.cos(), p.cos() * l.sin(), p.sin()];

            for (got, expected) in position(latitude, longitude).iter().zip(expected) {
                assert!(
                    (f64::from(*got) - expected * 32_767.0).abs() <= 1.0,
                    "{latitude} {longitude}"
                );
            }
        }
    }

    #[test]
    fn distances_are_those_of_the_map() {
        let leipzig = position(LEIPZIG.0, LEIPZIG.1);

        assert_eq!(distance_km(leipzig, leipzig), 0);
        assert_eq!(distance_km(leipzig, position(HALLE.0, HALLE.1)), 32);
        assert_eq!(distance_km([i16::MIN; 3], [i16::MAX; 3]), 22_070);
    }

    #[test]
    fn half_the_nearness_is_left_at_the_half_distance() {
        let squared = squared_steps_of_km(30);

        assert_eq!(nearness(squared, 0), ONE);
        assert_eq!(nearness(squared, squared), ONE / 2);
        assert_eq!(nearness(squared, squared * 9), ONE / 10);
        assert_eq!(nearness(0, 0), ONE);
        assert_eq!(nearness(1, u64::MAX), 0);
    }
}
