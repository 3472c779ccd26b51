//! What is counted in a market.

use crate::market::{Thread, examination};
use crate::params::FIRST_TEN;
use crate::policy::Entry;
use crate::world::World;
use guildhall_matching::{FreelancerFacts, is_newcomer};
use std::collections::BTreeMap;

/// `1 / log2(place + 2)` of the first ten places: what being right there is worth.
const DISCOUNTS: [f64; FIRST_TEN] = [
    1.0,
    0.630_929_753_571_457,
    0.5,
    0.430_676_558_073_393,
    0.386_852_807_234_542,
    0.356_207_187_108_022,
    0.333_333_333_333_333,
    0.315_464_876_785_729,
    std::f64::consts::LOG10_2,
    0.289_064_826_317_888,
];

/// What one run showed. Shares are between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// Requests that were counted.
    pub requests: f64,
    /// Share of requests with a mutual match among the first ten when they were published.
    pub hit10: f64,
    /// Share of requests for which there was one anywhere.
    pub possible: f64,
    /// Share of places for which somebody was hired.
    pub filled: f64,
    /// Hires.
    pub hires: f64,
    /// Weeks from publishing to a hire, 0 in the same week.
    pub weeks_to_hire: f64,
    /// The smaller of both sides' utilities, on average over hires.
    pub shared: f64,
    /// Applications a request.
    pub applications: f64,
    /// Share of applications that nobody read.
    pub unread: f64,
    /// Share of requests with no qualified applicant, with 1 or 2, 3 to 15, 16 to 30, and more.
    pub qualified: [f64; 5],
    /// Share of requests for which at least three who are qualified would apply, if they came to see it when it is published.
    pub enough: f64,
    /// Gini coefficient of exposure among the first ten, a week of presence.
    pub gini: f64,
    /// Share of the first ten places that newcomers had.
    pub newcomers: f64,
    /// What places for newcomers do to the lists of the same moment; all 0 where the policy keeps none.
    pub slots: Slots,
}

/// Lists with places for newcomers against the same lists without.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Slots {
    /// Share of lists in which somebody was drawn.
    pub lists: f64,
    /// NDCG@10 that was lost, on average over all lists for which anybody is right.
    pub ndcg_loss: f64,
    /// Share of the first ten places that newcomers would have without.
    pub newcomers_without: f64,
}

/// What is written down while a market is played.
#[derive(Debug)]
pub(crate) struct Book {
    lists: f64,
    hits: f64,
    possible: f64,
    enough: f64,
    places: f64,
    newcomers: f64,
    hires: f64,
    weeks: f64,
    shared: f64,
    /// By freelancer.
    exposure: Vec<f64>,
    /// Lists that were compared with those without places for newcomers, those that differ, those with anybody right, and
    /// what of NDCG was lost.
    compared: [f64; 4],
    newcomers_without: f64,
}

impl Book {
    pub(crate) fn new(freelancers: usize) -> Self {
        Self {
            lists: 0.0,
            hits: 0.0,
            possible: 0.0,
            enough: 0.0,
            places: 0.0,
            newcomers: 0.0,
            hires: 0.0,
            weeks: 0.0,
            shared: 0.0,
            exposure: vec![0.0; freelancers],
            compared: [0.0; 4],
            newcomers_without: 0.0,
        }
    }

    /// A request was published, and its list made.
    pub(crate) fn listed(
        &mut self,
        hit: bool,
        possible: bool,
        first_ten: &[Entry],
        facts: &[FreelancerFacts],
    ) {
        self.lists += 1.0;
        self.hits += f64::from(u8::from(hit));
        self.possible += f64::from(u8::from(possible));
        for (place, entry) in first_ten.iter().enumerate() {
            self.places += 1.0;
            self.newcomers += f64::from(u8::from(is_newcomer(&facts[entry.freelancer])));
            self.exposure[entry.freelancer] += examination(place);
        }
    }

    /// So many who are qualified would apply to a request.
    pub(crate) fn would_apply(&mut self, people: usize) {
        self.enough += f64::from(u8::from(people >= 3));
    }

    /// Compares a list with one in which places were kept for newcomers.
    pub(crate) fn compared(
        &mut self,
        plain: &[Entry],
        with_places: &[Entry],
        relevance: &BTreeMap<usize, f64>,
        facts: &[FreelancerFacts],
    ) {
        let first = |list: &[Entry]| -> Vec<usize> {
            let first = list.iter().take(FIRST_TEN);
            first.map(|entry| entry.freelancer).collect()
        };
        let (plain, with_places) = (first(plain), first(with_places));
        let newcomers = plain.iter().filter(|one| is_newcomer(&facts[**one]));
        self.newcomers_without += newcomers.count() as f64;
        self.compared[0] += 1.0;
        self.compared[1] += f64::from(u8::from(plain != with_places));
        if !relevance.is_empty() {
            self.compared[2] += 1.0;
            self.compared[3] += ndcg(&plain, relevance) - ndcg(&with_places, relevance);
        }
    }

