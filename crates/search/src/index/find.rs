//! Answering a question.

use super::{Index, text::Matched};
use crate::filters::Filter;
use crate::order::{First, Place, Rank, nearest, newest, rate};
use crate::plan::Plan;
use crate::understanding::understand;
use guildhall_catalog::Catalog;
use guildhall_domain::denied::{Denied, FieldError};
use guildhall_protocol::find::{Find, FoundPage, Sort};

/// One result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Whose it is, or which.
    pub id: u128,
    /// Whole kilometres to the place that was asked for, where both have one.
    pub km: Option<u32>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The results of this page, in order.
    pub hits: Vec<Hit>,
    /// How many there are in all, the counts, and where the list goes on.
    pub page: FoundPage,
}

impl Index {
    /// Answers a question. `caller` finds nothing that is their own.
    ///
    /// # Errors
    /// `validation` with the fields that do not hold.
    pub fn find(&self, find: &Find, caller: u128) -> Result<Found, Denied> {
        let catalog = Catalog::get();
        let plan = Plan::read(find, self.side, catalog)?;
        let wanted = understand(&plan.words, catalog);
        let before = plan.after.as_ref().map(|place| place.weights.as_slice());
        if before.is_some_and(|weights| weights.len() != wanted.len()) {
            return Err(Denied::validation(vec![FieldError {
                pointer: "/after".to_owned(),
                code: "malformed".to_owned(),
                message: "This is a place in another list.".to_owned(),
            }]));
        }
        let Matched {
            found,
            scores,
            weights,
            understood,
        } = self.matched(&wanted, before);
        let passed = self.pass(&plan, found, caller);
        let facets = self.facets(&plan, &passed, catalog);
        let results = passed.without(Filter::None);

        let from = plan.near.map(|near| near.at);
        let distance = |slot| from.and_then(|from| self.columns.squared_steps(slot, from));
        let key = |slot: usize| match plan.sort {
            Sort::Relevance if !wanted.is_empty() => u64::from(scores[slot]),
            Sort::Relevance | Sort::Newest => newest(self.columns.since[slot]),
            Sort::Rate => rate(self.columns.rate(slot), self.side),
            Sort::Nearest => nearest(distance(slot)),
        };
        let after = plan.after.as_ref().map(|place| place.rank);
        // One more than asked for tells whether the list goes on.
        let mut first = First::new(plan.limit + 1);
        results.each(|slot| {
            let key = key(slot);
            if key < first.least_key() {
                return;
            }
            let rank = Rank {
                key,
                id: self.columns.id[slot],
            };
            if after.is_none_or(|after| after < rank) {
                first.offer(rank, slot);
            }
        });
        let mut sorted = first.into_sorted();
        let goes_on = sorted.len() > plan.limit;
        sorted.truncate(plan.limit);
        let last = sorted.last().filter(|_| goes_on);
        let next = last.map(|(rank, _)| {
            let place = Place {
                rank: *rank,
                weights,
            };
            place.written()
        });
        let hit = |(rank, slot): (Rank, usize)| Hit {
            id: rank.id,
            km: distance(slot).map(kilometres),
        };
        Ok(Found {
            hits: sorted.into_iter().map(hit).collect(),
            page: FoundPage {
                total: results.count(),
                facets,
                next,
                understood,
            },
        })
    }
}

/// Squared steps as whole kilometres, rounded to the nearest.
fn kilometres(squared_steps: u64) -> u32 {
    const STEPS: u64 = 32_767;
    const RADIUS_KM: u64 = 6_371;
    let steps = (squared_steps * 4).isqrt();
    u32::try_from((steps * RADIUS_KM + STEPS) / (2 * STEPS)).unwrap_or(u32::MAX)
}
