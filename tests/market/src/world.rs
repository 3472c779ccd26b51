//! A world: everybody, every request and the truth about every pair. The same under every policy.

use crate::chance::Noise;
use crate::demand::{self, Request};
use crate::params::{Params, people};
use crate::people::{Freelancer, Land};
use crate::truth::{self, Pair};
use crate::vocabulary::{Most, Vocabulary};
use std::sync::LazyLock;

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let most = Most {
        families: people::FAMILIES,
        members: people::MEMBERS,
    };
    Vocabulary::of_catalog(people::HOME, people::TOWNS, most)
});

/// Everything that a seed fixes.
#[derive(Debug)]
pub struct World {
    pub(crate) params: Params,
    pub(crate) freelancers: Vec<Freelancer>,
    pub(crate) requests: Vec<Request>,
    pub(crate) noise: Noise,
    /// By request, then by freelancer.
    pairs: Vec<Pair>,
}

impl World {
    /// Draws a world.
    pub fn new(seed: u64, params: Params) -> Self {
        let vocabulary = Self::vocabulary();
        let land = Land::new(seed, vocabulary);
        let freelancers = crate::people::draw(seed, &params, vocabulary, &land);
        let requests = demand::draw(seed, &params, vocabulary, &land);
        let noise = Noise(seed);
        let mut pairs = Vec::with_capacity(requests.len() * freelancers.len());
        for request in &requests {
            let truths = freelancers
                .iter()
                .map(|person| truth::pair(request, person, &vocabulary.relations, noise));
            pairs.extend(truths);
        }
        Self {
            params,
            freelancers,
            requests,
            noise,
            pairs,
        }
    }

    pub(crate) fn vocabulary() -> &'static Vocabulary {
        &VOCABULARY
    }

    pub(crate) fn pair(&self, request: usize, freelancer: usize) -> &Pair {
        &self.pairs[request * self.freelancers.len() + freelancer]
    }
}
