//! Numbers, shares and durations in words.

/// Counts with a comma every three digits: "1,204".
pub(crate) fn number(count: u64) -> String {
    let digits = count.to_string();
    let mut written = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written
}

/// Counts as short as a drawing needs them: "1,204", then "20 k", "4.2 M", "18 bn".
pub(crate) fn short_number(count: u64) -> String {
    for (unit, name) in [(1_000_000_000, "bn"), (1_000_000, "M"), (1_000, "k")] {
        if count >= unit.max(10_000) {
            let tenths = count / (unit / 10);
            return if tenths < 100 && !tenths.is_multiple_of(10) {
                format!("{}.{} {name}", tenths / 10, tenths % 10)
            } else {
                format!("{} {name}", number(tenths / 10))
            };
        }
    }
    number(count)
}

/// "no jobs", "1 job", "2 jobs".
pub(crate) fn counted(count: u64, one: &str, many: &str) -> String {
    match count {
        0 => format!("no {many}"),
        1 => format!("1 {one}"),
        more => format!("{} {many}", number(more)),
    }
}

/// A share in whole per cent: "19 %". Never 0 % or 100 % unless it is exactly that.
pub(crate) fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    let (part, whole) = (u128::from(part), u128::from(whole));
    let percent = (part * 200 + whole) / (whole * 2);
    if part > 0 && part * 100 < whole {
        "under 1 %".to_owned()
    } else if part < whole && percent == 100 {
        "99 %".to_owned()
    } else {
        format!("{percent} %")
    }
}

/// How one step leads to the next, in all the forms a sentence about it may need.
pub(crate) struct Becoming {
    /// "view".
    pub(crate) one: &'static str,
    /// "views".
    pub(crate) many: &'static str,
    /// "becomes an application".
    pub(crate) becomes: &'static str,
    /// "become applications".
    pub(crate) become_many: &'static str,
}

/// How often one step leads to the next: "About every fifth view becomes an application".
pub(crate) fn how_often(part: u64, whole: u64, step: &Becoming) -> String {
    let (one, many, becomes) = (step.one, step.many, step.becomes);
    if part >= whole {
        return format!("Every {one} {becomes}");
    }
    let (part_wide, whole_wide) = (u128::from(part.max(1)), u128::from(whole));
    let nearest = (whole_wide * 2 + part_wide) / (part_wide * 2);
    if nearest < 2 {
        return format!("{} of the {many} {}", share(part, whole), step.become_many);
    }
    // Off by more than a twentieth is said.
    let is_rough = whole_wide.abs_diff(nearest * part_wide) * 20 > whole_wide;
    match (ordinal(nearest), is_rough) {
        (Some(word), false) => format!("Every {word} {one} {becomes}"),
        (Some(word), true) => format!("About every {word} {one} {becomes}"),
        (None, false) => format!("One in {nearest} {many} {becomes}"),
        (None, true) => format!("About one in {nearest} {many} {becomes}"),
    }
}

fn ordinal(number: u128) -> Option<&'static str> {
    match number {
        2 => Some("second"),
        3 => Some("third"),
        4 => Some("fourth"),
        5 => Some("fifth"),
        6 => Some("sixth"),
        7 => Some("seventh"),
        8 => Some("eighth"),
        9 => Some("ninth"),
        10 => Some("tenth"),
        _ => None,
    }
}

/// A duration as one says it: "under 1 min", "12 min", "3 h 20 min", "14 h", "3 days".
pub(crate) fn duration(ms: i64) -> String {
    const DAY: i64 = 24 * 60;
    let minutes = ms / 60_000;
    match minutes {
        ..1 => "under 1 min".to_owned(),
        1..60 => format!("{minutes} min"),
        60..600 if minutes % 60 == 0 => format!("{} h", minutes / 60),
        60..600 => format!("{} h {} min", minutes / 60, minutes % 60),
        600..2880 => format!("{} h", (minutes + 30) / 60),
        2880.. => format!("{} days", (minutes + DAY / 2) / DAY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_a_comma_every_three_digits() {
        for (count, written) in [
            (0, "0"),
            (999, "999"),
            (1_204, "1,204"),
            (1_000_000, "1,000,000"),
            (u64::MAX, "18,446,744,073,709,551,615"),
        ] {
            assert_eq!(number(count), written);
        }
    }

    #[test]
    fn big_numbers_become_short() {
        for (count, written) in [
            (9_999, "9,999"),
            (10_000, "10 k"),
            (20_480, "20 k"),
            (999_999, "999 k"),
            (1_000_000, "1 M"),
            (4_250_000, "4.2 M"),
            (18_400_000_000, "18 bn"),
            (u64::MAX, "18,446,744,073 bn"),
        ] {
            assert_eq!(short_number(count), written);
        }
    }

    #[test]
    fn a_share_is_rounded_but_never_to_none_or_all() {
        for (part, whole, written) in [
            (0, 5, "0 %"),
            (1, 8, "13 %"),
            (1, 1_000, "under 1 %"),
            (999, 1_000, "99 %"),
            (5, 5, "100 %"),
            (6, 5, "120 %"),
            (u64::MAX, u64::MAX, "100 %"),
            (1, 0, "–"),
        ] {
            assert_eq!(share(part, whole), written, "{part} of {whole}");
        }
    }

    #[test]
    fn a_rate_is_said_as_an_ordinal() {
        let step = Becoming {
            one: "view",
            many: "views",
            becomes: "becomes an application",
            become_many: "become applications",
        };

        for (part, whole, written) in [
            (5, 5, "Every view becomes an application"),
            (4, 5, "80 % of the views become applications"),
            (5, 10, "Every second view becomes an application"),
            (20, 100, "Every fifth view becomes an application"),
            (18, 96, "About every fifth view becomes an application"),
            (2, 20, "Every tenth view becomes an application"),
            (3, 69, "One in 23 views becomes an application"),
            (10, 115, "One in 12 views becomes an application"),
            (10, 124, "One in 12 views becomes an application"),
        ] {
            assert_eq!(how_often(part, whole, &step), written, "{part} of {whole}");
        }
    }

    #[test]
    fn durations_are_as_exact_as_one_says_them() {
        const MINUTE: i64 = 60_000;
        for (ms, written) in [
            (0, "under 1 min"),
            (59_999, "under 1 min"),
            (12 * MINUTE, "12 min"),
            (60 * MINUTE, "1 h"),
            (200 * MINUTE, "3 h 20 min"),
            (14 * 60 * MINUTE + 29 * MINUTE, "14 h"),
            (47 * 60 * MINUTE, "47 h"),
            (72 * 60 * MINUTE, "3 days"),
            (i64::MAX, "106751991167 days"),
        ] {
            assert_eq!(duration(ms), written);
        }
    }
}
