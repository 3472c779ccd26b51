//! Forms with mistakes: the field is named, and nothing happens.

use crate::deeds::{application, hire};
use crate::desk::Desk;
use crate::server::TestServer;
use crate::texts::{day, euros, profile, request, terms};
use guildhall_domain::denied::Code;
use guildhall_domain::id::{ContractId, MessageId, OfferId, RequestId};
use guildhall_domain::money::Money;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::offer::Terms;
use guildhall_domain::profile::{HeldSkill, Level, ProfileText};
use guildhall_domain::request::{RequestText, Work};
use uuid::Uuid;

fn a_profile(change: impl FnOnce(&mut ProfileText)) -> Mutation {
    let mut text = Box::new(profile("Builds what you need", &["Rust"]));
    change(&mut text);
    Mutation::SaveProfile { text }
}

fn a_request(change: impl FnOnce(&mut RequestText)) -> Mutation {
    let mut text = Box::new(request("A shop window for the web", &["Rust"]));
    change(&mut text);
    Mutation::PublishRequest {
        id: RequestId(Uuid::now_v7()),
        text,
    }
}

fn skills(count: usize) -> Vec<HeldSkill> {
    (0..count)
        .map(|number| HeldSkill {
            skill: None,
            name: format!("Skill {number}"),
            level: Level::Beginner,
            years: 1,
        })
        .collect()
}

fn nothing() -> Money {
    euros(0)
}

#[tokio::test]
async fn forty_skills_are_taken_and_forty_one_are_too_many() {
    let server = TestServer::start().await;
    let mut ben = server.freelancer("Ben Builder").await;

    ben.does(a_profile(|text| text.skills = skills(40))).await;
    let denied = ben
        .is_denied(a_profile(|text| text.skills = skills(41)))
        .await;

    assert_eq!(denied.code, Code::Validation);
    assert_eq!(denied.errors.len(), 1);
    assert_eq!(denied.errors[0].pointer, "/skills");
    assert_eq!(denied.errors[0].code, "too_many");
    assert!(denied.errors[0].message.contains("41"));
}

#[tokio::test]
async fn each_mistake_in_a_profile_is_told_where_it_was_made() {
    let server = TestServer::start().await;
    let mut ben = server.freelancer("Ben Builder").await;
    let long = "x".repeat(8_001);
    let mistakes = [
        (
            a_profile(|text| text.headline.clear()),
            "/headline",
            "missing",
        ),
        (a_profile(|text| text.skills.clear()), "/skills", "missing"),
        (
            a_profile(|text| text.skills[0].years = 61),
            "/skills/0/years",
            "too_large",
        ),
        (
            a_profile(|text| text.remote_only = false),
            "/place",
            "missing",
        ),
        (
            a_profile(|text| text.rate = Some(nothing())),
            "/rate",
            "out_of_range",
        ),
        (
            a_profile(|text| text.bio.clone_from(&long)),
            "/bio",
            "too_long",
        ),
        (
            a_profile(|text| text.photo = Some("data:text/html,hello".into())),
            "/photo",
            "wrong_kind",
        ),
    ];

    for (act, pointer, code) in mistakes {
        assert_told(&mut ben, act, pointer, code).await;
    }
    let sees = ben.everything().await.len();
    assert_eq!(sees, 2, "himself and that he joined");
}

#[tokio::test]
async fn each_mistake_in_a_request_is_told_where_it_was_made() {
    let server = TestServer::start().await;
    let mut ada = server.client("Ada Client").await;
    let long = "x".repeat(8_001);
    let mistakes = [
        (
            a_request(|text| text.title = "Short".into()),
            "/title",
            "too_short",
        ),
        (a_request(|text| text.end = day(1)), "/end", "before_start"),
        (
            a_request(|text| (text.start, text.end) = (day(-9), day(-3))),
            "/end",
            "past",
        ),
        (
            a_request(|text| text.end = day(3 * 366 + 15)),
            "/end",
            "too_far",
        ),
        (
            a_request(|text| text.skills[0].must = false),
            "/skills",
            "missing",
        ),
        (
            a_request(|text| text.work = Work::OnSite),
            "/place",
            "missing",
        ),
        (
            a_request(|text| text.hours_per_week = 0),
            "/hours_per_week",
            "out_of_range",
        ),
        (
            a_request(|text| text.budget = Some(nothing())),
            "/budget",
            "out_of_range",
        ),
        (
            a_request(|text| text.description.clone_from(&long)),
            "/description",
            "too_long",
        ),
    ];

    for (act, pointer, code) in mistakes {
        assert_told(&mut ada, act, pointer, code).await;
    }
    let sees = ada.everything().await.len();
    assert_eq!(sees, 2, "herself and that she joined");
}

