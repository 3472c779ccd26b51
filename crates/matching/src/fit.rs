//! The fit of one request and one freelancer: gates first, then five parts that add up.

use crate::SCORE_VERSION;
use crate::facts::{FreelancerFacts, RequestFacts};
use crate::gates::{self, Excluded};
use crate::parts::availability::{self, AvailabilityFacts};
use crate::parts::budget::{self, BudgetFacts};
use crate::parts::place::{PlaceFacts, Site};
use crate::parts::rating::{self, RatingFacts};
use crate::parts::skills::{SkillFact, Wanted};
use crate::relations::Relations;
use crate::share::{ONE, take};
use crate::weights::Weights;
use serde::{Deserialize, Serialize};

/// One of the five parts of a fit, in the order in which they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// What is asked for is held and shown by work.
    Skills,
    /// What clients said, and how reliable the work was.
    Rating,
    /// How near, or how many working hours are shared.
    Place,
    /// Free hours in the weeks of the work.
    Availability,
    /// Whether the rate is inside the budget.
    Budget,
}

/// A number for each part, in 65,536ths of a perfect fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Parts {
    /// Skills.
    pub skills: u32,
    /// Rating.
    pub rating: u32,
    /// Place.
    pub place: u32,
    /// Availability.
    pub availability: u32,
    /// Budget.
    pub budget: u32,
}

/// How well a request and a freelancer fit: the same for both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fit {
    /// The formulas it was computed with ([`SCORE_VERSION`]).
    pub version: u16,
    /// `0..=65,536`; exactly the sum of the parts.
    pub score: u32,
    /// What each part gives.
    pub parts: Parts,
    /// What each part could give.
    pub weights: Weights,
    /// What the explanation is made of.
    pub facts: FitFacts,
}

/// What the five parts were computed from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FitFacts {
    /// Each wanted skill, in the request's order.
    pub skills: Vec<SkillFact>,
    /// Reviews, jobs, answers, works.
    pub rating: RatingFacts,
    /// Distance or shared hours.
    pub place: PlaceFacts,
    /// Free hours.
    pub availability: AvailabilityFacts,
    /// Rate against budget.
    pub budget: BudgetFacts,
}

impl Part {
    /// The part's name in data: `skills`, `rating`, `place`, `availability` or `budget`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Skills => "skills",
            Self::Rating => "rating",
            Self::Place => "place",
            Self::Availability => "availability",
            Self::Budget => "budget",
        }
    }
}

impl Parts {
    /// The five numbers with their names, in the order in which they are shown.
    pub fn iter(&self) -> impl Iterator<Item = (Part, u32)> + use<> {
        [
            (Part::Skills, self.skills),
            (Part::Rating, self.rating),
            (Part::Place, self.place),
            (Part::Availability, self.availability),
            (Part::Budget, self.budget),
        ]
        .into_iter()
    }

    /// The number of one part.
    pub fn get(&self, part: Part) -> u32 {
        match part {
            Part::Skills => self.skills,
            Part::Rating => self.rating,
            Part::Place => self.place,
            Part::Availability => self.availability,
            Part::Budget => self.budget,
        }
    }

    /// The sum of the five.
    pub fn sum(&self) -> u32 {
        self.iter()
            .fold(0, |sum, (_, part)| sum.saturating_add(part))
    }

    /// The five in whole percents that add up to the percent of their sum (largest remainder, ties in order).
    #[must_use]
    pub fn percents(&self) -> Self {
        let one = u64::from(ONE);
        let hundredfold: Vec<u64> = self.iter().map(|(_, part)| u64::from(part) * 100).collect();
        let mut percents: Vec<u64> = hundredfold.iter().map(|part| part / one).collect();
        let total = hundredfold.iter().sum::<u64>() / one;
        let missing = total - percents.iter().sum::<u64>();
        let mut by_remainder: Vec<usize> = (0..percents.len()).collect();
        by_remainder.sort_by_key(|index| std::cmp::Reverse(hundredfold[*index] % one));
        for index in by_remainder
            .into_iter()
            .take(usize::try_from(missing).unwrap_or(0))
        {
            percents[index] += 1;
        }
        // A part is a u32, so its percent is one too.
        let percent = |index: usize| u32::try_from(percents[index]).unwrap_or(u32::MAX);
        Self {
            skills: percent(0),
            rating: percent(1),
            place: percent(2),
            availability: percent(3),
            budget: percent(4),
        }
    }
}

