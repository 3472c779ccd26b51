//! Availability: free hours in the weeks of the work, less for a late start.

use crate::calendar::Calendar;
use crate::facts::RequestFacts;
use crate::gates::Excluded;
use crate::share::{ONE, share, take};
use serde::{Deserialize, Serialize};

/// What each week before the first free one costs: .09.
const LATE_WEEK: u32 = 5_898;

/// What the availability part was computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AvailabilityFacts {
    /// Free hours in the weeks of the work, no more than asked for in any week.
    pub free_hours: u32,
    /// Hours asked for in all these weeks; 0 where the client left them open.
    pub asked_hours: u32,
    /// How many weeks there are.
    pub weeks: u8,
    /// Weeks from the start until the first with at least 30 % of the hours free.
    pub late_weeks: u8,
}

/// The weeks of the work.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    start_week: i32,
    weeks: u8,
    hours_per_week: u8,
}

impl From<&RequestFacts> for Span {
    fn from(request: &RequestFacts) -> Self {
        Self {
            start_week: request.start_week,
            weeks: request.weeks.max(1),
            hours_per_week: request.hours_per_week,
        }
    }
}

/// Looks up the weeks of the work in the freelancer's calendar.
pub(crate) fn facts(asked: Span, calendar: &Calendar) -> AvailabilityFacts {
    let Span {
        start_week,
        weeks,
        hours_per_week,
    } = asked;
    let (free_hours, late_weeks) = calendar.window(start_week, weeks, hours_per_week);
    AvailabilityFacts {
        free_hours,
        asked_hours: u32::from(weeks) * u32::from(hours_per_week),
        weeks,
        late_weeks,
    }
}

/// The part, unless less than 30 % of the hours are free.
pub(crate) fn share_of(facts: AvailabilityFacts) -> Result<u32, Excluded> {
    if facts.free_hours * 10 < facts.asked_hours * 3 {
        return Err(Excluded::TooFewHours);
    }
    let in_time = ONE.saturating_sub(u32::from(facts.late_weeks) * LATE_WEEK);
    Ok(take(
        share(u64::from(facts.free_hours), u64::from(facts.asked_hours)),
        in_time,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_and_weeks_of_waiting_make_the_part() {
        let table = [
            ((300, 300, 10, 0), Ok(ONE)),
            ((150, 300, 10, 0), Ok(ONE / 2)),
            ((90, 300, 10, 0), Ok(19_660)),
            ((89, 300, 10, 0), Err(Excluded::TooFewHours)),
            ((240, 300, 10, 2), Ok(42_991)),
            ((300, 300, 40, 12), Ok(0)),
            ((0, 0, 1, 0), Ok(ONE)),
            ((255 * 255, 255 * 255, 255, 255), Ok(0)),
        ];
        for ((free_hours, asked_hours, weeks, late_weeks), expected) in table {
            let facts = AvailabilityFacts {
                free_hours,
                asked_hours,
                weeks,
                late_weeks,
            };
            assert_eq!(share_of(facts), expected, "{facts:?}");
        }
    }
}
