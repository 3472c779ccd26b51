//! The policy that knows what both would feel.

use crate::market::Diary;
use crate::world::World;
use std::collections::BTreeMap;

/// What is so, and nobody can know.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Truth<'a> {
    pub(crate) world: &'a World,
    pub(crate) diaries: &'a [Diary],
}

/// Mutual matches stand before everybody else.
const MUTUAL: f64 = 1_000.0;
/// Those who could at least do the work come next.
const POSSIBLE: f64 = 500.0;

impl Truth<'_> {
    /// Whether both would, now.
    pub(crate) fn is_mutual(&self, request: usize, freelancer: usize) -> bool {
        let diary = &self.diaries[freelancer];
        let has_time = diary.has_time_for(self.world.requests[request].facts.hours_per_week);
        has_time && self.world.pair(request, freelancer).is_mutual(diary.busy())
    }

    /// Whether somebody is qualified and would apply, now, if they came to see the request.
    pub(crate) fn would_apply_well(&self, request: usize, freelancer: usize) -> bool {
        let pair = self.world.pair(request, freelancer);
        let diary = &self.diaries[freelancer];
        let hours = self.world.requests[request].facts.hours_per_week;
        pair.qualified && pair.would_apply(diary.busy()) && diary.has_time_for(hours)
    }

    /// How right it is to show somebody, of all who are there: 3 for a mutual match, 1 for whoever is qualified, else 0 (two
    /// to the power of the grade, less one).
    pub(crate) fn relevance(&self, request: usize, present: &[usize]) -> BTreeMap<usize, f64> {
        let graded = present.iter().map(|&freelancer| {
            let grade = if self.is_mutual(request, freelancer) {
                3.0
            } else {
                f64::from(u8::from(self.world.pair(request, freelancer).qualified))
            };
            (freelancer, grade)
        });
        graded.filter(|(_, grade)| *grade > 0.0).collect()
    }

    /// The smaller of both utilities, mutual matches first; nobody for whom it is impossible.
    pub(super) fn value(&self, request: usize, freelancer: usize) -> Option<f64> {
        let pair = self.world.pair(request, freelancer);
        let shared = pair.shared(self.diaries[freelancer].busy());
        if self.is_mutual(request, freelancer) {
            Some(MUTUAL + shared)
        } else {
            (pair.possible && pair.reachable).then_some(POSSIBLE + shared)
        }
    }
}