/// Expects an act to be refused for one field.
async fn assert_told(desk: &mut Desk, act: Mutation, pointer: &str, code: &str) {
    let name = format!("{act:?}");
    let denied = desk.is_denied(act).await;
    assert_eq!(denied.code, Code::Validation, "{name}");
    let first = &denied.errors[0];
    assert_eq!(
        (first.pointer.as_str(), first.code.as_str()),
        (pointer, code),
        "{name}"
    );
}

#[tokio::test]
async fn what_two_people_write_to_each_other_is_checked_too() {
    let server = TestServer::start().await;
    let mut ben = server.freelancer("Ben Builder").await;
    let mut ada = server.client("Ada Client").await;
    let (_, contract) = hire(&mut ada, &mut ben).await;
    ben.delivers(contract).await;
    let request = ada.publishes().await;
    let mut free = application(request, "I have done this many times before.");
    if let Mutation::SubmitApplication { price, .. } = &mut free {
        *price = nothing();
    }
    for (act, pointer, code) in [
        (application(request, "Me!"), "/message", "too_short"),
        (free, "/price", "out_of_range"),
    ] {
        assert_told(&mut ben, act, pointer, code).await;
    }

    let thread = ben.applies(request).await;
    let offer = |change: fn(&mut Terms)| {
        let mut terms = Box::new(terms("Everything in the description."));
        change(&mut terms);
        Mutation::MakeOffer {
            id: OfferId(Uuid::now_v7()),
            application: thread,
            terms,
        }
    };
    let say = |body: &str| Mutation::SendMessage {
        id: MessageId(Uuid::now_v7()),
        application: thread,
        body: body.to_owned(),
        attachments: Vec::new(),
    };
    let rate = |id: ContractId, stars, text: &str| Mutation::WriteReview {
        contract: id,
        stars,
        text: text.to_owned(),
    };
    let mistakes = [
        (offer(|terms| terms.scope.clear()), "/scope", "missing"),
        (offer(|terms| terms.end = day(1)), "/end", "before_start"),
        (
            offer(|terms| terms.hours_per_week = 81),
            "/hours_per_week",
            "out_of_range",
        ),
        (say("   "), "/body", "missing"),
        (say(&"x".repeat(8_001)), "/body", "too_long"),
        (
            Mutation::RequestChanges {
                id: contract,
                note: "No.".into(),
            },
            "/note",
            "too_short",
        ),
    ];
    for (act, pointer, code) in mistakes {
        assert_told(&mut ada, act, pointer, code).await;
    }

    ada.does(Mutation::AcceptDelivery { id: contract }).await;
    for (act, pointer, code) in [
        (
            rate(contract, 0, "Below what can be given."),
            "/stars",
            "out_of_range",
        ),
        (
            rate(contract, 6, "Above what can be given."),
            "/stars",
            "out_of_range",
        ),
        (rate(contract, 5, "Good."), "/text", "too_short"),
    ] {
        assert_told(&mut ada, act, pointer, code).await;
    }
}

#[tokio::test]
async fn a_changed_request_wants_to_be_read_again_before_one_applies() {
    let server = TestServer::start().await;
    let mut ben = server.freelancer("Ben Builder").await;
    let mut ada = server.client("Ada Client").await;
    let id = ada.publishes().await;
    let mut text = Box::new(request("A shop window for the web", &["Rust"]));
    text.budget = Some(euros(20));
    ada.does(Mutation::EditRequest { id, text }).await;

    let plea = "I have done this many times before.";
    assert_eq!(ben.code(application(id, plea)).await, Code::StaleVersion);
    let mut again = application(id, plea);
    if let Mutation::SubmitApplication { terms_version, .. } = &mut again {
        *terms_version = 2;
    }
    ben.does(again).await;
}
