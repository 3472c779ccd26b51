//! Days, weeks and months of the reader's clock, without a time-zone database.
//!
//! The two conversions between a day number and a date follow Howard Hinnant, "chrono-Compatible
//! Low-Level Date Algorithms" (`days_from_civil` and `civil_from_days`). The offset from UTC is the
//! reader's present one for all days, so what happened within an hour of midnight on the other
//! side of a clock change may fall on the neighbouring day.

use crate::event::Now;

/// A day in milliseconds.
pub(crate) const DAY_MS: i64 = 86_400_000;

const MINUTE_MS: i64 = 60_000;

const NAMES: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Days since 1970-01-01 by the reader's clock.
fn day_of(at_ms: i64, now: Now) -> i64 {
    at_ms
        .saturating_add(i64::from(now.utc_offset_minutes) * MINUTE_MS)
        .div_euclid(DAY_MS)
}

/// Days since 1970-01-01 of a date in the Gregorian calendar.
#[cfg(test)]
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March, so that the leap day is the last one.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month (1 to 12) and day (1 to 31) of a number of days since 1970-01-01.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// A month, counted from January of the year 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Month(i64);

impl Month {
    /// The month of a moment by the reader's clock.
    pub(crate) fn of(at_ms: i64, now: Now) -> Self {
        let (year, month, _) = civil_from_days(day_of(at_ms, now));
        Self(year * 12 + month - 1)
    }

    /// The month that many months before.
    pub(crate) fn before(self, months: i64) -> Self {
        Self(self.0 - months)
    }

    /// How many months it is ahead of an earlier one.
    pub(crate) fn since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }

    /// The year it belongs to.
    pub(crate) fn year(self) -> i64 {
        self.0.div_euclid(12)
    }

    /// "October".
    pub(crate) fn name(self) -> &'static str {
        name_of(self.0.rem_euclid(12))
    }

    /// "O".
    pub(crate) fn initial(self) -> &'static str {
        &self.name()[..1]
    }
}

/// A week from Monday to Sunday, counted from the one of 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Week(i64);

impl Week {
    /// The week of a moment by the reader's clock.
    pub(crate) fn of(at_ms: i64, now: Now) -> Self {
        // 1970-01-01 was a Thursday, three days after its Monday.
        Self((day_of(at_ms, now) + 3).div_euclid(7))
    }

    /// The week that many weeks before.
    pub(crate) fn before(self, weeks: i64) -> Self {
        Self(self.0 - weeks)
    }

    /// How many weeks it is ahead of an earlier one.
    pub(crate) fn since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }

    /// Its Monday: "6 Oct".
    pub(crate) fn monday(self) -> String {
        let (_, month, day) = civil_from_days(self.0 * 7 - 3);
        format!("{day} {}", &name_of(month - 1)[..3])
    }
}

fn name_of(month_from_0: i64) -> &'static str {
    usize::try_from(month_from_0)
        .ok()
        .and_then(|index| NAMES.get(index))
        .copied()
        .unwrap_or("December")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(year: i64, month: i64, day: i64, minute: i64) -> i64 {
        days_from_civil(year, month, day) * DAY_MS + minute * MINUTE_MS
    }

    fn clock(utc_offset_minutes: i16) -> Now {
        Now {
            at_ms: 0,
            utc_offset_minutes,
        }
    }

    #[test]
    fn dates_known_by_heart_have_their_day_number() {
        for (date, days) in [
            ((1970, 1, 1), 0),
            ((1969, 12, 31), -1),
            ((2000, 2, 29), 11_016),
            ((2000, 3, 1), 11_017),
            ((2025, 10, 6), 20_367),
            ((1600, 1, 1), -135_140),
        ] {
            assert_eq!(days_from_civil(date.0, date.1, date.2), days, "{date:?}");
            assert_eq!(civil_from_days(days), date);
        }
    }

    #[test]
    fn every_day_of_eight_centuries_comes_back_from_its_number() {
        for days in -146_097..146_097 {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year, month, day), days);
        }
    }

    #[test]
    fn a_month_begins_at_midnight_of_the_readers_clock() {
        let last_minute_utc = at(2025, 10, 31, 23 * 60 + 59);

        assert_eq!(Month::of(last_minute_utc, clock(0)).name(), "October");
        assert_eq!(Month::of(last_minute_utc, clock(1)).name(), "November");
        assert_eq!(
            Month::of(last_minute_utc + MINUTE_MS, clock(0)).name(),
            "November"
        );
        assert_eq!(
            Month::of(last_minute_utc + MINUTE_MS, clock(-1)).name(),
            "October"
        );
    }

    #[test]
    fn a_year_ends_with_december_on_both_sides_of_utc() {
        let new_year_utc = at(2026, 1, 1, 0);

        let west = Month::of(new_year_utc, clock(-210));
        let east = Month::of(new_year_utc, clock(845));

        assert_eq!((west.name(), west.year()), ("December", 2025));
        assert_eq!((east.name(), east.year()), ("January", 2026));
        assert_eq!(east.since(west), 1);
        assert_eq!(east.before(1), west);
    }

    #[test]
    fn a_week_begins_on_monday_of_the_readers_clock() {
        let monday_utc = at(2025, 10, 6, 0);

        assert_eq!(Week::of(monday_utc, clock(0)).monday(), "6 Oct");
        assert_eq!(Week::of(monday_utc - 1, clock(0)).monday(), "29 Sep");
        assert_eq!(Week::of(monday_utc - 1, clock(60)).monday(), "6 Oct");
        assert_eq!(Week::of(monday_utc, clock(-60)).monday(), "29 Sep");
    }

    #[test]
    fn the_ends_of_time_have_a_month_and_a_week() {
        for moment in [i64::MIN, i64::MAX] {
            for offset in [i16::MIN, 0, i16::MAX] {
                assert!(!Month::of(moment, clock(offset)).name().is_empty());
                assert!(!Week::of(moment, clock(offset)).monday().is_empty());
            }
        }
    }
}
