//! Values far outside of what a form lets through: every answer is an answer, never a panic.

mod support;

use guildhall_matching::{
    Calendar, FreelancerFacts, HeldSkill, Level, ONE, Parts, Rating, Relations, RequestFacts, Side,
    WEEKS, WantedSkill, Weights, Work, explain, fit, rank_freelancers,
};
use support::{freelancer, request};

/// Everything is related to everything, more than the same.
struct Everything(Vec<(u32, u16)>);

impl Relations for Everything {
    fn similar(&self, _wanted: u32) -> &[(u32, u16)] {
        &self.0
    }
}

#[test]
fn hundreds_of_skills_at_the_edges_do_not_overflow() {
    let mut request = request();
    let mut freelancer = freelancer();
    request.skills = (0..500)
        .map(|n| WantedSkill {
            skill: u32::MAX - n,
            must: n % 2 == 0,
            level: Level::Expert,
        })
        .collect();
    freelancer.skills = (0..500)
        .map(|n| HeldSkill {
            skill: u32::MAX - n,
            level: Level::Expert,
            years: u8::MAX,
            proven_jobs: u8::MAX,
        })
        .collect();
    let everything = Everything((0..500).map(|n| (u32::MAX - n, u16::MAX)).collect());

    let fit = fit(&request, &freelancer, &everything, &Weights::default())
        .expect("an expert in everything");

    assert_eq!(fit.parts.skills, Weights::default().parts().skills);
}

#[test]
fn forty_one_claims_thin_each_other_out() {
    let mut request = request();
    let mut freelancer = freelancer();
    request.skills = vec![WantedSkill {
        skill: 40,
        must: false,
        level: Level::Expert,
    }];
    freelancer.skills = (0..41)
        .map(|skill| HeldSkill {
            skill,
            level: Level::Expert,
            years: 0,
            proven_jobs: 0,
        })
        .collect();

    let stuffed = fit(
        &request,
        &freelancer,
        &support::relations(),
        &Weights::default(),
    )
    .expect("fits")
    .parts
    .skills;
    freelancer.skills.drain(..40);
    let alone = fit(
        &request,
        &freelancer,
        &support::relations(),
        &Weights::default(),
    )
    .expect("fits")
    .parts
    .skills;

    assert_eq!(alone, 17_694);
    assert_eq!(stuffed, 5_178);
}

#[test]
fn the_largest_and_smallest_numbers_give_an_answer() {
    let largest = FreelancerFacts {
        id: u128::MAX,
        suspended: false,
        category: u16::MAX,
        at: Some([i16::MIN; 3]),
        travel_radius_km: u16::MAX,
        work_hours: u32::MAX,
        calendar: Calendar {
            first_week: i32::MIN,
            free_hours: [u8::MAX; WEEKS],
        },
        rate_minor: Some(i64::MAX),
        rating: Rating {
            count: u32::MAX,
            stars: u32::MAX,
            weight: u64::MAX,
            weighted_stars: u64::MAX,
        },
        completed_jobs: u32::MAX,
        cancelled_jobs: u32::MAX,
        asked: u32::MAX,
        answered_in_a_day: u32::MAX,
        shown_works: u8::MAX,
        ..freelancer()
    };
    let smallest = FreelancerFacts {
        calendar: Calendar {
            first_week: i32::MAX,
            free_hours: [0; WEEKS],
        },
        rate_minor: Some(i64::MIN),
        rating: Rating {
            count: 1,
            stars: 0,
            weight: u64::MAX,
            weighted_stars: 0,
        },
        ..largest.clone()
    };
    let works = [
        Work::OnSite { at: [i16::MAX; 3] },
        Work::Hybrid {
            at: [i16::MAX; 3],
            on_site_days: u8::MAX,
        },
        Work::Hybrid {
            at: [i16::MIN; 3],
            on_site_days: 0,
        },
        Work::Remote,
    ];
    let mut fits = 0;
    for work in works {
        for (start_week, budget_minor) in [
            (i32::MIN, Some(i64::MIN)),
            (i32::MAX, Some(i64::MAX)),
            (0, Some(0)),
            (0, None),
        ] {
            for hours in [0, u8::MAX] {
                let request = RequestFacts {
                    work: work.clone(),
                    radius_km: u16::MAX,
                    half_distance_km: u16::MAX,
                    core_hours: u32::MAX,
                    overlap_hours: u8::MAX,
                    start_week,
                    weeks: u8::MAX,
                    hours_per_week: hours,
                    budget_minor,
                    ..request()
                };
                let both = [largest.clone(), smallest.clone()];
                let ranking = rank_freelancers(
                    &request,
                    &both,
                    &support::relations(),
                    &Weights::default(),
                    usize::MAX,
                );
                for found in ranking.matches {
                    assert!(found.fit.score <= ONE);
                    explain(&found.fit, Side::Client, &|skill| skill.to_string());
                    fits += 1;
                }
            }
        }
    }
    assert!(fits >= 32, "the numbers pass the gates: {fits}");
}

#[test]
fn parts_read_from_a_broken_row_are_still_explained() {
    let mut fit = fit(
        &request(),
        &freelancer(),
        &support::relations(),
        &Weights::default(),
    )
    .expect("fits");
    let most = u32::MAX;
    fit.score = most;
    fit.parts = Parts {
        skills: most,
        rating: most,
        place: most,
        availability: most,
        budget: most,
    };
    fit.facts.skills[0].share = most;
    fit.facts.rating.mean_hundredths = Some(most);
    fit.facts.availability.weeks = 0;

    let explanation = explain(&fit, Side::Freelancer, &|_| String::new());

    assert_eq!(explanation.parts.len(), 5);
    assert_eq!(explanation.improvable, None);
}
