//! Requests found behind doors are those that the scan finds: the same ones, the same parts, in the same order.

mod support;

use guildhall_matching::{FreelancerFacts, Parts, RequestFacts, Requests, Weights, rank_requests};
use proptest::collection::vec;
use proptest::prelude::*;
use std::sync::Arc;
use support::markets::{Chance, MAKES, freelancers, wish};
use support::{any_freelancer, any_request, relations};

/// How many freelancers look, in each of three kinds of market.
const PEOPLE: usize = 600;
const REQUESTS: usize = 150;

fn scanned(of: &[RequestFacts], freelancer: &FreelancerFacts) -> Vec<(u128, Parts)> {
    let weights = Weights::default();
    let ranked = rank_requests(freelancer, of, &relations(), &weights, usize::MAX);
    let pairs = ranked.matches.into_iter();
    pairs.map(|found| (found.id, found.fit.parts)).collect()
}

#[test]
fn what_fits_a_freelancer_is_what_the_scan_finds_whatever_comes_and_goes() {
    let weights = Weights::default();
    let mut found = 0;
    for (make, seed) in MAKES.into_iter().zip(1..) {
        let mut chance = Chance(seed);
        let mut requests = Requests::new();
        let mut all: Vec<RequestFacts> = Vec::new();
        for (turn, freelancer) in freelancers(make, seed, PEOPLE).iter().enumerate() {
            // One comes, now and then one is changed, and one goes.
            let mut request = wish(make, &mut chance);
            request.id = 1 + u128::from(chance.below(400));
            // A third asks for nothing that somebody must have.
            if chance.percent(33) {
                request
                    .skills
                    .iter_mut()
                    .for_each(|wanted| wanted.must = false);
            }
            all.retain(|other| other.id != request.id);
            requests.put(Arc::new(request.clone()), &relations());
            all.push(request);
            if all.len() > REQUESTS {
                let gone = all.remove(turn % REQUESTS);
                requests.remove(gone.id, &relations());
            }
            assert_eq!(requests.len(), all.len());

            let got = requests.fitting(freelancer, &weights);

            assert_eq!(got, scanned(&all, freelancer), "{make:?}, turn {turn}");
            found += got.len();
        }
    }
    assert!(found > 3_000, "{found} is too few to show anything");
}

#[test]
fn nothing_is_left_of_what_is_gone() {
    let mut requests = Requests::new();
    let mut chance = Chance(9);
    for id in 1..=50 {
        let mut request = wish(MAKES[0], &mut chance);
        request.id = id;
        requests.put(Arc::new(request), &relations());
    }
    for id in 0..=51 {
        requests.remove(id, &relations());
    }

    assert!(requests.is_empty());
    assert_eq!(format!("{requests:?}"), format!("{:?}", Requests::new()));
}

proptest! {
    #[test]
    fn whatever_is_asked_for_and_held_the_scan_finds_no_more(
        mut all in vec(any_request(), 0..40),
        freelancer in any_freelancer(),
    ) {
        // More skills and languages than lie in one piece, some of them twice.
        for at in 1..all.len() {
            if at % 5 == 0 {
                let (skills, languages) = (all[at - 1].skills.clone(), all[at - 1].languages.clone());
                all[at].skills.extend(skills.iter().chain(&skills).cloned());
                all[at].languages.extend([languages.clone(), languages.clone(), languages].concat());
            }
        }
        all.sort_by_key(|request| request.id);
        all.dedup_by_key(|request| request.id);
        let mut requests = Requests::new();
        for request in &all {
            requests.put(Arc::new(request.clone()), &relations());
        }

        prop_assert_eq!(requests.fitting(&freelancer, &Weights::default()), scanned(&all, &freelancer));
    }
}
