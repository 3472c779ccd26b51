//! What is counted in a market.

use crate::market::Thread;
use crate::market::examination;
use crate::policy::Entry;
use crate::world::World;
use guildhall_matching::FreelancerFacts;

/// Whoever has ended fewer contracts is a newcomer.
pub(crate) const NEWCOMER_CONTRACTS: u32 = 3;

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
    /// Share of requests with no qualified applicant, with 3 to 15, with more than 30.
    pub qualified: [f64; 3],
    /// Gini coefficient of exposure among the first ten, a week of presence.
    pub gini: f64,
    /// Share of the first ten places that newcomers had.
    pub newcomers: f64,
}

/// What is written down while a market is played.
#[derive(Debug)]
pub(crate) struct Book {
    lists: f64,
    hits: f64,
    possible: f64,
    places: f64,
    newcomers: f64,
    hires: f64,
    weeks: f64,
    shared: f64,
    /// By freelancer.
    exposure: Vec<f64>,
}

impl Book {
    pub(crate) fn new(freelancers: usize) -> Self {
        Self {
            lists: 0.0,
            hits: 0.0,
            possible: 0.0,
            places: 0.0,
            newcomers: 0.0,
            hires: 0.0,
            weeks: 0.0,
            shared: 0.0,
            exposure: vec![0.0; freelancers],
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
            let facts = &facts[entry.freelancer];
            let is_newcomer = facts.completed_jobs + facts.cancelled_jobs < NEWCOMER_CONTRACTS;
            self.places += 1.0;
            self.newcomers += f64::from(u8::from(is_newcomer));
            self.exposure[entry.freelancer] += examination(place);
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
        let mut qualified = [0.0; 3];
        for (number, (request, thread)) in counted {
            places += f64::from(request.places);
            applications += thread.applications.len() as f64;
            let mut fit_for_it = 0;
            for application in &thread.applications {
                unread += f64::from(u8::from(application.judged.is_none()));
                fit_for_it += u32::from(world.pair(number, application.freelancer).qualified);
            }
            match fit_for_it {
                0 => qualified[0] += 1.0,
                3..=15 => qualified[1] += 1.0,
                31.. => qualified[2] += 1.0,
                1..=2 | 16..=30 => {}
            }
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
            gini: gini(per_week(world, &self.exposure)),
            newcomers: self.newcomers / self.places.max(1.0),
        }
    }
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
    use super::gini;

    #[test]
    fn the_gini_coefficient_is_that_of_the_book() {
        assert!(gini(vec![2.0; 7]).abs() < 1e-12);
        assert!((gini(vec![0.0, 0.0, 0.0, 8.0]) - 0.75).abs() < 1e-12);
        assert!((gini(vec![1.0, 3.0]) - 0.25).abs() < 1e-12);
        assert!(gini(Vec::new()).abs() < f64::EPSILON);
    }
}