impl Fit {
    /// The fit as both sides read it: `floor(score / 655.36)`, `0..=100`.
    pub fn percent(&self) -> u32 {
        percent(self.score)
    }

    /// The parts in whole percents; together they are [`Fit::percent`].
    pub fn percent_parts(&self) -> Parts {
        self.parts.percents()
    }
}

/// A score in whole percent.
pub fn percent(score: u32) -> u32 {
    u32::try_from(u64::from(score) * 100 / u64::from(ONE)).unwrap_or(u32::MAX)
}

/// Computes the fit of a request and a freelancer, or names the gate that keeps them apart.
pub fn fit(
    request: &RequestFacts,
    freelancer: &FreelancerFacts,
    relations: &(impl Relations + ?Sized),
    weights: &Weights,
) -> Result<Fit, Excluded> {
    let query = Query::new(request, relations, weights);
    let parts = query.parts(freelancer, &mut Vec::new())?;
    Ok(query.fit(freelancer, parts))
}

/// A request with everything computed that does not depend on the freelancer.
pub(crate) struct Query<'a> {
    pub(crate) request: &'a RequestFacts,
    pub(crate) weights: Parts,
    valid_weights: Weights,
    pub(crate) wanted: Wanted,
    pub(crate) site: Site,
}

impl<'a> Query<'a> {
    pub(crate) fn new(
        request: &'a RequestFacts,
        relations: &(impl Relations + ?Sized),
        weights: &Weights,
    ) -> Self {
        Self {
            request,
            weights: weights.parts(),
            valid_weights: *weights,
            wanted: Wanted::new(request, relations),
            site: Site::new(request),
        }
    }

    /// The five parts, or the first gate that is not passed. `reached` is scratch space, so that a scan allocates once.
    pub(crate) fn parts(
        &self,
        freelancer: &FreelancerFacts,
        reached: &mut Vec<u32>,
    ) -> Result<Parts, Excluded> {
        let request = self.request;
        gates::people(request, freelancer)?;
        self.wanted.reach(&freelancer.skills, reached);
        if let Some(unmet) = self.wanted.unmet(reached) {
            return Err(Excluded::MustHave(request.skills[unmet].skill));
        }
        let is_near_subject =
            freelancer.category == request.category || reached.iter().any(|share| *share > 0);
        if !self.wanted.insists() && !is_near_subject {
            return Err(Excluded::Category);
        }
        gates::languages(&request.languages, freelancer)?;
        let place = self.site.share(&request.work, freelancer.into())?;
        let availability =
            availability::share_of(availability::facts(request.into(), &freelancer.calendar))?;
        let budget = budget::share_of(request.budget_minor, freelancer.rate_minor)?;

        Ok(Parts {
            skills: take(self.weights.skills, self.wanted.share(reached)),
            rating: take(self.weights.rating, rating::share_of(freelancer)),
            place: take(self.weights.place, place),
            availability: take(self.weights.availability, availability),
            budget: take(self.weights.budget, budget),
        })
    }

    /// The fit with the facts behind it.
    pub(crate) fn fit(&self, freelancer: &FreelancerFacts, parts: Parts) -> Fit {
        let request = self.request;
        Fit {
            version: SCORE_VERSION,
            score: parts.sum(),
            parts,
            weights: self.valid_weights,
            facts: FitFacts {
                skills: self.wanted.facts(request, &freelancer.skills),
                rating: rating::facts(freelancer),
                place: self.site.facts(&request.work, freelancer),
                availability: availability::facts(request.into(), &freelancer.calendar),
                budget: budget::facts(request.budget_minor, freelancer.rate_minor),
            },
        }
    }
}
