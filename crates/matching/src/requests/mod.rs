//! Open requests, kept so that those for one freelancer are found without looking at every one.
//!
//! Whoever fits a request reaches each of its must-haves by half. So it is enough to look for it behind *one* of them: the
//! one that the fewest requests name, which few can be expected to hold. Percolators choose the rarest term of a conjunction
//! in the same way. What a freelancer reaches of each wanted skill is worked out before any request is looked at.

mod gist;
mod open;
mod reach;

use crate::facts::{FreelancerFacts, RequestFacts};
use crate::fit::Parts;
use crate::relations::Relations;
use crate::tie::tie_break;
use crate::weights::Weights;
use gist::Behind;
use open::{Open, Seeker};
use reach::{Answered, Reach};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Open requests by whom they can be for.
#[derive(Debug, Clone, Default)]
pub struct Requests {
    by_id: HashMap<u128, Standing>,
    behind: HashMap<Door, Behind>,
    answered: Answered,
}

#[derive(Debug, Clone)]
struct Standing {
    request: Arc<RequestFacts>,
    doors: Box<[Door]>,
}

/// What somebody must reach for a request to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Door {
    /// Half of this must-have: the one door of a request that has must-haves.
    Must(u32),
    /// Anything of this skill.
    Wish(u32),
    /// This kind of service.
    Category(u16),
}

impl Requests {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Puts a request in, in the place of the one with its id. The relations are the same each time.
    pub fn put(&mut self, request: Arc<RequestFacts>, relations: &(impl Relations + ?Sized)) {
        let id = request.id;
        self.remove(id, relations);
        let doors = self.doors(&request);
        for door in &doors {
            let behind = self.behind.entry(*door).or_default();
            behind.push(&request, *door);
        }
        self.answered.add(&request, relations);
        self.by_id.insert(id, Standing { request, doors });
    }

    /// Takes a request out; nothing when there is none with this id.
    pub fn remove(&mut self, id: u128, relations: &(impl Relations + ?Sized)) {
        let Some(Standing { request, doors }) = self.by_id.remove(&id) else {
            return;
        };
        self.answered.remove(&request, relations);
        for door in &doors {
            let Some(behind) = self.behind.get_mut(door) else {
                continue;
            };
            behind.remove(id);
            if behind.is_empty() {
                self.behind.remove(door);
            }
        }
    }

    /// The requests that fit a freelancer, with the parts of each fit, in the order of
    /// [`rank_requests`](crate::rank_requests). The relations are those with which the requests were put in.
    pub fn fitting(&self, freelancer: &FreelancerFacts, weights: &Weights) -> Vec<(u128, Parts)> {
        let reach = Reach::new(freelancer, &self.answered);
        let seeker = Seeker::new(freelancer, reach, weights);
        let mut found = Vec::new();
        let mut look_behind = |door: Door, is_first: &dyn Fn(&Open) -> bool| {
            let Some(behind) = self.behind.get(&door) else {
                return;
            };
            for open in behind.worth_a_look(&seeker) {
                if let Some(parts) = open.parts(&seeker).filter(|_| is_first(open)) {
                    found.push((parts.sum(), open.id, parts));
                }
            }
        };
        look_behind(Door::Category(freelancer.category), &|_| true);
        for wanted in seeker.reach.skills() {
            look_behind(Door::Must(wanted), &|_| true);
            // A request behind several doors is looked at behind the first of them that is open.
            look_behind(Door::Wish(wanted), &|open| {
                open.category != freelancer.category
                    && open.first_reached(&seeker.reach) == Some(wanted)
            });
        }
        found.sort_unstable_by(|(score, id, _), (other_score, other, _)| {
            // The hash is computed only for those who are equal.
            let tie = |id: u128| (tie_break(id, freelancer.id), id);
            other_score
                .cmp(score)
                .then_with(|| tie(*id).cmp(&tie(*other)))
        });
        found
            .into_iter()
            .map(|(_, id, parts)| (id, parts))
            .collect()
    }

    /// Behind which doors a request is looked for. Whoever fits it can open one of these.
    fn doors(&self, request: &RequestFacts) -> Box<[Door]> {
        let musts = request.skills.iter().filter(|wanted| wanted.must);
        if let Some(rarest) = musts.min_by_key(|wanted| self.answered.named(wanted.skill)) {
            return Box::new([Door::Must(rarest.skill)]);
        }
        let wishes = request.skills.iter().map(|wanted| Door::Wish(wanted.skill));
        let doors: BTreeSet<Door> = wishes.chain([Door::Category(request.category)]).collect();
        doors.into_iter().collect()
    }
}
