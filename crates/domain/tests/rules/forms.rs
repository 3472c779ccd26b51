//! What forms are refused for, and which fields are named.

use crate::rows::{
    FREELANCER, NOW, OWNER, euro, profile_text, request_text, run, terms, thread, today,
};
use crate::scenes::Scene;
use guildhall_domain::denied::{Code, Denied};
use guildhall_domain::id::{AccountId, MessageId};
use guildhall_domain::money::MAXIMUM_MINOR;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::offer::Terms;
use guildhall_domain::profile::{
    Fluency, HeldSkill, Level, MAXIMUM_PHOTO, MAXIMUM_SKILLS, PortfolioItem, ProfileText,
    SpokenLanguage,
};
use guildhall_domain::request::{RequestText, WantedSkill, Work};
use uuid::Uuid;

/// "pointer code" of every field that is named.
fn fields(checked: Result<(), Denied>) -> Vec<String> {
    match checked {
        Ok(()) => Vec::new(),
        Err(denied) => {
            assert_eq!(denied.code, Code::Validation);
            let named = denied.errors.iter();
            named
                .map(|error| format!("{} {}", error.pointer, error.code))
                .collect()
        }
    }
}

fn profile(change: impl FnOnce(&mut ProfileText)) -> Vec<String> {
    let mut text = profile_text();
    change(&mut text);
    fields(text.check())
}

fn request(change: impl FnOnce(&mut RequestText)) -> Vec<String> {
    let mut text = request_text();
    change(&mut text);
    fields(text.check(today()))
}

fn offered(change: impl FnOnce(&mut Terms)) -> Vec<String> {
    let mut text = terms();
    change(&mut text);
    fields(text.check())
}

fn skill(number: usize) -> HeldSkill {
    HeldSkill {
        skill: None,
        name: format!("Skill {number}"),
        level: Level::Beginner,
        years: 0,
    }
}

fn wanted(number: usize) -> WantedSkill {
    WantedSkill {
        skill: None,
        name: format!("Skill {number}"),
        must: number == 0,
        level: Level::Beginner,
    }
}

#[test]
fn forms_that_hold_are_not_refused() {
    assert_eq!(profile(|_| {}), [""; 0]);
    assert_eq!(request(|_| {}), [""; 0]);
    assert_eq!(offered(|_| {}), [""; 0]);
}

#[test]
fn a_profile_with_41_skills_is_refused_and_one_with_40_is_not() {
    let with = |count| profile(|text| text.skills = (0..count).map(skill).collect());

    assert_eq!(with(MAXIMUM_SKILLS), [""; 0]);
    assert_eq!(with(MAXIMUM_SKILLS + 1), ["/skills too_many"]);
    assert_eq!(with(0), ["/skills missing"]);
}

#[test]
fn a_skill_is_named_once() {
    let twice = |one: (Option<u32>, &str), other: (Option<u32>, &str)| {
        profile(|text| {
            text.skills = [one, other]
                .map(|(id, name)| HeldSkill {
                    skill: id,
                    name: name.to_owned(),
                    ..skill(0)
                })
                .to_vec();
        })
    };

    assert_eq!(
        twice((Some(1), "Rust"), (Some(1), "rust-lang")),
        ["/skills/1/name twice"]
    );
    assert_eq!(
        twice((None, "Ferries"), (None, "FERRIES")),
        ["/skills/1/name twice"]
    );
    assert_eq!(twice((None, "Ferries"), (None, "Trains")), [""; 0]);
}

#[test]
fn every_field_of_a_profile_has_its_bounds() {
    assert_eq!(
        profile(|text| text.headline = "ab".to_owned()),
        ["/headline too_short"]
    );
    assert_eq!(
        profile(|text| text.headline = "   ".to_owned()),
        ["/headline missing"]
    );
    assert_eq!(
        profile(|text| text.headline = "x".repeat(101)),
        ["/headline too_long"]
    );
    assert_eq!(profile(|text| text.headline = "ü".repeat(100)), [""; 0]);
    assert_eq!(
        profile(|text| text.bio = "x".repeat(4_001)),
        ["/bio too_long"]
    );
    assert_eq!(
        profile(|text| text.category = " ".to_owned()),
        ["/category missing"]
    );
    assert_eq!(
        profile(|text| text.skills[0].name = String::new()),
        ["/skills/0/name missing"]
    );
    assert_eq!(
        profile(|text| text.skills[0].years = 61),
        ["/skills/0/years too_large"]
    );
    for minor in [0, -1, MAXIMUM_MINOR + 1, i64::MAX] {
        assert_eq!(
            profile(|text| text.rate = Some(euro(minor))),
            ["/rate out_of_range"]
        );
    }
    assert_eq!(
        profile(|text| text.rate = Some(euro(MAXIMUM_MINOR))),
        [""; 0]
    );
    assert_eq!(profile(|text| text.remote_only = false), ["/place missing"]);
    assert_eq!(
        profile(|text| text.travel_radius_km = 501),
        ["/travel_radius_km too_large"]
    );
    assert_eq!(
        profile(|text| text.time_zone = String::new()),
        ["/time_zone missing"]
    );
    assert_eq!(
        profile(|text| text.hours_per_week = 81),
        ["/hours_per_week too_large"]
    );
}

