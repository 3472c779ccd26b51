//! What a freelancer has to do.

use crate::params::truth;
use crate::people::Freelancer;
use guildhall_matching::FreelancerFacts;

/// Running work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Contract {
    pub(crate) request: usize,
    /// The week in which it is over.
    pub(crate) until: u32,
    pub(crate) hours: u8,
}

/// A freelancer's own book.
#[derive(Debug, Clone)]
pub(crate) struct Diary {
    pub(crate) joins: u32,
    pub(crate) left: bool,
    pub(crate) contracts: Vec<Contract>,
    /// Since when they have had no work.
    pub(crate) idle_since: u32,
    hours: f64,
}

impl Diary {
    pub(crate) fn new(person: &Freelancer) -> Self {
        Self {
            joins: person.joins,
            left: false,
            contracts: Vec::new(),
            idle_since: person.joins,
            hours: person.hidden.hours,
        }
    }

    fn taken(&self) -> f64 {
        self.contracts
            .iter()
            .map(|contract| f64::from(contract.hours))
            .sum()
    }

    /// How full the week is: 0 free, 1 full.
    pub(crate) fn busy(&self) -> f64 {
        (self.taken() / self.hours).min(1.0)
    }

    /// Enough of the hours asked for are truly free.
    pub(crate) fn has_time_for(&self, hours: u8) -> bool {
        self.hours - self.taken() >= truth::FREE * f64::from(hours)
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.contracts.is_empty()
    }

    /// Takes work on, with what is left of the week if that is less.
    pub(crate) fn take_on(&mut self, request: usize, until: u32, hours: u8) {
        let left = (self.hours - self.taken()).max(0.0);
        self.contracts.push(Contract {
            request,
            until,
            hours: hours.min(left as u8),
        });
    }

    /// What is over by this week.
    pub(crate) fn ended(&mut self, week: u32) -> Vec<Contract> {
        let (ended, running) = self
            .contracts
            .iter()
            .partition(|contract| contract.until <= week);
        self.contracts = running;
        ended
    }

    /// What an honest profile says is free.
    pub(crate) fn stated_hours(&self, at_first: &FreelancerFacts) -> u8 {
        let stated = f64::from(at_first.calendar.free_hours[0]);
        (stated - self.taken()).max(0.0) as u8
    }

    /// No more work than there are hours.
    #[cfg(test)]
    pub(crate) fn is_within_capacity(&self) -> bool {
        self.taken() <= self.hours
    }
}
