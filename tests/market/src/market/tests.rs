//! What must hold in every week under every policy.

use super::Market;
use crate::params::Params;
use crate::policy::Policy;
use crate::world::World;
use std::collections::BTreeSet;

const SOME: [Policy; 3] = [Policy::Random, Policy::Overlap, Policy::Oracle];

#[test]
fn nobody_works_more_than_they_can_and_no_request_hires_more_than_its_places() {
    let world = World::new(11, Params::small());
    for policy in SOME {
        let mut market = Market::new(&world, policy);
        let mut begun = 0;
        for week in 0..world.params.weeks() {
            market.play_week(week);
            for diary in &market.diaries {
                assert!(diary.is_within_capacity());
            }
        }
        for (thread, request) in market.threads.iter().zip(&world.requests) {
            assert!(thread.hired <= request.places);
            let hired = thread.applications.iter().filter(|one| one.hired);
            let hired: BTreeSet<usize> = hired.map(|one| one.freelancer).collect();
            assert_eq!(hired.len(), thread.hired as usize, "nobody is hired twice");
            begun += thread.hired;
        }
        assert!(begun > 0, "{}: somebody is hired", policy.name());
        // What began has ended, with one trace each, or is running.
        let traces = |facts: &guildhall_matching::FreelancerFacts| {
            facts.completed_jobs + facts.cancelled_jobs
        };
        let before: u32 = world
            .freelancers
            .iter()
            .map(|person| traces(&person.facts))
            .sum();
        let after: u32 = market.facts.iter().map(traces).sum();
        let running: usize = market
            .diaries
            .iter()
            .map(|diary| diary.contracts.len())
            .sum();
        assert_eq!(after - before + running as u32, begun);
    }
}

#[test]
fn people_apply_once_to_what_they_can_reach_and_only_while_they_are_there() {
    let world = World::new(12, Params::small());
    let mut market = Market::new(&world, Policy::Overlap);
    let mut known = vec![0; world.requests.len()];
    for week in 0..world.params.weeks() {
        market.play_week(week);
        for (number, thread) in market.threads.iter().enumerate() {
            for application in &thread.applications[known[number]..] {
                let person = &world.freelancers[application.freelancer];
                assert!(person.joins <= week && !market.diaries[application.freelancer].left);
                assert!(world.pair(number, application.freelancer).reachable);
                assert!(world.requests[number].published <= week);
            }
            known[number] = thread.applications.len();
            let people: BTreeSet<usize> = thread
                .applications
                .iter()
                .map(|one| one.freelancer)
                .collect();
            assert_eq!(people.len(), thread.applications.len());
        }
    }
    assert!(known.iter().sum::<usize>() > 100, "many apply");
}

#[test]
fn work_changes_what_is_shown_of_a_freelancer_and_nothing_else_does() {
    let world = World::new(13, Params::small());
    let mut market = Market::new(&world, Policy::Oracle);
    for week in 0..world.params.weeks() {
        market.play_week(week);
    }
    let mut worked = 0;
    for (after, person) in market.facts.iter().zip(&world.freelancers) {
        let before = &person.facts;
        if after.completed_jobs == before.completed_jobs {
            assert_eq!(after.rating, before.rating);
            assert_eq!(after.skills, before.skills);
        } else {
            worked += 1;
            assert!(after.rating.count <= after.completed_jobs);
        }
        assert_eq!((after.rate_minor, after.at), (before.rate_minor, before.at));
    }
    assert!(worked > 10);
}
