//! Dates, money, ages and counts in words. Plain and short; every word a screen gets ready-made is made here.

use super::names;
use guildhall_domain::money::Money;
use guildhall_domain::time::{DAY_MS, Date, Timestamp};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
/// Days from now within which a date is understood without its year.
const CLEAR_WITHOUT_YEAR: u32 = 300;
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A day, with its year only where it could be mistaken: "8 Dec", "8 Dec 2029".
pub fn day(date: Date, today: Date) -> String {
    let (year, _, day) = date.civil();
    let month = month(date);
    if date.0.abs_diff(today.0) <= CLEAR_WITHOUT_YEAR {
        format!("{day} {month}")
    } else {
        format!("{day} {month} {year}")
    }
}

/// From a day to another: "8 Dec – 28 Feb", "8 – 22 Dec", "8 Dec".
pub fn span(start: Date, end: Date, today: Date) -> String {
    if start == end {
        return day(start, today);
    }
    let ((from_year, from_month, from_day), (to_year, to_month, _)) = (start.civil(), end.civil());
    if (from_year, from_month) == (to_year, to_month) {
        format!("{from_day} – {}", day(end, today))
    } else {
        format!("{} – {}", day(start, today), day(end, today))
    }
}

fn month(date: Date) -> &'static str {
    let (_, month, _) = date.civil();
    usize::try_from(month)
        .ok()
        .and_then(|month| MONTHS.get(month.checked_sub(1)?))
        .copied()
        .unwrap_or("Dec")
}

/// An amount: "1,400 €", "68.50 €", "1,200 ¥". Digits after the point only where there are some.
pub fn money(money: Money) -> String {
    let currency = names::currency(money.currency.code());
    let (symbol, digits) = (currency.symbol, u32::from(currency.digits));
    let unit = 10_u64.pow(digits);
    let minor = money.minor.unsigned_abs();
    let sign = if money.minor < 0 { "-" } else { "" };
    let whole = grouped(minor / unit);
    let rest = minor % unit;
    if rest == 0 {
        format!("{sign}{whole} {symbol}")
    } else {
        let width = usize::from(currency.digits);
        format!("{sign}{whole}.{rest:0width$} {symbol}")
    }
}

/// A price per hour: "68 €/h".
pub fn rate(price: Money) -> String {
    format!("{}/h", money(price))
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut written = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written
}

/// What is left until a deadline: "41 h left", "12 days left".
pub fn left(until: Timestamp, now: Timestamp) -> String {
    let rest = until.0.saturating_sub(now.0);
    match rest {
        ..=0 => "time is up".to_owned(),
        1..HOUR_MS => format!("{} min left", (rest / MINUTE_MS).max(1)),
        _ if rest < 3 * DAY_MS => format!("{} h left", rest / HOUR_MS),
        _ => format!("{} days left", rest / DAY_MS),
    }
}

/// How long ago: "just now", "5 min ago", "2 h ago", "3 days ago".
pub fn ago(then: Timestamp, now: Timestamp) -> String {
    match now.0.saturating_sub(then.0) {
        ..MINUTE_MS => "just now".to_owned(),
        _ => format!("{} ago", age(then, now)),
    }
}

/// How old: "5 min", "2 h", "3 days".
pub fn age(then: Timestamp, now: Timestamp) -> String {
    let gone = now.0.saturating_sub(then.0);
    match gone {
        ..HOUR_MS => format!("{} min", (gone / MINUTE_MS).max(1)),
        HOUR_MS..DAY_MS => format!("{} h", gone / HOUR_MS),
        _ => count(
            usize::try_from(gone / DAY_MS).unwrap_or(usize::MAX),
            "day",
            "days",
        ),
    }
}

/// "1 message", "2 messages".
pub fn count(number: usize, one: &str, many: &str) -> String {
    let word = if number == 1 { one } else { many };
    format!(
        "{} {word}",
        grouped(u64::try_from(number).unwrap_or(u64::MAX))
    )
}

/// A title in quotation marks: “Booking system rebuild”.
pub fn quoted(title: &str) -> String {
    format!("“{title}”")
}

/// The beginning of a text on one line, with an ellipsis where something was left out.
pub fn shortened(text: &str, maximum: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= maximum {
        return line;
    }
    let kept: String = line.chars().take(maximum.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// A text that begins with a capital.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + letters.as_str())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().expect("a date")
    }

    fn eur(minor: i64) -> Money {
        Money {
            minor,
            currency: "EUR".parse().expect("a currency"),
        }
    }

    #[test]
    fn a_span_of_days_names_each_month_once() {
        let today = date("2026-11-22");
        for (start, end, words) in [
            ("2026-12-08", "2027-02-28", "8 Dec – 28 Feb"),
            ("2026-12-08", "2026-12-22", "8 – 22 Dec"),
            ("2026-12-08", "2026-12-08", "8 Dec"),
            ("2026-12-08", "2028-02-28", "8 Dec – 28 Feb 2028"),
            ("2029-03-01", "2029-03-31", "1 – 31 Mar 2029"),
        ] {
            assert_eq!(span(date(start), date(end), today), words);
        }
    }

    #[test]
    fn money_has_digits_after_the_point_only_where_there_are_some() {
        let in_currency = |minor, code: &str| {
            money(Money {
                minor,
                currency: code.parse().expect("a currency"),
            })
        };
        assert_eq!(rate(eur(6_800)), "68 €/h");
        assert_eq!(money(eur(6_850)), "68.50 €");
        assert_eq!(money(eur(6_805)), "68.05 €");
        assert_eq!(money(eur(123_456_700)), "1,234,567 €");
        assert_eq!(in_currency(1_200, "JPY"), "1,200 ¥");
        assert_eq!(money(eur(i64::MIN)), "-92,233,720,368,547,758.08 €");
    }

    #[test]
    fn what_is_left_and_what_is_gone_are_told_in_the_fitting_unit() {
        let now = Timestamp(10 * DAY_MS);
        for (ms, words) in [
            (-1, "time is up"),
            (0, "time is up"),
            (1, "1 min left"),
            (59 * MINUTE_MS, "59 min left"),
            (41 * HOUR_MS + 59 * MINUTE_MS, "41 h left"),
            (71 * HOUR_MS, "71 h left"),
            (12 * DAY_MS, "12 days left"),
        ] {
            assert_eq!(left(now.plus_ms(ms), now), words);
        }
        for (ms, words) in [
            (-5, "just now"),
            (59_999, "just now"),
            (5 * MINUTE_MS, "5 min ago"),
            (2 * HOUR_MS, "2 h ago"),
            (DAY_MS, "1 day ago"),
            (9 * DAY_MS, "9 days ago"),
        ] {
            assert_eq!(ago(now.plus_ms(-ms), now), words);
        }
    }

    #[test]
    fn a_long_text_is_shortened_to_one_line_without_cutting_a_letter() {
        assert_eq!(shortened("  Zwei\n\nZeilen ", 20), "Zwei Zeilen");
        assert_eq!(shortened("Größe und Maß", 6), "Größe…");
        assert_eq!(shortened("", 6), "");
        assert_eq!(shortened("abc", 0), "…");
    }
}