#[test]
fn photo_works_and_languages_have_their_bounds() {
    let photo = |photo: &str| profile(|text| text.photo = Some(photo.to_owned()));
    assert_eq!(photo("data:image/png;base64,AAAA"), [""; 0]);
    assert_eq!(
        photo("data:image/svg+xml;base64,AAAA"),
        ["/photo wrong_kind"]
    );
    assert_eq!(photo("https://example.org/me.jpg"), ["/photo wrong_kind"]);
    let large = format!("data:image/png;base64,{}", "A".repeat(MAXIMUM_PHOTO));
    assert_eq!(photo(&large), ["/photo too_large"]);

    let work = |title: &str, link: &str| PortfolioItem {
        title: title.to_owned(),
        text: String::new(),
        link: link.to_owned(),
        year: None,
    };
    let works = |works: Vec<PortfolioItem>| profile(|text| text.portfolio = works);
    assert_eq!(works(vec![work("Kiosk", "https://example.org")]), [""; 0]);
    assert_eq!(
        works(vec![work("Kiosk", "javascript:alert(1)")]),
        ["/portfolio/0/link not_a_link"]
    );
    assert_eq!(
        works(vec![work("Kiosk", ""), work("K", "")]),
        ["/portfolio/1/title too_short"]
    );
    assert_eq!(works(vec![work("Kiosk", ""); 25]), ["/portfolio too_many"]);

    let spoken = |codes: &[&str]| {
        profile(|text| {
            text.languages = codes
                .iter()
                .map(|code| SpokenLanguage {
                    code: (*code).to_owned(),
                    fluency: Fluency::Native,
                })
                .collect();
        })
    };
    assert_eq!(spoken(&["de", "deutsch"]), ["/languages/1/code unknown"]);
    assert_eq!(spoken(&["de"; 13]), ["/languages too_many"]);
}

#[test]
fn an_end_lies_after_the_start_and_not_in_the_past() {
    let days = |start: i32, end: i32| {
        request(|text| {
            text.start = today().plus_days(start);
            text.end = today().plus_days(end);
        })
    };

    assert_eq!(days(10, 9), ["/end before_start"]);
    assert_eq!(days(10, 10), [""; 0]);
    // It may still be yesterday where the client lives.
    assert_eq!(days(-10, -1), [""; 0]);
    assert_eq!(days(-10, -2), ["/end past"]);
    assert_eq!(days(0, 3 * 366), [""; 0]);
    assert_eq!(days(0, 3 * 366 + 1), ["/end too_far"]);
}

#[test]
fn every_field_of_a_request_has_its_bounds() {
    assert_eq!(
        request(|text| text.title = "x".repeat(7)),
        ["/title too_short"]
    );
    assert_eq!(request(|text| text.title = "x".repeat(8)), [""; 0]);
    assert_eq!(
        request(|text| text.title = "x".repeat(121)),
        ["/title too_long"]
    );
    assert_eq!(
        request(|text| text.description = "x".repeat(8_001)),
        ["/description too_long"]
    );
    assert_eq!(
        request(|text| text.category = String::new()),
        ["/category missing"]
    );
    assert_eq!(
        request(|text| text.skills[0].must = false),
        ["/skills missing"]
    );
    let skills = |count| request(|text| text.skills = (0..count).map(wanted).collect());
    assert_eq!(skills(12), [""; 0]);
    assert_eq!(skills(13), ["/skills too_many"]);
    for work in [Work::OnSite, Work::Hybrid] {
        assert_eq!(request(|text| text.work = work), ["/place missing"]);
    }
    for hours in [0, 81] {
        assert_eq!(
            request(|text| text.hours_per_week = hours),
            ["/hours_per_week out_of_range"]
        );
    }
    assert_eq!(request(|text| text.budget = None), [""; 0]);
    assert_eq!(
        request(|text| text.budget = Some(euro(0))),
        ["/budget out_of_range"]
    );
    assert_eq!(
        request(|text| text.time_zone = "x".repeat(65)),
        ["/time_zone missing"]
    );
    assert_eq!(
        request(|text| text.languages = vec!["en".to_owned(); 7]),
        ["/languages too_many"]
    );
}

