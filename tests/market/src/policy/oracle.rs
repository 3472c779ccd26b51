//! The policy that knows what both would feel.

use crate::market::Diary;
use crate::world::World;

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
