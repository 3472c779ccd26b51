//! What the product does: its own functions on the facts that people show.

use super::{Entry, Public};
use crate::world::World;
use guildhall_matching::{
    Candidate, Congestion, NewcomerShare, RequestFacts, Weights, is_newcomer, newcomer_places,
    put_newcomers, rank_freelancers, tie_break,
};
use std::collections::BTreeMap;

/// The best by fit, gates first.
pub(super) fn best(public: Public, request: &RequestFacts, most: usize) -> Vec<Entry> {
    let scores = scores(public, request, most).into_iter();
    scores
        .map(|(id, score)| Entry {
            freelancer: number_of(id),
            value: f64::from(score),
            own: f64::from(score),
        })
        .collect()
}

/// The best by fit less the freelancer's congestion.
pub(super) fn uncrowded(public: Public, request: usize, most: usize) -> Vec<Entry> {
    let facts = &public.world.requests[request].facts;
    let mut entries: Vec<(u32, u64, Entry)> = scores(public, facts, usize::MAX)
        .into_iter()
        .map(|(id, score)| {
            let freelancer = number_of(id);
            let of_freelancer = Congestion::of_freelancer(public.waiting[freelancer]);
            let order = of_freelancer.order(score);
            let entry = Entry {
                freelancer,
                value: f64::from(order),
                own: f64::from(score),
            };
            (order, tie_break(facts.id, id), entry)
        })
        .collect();
    entries.sort_by_key(|(order, tie, _)| (std::cmp::Reverse(*order), *tie));
    let entries = entries.into_iter().take(most);
    entries.map(|(_, _, entry)| entry).collect()
}

/// A list with the newcomers whose places are kept.
pub(super) fn with_newcomers(
    public: Public,
    request: usize,
    list: Vec<Entry>,
    percent: u8,
) -> Vec<Entry> {
    let share = NewcomerShare::new(percent).unwrap_or_default();
    let ranked: Vec<Candidate> = list
        .iter()
        .map(|entry| {
            let facts = &public.facts[entry.freelancer];
            Candidate {
                id: facts.id,
                score: entry.value as u32,
                newcomer: is_newcomer(facts),
            }
        })
        .collect();
    let id = public.world.requests[request].facts.id;
    let drawn = newcomer_places(id, public.day, share, &ranked);
    let entries: BTreeMap<usize, Entry> = list
        .into_iter()
        .map(|entry| (entry.freelancer, entry))
        .collect();
    let drawn: Vec<u128> = drawn.iter().map(|one| one.id).collect();
    let order = put_newcomers(&ranked, &drawn).into_iter();
    order
        .filter_map(|one| entries.get(&number_of(one.id)).copied())
        .collect()
}

fn scores(public: Public, request: &RequestFacts, most: usize) -> Vec<(u128, u32)> {
    let present = public.present.iter();
    let ranking = rank_freelancers(
        request,
        present.map(|freelancer| &public.facts[*freelancer]),
        &World::vocabulary().relations,
        &Weights::default(),
        most,
    );
    let matches = ranking.matches.into_iter();
    matches.map(|found| (found.id, found.fit.score)).collect()
}

/// Ids of freelancers are their numbers and one.
fn number_of(id: u128) -> usize {
    id as usize - 1
}
