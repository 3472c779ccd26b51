//! What reviews, messages and looks leave behind.

use crate::rows::{
    CONTRACT, FREELANCER, NOW, OFFER, OTHER_FREELANCER, OWNER, REQUEST, Rows, accept, must,
    must_at, review, thread,
};
use crate::scenes::Scene;
use guildhall_domain::activity::{Activity, ActivityKind, Tally};
use guildhall_domain::actor::Actor;
use guildhall_domain::contract::{Contract, ContractStage};
use guildhall_domain::denied::Code;
use guildhall_domain::id::{MessageId, MutationId, ReviewId};
use guildhall_domain::message::{Message, ReadMark};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::person::Person;
use guildhall_domain::request::Request;
use guildhall_domain::review::{REVIEW_WINDOW_MS, Review};
use guildhall_domain::row::Row;
use guildhall_domain::rules::{Call, execute};
use uuid::Uuid;

fn write(stars: u8) -> Mutation {
    Mutation::WriteReview {
        contract: CONTRACT,
        stars,
        text: "Careful, early and clear throughout.".to_owned(),
    }
}

#[test]
fn reviews_are_sealed_until_both_are_written() {
    let mut rows = Scene::Completed.world();
    must(&mut rows, OWNER, &write(4));
    let sealed = |rows: &Rows, author| {
        let review: Review = rows.find(ReviewId::of(CONTRACT, author)).expect("a review");
        review.sealed
    };
    assert!(sealed(&rows, OWNER));
    let standing = |rows: &Rows, id| rows.find::<Person>(id).expect("a person").standing;
    assert_eq!(standing(&rows, FREELANCER).reviews, 0);

    must(&mut rows, FREELANCER, &write(5));

    assert!(!sealed(&rows, OWNER) && !sealed(&rows, FREELANCER));
    let (theirs, mine) = (standing(&rows, FREELANCER), standing(&rows, OWNER));
    assert_eq!((theirs.stars, theirs.reviews), (4, 1));
    assert_eq!((mine.stars, mine.reviews), (5, 1));
}

#[test]
fn a_lone_review_is_published_once_when_the_window_is_over() {
    let mut rows = Scene::Completed.world();
    rows.put(review(OWNER));
    let id = ReviewId::of(CONTRACT, OWNER);
    let reveal = Mutation::RevealReview { id };
    let run = |rows: &Rows, now| {
        let call = Call {
            world: rows,
            actor: Actor::system(OWNER),
            now,
            id: MutationId(Uuid::nil()),
        };
        execute(&reveal, &call)
    };
    let written = rows.find::<Review>(id).expect("the review").at;
    let over = written.plus_ms(REVIEW_WINDOW_MS + 1);
    assert!(
        run(&rows, written.plus_ms(REVIEW_WINDOW_MS)).is_err(),
        "the window is still open"
    );
    for effect in run(&rows, over).expect("published") {
        let guildhall_domain::mutation::Effect::Put(row) = effect else {
            panic!("nothing is deleted");
        };
        rows.put_row(row);
    }
    assert!(run(&rows, over).is_err(), "it is published already");

    assert!(!rows.find::<Review>(id).expect("the review").sealed);
    let standing = rows.find::<Person>(FREELANCER).expect("a person").standing;
    assert_eq!((standing.stars, standing.reviews), (4, 1));
}

#[test]
fn a_review_is_taken_until_the_last_moment_of_its_window() {
    let rows = Scene::Completed.world();
    let contract: Contract = rows.find(CONTRACT).expect("the contract");
    let ContractStage::Completed { at } = contract.stage else {
        panic!("completed");
    };
    let actor = rows.actor(FREELANCER);
    let end = at.plus_ms(REVIEW_WINDOW_MS);

    assert_eq!(rows.clone().act(actor, end, &write(5)), Ok(()));
    let late = rows
        .clone()
        .act(actor, end.plus_ms(1), &write(5))
        .expect_err("too late");
    assert_eq!(late.code, Code::Expired);
}

#[test]
fn nobody_reads_the_future_and_nobody_unreads() {
    let mut rows = Scene::Viewed.world();
    let read = |rows: &Rows| {
        let mark: ReadMark = rows.find(ReadMark::id_of(thread(), OWNER)).expect("a mark");
        mark.up_to
    };
    let mark = |up_to| Mutation::MarkRead {
        application: thread(),
        up_to,
    };
    must(&mut rows, OWNER, &mark(NOW.plus_ms(1_000_000)));
    assert_eq!(read(&rows), NOW);
    must(&mut rows, OWNER, &mark(NOW.plus_ms(-5)));
    assert_eq!(read(&rows), NOW);
    must_at(&mut rows, OWNER, NOW.plus_ms(9), &mark(NOW.plus_ms(5)));
    assert_eq!(read(&rows), NOW.plus_ms(5));
}

#[test]
fn a_message_carries_the_time_at_which_it_was_taken() {
    let mut rows = Scene::Viewed.world();
    let id = MessageId(Uuid::from_u128(70));
    let body = "  Hello  ".to_owned();
    must(
        &mut rows,
        OWNER,
        &Mutation::SendMessage {
            id,
            application: thread(),
            body,
            attachments: Vec::new(),
        },
    );

    let message: Message = rows.find(id).expect("the message");

    assert_eq!(
        (message.body.as_str(), message.at, message.author),
        ("Hello", NOW, OWNER)
    );
}

#[test]
fn views_are_logged_for_who_looked_and_counted_for_the_owner() {
    let mut rows = Scene::Open.world();
    let view = Mutation::ViewRequest { id: REQUEST };
    for who in [FREELANCER, OTHER_FREELANCER, OWNER] {
        must(&mut rows, who, &view);
    }

    let id = Tally::id_of(OWNER, REQUEST.0, ActivityKind::RequestViewed, NOW.day());
    let tally: Tally = rows.find(id).expect("a count");
    assert_eq!(
        (tally.count, tally.owner),
        (2, OWNER),
        "one's own looks do not count"
    );
}

#[test]
fn every_act_that_changes_something_leaves_one_line_in_the_log() {
    let mut rows = Scene::Offered.world();
    must(&mut rows, FREELANCER, &accept(OFFER));

    let lines: Vec<Activity> = rows
        .all()
        .filter_map(|row| match row {
            Row::Activity(line) => Some(line.clone()),
            _ => None,
        })
        .collect();

    let [line] = lines.try_into().expect("one line");
    assert_eq!(
        (line.kind, line.actor, line.other),
        (ActivityKind::OfferAccepted, FREELANCER, Some(OWNER))
    );
    assert_eq!(
        (line.request, line.application),
        (Some(REQUEST), Some(thread()))
    );
}

#[test]
fn a_completed_contract_proves_the_skills_that_its_request_asked_for() {
    let mut rows = Scene::Delivered.world();
    let request: Request = rows.find(REQUEST).expect("the request");
    let asked: Vec<u32> = request
        .text
        .skills
        .iter()
        .filter_map(|wanted| wanted.skill)
        .collect();
    assert!(!asked.is_empty());

    must(&mut rows, OWNER, &Mutation::AcceptDelivery { id: CONTRACT });

    let proven = rows.find::<Person>(FREELANCER).expect("a person").proven;
    assert_eq!(
        proven.into_iter().collect::<Vec<_>>(),
        asked.iter().map(|skill| (*skill, 1)).collect::<Vec<_>>()
    );
    assert!(
        rows.find::<Person>(OWNER)
            .expect("a person")
            .proven
            .is_empty()
    );
}
