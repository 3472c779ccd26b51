use super::*;
use crate::fit::{FitFacts, Parts};
use crate::{
    AvailabilityFacts, BudgetFacts, Excluded, HeldFact, Level, ONE, PlaceFacts, RatingFacts,
    SCORE_VERSION, SkillFact, Weights,
};

const RUST: u32 = 1;
const SQL: u32 = 2;
const SVELTE: u32 = 3;
const VUE: u32 = 4;

fn name(skill: u32) -> String {
    match skill {
        RUST => "Rust",
        SQL => "SQL",
        SVELTE => "Svelte",
        _ => "Vue",
    }
    .to_owned()
}

fn skill(skill: u32, must: bool, share: u32, held: Option<(u32, Level, u8)>) -> SkillFact {
    let held = held.map(|(skill, level, proven_jobs)| HeldFact {
        skill,
        level,
        proven_jobs,
    });
    SkillFact {
        skill,
        must,
        level: Level::Advanced,
        share,
        held,
    }
}

fn fit() -> Fit {
    let parts = Parts {
        skills: 28_000,
        rating: 11_800,
        place: 9_451,
        availability: 5_243,
        budget: 5_505,
    };
    Fit {
        version: SCORE_VERSION,
        score: parts.sum(),
        parts,
        weights: Weights::default(),
        facts: FitFacts {
            skills: vec![
                skill(RUST, true, ONE, Some((RUST, Level::Expert, 6))),
                skill(SQL, true, ONE, Some((SQL, Level::Advanced, 1))),
                skill(SVELTE, false, 40_000, Some((SVELTE, Level::Beginner, 0))),
            ],
            rating: RatingFacts {
                reviews: 23,
                mean_hundredths: Some(483),
                posterior_hundredths: 468,
                finished: 22,
                jobs: 23,
                answered: 9,
                asked: 10,
                shown_works: 2,
            },
            place: PlaceFacts::OnSite { distance_km: 6 },
            availability: AvailabilityFacts {
                free_hours: 240,
                asked_hours: 300,
                weeks: 10,
                late_weeks: 0,
            },
            budget: BudgetFacts::Over { percent: 8 },
        },
    }
}

fn text(fit: &Fit, side: Side, part: Part) -> String {
    let explanation = explain(fit, side, &name);
    explanation
        .parts
        .into_iter()
        .find(|text| text.part == part)
        .expect("all five")
        .text
}

#[test]
fn the_sentence_speaks_to_the_side_that_reads_it() {
    assert_eq!(
        explain(&fit(), Side::Client, &name).sentence,
        "2 of 2 must-haves, 6 km away, free 24 of 30 h, rate 8 % over budget."
    );
    assert_eq!(
        explain(&fit(), Side::Freelancer, &name).sentence,
        "You show 2 of 2 must-haves, 6 km away, you are free 24 of 30 h, your rate is 8 % over budget."
    );
}

#[test]
fn each_part_has_its_points_and_its_reason() {
    let explanation = explain(&fit(), Side::Client, &name);

    let parts: Vec<_> = explanation
        .parts
        .iter()
        .map(|part| (part.percent, part.of, part.text.as_str()))
        .collect();

    assert_eq!(
        parts,
        [
            (
                43,
                45,
                "2 of 2 must-haves. Rust in 6 finished jobs, SQL in 1. Svelte (nice to have) at beginner level, advanced asked for."
            ),
            (
                18,
                20,
                "4.8 from 23 reviews, weighed as 4.7; 22 of 23 jobs finished; 9 of 10 answers within a day."
            ),
            (14, 15, "On site, 6 km away."),
            (8, 10, "24 of 30 hours a week free."),
            (8, 10, "The rate is 8 % over your budget."),
        ]
    );
    assert_eq!(fit().percent(), 91);
}

#[test]
fn a_newcomer_is_new_and_never_zero() {
    let mut fit = fit();
    fit.facts.rating = RatingFacts {
        reviews: 0,
        mean_hundredths: None,
        posterior_hundredths: 425,
        finished: 0,
        jobs: 0,
        answered: 0,
        asked: 0,
        shown_works: 0,
    };

    assert_eq!(
        text(&fit, Side::Client, Part::Rating),
        "New here: no reviews yet."
    );
    assert_eq!(
        text(&fit, Side::Freelancer, Part::Rating),
        "New here: no reviews yet."
    );
    assert!(
        explain(&fit, Side::Client, &name)
            .sentence
            .contains("must-haves, new here, 6 km away")
    );
    fit.facts.rating.reviews = 1;
    fit.facts.rating.mean_hundredths = Some(100);
    assert_eq!(
        text(&fit, Side::Client, Part::Rating),
        "New here: 1 review so far."
    );
}

