//! One freelancer as the index keeps them: every number that a score is computed from, and nothing else.

use crate::calendar::WEEKS;
use crate::facts::{Fluency, FreelancerFacts, LanguageCode};
use crate::geo::Position;
use crate::parts::place::{DAY, Whereabouts};
use crate::parts::{rating, skills};
use smallvec::{Array, SmallVec};

/// More skills than this are left to the plain scan.
const MOST_SKILLS: usize = 255;

const REMOTE_ONLY: u32 = 1 << 24;
const HAS_PLACE: u32 = 1 << 25;
const HAS_RATE: u32 = 1 << 26;

/// Place, hours and rate in sixteen bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    rate: u32,
    /// The working hours in the lower 24 bits, flags above.
    hours: u32,
    at: Position,
    travel_radius_km: u16,
}

impl Row {
    pub(super) fn new(whereabouts: Whereabouts, rate: Option<u32>) -> Self {
        let flag = |set: bool, flag: u32| if set { flag } else { 0 };
        Self {
            rate: rate.unwrap_or(0),
            hours: whereabouts.work_hours & DAY
                | flag(whereabouts.remote_only, REMOTE_ONLY)
                | flag(whereabouts.at.is_some(), HAS_PLACE)
                | flag(rate.is_some(), HAS_RATE),
            at: whereabouts.at.unwrap_or_default(),
            travel_radius_km: whereabouts.travel_radius_km,
        }
    }

    pub(super) fn whereabouts(self) -> Whereabouts {
        Whereabouts {
            at: (self.hours & HAS_PLACE != 0).then_some(self.at),
            remote_only: self.hours & REMOTE_ONLY != 0,
            travel_radius_km: self.travel_radius_km,
            work_hours: self.hours & DAY,
        }
    }

    pub(super) fn rate(self) -> Option<u32> {
        (self.hours & HAS_RATE != 0).then_some(self.rate)
    }
}

/// A freelancer on the way into a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Packed {
    pub(super) id: u128,
    pub(super) category: u16,
    /// The rating's share, which is always below one whole.
    pub(super) rating: u16,
    pub(super) row: Row,
    pub(super) first_week: i32,
    pub(super) free_hours: [u8; WEEKS],
    /// Each skill once, by id, with its strength less one: skills without strength answer nothing and are left out.
    pub(super) skills: SmallVec<[(u32, u16); 10]>,
    /// Each language once, by code, with the best fluency.
    pub(super) languages: SmallVec<[(LanguageCode, Fluency); 4]>,
}

impl Packed {
    /// Packs a freelancer, unless a number of theirs is too unusual for it; those are left to the plain scan.
    pub(super) fn new(freelancer: &FreelancerFacts) -> Option<Self> {
        let rate = match freelancer.rate_minor {
            Some(rate) => Some(u32::try_from(rate).ok()?),
            None => None,
        };
        if freelancer.skills.len() > MOST_SKILLS {
            return None;
        }
        let mut skills = SmallVec::with_capacity(freelancer.skills.len());
        for (skill, strength) in skills::strengths(&freelancer.skills) {
            if let Some(less_one) = strength.checked_sub(1) {
                skills.push((skill, u16::try_from(less_one).ok()?));
            }
        }
        let mut languages: SmallVec<_> = freelancer
            .languages
            .iter()
            .map(|spoken| (spoken.language, spoken.fluency))
            .collect();
        keep_best(&mut skills);
        keep_best(&mut languages);
        Some(Self {
            id: freelancer.id,
            category: freelancer.category,
            rating: u16::try_from(rating::share_of(freelancer)).ok()?,
            row: Row::new(freelancer.into(), rate),
            first_week: freelancer.calendar.first_week,
            free_hours: freelancer.calendar.free_hours,
            skills,
            languages,
        })
    }

    /// Where this freelancer stands in a segment: by category, then neighbourhood, then the better rated first.
    ///
    /// Neighbours in this order are alike, so a block of them has tight bounds.
    pub(super) fn place_in_order(&self) -> (u64, u128) {
        let cell = self.row.whereabouts().at.map_or(NOWHERE, cell);
        let order = u64::from(self.category) << 48
            | u64::from(cell) << 16
            | u64::from(u16::MAX - self.rating);
        (order, self.id)
    }
}

const NOWHERE: u32 = u32::MAX;

/// The cell of a point: cubes of some 50 km, numbered so that neighbours mostly have neighbouring numbers.
fn cell(at: Position) -> u32 {
    let [x, y, z] = at.map(|axis| (u32::from(axis.cast_unsigned()) ^ 0x8000) >> 8);
    (0..8).fold(0, |cell, bit| {
        let bits = (x >> bit & 1) | (y >> bit & 1) << 1 | (z >> bit & 1) << 2;
        cell | bits << (3 * bit)
    })
}

/// Sorts by key and keeps the greatest value of each.
fn keep_best<K: Ord + Copy, V: Ord + Copy>(pairs: &mut SmallVec<impl Array<Item = (K, V)>>) {
    pairs.sort_unstable_by(|one, other| (one.0, other.1).cmp(&(other.0, one.1)));
    pairs.dedup_by_key(|pair| pair.0);
}
