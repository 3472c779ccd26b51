//! The best of a segment, without looking at most of it.
//!
//! Blocks are visited in the order of the most that anybody in them could score. Once the worst of the best `k` so far
//! scores more than that, nobody who is left can come in. Inside a block a row is put aside as soon as what is known
//! of it does not suffice.

use super::candidates::Candidates;
use super::postings::BLOCK;
use super::segment::Segment;
use crate::fit::Query;
use crate::parts::{availability, budget};
use crate::rank::Best;
use crate::share::take;
use crate::tie::tie_break;

/// So many of the most promising blocks are visited first, to learn what it takes to be among the best.
const FIRST: usize = 24;

/// A block that may hold a match.
struct Visit {
    /// Place among the candidates.
    place: usize,
    /// The most that place, availability and budget give together.
    rest: u32,
    /// The most that anybody in the block scores.
    most: u32,
}

/// Offers everybody of a segment who may be among the best, but those who are `gone`.
pub(super) fn search(
    query: &Query<'_>,
    segment: &Segment,
    gone: impl Fn(u128) -> bool,
    best: &mut Best<()>,
) {
    if segment.len() == 0 {
        return;
    }
    let candidates = Candidates::find(query, segment);
    let mut visits: Vec<Visit> = (0..candidates.blocks.len())
        .filter_map(|place| {
            let bound = &segment.bounds[usize::from(candidates.blocks[place])];
            let rest = bound.rest(query)?;
            let sure = take(query.weights.rating, u32::from(bound.rating)) + rest;
            let most = sure + skills(query, |slot| candidates.slots[slot].most[place]);
            (most >= best.floor()).then_some(Visit { place, rest, most })
        })
        .collect();
    let mut visitor = Visitor {
        query,
        segment,
        candidates: &candidates,
        gone,
        reached: Vec::new(),
        best,
    };
    let by_most = |one: &Visit, other: &Visit| other.most.cmp(&one.most);
    if visits.len() > FIRST {
        visits.select_nth_unstable_by(FIRST, by_most);
        let others = visits.split_off(FIRST);
        visits.sort_unstable_by(by_most);
        visitor.visit_all(&visits);
        let floor = visitor.best.floor();
        visits = others
            .into_iter()
            .filter(|visit| visit.most >= floor)
            .collect();
    }
    visits.sort_unstable_by(by_most);
    visitor.visit_all(&visits);
}

/// What the skills part gives when so much of each wanted skill is reached.
fn skills(query: &Query<'_>, reached: impl Fn(usize) -> u32) -> u32 {
    take(query.weights.skills, query.wanted.share_of(reached))
}

struct Visitor<'a, G> {
    query: &'a Query<'a>,
    segment: &'a Segment,
    candidates: &'a Candidates,
    gone: G,
    reached: Vec<u32>,
    best: &'a mut Best<()>,
}

impl<G: Fn(u128) -> bool> Visitor<'_, G> {
    fn visit_all(&mut self, visits: &[Visit]) {
        for visit in visits {
            if visit.most < self.best.floor() {
                return;
            }
            self.visit(visit);
        }
    }

    fn visit(&mut self, visit: &Visit) {
        let mut mask = self.candidates.masks[visit.place];
        let first = usize::from(self.candidates.blocks[visit.place]) * BLOCK;
        while mask != 0 {
            let bit = mask.trailing_zeros();
            mask &= mask - 1;
            self.look_at(first + bit as usize, bit, visit);
        }
    }

    /// Scores one row, and offers it unless it falls short on the way.
    fn look_at(&mut self, row: usize, bit: u32, visit: &Visit) -> Option<()> {
        let (query, segment) = (self.query, self.segment);
        let floor = self.best.floor();
        let rating = take(query.weights.rating, u32::from(segment.ratings[row]));
        let most_skills = skills(query, |slot| {
            let column = &self.candidates.slots[slot];
            let has_it = column.masks[visit.place] >> bit & 1;
            if has_it == 1 {
                column.most[visit.place]
            } else {
                0
            }
        });
        if rating + most_skills + visit.rest < floor {
            return None;
        }
        let skills = self.skills_of(row)?;
        if rating + skills + visit.rest < floor {
            return None;
        }
        let place_and_rate = segment.row(row);
        let rate = place_and_rate.rate().map(i64::from);
        let budget = budget::share_of(query.request.budget_minor, rate).ok()?;
        let place = query
            .site
            .share(&query.request.work, place_and_rate.whereabouts())
            .ok()?;
        let sure =
            rating + skills + take(query.weights.place, place) + take(query.weights.budget, budget);
        if sure + query.weights.availability < floor {
            return None;
        }
        let calendar = segment.calendar(row);
        let availability =
            availability::share_of(availability::facts(query.request.into(), &calendar)).ok()?;
        let score = sure + take(query.weights.availability, availability);
        debug_assert!(score <= visit.most, "a bound below a member's score");
        let id = segment.ids()[row];
        if score >= floor && id != query.request.client && !(self.gone)(id) {
            self.best
                .offer(score, || tie_break(query.request.id, id), id, ());
        }
        Some(())
    }

    /// The skills part of a row, unless it fails the gate.
    fn skills_of(&mut self, row: usize) -> Option<u32> {
        let (query, segment) = (self.query, self.segment);
        let shown = segment.shown(row).iter();
        let held = shown.map(|shown| {
            (
                segment.skills.keys()[usize::from(shown.skill)],
                shown.strength(),
            )
        });
        query.wanted.reach_by(held, &mut self.reached);
        let passes = if query.wanted.insists() {
            query.wanted.unmet(&self.reached).is_none()
        } else {
            segment.rows_of(query.request.category).contains(&row)
                || self.reached.iter().any(|share| *share > 0)
        };
        passes.then(|| skills(query, |slot| self.reached[slot]))
    }
}
