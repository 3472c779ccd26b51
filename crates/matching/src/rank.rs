//! The best matches, by a plain scan over everybody.

use crate::facts::{FreelancerFacts, RequestFacts};
use crate::fit::{Fit, Query};
use crate::gates::Excluded;
use crate::relations::Relations;
use crate::tie::tie_break;
use crate::weights::Weights;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// The best matches, and how many were kept out by what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ranking {
    /// Best first: higher score, then smaller [`tie_break`], then smaller id.
    pub matches: Vec<Match>,
    /// Who was not shown and why, in the order of the gates.
    pub excluded: Vec<ExcludedCount>,
    /// How many were looked at.
    pub considered: usize,
}

/// One match: the other side and the fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// The freelancer's id for a client, the request's id for a freelancer.
    pub id: u128,
    /// How well it fits.
    pub fit: Fit,
}

/// How many failed at one gate before any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExcludedCount {
    /// The gate.
    pub why: Excluded,
    /// How many.
    pub count: usize,
}

/// Finds the `k` freelancers who fit a request best.
pub fn rank_freelancers<'a>(
    request: &RequestFacts,
    freelancers: impl IntoIterator<Item = &'a FreelancerFacts>,
    relations: &(impl Relations + ?Sized),
    weights: &Weights,
    k: usize,
) -> Ranking {
    let query = Query::new(request, relations, weights);
    let mut best = Best::new(k);
    let mut reached = Vec::new();
    for freelancer in freelancers {
        match query.parts(freelancer, &mut reached) {
            Ok(parts) => {
                let tie = || tie_break(request.id, freelancer.id);
                best.offer(parts.sum(), tie, freelancer.id, (freelancer, parts));
            }
            Err(why) => best.exclude(why),
        }
    }
    best.into_ranking(|(freelancer, parts)| query.fit(freelancer, parts))
}

/// Finds the `k` requests that fit a freelancer best.
pub fn rank_requests<'a>(
    freelancer: &FreelancerFacts,
    requests: impl IntoIterator<Item = &'a RequestFacts>,
    relations: &(impl Relations + ?Sized),
    weights: &Weights,
    k: usize,
) -> Ranking {
    let mut best = Best::new(k);
    let mut reached = Vec::new();
    for request in requests {
        match Query::new(request, relations, weights).parts(freelancer, &mut reached) {
            Ok(parts) => {
                let tie = || tie_break(request.id, freelancer.id);
                best.offer(parts.sum(), tie, request.id, (request, parts));
            }
            Err(why) => best.exclude(why),
        }
    }
    best.into_ranking(|(request, parts)| {
        Query::new(request, relations, weights).fit(freelancer, parts)
    })
}

/// The `k` best of a scan so far.
pub(crate) struct Best<T> {
    k: usize,
    /// The worst of the kept ones on top.
    kept: BinaryHeap<Entry<T>>,
    excluded: BTreeMap<Excluded, usize>,
    considered: usize,
}

/// A scored item; the better one is the smaller one.
struct Entry<T> {
    key: (Reverse<u32>, u64, u128),
    item: T,
}

impl<T> Best<T> {
    pub(crate) fn new(k: usize) -> Self {
        Self {
            k,
            kept: BinaryHeap::new(),
            excluded: BTreeMap::new(),
            considered: 0,
        }
    }

    fn exclude(&mut self, why: Excluded) {
        self.considered += 1;
        *self.excluded.entry(why).or_default() += 1;
    }

    /// No score below this can stay any more.
    pub(crate) fn floor(&self) -> u32 {
        if self.kept.len() < self.k {
            return 0;
        }
        self.kept.peek().map_or(u32::MAX, |worst| worst.key.0.0)
    }

    /// Those who are kept, best first.
    pub(crate) fn into_sorted(self) -> impl Iterator<Item = (u128, T)> {
        let sorted = self.kept.into_sorted_vec().into_iter();
        sorted.map(|entry| (entry.key.2, entry.item))
    }

    pub(crate) fn offer(&mut self, score: u32, tie: impl FnOnce() -> u64, id: u128, item: T) {
        self.considered += 1;
        // The hash is computed only for those who may stay.
        if score < self.floor() {
            return;
        }
        let entry = Entry {
            key: (Reverse(score), tie(), id),
            item,
        };
        if self.kept.len() < self.k {
            self.kept.push(entry);
        } else if let Some(mut worst) = self.kept.peek_mut()
            && entry.key < worst.key
        {
            *worst = entry;
        }
    }

    fn into_ranking(self, mut fit: impl FnMut(T) -> Fit) -> Ranking {
        let matches = self.kept.into_sorted_vec().into_iter();
        Ranking {
            matches: matches
                .map(|entry| Match {
                    id: entry.key.2,
                    fit: fit(entry.item),
                })
                .collect(),
            excluded: self
                .excluded
                .into_iter()
                .map(|(why, count)| ExcludedCount { why, count })
                .collect(),
            considered: self.considered,
        }
    }
}

impl<T> Ord for Entry<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key.cmp(&other.key)
    }
}

impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl<T> Eq for Entry<T> {}
