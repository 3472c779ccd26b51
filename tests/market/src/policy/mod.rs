//! Who is shown for a request, and in which order: the policies that are judged.

mod baselines;
mod bm25;
mod oracle;
mod product;

use crate::chance::About;
use crate::world::World;
use guildhall_matching::{Congestion, FreelancerFacts, NewcomerShare, to_tell};
use std::cmp::Ordering;
use std::collections::BTreeSet;

pub(crate) use bm25::Texts;
pub(crate) use oracle::Truth;

/// A way to rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Policy {
    /// By lot.
    Random,
    /// Who has done most, whatever is asked for.
    Popularity,
    /// The Jaccard overlap of the skills asked for and those listed.
    Overlap,
    /// BM25 over the words of skills and category.
    Bm25,
    /// The overlap, among those who pass the product's gates: what is left when only the five parts are taken away.
    GatedOverlap,
    /// The product's fit.
    Fit,
    /// The fit, with this share of the client's first ten for newcomers.
    Newcomers {
        /// In whole percent, at most 50.
        percent: u8,
    },
    /// The fit, with what is crowded standing lower on both sides' lists.
    Congestion,
    /// The fit with both, and requests told to more people only while too few apply.
    Gradual,
    /// By what both would feel: an upper bound that nobody can build.
    Oracle,
}

impl Policy {
    /// Its name in figures.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Random => "random",
            Self::Popularity => "popularity",
            Self::Overlap => "overlap",
            Self::Bm25 => "bm25",
            Self::GatedOverlap => "gated_overlap",
            Self::Fit => "fit",
            Self::Newcomers { .. } => "fit_newcomers",
            Self::Congestion => "fit_congestion",
            Self::Gradual => "fit_gradual",
            Self::Oracle => "oracle",
        }
    }

    /// How many more learn of a request this week.
    pub(crate) fn to_tell(self, told: usize, applications: usize) -> usize {
        match self {
            Self::Gradual => to_tell(told, applications as u32),
            // Everybody on the list.
            _ => usize::MAX,
        }
    }

    /// The number by which a freelancer's list is ordered, for a request that has so many applications now.
    pub(crate) fn for_freelancer(self, entry: Entry, applications: usize) -> f64 {
        match self {
            Self::Congestion | Self::Gradual => {
                let congestion = Congestion::of_request(applications as u32);
                f64::from(congestion.order(entry.own as u32))
            }
            _ => entry.own,
        }
    }
}

/// What a policy may know: what people show.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Public<'a> {
    pub(crate) world: &'a World,
    /// By freelancer, as they are now.
    pub(crate) facts: &'a [FreelancerFacts],
    /// Who is there.
    pub(crate) present: &'a [usize],
    pub(crate) texts: &'a Texts,
    /// In days since 1 January 1970.
    pub(crate) day: i32,
    /// By freelancer: applications that wait for an answer.
    pub(crate) waiting: &'a [u32],
}

/// Somebody on a list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Entry {
    pub(crate) freelancer: usize,
    /// The policy's own measure.
    pub(crate) value: f64,
    /// The same, before anything was taken off for the order of the client's list.
    pub(crate) own: f64,
}

/// Lists the freelancers for a request, best first.
pub(crate) fn list(policy: Policy, request: usize, public: Public, truth: Truth) -> Vec<Entry> {
    let world = public.world;
    let most = world.params.shown;
    let lot = |freelancer: usize| world.noise.bits(About::Order, request, freelancer, 0);
    let by = |value: &dyn Fn(usize) -> Option<f64>| {
        let present = public.present.iter();
        let mut entries: Vec<Entry> = present
            .filter_map(|&freelancer| {
                let value = value(freelancer)?;
                Some(Entry {
                    freelancer,
                    value,
                    own: value,
                })
            })
            .collect();
        let order = |one: &Entry, other: &Entry| -> Ordering {
            let by_value = other.value.total_cmp(&one.value);
            by_value.then_with(|| lot(one.freelancer).cmp(&lot(other.freelancer)))
        };
        if entries.len() > most {
            entries.select_nth_unstable_by(most, order);
            entries.truncate(most);
        }
        entries.sort_unstable_by(order);
        entries
    };
    match policy {
        Policy::Random => {
            by(&|freelancer| Some(world.noise.unit(About::Order, request, freelancer, 1)))
        }
        Policy::Popularity => {
            by(&|freelancer| Some(baselines::popularity(&public.facts[freelancer])))
        }
        Policy::Overlap => by(&|freelancer| {
            baselines::overlap(&world.requests[request].facts, &public.facts[freelancer])
        }),
        Policy::GatedOverlap => {
            let asked = &world.requests[request].facts;
            let passing = product::best(public, asked, usize::MAX).into_iter();
            let passing: BTreeSet<usize> = passing.map(|entry| entry.freelancer).collect();
            by(&|freelancer| {
                let passes = passing.contains(&freelancer);
                passes.then(|| baselines::overlap(asked, &public.facts[freelancer]).unwrap_or(0.0))
            })
        }
        Policy::Fit => product::best(public, &world.requests[request].facts, most),
        Policy::Newcomers { percent } => {
            let found = product::best(public, &world.requests[request].facts, most);
            product::with_newcomers(public, request, found, percent)
        }
        Policy::Congestion => product::uncrowded(public, request, most),
        Policy::Gradual => {
            let found = product::uncrowded(public, request, most);
            product::with_newcomers(public, request, found, NewcomerShare::default().percent())
        }
        Policy::Bm25 => {
            let query = public.texts.query(&world.requests[request].facts);
            by(&|freelancer| public.texts.score(&query, freelancer))
        }
        Policy::Oracle => by(&|freelancer| truth.value(request, freelancer)),
    }
}
