//! Prices as people name them: in their own currency, and round.

use guildhall_catalog::Catalog;
use guildhall_domain::money::{Currency, Money};

/// An amount in hundredths of a euro, in a currency and rounded as one says it.
pub(super) fn priced(euro_cents: i64, currency: &str) -> Option<Money> {
    let catalog = Catalog::get();
    let minor = catalog.convert_minor(euro_cents, "EUR", currency)?;
    let digits = catalog.currency(currency)?.minor_digits;
    Some(Money {
        minor: rounded(minor, digits),
        currency: currency.parse().ok()?,
    })
}

/// The same money in another currency, rounded.
pub(super) fn exchanged(money: Money, to: Currency) -> Option<Money> {
    if money.currency == to {
        return Some(money);
    }
    let catalog = Catalog::get();
    let minor = catalog.convert_minor(money.minor, money.currency.code(), to.code())?;
    let digits = catalog.currency(to.code())?.minor_digits;
    Some(Money {
        minor: rounded(minor, digits),
        currency: to,
    })
}

/// So many percent of an amount, rounded.
pub(super) fn percent_of(money: Money, percent: i64) -> Money {
    let digits = Catalog::get()
        .currency(money.currency.code())
        .map_or(2, |currency| currency.minor_digits);
    Money {
        minor: rounded(money.minor.saturating_mul(percent) / 100, digits),
        currency: money.currency,
    }
}

/// Two figures and a five or a nought after them; at least one whole unit.
fn rounded(minor: i64, digits: u32) -> i64 {
    let unit = 10_i64.checked_pow(digits).unwrap_or(1);
    let whole = (minor + unit / 2) / unit;
    let step = match whole {
        ..=99 => 1,
        100..=999 => 5,
        1_000..=9_999 => 50,
        10_000..=99_999 => 500,
        _ => 5_000,
    };
    ((whole + step / 2) / step * step).max(1) * unit
}

/// An amount as it is written in a sentence.
pub(super) fn written(money: Money) -> String {
    let digits = Catalog::get()
        .currency(money.currency.code())
        .map_or(2, |currency| currency.minor_digits);
    let unit = 10_i64.checked_pow(digits).unwrap_or(1);
    format!("{} {}", money.minor / unit, money.currency)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_round_in_every_currency() {
        for currency in ["EUR", "JPY", "USD", "NGN", "COP", "VND"] {
            let price = priced(5_437, currency).expect("is a currency");
            let digits = Catalog::get()
                .currency(currency)
                .expect("is known")
                .minor_digits;
            assert_eq!(price.minor % 10_i64.pow(digits), 0, "{currency}");
            assert!(price.minor > 0, "{currency}");
        }
        assert_eq!(priced(5_437, "EUR").map(|price| price.minor), Some(5_400));
        assert_eq!(priced(1, "EUR").map(|price| price.minor), Some(100));
        assert_eq!(priced(100, "???"), None);
    }

    #[test]
    fn money_in_its_own_currency_stays_as_it_is() {
        let price = Money {
            minor: 4_321,
            currency: "EUR".parse().expect("is a currency"),
        };
        assert_eq!(exchanged(price, price.currency), Some(price));
        assert_eq!(percent_of(price, 50).minor, 2_200);
        assert_eq!(written(price), "43 EUR");
    }
}
