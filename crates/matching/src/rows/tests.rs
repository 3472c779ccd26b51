use super::*;
use crate::{Weights, distance_km, fit};
use guildhall_domain::id::{AccountId, RequestId};
use guildhall_domain::person::{Roles, Standing, Status};
use guildhall_domain::profile::ProfileText;
use guildhall_domain::request::{RequestStage, RequestText};
use guildhall_domain::time::Timestamp as Instant;

const CLIENT: AccountId = AccountId(uuid::Uuid::from_u128(1));
const FREELANCER: AccountId = AccountId(uuid::Uuid::from_u128(2));

fn catalog() -> &'static Catalog {
    Catalog::get()
}

fn skill(name: &str) -> u32 {
    catalog().resolve(name).expect("a shipped skill").0
}

fn town(name: &str) -> u32 {
    catalog()
        .suggest_places(name, 1)
        .first()
        .expect("a shipped place")
        .id
        .0
}

fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

fn money(minor: i64, currency: &str) -> Money {
    Money {
        minor,
        currency: currency.parse().expect("a currency"),
    }
}

fn request() -> Request {
    let text = RequestText {
        title: "Booking system rebuild".to_owned(),
        description: String::new(),
        category: "software".to_owned(),
        skills: vec![
            request::WantedSkill {
                skill: Some(skill("Rust")),
                name: "Rust".to_owned(),
                must: true,
                level: profile::Level::Advanced,
            },
            request::WantedSkill {
                skill: Some(u32::MAX),
                name: "Not in this vocabulary".to_owned(),
                must: true,
                level: profile::Level::Expert,
            },
        ],
        work: request::Work::OnSite,
        place: Some(town("Leipzig")),
        start: date("2026-12-08"),
        end: date("2027-02-28"),
        hours_per_week: 30,
        budget: Some(money(7_000, "EUR")),
        time_zone: "Europe/Berlin".to_owned(),
        languages: vec!["DE".to_owned()],
    };
    Request {
        id: RequestId(uuid::Uuid::from_u128(9)),
        client: CLIENT,
        text,
        terms_version: 1,
        places: 1,
        hired: 0,
        stage: RequestStage::Open,
        published: Instant(0),
        changed: Instant(0),
    }
}

fn freelancer() -> (Profile, Person) {
    let text = ProfileText {
        photo: None,
        headline: "Backend engineer".to_owned(),
        bio: String::new(),
        category: "software".to_owned(),
        skills: vec![profile::HeldSkill {
            skill: Some(skill("Rust")),
            name: "Rust".to_owned(),
            level: profile::Level::Expert,
            years: 7,
        }],
        portfolio: Vec::new(),
        languages: vec![profile::SpokenLanguage {
            code: "de".to_owned(),
            fluency: profile::Fluency::Native,
        }],
        rate: Some(money(6_800, "EUR")),
        place: Some(town("Halle")),
        remote_only: false,
        travel_radius_km: 50,
        time_zone: "Europe/Vienna".to_owned(),
        hours_per_week: 30,
        free_from: None,
    };
    let profile = Profile {
        id: FREELANCER,
        text,
        saved: Instant(0),
    };
    let person = Person {
        id: FREELANCER,
        name: "Mira Kessler".to_owned(),
        roles: Roles {
            freelancer: true,
            ..Roles::default()
        },
        status: Status::Active,
        standing: Standing {
            stars: 14,
            reviews: 3,
            completed: 4,
            cancelled: 1,
        },
        proven: std::collections::BTreeMap::new(),
        joined: Instant(0),
    };
    (profile, person)
}

fn facts_of_freelancer() -> FreelancerFacts {
    let (profile, person) = freelancer();
    freelancer_facts(&profile, &person, catalog(), date("2026-11-22"))
}

#[test]
fn rows_of_a_fitting_pair_become_a_fit() {
    let facts = request_facts(&request(), catalog());
    let freelancer = facts_of_freelancer();

    let found = fit(
        &facts,
        &freelancer,
        &relations(catalog()),
        &Weights::default(),
    );

    let found = found.expect("they fit");
    assert_eq!(facts.weeks, 12);
    assert_eq!(facts.start_week, date("2026-12-08").week());
    assert_eq!(
        facts.skills.len(),
        1,
        "an unknown skill cannot be asked for"
    );
    assert_eq!(found.score, found.parts.sum());
    assert!(found.percent() > 60, "{found:?}");
    let (Work::OnSite { at }, Some(home)) = (facts.work, freelancer.at) else {
        panic!("both have a place");
    };
    assert!((25..40).contains(&distance_km(at, home)));
}

#[test]
fn summer_time_does_not_part_two_people_of_one_zone() {
    for (zone, minutes) in [
        ("Europe/Berlin", 60),
        ("Europe/Dublin", 0),
        ("Australia/Sydney", 600),
        ("Asia/Kathmandu", 345),
        ("America/St_Johns", -210),
        ("Pacific/Chatham", 765),
        ("UTC", 0),
    ] {
        assert_eq!(standard_offset_minutes(zone), Some(minutes), "{zone}");
    }
    assert_eq!(standard_offset_minutes("Mars/Olympus"), None);
}

#[test]
fn every_zone_of_the_gazetteer_is_known() {
    let unknown: Vec<&str> = catalog()
        .time_zones()
        .iter()
        .copied()
        .filter(|zone| standard_offset_minutes(zone).is_none())
        .collect();

    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn a_rate_in_another_currency_is_compared_in_euros() {
    let (mut profile, person) = freelancer();
    profile.text.rate = Some(money(10_000, "JPY"));
    let in_euros = catalog().convert_minor(10_000, "JPY", "EUR");

    let facts = freelancer_facts(&profile, &person, catalog(), date("2026-11-22"));

    assert_eq!(facts.rate_minor, in_euros);
    assert!(in_euros.is_some_and(|minor| (2_000..20_000).contains(&minor)));
}

#[test]
fn a_work_without_a_known_place_counts_as_remote() {
    let mut request = request();
    request.text.place = Some(u32::MAX);

    assert_eq!(request_facts(&request, catalog()).work, Work::Remote);
}

#[test]
fn what_is_known_of_a_person_makes_their_rating() {
    let facts = facts_of_freelancer();

    assert_eq!(facts.rating, Rating::from_sum(14, 3));
    assert_eq!((facts.completed_jobs, facts.cancelled_jobs), (4, 1));
}