    pub(crate) fn hired(&mut self, weeks: u32, shared: f64) {
        self.hires += 1.0;
        self.weeks += f64::from(weeks);
        self.shared += shared;
    }

    /// Adds up.
    pub(crate) fn close(self, world: &World, threads: &[Thread]) -> Outcome {
        let counted = world.requests.iter().zip(threads).enumerate();
        let counted =
            counted.filter(|(_, (request, _))| request.published >= world.params.warm_up_weeks);
        let (mut applications, mut unread, mut places) = (0.0, 0.0, 0.0);
        let mut qualified = [0.0; 5];
        for (number, (request, thread)) in counted {
            places += f64::from(request.places);
            applications += thread.applications.len() as f64;
            let mut fit_for_it = 0_u32;
            for application in &thread.applications {
                unread += f64::from(u8::from(application.judged.is_none()));
                fit_for_it += u32::from(world.pair(number, application.freelancer).qualified);
            }
            let kind = match fit_for_it {
                0 => 0,
                1..=2 => 1,
                3..=15 => 2,
                16..=30 => 3,
                31.. => 4,
            };
            qualified[kind] += 1.0;
        }
        let all = self.lists.max(1.0);
        Outcome {
            requests: self.lists,
            hit10: self.hits / all,
            possible: self.possible / all,
            filled: self.hires / places.max(1.0),
            hires: self.hires,
            weeks_to_hire: self.weeks / self.hires.max(1.0),
            shared: self.shared / self.hires.max(1.0),
            applications: applications / all,
            unread: unread / f64::max(applications, 1.0),
            qualified: qualified.map(|requests| requests / all),
            enough: self.enough / all,
            gini: gini(per_week(world, &self.exposure)),
            newcomers: self.newcomers / self.places.max(1.0),
            slots: Slots {
                lists: self.compared[1] / self.compared[0].max(1.0),
                ndcg_loss: self.compared[3] / self.compared[2].max(1.0),
                newcomers_without: if self.compared[0] > 0.0 {
                    self.newcomers_without / self.places.max(1.0)
                } else {
                    0.0
                },
            },
        }
    }
}

/// How right the first ten are, of what they could be at best (Järvelin and Kekäläinen 2002).
fn ndcg(list: &[usize], relevance: &BTreeMap<usize, f64>) -> f64 {
    let gain = |grades: &mut dyn Iterator<Item = f64>| -> f64 {
        let places = grades.zip(DISCOUNTS);
        places.map(|(grade, discount)| grade * discount).sum()
    };
    let mut best: Vec<f64> = relevance.values().copied().collect();
    best.sort_by(|one, other| other.total_cmp(one));
    let reached = gain(
        &mut list
            .iter()
            .map(|one| relevance.get(one).copied().unwrap_or(0.0)),
    );
    reached / gain(&mut best.into_iter())
}

/// Exposure a week since joining, of those who came before the last counted week.
fn per_week(world: &World, exposure: &[f64]) -> Vec<f64> {
    let (first, weeks) = (world.params.warm_up_weeks, world.params.counted_weeks);
    let people = world.freelancers.iter().zip(exposure);
    people
        .filter_map(|(person, exposure)| {
            let there = (first + weeks).checked_sub(person.joins.max(first))?;
            (there > 0).then(|| exposure / f64::from(there))
        })
        .collect()
}

/// 0 when all have the same, towards 1 when one has everything.
fn gini(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let total: f64 = values.iter().sum();
    let count = values.len() as f64;
    if total <= 0.0 {
        return 0.0;
    }
    let ranked = values.iter().enumerate();
    let ranked: f64 = ranked
        .map(|(rank, value)| (rank as f64 + 1.0) * value)
        .sum();
    2.0 * ranked / (count * total) - (count + 1.0) / count
}

#[cfg(test)]
mod tests {
    use super::{gini, ndcg};
    use std::collections::BTreeMap;

    #[test]
    fn a_list_in_the_best_order_has_all_and_a_list_of_strangers_nothing() {
        let relevance = BTreeMap::from([(1, 3.0), (2, 1.0)]);
        assert!((ndcg(&[1, 2, 9], &relevance) - 1.0).abs() < 1e-12);
        assert!(ndcg(&[8, 9], &relevance).abs() < 1e-12);
        let best = 3.0 + 1.0 / 3.0_f64.log2();
        let turned = 1.0 + 3.0 / 3.0_f64.log2();
        assert!((ndcg(&[2, 1], &relevance) - turned / best).abs() < 1e-12);
    }

    #[test]
    fn the_gini_coefficient_is_that_of_the_book() {
        assert!(gini(vec![2.0; 7]).abs() < 1e-12);
        assert!((gini(vec![0.0, 0.0, 0.0, 8.0]) - 0.75).abs() < 1e-12);
        assert!((gini(vec![1.0, 3.0]) - 0.25).abs() < 1e-12);
        assert!(gini(Vec::new()).abs() < f64::EPSILON);
    }
}
