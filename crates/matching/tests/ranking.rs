//! Ranks as people meet them: gates counted, ties broken for good, a new review that moves somebody up.

mod support;

use guildhall_matching::{
    Excluded, ExcludedCount, Fluency, FreelancerFacts, NoRelations, Rating, SpokenLanguage,
    WantedLanguage, Weights, Work, rank_freelancers, tie_break,
};
use support::{freelancer, request};

fn ids(freelancers: &[FreelancerFacts], k: usize) -> Vec<u128> {
    let ranking = rank_freelancers(
        &request(),
        freelancers,
        &NoRelations,
        &Weights::default(),
        k,
    );
    ranking.matches.iter().map(|found| found.id).collect()
}

#[test]
fn equals_are_ordered_by_hash_whatever_the_order_they_come_in() {
    let mut twins: Vec<_> = (0..50)
        .map(|id| FreelancerFacts { id, ..freelancer() })
        .collect();
    let mut expected: Vec<u128> = (0..50).collect();
    expected.sort_by_key(|id| tie_break(request().id, *id));

    let forwards = ids(&twins, 10);
    twins.reverse();
    let backwards = ids(&twins, 10);

    assert_eq!(forwards, expected[..10]);
    assert_eq!(backwards, expected[..10]);
    assert_ne!(expected, (0..50).collect::<Vec<_>>());
}

#[test]
fn one_new_review_changes_the_rank_either_way() {
    let with = |id, stars, count| FreelancerFacts {
        id,
        rating: Rating::from_sum(stars, count),
        ..freelancer()
    };

    assert_eq!(ids(&[with(1, 45, 10), with(2, 36, 8)], 2), [1, 2]);
    assert_eq!(ids(&[with(1, 45, 10), with(2, 41, 9)], 2), [2, 1]);
    assert_eq!(ids(&[with(1, 46, 11), with(2, 36, 8)], 2), [2, 1]);
}

#[test]
fn the_thousandth_review_is_still_seen() {
    let with = |id, stars| FreelancerFacts {
        id,
        rating: Rating::from_sum(stars, 1_000),
        ..freelancer()
    };

    assert_eq!(ids(&[with(1, 4_604), with(2, 4_608)], 2), [2, 1]);
    assert_eq!(ids(&[with(1, 4_608), with(2, 4_604)], 2), [1, 2]);
}

#[test]
fn each_gate_excludes_for_its_own_reason() {
    let mut request = request();
    request.languages = vec![WantedLanguage {
        language: *b"de",
        fluency: Fluency::Fluent,
    }];
    let speak = |fluency| {
        vec![SpokenLanguage {
            language: *b"de",
            fluency,
        }]
    };
    let good = FreelancerFacts {
        languages: speak(Fluency::Native),
        ..freelancer()
    };
    let mut busy = good.clone();
    busy.calendar.free_hours = [8; 26];
    let crowd = [
        good.clone(),
        FreelancerFacts {
            suspended: true,
            ..good.clone()
        },
        FreelancerFacts {
            id: request.client,
            ..good.clone()
        },
        FreelancerFacts {
            skills: Vec::new(),
            ..good.clone()
        },
        FreelancerFacts {
            languages: speak(Fluency::Conversational),
            ..good.clone()
        },
        FreelancerFacts {
            remote_only: true,
            ..good.clone()
        },
        FreelancerFacts {
            at: None,
            ..good.clone()
        },
        FreelancerFacts {
            at: Some([0, 0, 32_767]),
            ..good.clone()
        },
        FreelancerFacts {
            travel_radius_km: 0,
            at: Some([20_000, 4_386, 25_586]),
            ..good.clone()
        },
        busy,
        FreelancerFacts {
            rate_minor: Some(10_500),
            ..good
        },
    ];

    let ranking = rank_freelancers(&request, &crowd, &NoRelations, &Weights::default(), 5);

    let expected = [
        (Excluded::Suspended, 1),
        (Excluded::OwnRequest, 1),
        (Excluded::MustHave(7), 1),
        (Excluded::Language(*b"de"), 1),
        (Excluded::RemoteOnly, 1),
        (Excluded::NoPlace, 1),
        (Excluded::TooFar, 2),
        (Excluded::TooFewHours, 1),
        (Excluded::OverBudget, 1),
    ];
    assert_eq!(
        ranking.excluded,
        expected.map(|(why, count)| ExcludedCount { why, count })
    );
    assert_eq!(ranking.matches.len(), 1);
    assert_eq!(ranking.considered, 11);
}

#[test]
fn a_request_without_must_haves_is_held_together_by_its_category() {
    let mut request = request();
    request.skills.clear();
    request.work = Work::Remote;
    let stranger = FreelancerFacts {
        category: 4,
        ..freelancer()
    };

    let ranking = rank_freelancers(
        &request,
        &[stranger, freelancer()],
        &NoRelations,
        &Weights::default(),
        5,
    );

    assert_eq!(
        ranking.excluded,
        [ExcludedCount {
            why: Excluded::Category,
            count: 1
        }]
    );
    assert_eq!(
        ranking.matches[0].fit.parts.skills,
        Weights::default().parts().skills
    );
}