#[test]
fn the_weakest_skill_is_named_with_its_reason() {
    let table = [
        (
            skill(SVELTE, false, 0, None),
            "Svelte (nice to have) is missing.",
        ),
        (
            skill(SVELTE, true, 40_000, Some((VUE, Level::Expert, 0))),
            "Svelte by way of Vue.",
        ),
        (
            skill(SVELTE, true, 40_000, Some((SVELTE, Level::Expert, 0))),
            "Svelte not shown in a finished job yet.",
        ),
        (
            skill(SVELTE, true, 60_000, Some((SVELTE, Level::Advanced, 2))),
            "Svelte shown in few jobs so far.",
        ),
    ];
    for (fact, expected) in table {
        let mut fit = fit();
        fit.facts.skills = vec![fact];

        let text = text(&fit, Side::Client, Part::Skills);

        assert!(text.ends_with(expected), "{text}");
    }
}

#[test]
fn every_kind_of_place_reads_well() {
    let table = [
        (
            PlaceFacts::OnSite { distance_km: 0 },
            "On site, less than 1 km away.",
        ),
        (
            PlaceFacts::Remote {
                shared_hours: 0,
                asked_hours: 0,
            },
            "Remote: no shared hours asked for.",
        ),
        (
            PlaceFacts::Remote {
                shared_hours: 3,
                asked_hours: 4,
            },
            "Remote: 3 of the 4 working hours in common that they ask for.",
        ),
        (
            PlaceFacts::Hybrid {
                distance_km: 31,
                on_site_days: 2,
                shared_hours: 4,
                asked_hours: 4,
            },
            "On site 2 days a week, 31 km away. Else remote: 4 of the 4 working hours in common that they ask for.",
        ),
    ];
    for (place, expected) in table {
        let mut fit = fit();
        fit.facts.place = place;

        assert_eq!(text(&fit, Side::Freelancer, Part::Place), expected);
    }
}

#[test]
fn hours_read_by_week_late_or_in_all() {
    let table = [
        (
            (300, 300, 10, 1),
            "You are free for 30 of the 30 hours a week they need, from one week after the start.",
        ),
        (
            (180, 300, 10, 4),
            "You are free for 18 of the 30 hours a week they need, from 4 weeks after the start.",
        ),
        (
            (3, 10, 10, 0),
            "You are free for 3 of the 10 hours in all they need.",
        ),
        ((0, 0, 10, 0), "No fixed hours asked for."),
    ];
    for ((free_hours, asked_hours, weeks, late_weeks), expected) in table {
        let mut fit = fit();
        fit.facts.availability = AvailabilityFacts {
            free_hours,
            asked_hours,
            weeks,
            late_weeks,
        };

        assert_eq!(text(&fit, Side::Freelancer, Part::Availability), expected);
    }
}

#[test]
fn what_would_raise_it_most_is_the_part_with_the_most_left() {
    let mut fit = fit();

    let improvable = explain(&fit, Side::Freelancer, &name)
        .improvable
        .expect("something is left");

    assert_eq!((improvable.part, improvable.to_percent), (Part::Skills, 93));
    assert_eq!(
        improvable.text,
        "What would raise it most: Svelte at advanced level, up to 93."
    );

    fit.parts.place = 5_000;
    fit.score = fit.parts.sum();
    let improvable = explain(&fit, Side::Client, &name)
        .improvable
        .expect("something is left");
    assert_eq!((improvable.part, improvable.to_percent), (Part::Place, 92));

    fit.parts = Weights::default().parts();
    fit.score = fit.parts.sum();
    assert_eq!(explain(&fit, Side::Client, &name).improvable, None);
}

#[test]
fn a_gate_has_words_for_both_sides() {
    assert_eq!(
        Excluded::MustHave(RUST).reason(Side::Client, &name),
        "Rust missing or not at the level"
    );
    assert_eq!(
        Excluded::Language(*b"de").reason(Side::Freelancer, &name),
        "language DE is missing"
    );
    assert_eq!(
        Excluded::TooFar.reason(Side::Freelancer, &name),
        "it is too far away"
    );
}

#[test]
fn a_part_is_stored_under_its_name() {
    for (part, _) in Parts::default().iter() {
        assert_eq!(
            serde_json::to_string(&part).expect("serialises"),
            format!("\"{}\"", part.name())
        );
    }
}
