//! The example that `docs/MATCHING.md` computes by hand: every number there stands here too.

mod support;

use guildhall_matching::{
    Calendar, Fit, FreelancerFacts, HeldSkill, Hierarchy, Level, Parts, Rating, RequestFacts, Side,
    WantedSkill, Weights, Work, explain, fit,
};
use support::{freelancer, request};

const RUST: u32 = 1;
const SQL: u32 = 2;
const POSTGRESQL: u32 = 3;
const SVELTE: u32 = 4;

fn example() -> Fit {
    let wanted = |skill, must, level| WantedSkill { skill, must, level };
    let held = |skill, level, years, proven_jobs| HeldSkill {
        skill,
        level,
        years,
        proven_jobs,
    };
    let request = RequestFacts {
        skills: vec![
            wanted(RUST, true, Level::Advanced),
            wanted(SQL, true, Level::Intermediate),
            wanted(SVELTE, false, Level::Intermediate),
        ],
        work: Work::OnSite {
            at: [20_000, 4_000, 25_647],
        },
        half_distance_km: 30,
        start_week: 2_970,
        weeks: 10,
        hours_per_week: 30,
        budget_minor: Some(7_000),
        ..request()
    };
    let mut free_hours = [24; 26];
    free_hours[0] = 0;
    let freelancer = FreelancerFacts {
        skills: vec![
            held(RUST, Level::Expert, 8, 6),
            held(POSTGRESQL, Level::Advanced, 4, 0),
            held(SVELTE, Level::Beginner, 1, 1),
        ],
        at: Some([20_000, 4_031, 25_647]),
        calendar: Calendar {
            first_week: 2_970,
            free_hours,
        },
        rate_minor: Some(7_560),
        rating: Rating::from_sum(24, 5),
        completed_jobs: 5,
        cancelled_jobs: 0,
        asked: 10,
        answered_in_a_day: 9,
        shown_works: 3,
        ..freelancer()
    };
    let relations = Hierarchy::from_parents([(POSTGRESQL, SQL)]);
    fit(&request, &freelancer, &relations, &Weights::default()).expect("passes every gate")
}

#[test]
fn the_score_is_the_one_computed_by_hand() {
    let fit = example();

    assert_eq!(
        fit.facts
            .skills
            .iter()
            .map(|skill| skill.share)
            .collect::<Vec<_>>(),
        [65_536, 62_208, 27_414]
    );
    assert_eq!(
        fit.parts,
        Parts {
            skills: 26_398,
            rating: 11_265,
            place: 9_448,
            availability: 4_294,
            budget: 5_505
        }
    );
    assert_eq!(fit.score, 56_910);
    assert_eq!(fit.percent(), 86);
    assert_eq!(
        fit.percent_parts(),
        Parts {
            skills: 40,
            rating: 17,
            place: 14,
            availability: 7,
            budget: 8
        }
    );
}

#[test]
fn the_words_are_the_ones_in_the_document() {
    let names = |skill| ["", "Rust", "SQL", "PostgreSQL", "Svelte"][skill as usize].to_owned();
    let document = include_str!("../../../docs/MATCHING.md");

    for side in [Side::Client, Side::Freelancer] {
        let explanation = explain(&example(), side, &names);

        assert!(
            document.contains(&explanation.sentence),
            "{}",
            explanation.sentence
        );
        for part in &explanation.parts {
            assert!(document.contains(&part.text), "{}", part.text);
        }
        let improvable = explanation.improvable.expect("something is left to win");
        assert!(document.contains(&improvable.text), "{}", improvable.text);
    }
}
