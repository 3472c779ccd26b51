//! Turns latitude and longitude into a point on the unit sphere, in whole numbers only.
//!
//! Sine and cosine of the standard library differ between operating systems in the last bits,
//! and the same request must rank alike on every machine. So they are summed here, in fixed
//! point, from their series.

/// One in the fixed point used here.
const ONE: i64 = 1 << 30;
/// Half a circle divided by the diameter, in fixed point: π · 2³⁰.
const PI: i64 = 3_373_259_426;
/// A quarter turn, in the ten-thousandths of a degree of the gazetteer.
const QUARTER: i64 = 900_000;
/// What one becomes in the result; a step is about 0.2 km on the ground.
const UNIT: i64 = 32_767;

/// Gives the point (x, y, z) for a latitude and longitude in ten-thousandths of a degree.
pub(super) fn unit(lat_e4: i32, lon_e4: i32) -> [i16; 3] {
    let (lat, lon) = (i64::from(lat_e4), i64::from(lon_e4));
    let flat = cos(lat);
    [
        scaled(flat * cos(lon) / ONE),
        scaled(flat * sin(lon) / ONE),
        scaled(sin(lat)),
    ]
}

/// Rounds half away from zero to the steps of the result.
fn scaled(value: i64) -> i16 {
    let half = if value < 0 { -ONE / 2 } else { ONE / 2 };
    let steps = (value * UNIT + half) / ONE;
    i16::try_from(steps).unwrap_or(if steps < 0 { i16::MIN } else { i16::MAX })
}

fn cos(angle: i64) -> i64 {
    sin(angle + QUARTER)
}

fn sin(angle: i64) -> i64 {
    let turned = angle.rem_euclid(4 * QUARTER);
    let (folded, sign) = if turned < 2 * QUARTER {
        (turned, 1)
    } else {
        (turned - 2 * QUARTER, -1)
    };
    let acute = folded.min(2 * QUARTER - folded);
    sign * series(acute * PI / (2 * QUARTER))
}

/// x − x³/3! + x⁵/5! − …, for x up to a quarter turn.
fn series(x: i64) -> i64 {
    let square = x * x / ONE;
    let mut term = x;
    let mut sum = x;
    let mut n = 1;
    while term != 0 {
        term = -(term * square / ONE) / ((n + 1) * (n + 2));
        sum += term;
        n += 2;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn poles_and_equator_lie_where_they_should() {
        assert_eq!(unit(0, 0), [32_767, 0, 0]);
        assert_eq!(unit(900_000, 0), [0, 0, 32_767]);
        assert_eq!(unit(-900_000, 1_234_567), [0, 0, -32_767]);
        assert_eq!(unit(0, 1_800_000), [-32_767, 0, 0]);
        assert_eq!(unit(0, -1_800_000), [-32_767, 0, 0]);
        assert_eq!(unit(0, -900_000), [0, -32_767, 0]);
    }

    #[test]
    fn points_agree_with_floating_point_to_one_step() {
        for lat in (-900_000..=900_000).step_by(76_543) {
            for lon in (-1_800_000..=1_800_000).step_by(87_654) {
                let (phi, lambda) = (
                    (f64::from(lat) / 10_000.0).to_radians(),
                    (f64::from(lon) / 10_000.0).to_radians(),
                );
                let expected = [
                    phi.cos() * lambda.cos(),
                    phi.cos() * lambda.sin(),
                    phi.sin(),
                ];
                for (found, expected) in unit(lat, lon).into_iter().zip(expected) {
                    let off = (f64::from(found) - expected * 32_767.0).abs();
                    assert!(off <= 0.51, "{lat} {lon}: off by {off}");
                }
            }
        }
    }
}
