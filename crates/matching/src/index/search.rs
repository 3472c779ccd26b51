//! The best of a segment, without looking at most of it.
//!
//! Blocks are visited in the order of the most that anybody in them could score. Once the worst of the best `k` so far
//! scores more than that, nobody who is left can come in. Inside a block a row is put aside as soon as what is known
//! of it does not suffice.

use super::answers::Answers;
use super::candidates::Candidates;
use super::groups::{Group, least_share, put_apart, rated_at_least};
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
            let most = sure + skills(query, most_of_all(query, &candidates, place));
            (most >= best.floor()).then_some(Visit { place, rest, most })
        })
        .collect();
    let mut visitor = Visitor {
        query,
        segment,
        candidates: &candidates,
        answers: Answers::new(&query.wanted, segment),
        gone,
        groups: Vec::new(),
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

/// What the skills part gives for a weighted sum of what is reached.
fn skills(query: &Query<'_>, sum: u64) -> u32 {
    take(query.weights.skills, query.wanted.share_of(sum))
}

/// For each wanted skill who holds any of it in a block, and what the best of them weighs.
fn held<'a>(
    query: &'a Query<'_>,
    candidates: &'a Candidates,
    place: usize,
) -> impl Iterator<Item = (u64, u64)> + Clone + 'a {
    let slots = query.wanted.slots.iter().zip(&candidates.slots);
    slots.map(move |(slot, column)| (column.masks[place], slot.weighed(column.most[place])))
}

/// What somebody would weigh who holds the best of everything in a block.
fn most_of_all(query: &Query<'_>, candidates: &Candidates, place: usize) -> u64 {
    held(query, candidates, place)
        .map(|(_, weighs)| weighs)
        .sum()
}

struct Visitor<'a, G> {
    query: &'a Query<'a>,
    segment: &'a Segment,
    candidates: &'a Candidates,
    answers: Answers<'a>,
    gone: G,
    groups: Vec<Group>,
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
        let (query, segment, place) = (self.query, self.segment, visit.place);
        let rows = self.candidates.masks[place];
        let first = usize::from(self.candidates.blocks[place]) * BLOCK;
        let ratings = &segment.ratings[first..segment.len().min(first + BLOCK)];
        let mut groups = std::mem::take(&mut self.groups);
        put_apart(rows, held(query, self.candidates, place), &mut groups);
        for group in &groups {
            let most = skills(query, group.sum) + visit.rest;
            let missing = self.best.floor().saturating_sub(most);
            let Some(least) = least_share(query.weights.rating, missing) else {
                continue;
            };
            let mut left = rated_at_least(group.rows, ratings, least);
            while left != 0 {
                let bit = left.trailing_zeros();
                left &= left - 1;
                self.look_at(first + bit as usize, most, visit);
            }
        }
        self.groups = groups;
    }

    /// Scores one row, and offers it unless it falls short on the way. Without the rating it has at most so much.
    fn look_at(&mut self, row: usize, most: u32, visit: &Visit) -> Option<()> {
        let (query, segment) = (self.query, self.segment);
        let floor = self.best.floor();
        let rating = take(query.weights.rating, u32::from(segment.ratings[row]));
        if rating + most < floor {
            return None;
        }
        // Each number narrows what is left; the skills lie farthest and come last.
        let most_skills = most - visit.rest;
        let place_and_rate = segment.row(row);
        let rate = place_and_rate.rate().map(i64::from);
        let budget = budget::share_of(query.request.budget_minor, rate).ok()?;
        let place = query
            .site
            .share(&query.request.work, place_and_rate.whereabouts())
            .ok()?;
        let sure = rating + take(query.weights.place, place) + take(query.weights.budget, budget);
        if sure + query.weights.availability + most_skills < floor {
            return None;
        }
        let calendar = segment.calendar(row);
        let availability =
            availability::share_of(availability::facts(query.request.into(), &calendar)).ok()?;
        let sure = sure + take(query.weights.availability, availability);
        if sure + most_skills < floor {
            return None;
        }
        let score = sure + self.skills_of(row)?;
        debug_assert!(
            score <= visit.most && score <= rating + most,
            "a bound below a member's score"
        );
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
        self.answers.reach(segment.shown(row), &mut self.reached);
        let passes = if query.wanted.insists() {
            query.wanted.unmet(&self.reached).is_none()
        } else {
            segment.rows_of(query.request.category).contains(&row)
                || self.reached.iter().any(|share| *share > 0)
        };
        passes.then(|| take(query.weights.skills, query.wanted.share(&self.reached)))
    }
}
