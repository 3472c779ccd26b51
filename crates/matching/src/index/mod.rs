//! A market of freelancers that is searched without looking at everybody.
//!
//! Small markets are scanned. In large ones most freelancers stand in a [`Segment`], packed and in an order in which
//! neighbours are alike. What it finds is exactly what the scan finds: bounds only put aside who cannot be among the best.

mod answers;
mod bounds;
mod candidates;
mod groups;
mod merge;
mod numbers;
mod packed;
mod postings;
mod search;
mod segment;

pub use merge::{Merge, Merged};

use crate::facts::{FreelancerFacts, RequestFacts};
use crate::fit::Query;
use crate::rank::{Best, Match};
use crate::relations::Relations;
use crate::tie::tie_break;
use crate::weights::Weights;
use merge::Standing;
use packed::Packed;
use segment::Segment;
use std::collections::{HashMap, HashSet};

/// So many freelancers are scanned plainly; with more, they are packed.
const SCANNED: usize = 1_024;

/// Freelancers, each with an id of their own, of whom the best can be asked for.
///
/// Whatever is put in or taken out is seen by the next question. Segments never change: who is put in anew is scanned
/// until there are enough of those for a segment of their own, and now and then several segments want to be merged
/// ([`Market::merge`]), which nobody has to wait for.
#[derive(Debug)]
pub struct Market {
    members: HashMap<u128, Member>,
    /// Those who are scanned plainly.
    scanned: HashSet<u128>,
    /// So many of them did not fit into a segment the last time.
    unfit: usize,
    scan_up_to: usize,
    /// Oldest first.
    segments: Vec<Standing>,
    /// The number of the next segment.
    next: u32,
}

#[derive(Debug)]
struct Member {
    facts: FreelancerFacts,
    stands: Stands,
}

/// Where a freelancer is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    /// Nowhere, being suspended.
    Nowhere,
    Scanned,
    /// In the segment of this number, or in the one into which it was merged.
    Packed(u32),
}

impl Default for Market {
    fn default() -> Self {
        Self::scanning_up_to(SCANNED, [])
    }
}

impl FromIterator<FreelancerFacts> for Market {
    fn from_iter<I: IntoIterator<Item = FreelancerFacts>>(freelancers: I) -> Self {
        Self::scanning_up_to(SCANNED, freelancers)
    }
}

impl Market {
    /// A market in which up to so many freelancers are scanned before they are packed.
    pub fn scanning_up_to(
        scan_up_to: usize,
        freelancers: impl IntoIterator<Item = FreelancerFacts>,
    ) -> Self {
        let freelancers = freelancers.into_iter();
        let mut market = Self {
            members: HashMap::with_capacity(freelancers.size_hint().0),
            scanned: HashSet::new(),
            unfit: 0,
            scan_up_to,
            segments: Vec::new(),
            next: 0,
        };
        // All of them first, so that they make one segment and not many; each packed while it is at hand.
        let mut packed = Vec::with_capacity(freelancers.size_hint().0);
        let mut unfit = HashSet::new();
        let mut are_different = true;
        for facts in freelancers {
            let id = facts.id;
            let stands = if facts.suspended {
                Stands::Nowhere
            } else if let Some(row) = Packed::new(&facts) {
                packed.push(row);
                Stands::Packed(market.next)
            } else {
                unfit.insert(id);
                Stands::Scanned
            };
            let before = market.members.insert(id, Member { facts, stands });
            are_different &= before.is_none();
        }
        if are_different && packed.len() + unfit.len() > scan_up_to {
            market.stand(packed, unfit);
        } else {
            for (id, member) in &mut market.members {
                if !member.facts.suspended {
                    member.stands = Stands::Scanned;
                    market.scanned.insert(*id);
                }
            }
            market.pack_if_many();
        }
        market
    }

    /// Puts a freelancer in, in the place of the one with the same id, who is handed back.
    pub fn put(&mut self, freelancer: FreelancerFacts) -> Option<FreelancerFacts> {
        let before = self.take_in(freelancer);
        self.pack_if_many();
        before
    }

    /// Takes a freelancer out.
    pub fn remove(&mut self, id: u128) -> Option<FreelancerFacts> {
        let member = self.members.remove(&id)?;
        match member.stands {
            Stands::Nowhere => {}
            Stands::Scanned => drop(self.scanned.remove(&id)),
            Stands::Packed(number) => {
                let theirs = |standing: &&mut Standing| standing.holds(number);
                for standing in self.segments.iter_mut().filter(theirs) {
                    standing.gone.insert(id);
                }
            }
        }
        Some(member.facts)
    }

    /// How many freelancers there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// True if there is nobody.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// One freelancer.
    pub fn get(&self, id: u128) -> Option<&FreelancerFacts> {
        Some(&self.members.get(&id)?.facts)
    }

    /// Everybody, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &FreelancerFacts> {
        self.members.values().map(|member| &member.facts)
    }

    /// How much memory the segments take, beside the facts that they were made from.
    pub fn packed_bytes(&self) -> usize {
        let segments = self.segments.iter();
        segments.map(|standing| standing.segment.bytes()).sum()
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
        for standing in &self.segments {
            let gone = |id| standing.gone.contains(&id);
            search::search(&query, &standing.segment, gone, &mut best);
        }
        for freelancer in self.scanned.iter().filter_map(|id| self.get(*id)) {
            if let Ok(parts) = query.parts(freelancer, &mut reached) {
                let tie = || tie_break(request.id, freelancer.id);
                best.offer(parts.sum(), tie, freelancer.id, ());
            }
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

    fn take_in(&mut self, facts: FreelancerFacts) -> Option<FreelancerFacts> {
        let id = facts.id;
        let before = self.remove(id);
        let stands = if facts.suspended {
            Stands::Nowhere
        } else {
            self.scanned.insert(id);
            Stands::Scanned
        };
        self.members.insert(id, Member { facts, stands });
        before
    }

    /// Packs those who are scanned, if they are too many and can be.
    fn pack_if_many(&mut self) {
        if self.scanned.len() <= self.scan_up_to + self.unfit {
            return;
        }
        let mut packed = Vec::with_capacity(self.scanned.len());
        let mut unfit = HashSet::new();
        for id in &self.scanned {
            let Some(member) = self.members.get(id) else {
                continue;
            };
            match Packed::new(&member.facts) {
                Some(row) => packed.push(row),
                None => drop(unfit.insert(*id)),
            }
        }
        let packed_members = packed.iter().map(|row: &Packed| row.id);
        for id in packed_members {
            if let Some(member) = self.members.get_mut(&id) {
                member.stands = Stands::Packed(self.next);
            }
        }
        self.stand(packed, unfit);
    }

    /// Puts packed freelancers into segments; they are noted in the next one already. Those who are unfit for one are scanned from then on.
    fn stand(&mut self, packed: Vec<Packed>, unfit: HashSet<u128>) {
        let noted = self.next;
        for segment in Segment::of_all(packed) {
            let others = segment.ids().iter().filter(|_| self.next != noted);
            for id in others {
                if let Some(member) = self.members.get_mut(id) {
                    member.stands = Stands::Packed(self.next);
                }
            }
            self.segments.push(Standing::new(segment, self.next));
            self.next += 1;
        }
        // A set of its own: a large one that was emptied would be walked through by every question.
        self.scanned = unfit;
        self.unfit = self.scanned.len();
    }
}
