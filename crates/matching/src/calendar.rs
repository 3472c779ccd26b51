//! Weeks, free hours and working hours of the day.

use serde::{Deserialize, Serialize};

/// How many weeks ahead a calendar looks.
pub const WEEKS: usize = 26;

/// Working days in a week, Monday to Friday.
const WORKING_DAYS: u8 = 5;

/// The number of the week, Monday to Sunday, that holds a day given in days since 1 January 1970.
///
/// Week 0 holds that Thursday. Days beyond what fits are cut to the first or last week.
pub fn week_of_day(day: i64) -> i32 {
    let week = day.saturating_add(3).div_euclid(7);
    i32::try_from(week).unwrap_or(if week < 0 { i32::MIN } else { i32::MAX })
}

/// The 24-bit mask of UTC hours between two local hours, `from` included and `to` not, over midnight if need be.
///
/// `offset_minutes` is how far local time is ahead of UTC; half hours are rounded down to whole ones.
pub fn hours_utc(from: u8, to: u8, offset_minutes: i32) -> u32 {
    let (from, to) = (from % 24, if to == 24 { 24 } else { to % 24 });
    let length = if to >= from {
        to - from
    } else {
        to + 24 - from
    };
    let shift = offset_minutes.div_euclid(60);
    (0..length).fold(0, |mask, hour| {
        let utc = (i64::from(from) + i64::from(hour) - i64::from(shift)).rem_euclid(24);
        mask | 1 << utc
    })
}

/// Free hours in each of the 26 weeks from `first_week` on.
///
/// Outside of them the nearest known week stands in: before the first the first, after the last the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// The week of the first counter ([`week_of_day`]).
    pub first_week: i32,
    /// Free hours in each week.
    pub free_hours: [u8; WEEKS],
}

impl Calendar {
    /// Fills the counters from hours a week, the first free day and time off (first and last day, both off).
    ///
    /// Days are days since 1 January 1970. A week loses a fifth of its hours for each working day that is not free.
    pub fn filled(
        first_week: i32,
        hours_per_week: u8,
        free_from: Option<i64>,
        time_off: &[(i64, i64)],
    ) -> Self {
        let mut free_hours = [0; WEEKS];
        let mut monday = i64::from(first_week) * 7 - 3;
        for hours in &mut free_hours {
            let free_days = (monday..monday + i64::from(WORKING_DAYS))
                .filter(|day| free_from.is_none_or(|from| *day >= from))
                .filter(|day| {
                    !time_off
                        .iter()
                        .any(|(first, last)| (first..=last).contains(&day))
                })
                .count();
            let total = usize::from(hours_per_week) * free_days / usize::from(WORKING_DAYS);
            *hours = u8::try_from(total).unwrap_or(hours_per_week);
            monday += 7;
        }
        Self {
            first_week,
            free_hours,
        }
    }

    /// Free hours in a week, capped at `need`, summed over `weeks` weeks from `start` on; and how many weeks pass until
    /// the first with at least 30 % of `need` (all of them, if none has).
    pub(crate) fn window(&self, start: i32, weeks: u8, need: u8) -> (u32, u8) {
        let all = u32::from(weeks);
        let offset = i64::from(start) - i64::from(self.first_week);
        // Weeks before the calendar, a run inside of it, weeks after it.
        let before = u32::try_from((-offset).max(0)).unwrap_or(all).min(all);
        let counter = |at: i64| usize::try_from(at.max(0)).unwrap_or(WEEKS).min(WEEKS);
        let run = counter(offset)..counter(offset + i64::from(weeks));
        let length = u32::try_from(run.len()).unwrap_or(0);
        let after = all - before - length;
        let inside = &self.free_hours[run];
        let (first, last) = (self.free_hours[0], self.free_hours[WEEKS - 1]);
        let capped = |free: u8| u32::from(free.min(need));
        let sum = before * capped(first)
            + inside.iter().map(|free| capped(*free)).sum::<u32>()
            + after * capped(last);
        let is_enough = |free: u8| u32::from(free) * 10 >= u32::from(need) * 3;
        let late = if before > 0 && is_enough(first) {
            0
        } else if let Some(at) = inside.iter().position(|free| is_enough(*free)) {
            before + u32::try_from(at).unwrap_or(0)
        } else if after > 0 && is_enough(last) {
            before + length
        } else {
            all
        };
        let late = u8::try_from(late).unwrap_or(weeks);
        (sum, late)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_run_from_monday_to_sunday() {
        assert_eq!(week_of_day(0), 0); // Thursday 1 January 1970
        assert_eq!(week_of_day(-3), 0); // the Monday before
        assert_eq!(week_of_day(-4), -1);
        assert_eq!(week_of_day(3), 0);
        assert_eq!(week_of_day(4), 1);
        assert_eq!(week_of_day(i64::MAX), i32::MAX);
        assert_eq!(week_of_day(i64::MIN), i32::MIN);
    }

    #[test]
    fn local_hours_become_utc_hours() {
        assert_eq!(hours_utc(9, 17, 0), 0b1_1111_1110_0000_0000);
        assert_eq!(hours_utc(9, 17, 60), 0b1111_1111_0000_0000);
        assert_eq!(hours_utc(22, 2, 0), 1 << 22 | 1 << 23 | 0b11);
        assert_eq!(hours_utc(0, 24, -300).count_ones(), 24);
        assert_eq!(hours_utc(9, 9, 0), 0);
        assert_eq!(hours_utc(255, 255, i32::MIN), 0);
    }

    #[test]
    fn a_calendar_knows_the_first_free_day_and_time_off() {
        let monday_of_week_1 = 4;
        let wednesday_of_week_1 = monday_of_week_1 + 2;
        let week_3 = (monday_of_week_1 + 14, monday_of_week_1 + 20);

        let calendar = Calendar::filled(0, 30, Some(wednesday_of_week_1), &[week_3]);

        assert_eq!(calendar.free_hours[..5], [0, 18, 30, 0, 30]);
        assert_eq!(calendar.free_hours[25], 30);
    }

    #[test]
    fn weeks_outside_of_the_calendar_read_as_its_ends() {
        let mut free_hours = [20; WEEKS];
        free_hours[0] = 5;
        free_hours[25] = 40;
        let calendar = Calendar {
            first_week: 100,
            free_hours,
        };

        assert_eq!(calendar.window(97, 3, 30), (15, 3));
        assert_eq!(calendar.window(99, 3, 30), (5 + 5 + 20, 2));
        assert_eq!(calendar.window(200, 2, 30), (60, 0));
        assert_eq!(calendar.window(i32::MAX, 255, 255).0, 255 * 40);
        assert_eq!(calendar.window(i32::MIN, 255, 255).0, 255 * 5);
    }
}
