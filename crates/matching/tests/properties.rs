//! What holds for every request and every freelancer.

#[path = "support/oracle.rs"]
mod oracle;
mod support;

use guildhall_matching::{
    Fit, FreelancerFacts, HeldSkill, Level, ONE, Rating, RequestFacts, Side, Weights, Work,
    explain, fit, rank_freelancers, rank_requests, tie_break,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use support::{any_freelancer, any_request, held, relations};

/// The fit under the usual weights and relations, if there is one.
fn fit_of(request: &RequestFacts, freelancer: &FreelancerFacts) -> Option<Fit> {
    fit(request, freelancer, &relations(), &Weights::default()).ok()
}

/// A request and a freelancer who passes its gates more often than chance would have it.
fn likely_pair() -> impl Strategy<Value = (RequestFacts, FreelancerFacts)> {
    (any_request(), any_freelancer()).prop_map(|(mut request, mut freelancer)| {
        request.languages.clear();
        freelancer.suspended = false;
        request.client = u128::MAX;
        let wanted = request.skills.iter();
        let shown = wanted.map(|wanted| HeldSkill {
            skill: wanted.skill,
            level: Level::Advanced,
            years: 3,
            proven_jobs: 1,
        });
        freelancer.skills.extend(shown.step_by(2));
        (request, freelancer)
    })
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

#[test]
fn the_random_pairs_pass_the_gates_often_enough_to_prove_something() {
    let mut runner = TestRunner::deterministic();

    let fitting = (0..300)
        .filter(|_| {
            let (request, freelancer) = likely_pair()
                .new_tree(&mut runner)
                .expect("a pair")
                .current();
            fit_of(&request, &freelancer).is_some()
        })
        .count();

    assert!(fitting >= 60, "{fitting} of 300");
}

proptest! {
    #![proptest_config(config(600))]

    #[test]
    fn the_fit_agrees_with_a_naive_second_implementation((request, freelancer) in likely_pair()) {
        let expected = oracle::parts(&request, &freelancer, &relations());

        let got = fit(&request, &freelancer, &relations(), &Weights::default());

        prop_assert_eq!(got.map(|fit| fit.parts), expected);
    }

    #[test]
    fn parts_sum_to_the_score_and_percents_to_the_percent((request, freelancer) in likely_pair()) {
        let Some(fit) = fit_of(&request, &freelancer) else { return Ok(()) };
        let (parts, percents) = (fit.parts, fit.percent_parts());

        prop_assert_eq!(
            u64::from(fit.score),
            [parts.skills, parts.rating, parts.place, parts.availability, parts.budget].map(u64::from).iter().sum::<u64>()
        );
        prop_assert!(fit.score <= ONE);
        prop_assert_eq!(fit.percent(), fit.score * 100 / 65_536);
        prop_assert_eq!(
            fit.percent(),
            percents.skills + percents.rating + percents.place + percents.availability + percents.budget
        );
        for ((part, points), (_, weight)) in parts.iter().zip(fit.weights.parts().iter()) {
            prop_assert!(points <= weight);
            prop_assert!(percents.get(part).abs_diff(points * 100 / 65_536) <= 1);
        }
    }

    #[test]
    fn a_fit_survives_being_stored((request, freelancer) in likely_pair()) {
        let Some(fit) = fit_of(&request, &freelancer) else { return Ok(()) };

        let stored = serde_json::to_string(&fit).expect("serialises");

        prop_assert_eq!(serde_json::from_str::<Fit>(&stored).expect("deserialises"), fit);
    }

    #[test]
    fn an_explanation_carries_the_same_numbers_for_both_sides((request, freelancer) in likely_pair()) {
        let Some(fit) = fit_of(&request, &freelancer) else { return Ok(()) };
        let name = |skill: u32| format!("skill {skill}");

        let client = explain(&fit, Side::Client, &name);
        let freelancer = explain(&fit, Side::Freelancer, &name);

        prop_assert_eq!(client.parts.iter().map(|part| part.percent).sum::<u32>(), fit.percent());
        prop_assert_eq!(client.parts.iter().map(|part| part.of).sum::<u32>(), 100);
        for (one, other) in client.parts.iter().zip(&freelancer.parts) {
            prop_assert_eq!((one.part, one.percent, one.of), (other.part, other.percent, other.of));
            prop_assert!(one.text.ends_with('.') && other.text.ends_with('.'));
        }
        let improved = |explanation: &guildhall_matching::Explanation| {
            explanation.improvable.as_ref().map(|improvable| (improvable.part, improvable.to_percent))
        };
        prop_assert_eq!(improved(&client), improved(&freelancer));
        prop_assert!(improved(&client).is_none_or(|(_, to)| to > fit.percent() && to <= 100));
    }

    #[test]
    fn nothing_that_gets_better_lowers_the_fit((request, freelancer) in likely_pair(), extra in held(), which in 0..12) {
        let Some(before) = fit_of(&request, &freelancer) else { return Ok(()) };
        let (mut request, mut freelancer) = (request, freelancer);
        match which {
            0 => freelancer.skills.push(extra),
            1 => freelancer.skills.iter_mut().for_each(|skill| skill.proven_jobs += 1),
            2 => freelancer.skills.iter_mut().for_each(|skill| skill.years += 1),
            3 => freelancer.skills.iter_mut().for_each(|skill| skill.level = skill.level.max(extra.level)),
            4 => {
                let (stars, count) = (freelancer.rating.stars, freelancer.rating.count);
                freelancer.rating = Rating::from_sum(stars + 5, count + 1);
            }
            5 => freelancer.completed_jobs += 1,
            6 => { freelancer.asked += 1; freelancer.answered_in_a_day += 1; }
            7 => freelancer.shown_works += 1,
            8 => freelancer.work_hours |= 0b1010_1010 << 8,
            9 => freelancer.calendar.free_hours.iter_mut().for_each(|hours| *hours += extra.years),
            10 => freelancer.rate_minor = freelancer.rate_minor.map(|rate| rate - 100),
            _ => request.budget_minor = request.budget_minor.map(|budget| budget + 100),
        }

        let after = fit_of(&request, &freelancer).expect("still passes the gates");

        for ((part, before), (_, after)) in before.parts.iter().zip(after.parts.iter()) {
            prop_assert!(after >= before, "{:?} fell from {} to {}", part, before, after);
        }
    }

    #[test]
    fn nearer_is_never_worse((mut request, mut freelancer) in likely_pair(), way in [-300_i16..300, -300..300, -300..300], share in 0..=8_i16) {
        let home = [10_000, 20_000, 15_000];
        request.work = Work::OnSite { at: home };
        let at = |eighths: i16| Some([0, 1, 2].map(|axis| home[axis] + way[axis] / 8 * eighths));
        freelancer.at = at(8);
        let Some(far) = fit_of(&request, &freelancer) else { return Ok(()) };

        freelancer.at = at(share);

        prop_assert!(fit_of(&request, &freelancer).expect("nearer passes too").score >= far.score);
    }

}

proptest! {
    #![proptest_config(config(150))]

    #[test]
    fn a_ranking_is_the_sorted_list_of_all_fits(
        request in any_request(), freelancers in vec(any_freelancer(), 0..40), k in 0..45_usize
    ) {
        let mut expected: Vec<_> = freelancers
            .iter()
            .filter_map(|freelancer| Some((fit_of(&request, freelancer)?, freelancer.id)))
            .collect();
        let fitting = expected.len();
        expected.sort_by_key(|(fit, id)| (std::cmp::Reverse(fit.score), tie_break(request.id, *id), *id));

        let ranking = rank_freelancers(&request, &freelancers, &relations(), &Weights::default(), k);

        prop_assert_eq!(ranking.considered, freelancers.len());
        prop_assert_eq!(ranking.excluded.iter().map(|excluded| excluded.count).sum::<usize>(), freelancers.len() - fitting);
        prop_assert_eq!(ranking.matches.len(), fitting.min(k));
        for (got, (fit, id)) in ranking.matches.iter().zip(&expected) {
            prop_assert_eq!((got.fit.score, got.id), (fit.score, *id));
        }
    }

    #[test]
    fn both_directions_give_the_same_fit(
        requests in vec(any_request(), 1..8), freelancers in vec(any_freelancer(), 1..8)
    ) {
        let all = usize::MAX;
        for (index, freelancer) in freelancers.iter().enumerate() {
            let mine = rank_requests(freelancer, &requests, &relations(), &Weights::default(), all);
            for request in &requests {
                let only = &freelancers[index..=index];
                let theirs = rank_freelancers(request, only, &relations(), &Weights::default(), all);
                let seen = mine.matches.iter().find(|found| found.id == request.id).map(|found| &found.fit);
                prop_assert_eq!(theirs.matches.first().map(|found| &found.fit), seen);
            }
        }
    }
}
