//! The currencies people are paid in, with indicative rates.

use serde::Serialize;

use crate::table;

/// Describes one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Currency {
    /// Gives its ISO 4217 code.
    pub code: &'static str,
    /// Says its English name.
    pub name: &'static str,
    /// Gives the sign written before or after an amount.
    pub symbol: &'static str,
    /// Counts the decimal digits of its smallest unit: 2 for cents, 0 for yen.
    pub minor_digits: u32,
    /// Tells how many millionths of it one euro buys. Only for comparing, never for paying.
    pub per_euro_micros: u64,
    /// Gives the day of the rate, as `2025-06-30`.
    pub rate_date: &'static str,
}

pub(crate) fn load() -> Box<[Currency]> {
    table::rows::<6>(table::CURRENCIES)
        .filter_map(|[code, name, minor_digits, symbol, rate, rate_date]| {
            let per_euro_micros: u64 = rate.parse().ok()?;
            // Later divided by, so a rate of nothing is no rate.
            (per_euro_micros > 0).then_some(Currency {
                code,
                name,
                symbol,
                minor_digits: minor_digits.parse().ok()?,
                per_euro_micros,
                rate_date,
            })
        })
        .collect()
}

/// Converts an amount in smallest units; the result is rounded half away from zero.
///
/// `None` where the result does not fit.
pub(crate) fn convert(amount_minor: i64, from: &Currency, to: &Currency) -> Option<i64> {
    let multiplier = i128::from(to.per_euro_micros).checked_mul(power(to.minor_digits)?)?;
    let divisor = i128::from(from.per_euro_micros).checked_mul(power(from.minor_digits)?)?;
    let product = i128::from(amount_minor).checked_mul(multiplier)?;
    let half = if product < 0 {
        -divisor / 2
    } else {
        divisor / 2
    };
    i64::try_from((product.checked_add(half)?).checked_div(divisor)?).ok()
}

fn power(digits: u32) -> Option<i128> {
    10_i128.checked_pow(digits)
}
