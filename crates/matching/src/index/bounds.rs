//! The best that anybody in a block could be.
//!
//! A bound is an imaginary freelancer with the best of every member: the nearest corner of where they live, all their
//! hours, the most of everybody's free hours, the lowest rate. What the formulas give for that one nobody in the block
//! exceeds, because better numbers never lower a part.

use super::packed::{Packed, Row};
use crate::calendar::{Calendar, WEEKS};
use crate::facts::Work;
use crate::fit::Query;
use crate::gates::Excluded;
use crate::geo::Position;
use crate::parts::place::Whereabouts;
use crate::parts::{availability, budget};
use crate::share::take;

/// The best of a block.
#[derive(Debug)]
pub(super) struct Bound {
    pub(super) rating: u16,
    /// Some member has not named a rate, so the lowest rate does not speak for all.
    without_rate: bool,
    best: Row,
    /// The corner of the box around all homes that is opposite of the one in `best`.
    far_corner: Position,
    first_week: i32,
    free_hours: [u8; WEEKS],
}

impl Bound {
    pub(super) fn new(members: &[Packed]) -> Self {
        let each = || members.iter().map(|member| member.row.whereabouts());
        // Only those who would come count for where they live.
        let homes = || {
            each()
                .filter(|place| !place.remote_only)
                .filter_map(|place| place.at)
        };
        let corner = |pick: fn(i16, i16) -> i16| {
            homes().reduce(|one, other| [0, 1, 2].map(|axis| pick(one[axis], other[axis])))
        };
        let near = corner(i16::min);
        let best = Whereabouts {
            at: near,
            remote_only: near.is_none(),
            travel_radius_km: each()
                .map(|place| place.travel_radius_km)
                .max()
                .unwrap_or(0),
            work_hours: each().fold(0, |hours, place| hours | place.work_hours),
        };
        let rates = || members.iter().map(|member| member.row.rate());
        let (first_week, free_hours) = calendar(members);
        Self {
            rating: members
                .iter()
                .map(|member| member.rating)
                .max()
                .unwrap_or(0),
            without_rate: rates().any(|rate| rate.is_none()),
            best: Row::new(best, rates().flatten().min()),
            far_corner: corner(i16::max).unwrap_or_default(),
            first_week,
            free_hours,
        }
    }

    /// The most that place, availability and budget can give together; none if nobody passes their gates.
    pub(super) fn rest(&self, query: &Query<'_>) -> Option<u32> {
        Some(self.place(query).ok()? + self.availability(query).ok()? + self.budget(query).ok()?)
    }

    fn place(&self, query: &Query<'_>) -> Result<u32, Excluded> {
        let mut best = self.best.whereabouts();
        if let Work::OnSite { at } | Work::Hybrid { at, .. } = query.request.work {
            best.at = best.at.map(|near| {
                [0, 1, 2].map(|axis| at[axis].clamp(near[axis], self.far_corner[axis]))
            });
        }
        let share = query.site.share(&query.request.work, best)?;
        Ok(take(query.weights.place, share))
    }

    fn availability(&self, query: &Query<'_>) -> Result<u32, Excluded> {
        let calendar = Calendar {
            first_week: self.first_week,
            free_hours: self.free_hours,
        };
        let share = availability::share_of(availability::facts(query.request.into(), &calendar))?;
        Ok(take(query.weights.availability, share))
    }

    fn budget(&self, query: &Query<'_>) -> Result<u32, Excluded> {
        let budget = query.request.budget_minor;
        let of = |rate: Option<u32>| budget::share_of(budget, rate.map(i64::from));
        let lowest = self.best.rate();
        let share = match (lowest, self.without_rate) {
            (Some(_), false) => of(lowest)?,
            (None, _) => of(None)?,
            (Some(_), true) => of(None)?.max(of(lowest).unwrap_or(0)),
        };
        Ok(take(query.weights.budget, share))
    }
}

/// The most free hours of all, week by week; where the calendars do not begin together, the most of any week.
fn calendar(members: &[Packed]) -> (i32, [u8; WEEKS]) {
    let first_week = members.first().map_or(0, |member| member.first_week);
    let mut most = [0; WEEKS];
    for member in members {
        for (most, free) in most.iter_mut().zip(member.free_hours) {
            *most = free.max(*most);
        }
    }
    if members.iter().any(|member| member.first_week != first_week) {
        let any_week = most.into_iter().max().unwrap_or(0);
        most = [any_week; WEEKS];
    }
    (first_week, most)
}
