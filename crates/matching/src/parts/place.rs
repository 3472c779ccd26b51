//! Place: how near for work on site, how many working hours are shared for work from afar.

use crate::facts::{FreelancerFacts, RequestFacts, Work};
use crate::gates::Excluded;
use crate::geo::{Position, distance_km, nearness, squared_steps, squared_steps_of_km};
use crate::share::{ONE, share};
use serde::{Deserialize, Serialize};

/// The distance that halves the place part unless a client says otherwise.
pub const DEFAULT_HALF_DISTANCE_KM: u16 = 30;
/// Shared working hours that make remote work easy unless a client says otherwise.
pub const DEFAULT_OVERLAP_HOURS: u8 = 4;

/// The 24 hours of a day in a mask.
pub(crate) const DAY: u32 = (1 << 24) - 1;
/// Days in a working week.
const WORKING_DAYS: u32 = 5;

/// What the place part was computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceFacts {
    /// All work at the client's place.
    OnSite {
        /// How far away.
        distance_km: u32,
    },
    /// Some days there, the others anywhere.
    Hybrid {
        /// How far away.
        distance_km: u32,
        /// Days a week on site.
        on_site_days: u8,
        /// Working hours shared, of those asked for.
        shared_hours: u8,
        /// Shared working hours asked for.
        asked_hours: u8,
    },
    /// Anywhere.
    Remote {
        /// Working hours shared, of those asked for.
        shared_hours: u8,
        /// Shared working hours asked for.
        asked_hours: u8,
    },
}

/// What the place part reads of a freelancer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Whereabouts {
    pub(crate) at: Option<Position>,
    pub(crate) remote_only: bool,
    pub(crate) travel_radius_km: u16,
    pub(crate) work_hours: u32,
}

impl From<&FreelancerFacts> for Whereabouts {
    fn from(freelancer: &FreelancerFacts) -> Self {
        Self {
            at: freelancer.at,
            remote_only: freelancer.remote_only,
            travel_radius_km: freelancer.travel_radius_km,
            work_hours: freelancer.work_hours,
        }
    }
}

/// Where a request is done, with its distances squared once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Site {
    half_squared: u64,
    radius_squared: u64,
    core_hours: u32,
    asked_hours: u8,
}

impl Site {
    pub(crate) fn new(request: &RequestFacts) -> Self {
        let core_hours = request.core_hours & DAY;
        let core_count = u8::try_from(core_hours.count_ones()).unwrap_or(24);
        Self {
            half_squared: squared_steps_of_km(request.half_distance_km.max(1)),
            radius_squared: squared_steps_of_km(request.radius_km),
            core_hours,
            asked_hours: request.overlap_hours.min(core_count),
        }
    }

    /// The part, unless the freelancer cannot or would not come.
    pub(crate) fn share(&self, work: &Work, freelancer: Whereabouts) -> Result<u32, Excluded> {
        match work {
            Work::OnSite { at } => self.on_site(*at, freelancer),
            Work::Hybrid { at, on_site_days } => {
                let days = u32::from(*on_site_days).min(WORKING_DAYS);
                let near = self.on_site(*at, freelancer)?;
                Ok((days * near + (WORKING_DAYS - days) * self.remote(freelancer)) / WORKING_DAYS)
            }
            Work::Remote => Ok(self.remote(freelancer)),
        }
    }

    fn on_site(&self, at: Position, freelancer: Whereabouts) -> Result<u32, Excluded> {
        if freelancer.remote_only {
            return Err(Excluded::RemoteOnly);
        }
        let home = freelancer.at.ok_or(Excluded::NoPlace)?;
        let squared = squared_steps(at, home);
        if squared > self.radius_squared
            || squared > squared_steps_of_km(freelancer.travel_radius_km)
        {
            return Err(Excluded::TooFar);
        }
        Ok(nearness(self.half_squared, squared))
    }

    fn remote(&self, freelancer: Whereabouts) -> u32 {
        share(
            u64::from(self.shared(freelancer)),
            u64::from(self.asked_hours),
        )
    }

    fn shared(&self, freelancer: Whereabouts) -> u8 {
        let shared = (self.core_hours & freelancer.work_hours).count_ones();
        u8::try_from(shared).unwrap_or(24).min(self.asked_hours)
    }

    /// What the sentence needs.
    pub(crate) fn facts(&self, work: &Work, freelancer: &FreelancerFacts) -> PlaceFacts {
        let distance = |at: Position| freelancer.at.map_or(0, |home| distance_km(at, home));
        let (shared_hours, asked_hours) = (self.shared(freelancer.into()), self.asked_hours);
        match work {
            Work::OnSite { at } => PlaceFacts::OnSite {
                distance_km: distance(*at),
            },
            Work::Hybrid { at, on_site_days } => PlaceFacts::Hybrid {
                distance_km: distance(*at),
                on_site_days: (*on_site_days).min(5),
                shared_hours,
                asked_hours,
            },
            Work::Remote => PlaceFacts::Remote {
                shared_hours,
                asked_hours,
            },
        }
    }
}

const _: () = assert!(
    ONE as u64 * WORKING_DAYS as u64 <= u32::MAX as u64,
    "a mean over five days fits"
);