#[test]
fn every_term_of_an_offer_has_its_bounds() {
    assert_eq!(
        offered(|terms| terms.scope = "Too short".to_owned()),
        ["/scope too_short"]
    );
    assert_eq!(
        offered(|terms| terms.scope = "x".repeat(4_001)),
        ["/scope too_long"]
    );
    assert_eq!(
        offered(|terms| terms.rate = euro(0)),
        ["/rate out_of_range"]
    );
    assert_eq!(
        offered(|terms| terms.hours_per_week = 0),
        ["/hours_per_week out_of_range"]
    );
    assert_eq!(
        offered(|terms| terms.end = terms.start.plus_days(-1)),
        ["/end before_start"]
    );
}

#[test]
fn all_mistakes_are_named_at_once_and_counted_in_the_sentence() {
    let mut text = request_text();
    text.title.clear();
    text.category.clear();
    text.skills.clear();

    let denied = text.check(today()).expect_err("three mistakes");

    assert_eq!(denied.message, "3 fields need another look.");
    let named = fields(Err(denied));
    assert_eq!(
        named,
        ["/title missing", "/category missing", "/skills missing"]
    );
}

#[test]
fn one_mistake_is_told_in_its_own_words() {
    let mut text = profile_text();
    text.headline = "ab".to_owned();

    let denied = text.check().expect_err("too short");

    assert_eq!(denied.message, "The headline needs at least 3 characters.");
    assert_eq!(denied.errors[0].message, denied.message);
}

#[test]
fn short_texts_of_acts_are_checked_too() {
    let named = |scene: Scene, who: AccountId, act: &Mutation| {
        let rows = scene.world();
        fields(run(&rows, rows.actor(who), NOW, act).map(|_| ()))
    };
    let none = String::new;
    let contract = crate::rows::CONTRACT;
    let message = |body: String| Mutation::SendMessage {
        id: MessageId(Uuid::from_u128(1)),
        application: thread(),
        body,
        attachments: Vec::new(),
    };
    let submit = Mutation::SubmitApplication {
        request: crate::rows::REQUEST,
        message: "Short".to_owned(),
        price: euro(0),
        terms_version: 1,
    };
    let review = |stars, text: &str| Mutation::WriteReview {
        contract,
        stars,
        text: text.to_owned(),
    };
    let good = "Careful, early and clear throughout.";

    assert_eq!(
        named(Scene::Viewed, OWNER, &message("  ".to_owned())),
        ["/body missing"]
    );
    assert_eq!(
        named(Scene::Viewed, OWNER, &message("x".repeat(8_001))),
        ["/body too_long"]
    );
    assert_eq!(
        named(Scene::Open, FREELANCER, &submit),
        ["/message too_short", "/price out_of_range"]
    );
    for stars in [0, 6, 255] {
        assert_eq!(
            named(Scene::Completed, OWNER, &review(stars, good)),
            ["/stars out_of_range"]
        );
    }
    assert_eq!(
        named(Scene::Completed, OWNER, &review(5, "Good.")),
        ["/text too_short"]
    );
    assert_eq!(
        named(
            Scene::Delivered,
            OWNER,
            &Mutation::RequestChanges {
                id: contract,
                note: none()
            }
        ),
        ["/note missing"]
    );
    assert_eq!(
        named(
            Scene::Active,
            OWNER,
            &Mutation::CancelContract {
                id: contract,
                reason: none()
            }
        ),
        ["/reason missing"]
    );
    let reason = "x".repeat(501);
    let cancel = Mutation::CancelRequest {
        id: crate::rows::REQUEST,
        reason,
    };
    assert_eq!(named(Scene::Open, OWNER, &cancel), ["/reason too_long"]);
}
