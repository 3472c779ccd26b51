//! One open request as the doors keep it: every number that a fit is computed from, in one piece.

use super::reach::Reach;
use crate::facts::{
    FreelancerFacts, LanguageCode, RequestFacts, WantedLanguage, WantedSkill, Work,
};
use crate::fit::Parts;
use crate::gates;
use crate::parts::availability::{self, Span};
use crate::parts::place::{Site, Whereabouts};
use crate::parts::skills::{MET, weight};
use crate::parts::{budget, rating};
use crate::share::{ONE, share, take};
use crate::weights::Weights;
use smallvec::SmallVec;

/// An open request, read from front to back with its neighbours: nothing of it lies elsewhere unless it asks for unusually much.
#[derive(Debug, Clone)]
pub(super) struct Open {
    pub(super) id: u128,
    client: u128,
    skills: SmallVec<[WantedSkill; 6]>,
    languages: SmallVec<[WantedLanguage; 4]>,
    /// The weights of the skills together, as a share of one.
    whole: u64,
    pub(super) category: u16,
    work: Work,
    site: Site,
    span: Span,
    budget_minor: Option<i64>,
}

/// A freelancer with everything computed that does not depend on the request.
pub(super) struct Seeker<'a> {
    pub(super) freelancer: &'a FreelancerFacts,
    pub(super) reach: Reach,
    /// What they ask for an hour; the least there is if they did not say.
    pub(super) rate: i64,
    whereabouts: Whereabouts,
    weights: Parts,
    rating: u32,
}

impl<'a> Seeker<'a> {
    pub(super) fn new(freelancer: &'a FreelancerFacts, reach: Reach, weights: &Weights) -> Self {
        let weights = weights.parts();
        Self {
            freelancer,
            reach,
            rate: freelancer.rate_minor.unwrap_or(i64::MIN),
            whereabouts: freelancer.into(),
            rating: take(weights.rating, rating::share_of(freelancer)),
            weights,
        }
    }

    /// Whether they speak a language at all.
    pub(super) fn speaks(&self, language: LanguageCode) -> bool {
        let mut spoken = self.freelancer.languages.iter();
        spoken.any(|spoken| spoken.language == language)
    }
}

impl From<&RequestFacts> for Open {
    fn from(request: &RequestFacts) -> Self {
        let weights = request.skills.iter().map(|wanted| weight(wanted.must));
        Self {
            id: request.id,
            client: request.client,
            skills: request.skills.iter().cloned().collect(),
            languages: request.languages.iter().cloned().collect(),
            whole: weights.map(u64::from).sum::<u64>() * u64::from(ONE),
            category: request.category,
            work: request.work.clone(),
            site: Site::new(request),
            span: request.into(),
            budget_minor: request.budget_minor,
        }
    }
}

impl Open {
    /// The parts of the fit, as [`Query::parts`](crate::fit::Query::parts) gives them; none where a gate keeps the two apart.
    pub(super) fn parts(&self, seeker: &Seeker<'_>) -> Option<Parts> {
        let Seeker {
            freelancer,
            weights,
            ..
        } = seeker;
        // What keeps most apart first.
        let budget = budget::share_of(self.budget_minor, freelancer.rate_minor).ok()?;
        let skills = self.skills(seeker)?;
        gates::languages(&self.languages, freelancer).ok()?;
        if freelancer.suspended || freelancer.id == self.client {
            return None;
        }
        let place = self.site.share(&self.work, seeker.whereabouts).ok()?;
        let free = availability::facts(self.span, &freelancer.calendar);
        let availability = availability::share_of(free).ok()?;
        Some(Parts {
            skills: take(weights.skills, skills),
            rating: seeker.rating,
            place: take(weights.place, place),
            availability: take(weights.availability, availability),
            budget: take(weights.budget, budget),
        })
    }

    /// The share of the skills, unless a must-have is not met or, without any, nothing is near.
    fn skills(&self, seeker: &Seeker<'_>) -> Option<u32> {
        let (mut sum, mut insists, mut reaches_any) = (0, false, false);
        for WantedSkill { skill, must, level } in &self.skills {
            let reached = seeker.reach.of(*skill, *level);
            if *must && reached < MET {
                return None;
            }
            insists |= *must;
            reaches_any |= reached > 0;
            sum += u64::from(weight(*must) * reached);
        }
        let is_near = insists || reaches_any || self.category == seeker.freelancer.category;
        is_near.then(|| share(sum, self.whole))
    }

    /// The first wanted skill of which anything is reached.
    pub(super) fn first_reached(&self, reach: &Reach) -> Option<u32> {
        let mut skills = self.skills.iter();
        let first = skills.find(|wanted| reach.of(wanted.skill, wanted.level) > 0);
        first.map(|wanted| wanted.skill)
    }
}
