//! Open requests, kept so that those for one freelancer are found without looking at every one.
//!
//! Whoever fits a request reaches each of its must-haves by half. So it is enough to look for it under the skills that reach *one*
//! of them so far: the must-have that the fewest skills can answer. Percolators choose the rarest term of a
//! conjunction in the same way.

use crate::facts::{FreelancerFacts, RequestFacts, WantedSkill};
use crate::fit::{Parts, Query};
use crate::gates;
use crate::parts::budget;
use crate::relations::{Relations, SAME};
use crate::tie::tie_break;
use crate::weights::Weights;
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Half of a must-have is reached only by what is at least half of the same.
const ENOUGH: u16 = SAME / 2;

/// Open requests by whom they can be for.
#[derive(Debug, Clone, Default)]
pub struct Requests {
    by_id: HashMap<u128, Arc<RequestFacts>>,
    behind: HashMap<Door, BTreeSet<u128>>,
}

/// What somebody must have for a request to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Door {
    /// This skill.
    Skill(u32),
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
        for door in doors(&request, relations) {
            self.behind.entry(door).or_default().insert(id);
        }
        self.by_id.insert(id, request);
    }

    /// Takes a request out; nothing when there is none with this id.
    pub fn remove(&mut self, id: u128, relations: &(impl Relations + ?Sized)) {
        let Some(before) = self.by_id.remove(&id) else {
            return;
        };
        for door in doors(&before, relations) {
            if let Some(behind) = self.behind.get_mut(&door) {
                behind.remove(&id);
                if behind.is_empty() {
                    self.behind.remove(&door);
                }
            }
        }
    }

    /// The requests that fit a freelancer, with the parts of each fit, in the order of
    /// [`rank_requests`](crate::rank_requests).
    pub fn fitting(
        &self,
        freelancer: &FreelancerFacts,
        relations: &(impl Relations + ?Sized),
        weights: &Weights,
    ) -> Vec<(u128, Parts)> {
        let skills = freelancer.skills.iter().map(|held| Door::Skill(held.skill));
        let near: BTreeSet<u128> = skills
            .chain([Door::Category(freelancer.category)])
            .filter_map(|door| self.behind.get(&door))
            .flatten()
            .copied()
            .collect();
        let mut held: Vec<u32> = freelancer.skills.iter().map(|held| held.skill).collect();
        held.sort_unstable();
        let mut reached = Vec::new();
        let mut fitting: Vec<(u128, Parts)> = near
            .into_iter()
            .filter_map(|id| {
                let request = self.by_id.get(&id)?;
                // What costs little first: laying out what a request asks for is most of the work.
                let may_fit = gates::people(request, freelancer).is_ok()
                    && gates::languages(request, freelancer).is_ok()
                    && budget::share_of(request.budget_minor, freelancer.rate_minor).is_ok()
                    && may_reach(request, &held, relations);
                if !may_fit {
                    return None;
                }
                let query = Query::new(request, relations, weights);
                Some((id, query.parts(freelancer, &mut reached).ok()?))
            })
            .collect();
        fitting.sort_by_cached_key(|(id, parts)| {
            (Reverse(parts.sum()), tie_break(*id, freelancer.id), *id)
        });
        fitting
    }
}

/// Whether each must-have is answered by some skill well enough; the skills in order. How well it is held is another question.
fn may_reach(request: &RequestFacts, held: &[u32], relations: &(impl Relations + ?Sized)) -> bool {
    let is_held = |skill: &u32| held.binary_search(skill).is_ok();
    let mut musts = request.skills.iter().filter(|wanted| wanted.must);
    musts.all(|wanted| {
        let mut related = relations.similar(wanted.skill).iter();
        is_held(&wanted.skill)
            || related.any(|(skill, similarity)| *similarity >= ENOUGH && is_held(skill))
    })
}

/// Behind which doors a request is looked for. Whoever fits it has one of these.
fn doors(request: &RequestFacts, relations: &(impl Relations + ?Sized)) -> BTreeSet<Door> {
    let answers = |wanted: &WantedSkill, least: u16| {
        let related = relations.similar(wanted.skill).iter();
        let related = related.filter(move |(_, similarity)| *similarity >= least);
        let related = related.map(|(skill, _)| Door::Skill(*skill));
        std::iter::once(Door::Skill(wanted.skill)).chain(related)
    };
    let musts = request.skills.iter().filter(|wanted| wanted.must);
    let narrowest = musts
        .map(|wanted| answers(wanted, ENOUGH).collect::<BTreeSet<Door>>())
        .min_by_key(BTreeSet::len);
    narrowest.unwrap_or_else(|| {
        let skills = request.skills.iter().flat_map(|wanted| answers(wanted, 1));
        skills.chain([Door::Category(request.category)]).collect()
    })
}
