//! Places for newcomers: whoever has not worked here yet cannot have proven anything here, and never will if nobody sees them.

use crate::facts::FreelancerFacts;
use crate::tie::lot;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Whoever has ended fewer contracts here is a newcomer.
pub const NEWCOMER_CONTRACTS: u32 = 3;
/// The places of a list that are about being seen.
pub const FIRST_PLACES: usize = 10;
/// A newcomer who is drawn has at least so many percent of the score of whoever is tenth.
pub const NEWCOMER_FIT_PERCENT: u32 = 85;

/// The share of the first ten places that newcomers are to have, in whole percent; 15 unless the operator says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct NewcomerShare(u8);

/// A share that is more than half of the places: newcomers would be the rule, and proof worth nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidShare {
    /// What was asked for, in percent.
    pub percent: u8,
}

/// Somebody on a list who passed every gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// The freelancer.
    pub id: u128,
    /// Their score, in 65,536ths.
    pub score: u32,
    /// Whether [`is_newcomer`].
    pub newcomer: bool,
}

/// A newcomer who was drawn into the first places: what the list says of them, and what a log keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    /// The freelancer.
    pub id: u128,
    /// The place by fit alone, from 0.
    pub from: usize,
    /// Places that were drawn for, and newcomers they were drawn among: together the chance of each of them.
    pub places: usize,
    /// See `places`.
    pub among: usize,
}

impl NewcomerShare {
    /// No places are kept.
    pub const NONE: Self = Self(0);
    /// The most there may be, in percent.
    pub const MOST: u8 = 50;

    /// Takes a share of 0 to 50 percent.
    pub fn new(percent: u8) -> Result<Self, InvalidShare> {
        if percent <= Self::MOST {
            Ok(Self(percent))
        } else {
            Err(InvalidShare { percent })
        }
    }

    /// In whole percent.
    pub fn percent(self) -> u8 {
        self.0
    }

    /// The places that newcomers are to have on one list: whole places, the rest of one by lot, so that many lists have the share.
    fn places(self, request: u128, day: i32) -> usize {
        let tenths = u64::from(self.0) * FIRST_PLACES as u64;
        let bits = lot(&[&request.to_be_bytes(), &day.to_be_bytes()]) >> 32;
        let by_lot = (bits * 100) >> 32;
        usize::try_from((tenths + by_lot) / 100).unwrap_or(0)
    }
}

impl Default for NewcomerShare {
    fn default() -> Self {
        Self(15)
    }
}

impl TryFrom<u8> for NewcomerShare {
    type Error = InvalidShare;

    fn try_from(percent: u8) -> Result<Self, InvalidShare> {
        Self::new(percent)
    }
}

impl From<NewcomerShare> for u8 {
    fn from(share: NewcomerShare) -> Self {
        share.0
    }
}

impl std::fmt::Display for InvalidShare {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (asked, most) = (self.percent, NewcomerShare::MOST);
        write!(
            formatter,
            "newcomers cannot have {asked} % of the first places, at most {most}"
        )
    }
}

impl std::error::Error for InvalidShare {}

/// Whether somebody has ended fewer than three contracts here.
pub fn is_newcomer(facts: &FreelancerFacts) -> bool {
    facts.completed_jobs.saturating_add(facts.cancelled_jobs) < NEWCOMER_CONTRACTS
}

/// Draws who gets a place for newcomers on a request's list on a day (days since 1 January 1970).
///
/// `ranked` is the whole list, best first, all of whom passed every gate. Newcomers who stand among the first ten by their own
/// fit count; only what is missing to the share is drawn, among newcomers further down with at least 85 % of the score of the
/// tenth. The lot is a hash of request, day and freelancer, so every machine draws the same, anybody can check it, and
/// another day gives others a chance.
pub fn newcomer_places(
    request: u128,
    day: i32,
    share: NewcomerShare,
    ranked: &[Candidate],
) -> Vec<Drawn> {
    let Some((first, others)) = ranked.split_at_checked(FIRST_PLACES) else {
        return Vec::new();
    };
    let there = first.iter().filter(|one| one.newcomer).count();
    let missing = share.places(request, day).saturating_sub(there);
    let Some(tenth) = first.last().filter(|_| missing > 0) else {
        return Vec::new();
    };
    let least = u64::from(tenth.score) * u64::from(NEWCOMER_FIT_PERCENT);
    let mut eligible: Vec<(u64, u128, usize)> = others
        .iter()
        .enumerate()
        .filter(|(_, one)| one.newcomer && u64::from(one.score) * 100 >= least)
        .map(|(place, one)| {
            let lot = newcomer_lot(request, day, one.id);
            (lot, one.id, FIRST_PLACES + place)
        })
        .collect();
    eligible.sort_unstable();
    let (among, places) = (eligible.len(), missing.min(eligible.len()));
    let drawn = eligible.into_iter().take(places);
    drawn
        .map(|(_, id, from)| Drawn {
            id,
            from,
            places,
            among,
        })
        .collect()
}

/// The lot of a freelancer for a place on a request's list on a day (days since 1 January 1970); the smallest are drawn.
pub fn newcomer_lot(request: u128, day: i32, freelancer: u128) -> u64 {
    lot(&[
        &request.to_be_bytes(),
        &day.to_be_bytes(),
        &freelancer.to_be_bytes(),
    ])
}

/// The list with the drawn newcomers in it, by id: they have the last of the first ten places, in this order. Who makes room is the last of those there
/// who are not newcomers, and comes right behind the ten; nobody else among the ten moves down.
pub fn put_newcomers(ranked: &[Candidate], drawn: &[u128]) -> Vec<Candidate> {
    let Some((first, others)) = ranked.split_at_checked(FIRST_PLACES) else {
        return ranked.to_vec();
    };
    // Whoever has come among the first ten by their own fit since the draw needs no place.
    let came: Vec<&Candidate> = drawn
        .iter()
        .filter_map(|drawn| others.iter().find(|one| one.id == *drawn))
        .collect();
    let called: BTreeSet<u128> = came.iter().map(|one| one.id).collect();
    let leaving: BTreeSet<u128> = first
        .iter()
        .rev()
        .filter(|one| !one.newcomer)
        .take(called.len())
        .map(|one| one.id)
        .collect();
    let stays = |one: &&Candidate| !leaving.contains(&one.id);
    let left = first.iter().filter(|one| leaving.contains(&one.id));
    let rest = others.iter().filter(|one| !called.contains(&one.id));
    let order = first
        .iter()
        .filter(stays)
        .chain(came)
        .chain(left)
        .chain(rest);
    order.copied().collect()
}

#[cfg(test)]
mod tests;
