//! A market under one policy, week by week.

mod choices;
mod diary;

use crate::chance::About;
use crate::metrics::{Book, Outcome};
use crate::params::{FIRST_TEN, people};
use crate::people::{free, stars};
use crate::policy::{self, Entry, Policy, Public, Texts, Truth};
use crate::world::World;
use guildhall_matching::{FreelancerFacts, Rating};
use std::collections::BTreeSet;

pub(crate) use choices::examination;
pub(crate) use diary::{Contract, Diary};

/// An application and what became of it.
#[derive(Debug, Clone)]
pub(crate) struct Application {
    pub(crate) freelancer: usize,
    /// What the client makes of it, once read.
    pub(crate) judged: Option<f64>,
    pub(crate) hired: bool,
}

/// A request in this market.
#[derive(Debug, Clone, Default)]
pub(crate) struct Thread {
    /// This week's list.
    pub(crate) list: Vec<Entry>,
    /// Who learnt of the request from the server.
    pub(crate) told: BTreeSet<usize>,
    pub(crate) applications: Vec<Application>,
    pub(crate) hired: u32,
}

/// A market.
#[derive(Debug)]
pub(crate) struct Market<'a> {
    pub(crate) world: &'a World,
    policy: Policy,
    texts: Texts,
    pub(crate) week: u32,
    /// By freelancer: what they show now, and what they do.
    pub(crate) facts: Vec<FreelancerFacts>,
    pub(crate) diaries: Vec<Diary>,
    present: Vec<usize>,
    /// By request.
    pub(crate) threads: Vec<Thread>,
    pub(crate) book: Book,
}

/// Plays a whole run of a policy.
pub fn play(world: &World, policy: Policy) -> Outcome {
    let mut market = Market::new(world, policy);
    for week in 0..world.params.weeks() {
        market.play_week(week);
    }
    market.book.close(world, &market.threads)
}

impl<'a> Market<'a> {
    pub(crate) fn new(world: &'a World, policy: Policy) -> Self {
        let people = &world.freelancers;
        Self {
            world,
            policy,
            texts: Texts::new(people, World::vocabulary()),
            week: 0,
            facts: people.iter().map(|person| person.facts.clone()).collect(),
            diaries: people.iter().map(Diary::new).collect(),
            present: Vec::new(),
            threads: vec![Thread::default(); world.requests.len()],
            book: Book::new(people.len()),
        }
    }

    /// One week: work ends, people come and go, lists are made, freelancers apply, clients read and hire.
    pub(crate) fn play_week(&mut self, week: u32) {
        self.week = week;
        self.end_contracts();
        self.come_and_go();
        let open = self.open();
        let waiting = self.waiting(&open);
        for &request in &open {
            self.make_list(request, &waiting);
        }
        self.apply(&open);
        for &request in &open {
            self.read_and_hire(request);
        }
    }

    /// Requests that look for somebody this week.
    fn open(&self) -> Vec<usize> {
        let requests = self.world.requests.iter().enumerate();
        let open = requests.filter(|(number, request)| {
            let age = self.week.checked_sub(request.published);
            age.is_some_and(|age| age < self.world.params.open_weeks)
                && self.threads[*number].hired < request.places
        });
        open.map(|(number, _)| number).collect()
    }

    fn come_and_go(&mut self) {
        let week = self.week;
        for (number, diary) in self.diaries.iter_mut().enumerate() {
            let waited = week.saturating_sub(diary.idle_since);
            diary.left |= diary.joins <= week
                && diary.is_idle()
                && waited > people::PATIENCE_WEEKS
                && self.world.noise.unit(About::Leave, number, 0, week) < people::LEAVING;
        }
        let there = |number: &usize| {
            let diary = &self.diaries[*number];
            diary.joins <= week && !diary.left
        };
        self.present = (0..self.diaries.len()).filter(there).collect();
    }

    /// By freelancer: applications that wait for an answer.
    fn waiting(&self, open: &[usize]) -> Vec<u32> {
        let mut waiting = vec![0; self.facts.len()];
        for &request in open {
            let applications = self.threads[request].applications.iter();
            for application in applications.filter(|one| one.judged.is_none()) {
                waiting[application.freelancer] += 1;
            }
        }
        waiting
    }

    fn make_list(&mut self, request: usize, waiting: &[u32]) {
        let public = Public {
            world: self.world,
            facts: &self.facts,
            present: &self.present,
            texts: &self.texts,
            day: self.week.cast_signed() * 7,
            waiting,
        };
        let truth = Truth {
            world: self.world,
            diaries: &self.diaries,
        };
        let list = policy::list(self.policy, request, public, truth);
        if self.world.requests[request].published == self.week && self.is_counted(request) {
            let first_ten = &list[..list.len().min(FIRST_TEN)];
            let hit = first_ten
                .iter()
                .any(|entry| truth.is_mutual(request, entry.freelancer));
            let mut present = self.present.iter();
            let could = hit || present.any(|one| truth.is_mutual(request, *one));
            let would = self.present.iter();
            let would = would.filter(|one| truth.would_apply_well(request, **one));
            self.book.would_apply(would.count());
            self.book.listed(hit, could, first_ten, &self.facts);
            if let Policy::Newcomers { .. } = self.policy {
                let plain = policy::list(Policy::Fit, request, public, truth);
                let relevance = truth.relevance(request, &self.present);
                self.book.compared(&plain, &list, &relevance, &self.facts);
            }
        }
        let thread = &mut self.threads[request];
        let more = self
            .policy
            .to_tell(thread.told.len(), thread.applications.len());
        let new = list.iter().map(|entry| entry.freelancer);
        let new: Vec<usize> = new
            .filter(|one| !thread.told.contains(one))
            .take(more)
            .collect();
        thread.told.extend(new);
        thread.list = list;
    }

    pub(crate) fn is_counted(&self, request: usize) -> bool {
        self.world.requests[request].published >= self.world.params.warm_up_weeks
    }

    /// Contracts whose time is over leave their traces.
    fn end_contracts(&mut self) {
        for number in 0..self.diaries.len() {
            for contract in self.diaries[number].ended(self.week) {
                self.end_contract(number, contract);
            }
        }
    }

    fn end_contract(&mut self, number: usize, contract: Contract) {
        let (person, noise) = (&self.world.freelancers[number], self.world.noise);
        let diary = &mut self.diaries[number];
        diary.idle_since = self.week;
        let facts = &mut self.facts[number];
        if person.hidden.keeps_calendar {
            facts.calendar = free(diary.stated_hours(&person.facts));
        }
        let about = |about| noise.unit(about, contract.request, number, 0);
        if about(About::Finish) >= person.hidden.reliability {
            facts.cancelled_jobs += 1;
            return;
        }
        facts.completed_jobs += 1;
        let request = &self.world.requests[contract.request];
        for held in &mut facts.skills {
            if request
                .facts
                .skills
                .iter()
                .any(|wanted| wanted.skill == held.skill)
            {
                held.proven_jobs = held.proven_jobs.saturating_add(1);
            }
        }
        if about(About::Review) < people::REVIEWED {
            let utility = self.world.pair(contract.request, number).client;
            let chance = noise.normal(About::Stars, contract.request, number, 0);
            let given = stars(person.hidden.quality, utility, chance);
            let before = facts.rating;
            facts.rating = Rating::from_sum(before.stars + given, before.count + 1);
        }
    }
}

#[cfg(test)]
mod tests;
