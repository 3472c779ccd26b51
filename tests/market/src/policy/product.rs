//! What the product does: its own functions on the facts that people show.

use super::{Entry, Public};
use crate::world::World;
use guildhall_matching::{RequestFacts, Weights, rank_freelancers};

/// The best by fit, gates first.
pub(super) fn best(public: Public, request: &RequestFacts, most: usize) -> Vec<Entry> {
    let present = public.present.iter();
    let ranking = rank_freelancers(
        request,
        present.map(|freelancer| &public.facts[*freelancer]),
        &World::vocabulary().relations,
        &Weights::default(),
        most,
    );
    let matches = ranking.matches.into_iter();
    matches
        .map(|found| Entry {
            freelancer: number_of(found.id),
            value: f64::from(found.fit.score),
        })
        .collect()
}

/// Ids of freelancers are their numbers and one.
fn number_of(id: u128) -> usize {
    id as usize - 1
}
