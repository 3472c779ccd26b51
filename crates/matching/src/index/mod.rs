//! A market of freelancers that is searched without looking at everybody.
//!
//! Small markets are scanned. In large ones most freelancers stand in a [`Segment`], packed and in an order in which
//! neighbours are alike. What it finds is exactly what the scan finds: bounds only put aside who cannot be among the best.

mod bounds;
mod candidates;
mod packed;
mod postings;
mod search;
mod segment;

use crate::facts::{FreelancerFacts, RequestFacts};
use crate::fit::Query;
use crate::rank::{Best, Match};
use crate::relations::Relations;
use crate::tie::tie_break;
use crate::weights::Weights;
use packed::Packed;
use segment::Segment;
use std::collections::{BTreeMap, BTreeSet};

/// So many freelancers are scanned plainly; with more, they are packed.
const SCANNED: usize = 1_024;

/// Freelancers, each with an id of their own, of whom the best can be asked for.
#[derive(Debug)]
pub struct Market {
    freelancers: BTreeMap<u128, FreelancerFacts>,
    /// Those who stand in no segment. Who is suspended stands nowhere.
    scanned: BTreeSet<u128>,
    segments: Vec<Segment>,
}

impl FromIterator<FreelancerFacts> for Market {
    fn from_iter<I: IntoIterator<Item = FreelancerFacts>>(freelancers: I) -> Self {
        Self::scanning_up_to(SCANNED, freelancers)
    }
}

impl Market {
    /// A market that packs its freelancers only if there are more than `scanned` of them.
    pub fn scanning_up_to(
        scanned: usize,
        freelancers: impl IntoIterator<Item = FreelancerFacts>,
    ) -> Self {
        let freelancers: BTreeMap<_, _> = freelancers
            .into_iter()
            .map(|freelancer| (freelancer.id, freelancer))
            .collect();
        let unsuspended = freelancers
            .values()
            .filter(|freelancer| !freelancer.suspended);
        let mut market = Self {
            scanned: unsuspended.map(|freelancer| freelancer.id).collect(),
            freelancers,
            segments: Vec::new(),
        };
        if market.scanned.len() > scanned {
            market.pack();
        }
        market
    }

    /// How much memory the packed freelancers take, without their facts.
    pub fn packed_bytes(&self) -> usize {
        self.segments.iter().map(Segment::bytes).sum()
    }

    /// How many freelancers there are.
    pub fn len(&self) -> usize {
        self.freelancers.len()
    }

    /// True if there is nobody.
    pub fn is_empty(&self) -> bool {
        self.freelancers.is_empty()
    }

    /// One freelancer.
    pub fn get(&self, id: u128) -> Option<&FreelancerFacts> {
        self.freelancers.get(&id)
    }

    /// Finds the `k` freelancers who fit a request best, as [`rank_freelancers`](crate::rank_freelancers) does.
    pub fn best(
        &self,
        request: &RequestFacts,
        relations: &(impl Relations + ?Sized),
        weights: &Weights,
        k: usize,
    ) -> Vec<Match> {
        let query = Query::new(request, relations, weights);
        let mut best = Best::new(k);
        let mut reached = Vec::new();
        for freelancer in self.scanned.iter().filter_map(|id| self.get(*id)) {
            if let Ok(parts) = query.parts(freelancer, &mut reached) {
                let tie = || tie_break(request.id, freelancer.id);
                best.offer(parts.sum(), tie, freelancer.id, ());
            }
        }
        for segment in &self.segments {
            search::search(&query, segment, |_| false, &mut best);
        }
        best.into_sorted()
            .filter_map(|(id, ())| {
                let freelancer = self.get(id)?;
                let parts = query.parts(freelancer, &mut reached).ok()?;
                Some(Match {
                    id,
                    fit: query.fit(freelancer, parts),
                })
            })
            .collect()
    }

    /// Packs whoever is scanned into a segment.
    fn pack(&mut self) {
        let freelancers = self
            .scanned
            .iter()
            .filter_map(|id| self.freelancers.get(id));
        let segment = Segment::new(freelancers.filter_map(Packed::new).collect());
        for row in 0..segment.len() {
            self.scanned.remove(&segment.id(row));
        }
        self.segments.push(segment);
    }
}
