//! What acts on requests, applications, offers and contracts leave behind.

use crate::rows::{
    ADMIN, CONTRACT, FREELANCER, NOW, OFFER, OTHER_FREELANCER, OWNER, REQUEST, Rows, accept,
    application, euro, must, must_at, offer, request, request_text, terms, thread,
};
use crate::scenes::Scene;
use guildhall_domain::activity::ActivityKind;
use guildhall_domain::actor::Actor;
use guildhall_domain::application::{Application, ApplicationStage, Closing};
use guildhall_domain::contract::{Contract, ContractStage};
use guildhall_domain::denied::Code;
use guildhall_domain::id::{AccountId, ApplicationId, OfferId, RequestId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::offer::{OFFER_LIFE_MS, Offer, OfferStage};
use guildhall_domain::person::Person;
use guildhall_domain::request::{
    MAXIMUM_OPEN, REQUEST_LIFE_MS, Request, RequestStage, RequestText,
};
use guildhall_domain::row::Row;
use uuid::Uuid;

fn stage_of(rows: &Rows, freelancer: AccountId) -> ApplicationStage {
    let id = ApplicationId::of(REQUEST, freelancer);
    rows.find::<Application>(id).expect("an application").stage
}

#[test]
fn the_first_to_accept_wins_and_the_others_learn_that_the_place_is_taken() {
    let mut rows = Scene::Offered.world();
    let second = OfferId(Uuid::from_u128(50));
    let expires = NOW.plus_ms(1);
    let (at, other) = (NOW, second);
    rows.put(application(
        OTHER_FREELANCER,
        ApplicationStage::Offered { at, offer: other },
    ));
    rows.put(offer(
        second,
        OTHER_FREELANCER,
        OfferStage::Sent { expires },
    ));

    must(&mut rows, FREELANCER, &accept(OFFER));
    let loser = rows.actor(OTHER_FREELANCER);
    let late = rows.act(loser, NOW, &accept(second)).expect_err("taken");

    assert_eq!(late.code, Code::AlreadyFilled);
    let contracts = rows
        .all()
        .filter(|row| matches!(row, Row::Contract(_)))
        .count();
    assert_eq!(contracts, 1);
    let request: Request = rows.find(REQUEST).expect("the request");
    assert_eq!((request.hired, request.places), (1, 1));
    assert_eq!(request.stage, RequestStage::Filled { at: NOW });
    assert!(matches!(
        stage_of(&rows, FREELANCER),
        ApplicationStage::Hired { .. }
    ));
    let because = Closing::Filled;
    assert_eq!(
        stage_of(&rows, OTHER_FREELANCER),
        ApplicationStage::Closed { at: NOW, because }
    );
    let stages: Vec<OfferStage> = [OFFER, second]
        .into_iter()
        .map(|id| rows.find::<Offer>(id).expect("an offer").stage)
        .collect();
    assert_eq!(
        stages,
        [
            OfferStage::Accepted { at: NOW },
            OfferStage::Superseded { at: NOW }
        ]
    );
}

#[test]
fn with_two_places_the_request_stays_open_after_the_first_hire() {
    let mut rows = Scene::Offered.world();
    rows.put(Request {
        places: 2,
        ..request(RequestStage::Open)
    });

    must(&mut rows, FREELANCER, &accept(OFFER));

    let request: Request = rows.find(REQUEST).expect("the request");
    assert_eq!((request.hired, request.stage), (1, RequestStage::Open));
}

#[test]
fn the_terms_of_a_contract_are_those_of_the_offer_and_stay() {
    let mut rows = Scene::Offered.world();
    must(&mut rows, FREELANCER, &accept(OFFER));
    let contract: Contract = rows.find(Uuid::from_u128(77)).expect("the contract");
    let offer: Offer = rows.find(OFFER).expect("the offer");

    assert_eq!(contract.terms, offer.terms);
    assert_eq!(contract.title, "Booking system rebuild");
    assert_eq!(contract.application, thread());
}

#[test]
fn cancelling_a_request_ends_its_applications_and_offers() {
    let mut rows = Scene::Offered.world();
    rows.put(application(OTHER_FREELANCER, ApplicationStage::Submitted));
    let reason = "No budget".to_owned();

    must(
        &mut rows,
        OWNER,
        &Mutation::CancelRequest {
            id: REQUEST,
            reason,
        },
    );

    for freelancer in [FREELANCER, OTHER_FREELANCER] {
        let because = Closing::Cancelled;
        assert_eq!(
            stage_of(&rows, freelancer),
            ApplicationStage::Closed { at: NOW, because }
        );
    }
    let offer: Offer = rows.find(OFFER).expect("the offer");
    assert_eq!(offer.stage, OfferStage::Superseded { at: NOW });
}

#[test]
fn removing_a_request_tells_its_client_why() {
    let mut rows = Scene::Submitted.world();
    let reason = "Asks for unpaid work".to_owned();

    must(
        &mut rows,
        ADMIN,
        &Mutation::RemoveRequest {
            id: REQUEST,
            reason: reason.clone(),
        },
    );

    let request: Request = rows.find(REQUEST).expect("the request");
    assert_eq!(request.stage, RequestStage::Removed { at: NOW, reason });
    let because = Closing::Removed;
    assert_eq!(
        stage_of(&rows, FREELANCER),
        ApplicationStage::Closed { at: NOW, because }
    );
}

#[test]
fn only_what_an_applicant_must_know_counts_as_new_terms() {
    let mut rows = Scene::Open.world();
    let mut edit = |change: &dyn Fn(&mut RequestText)| {
        let mut text = rows.find::<Request>(REQUEST).expect("the request").text;
        change(&mut text);
        let text = Box::new(text);
        must(
            &mut rows,
            OWNER,
            &Mutation::EditRequest { id: REQUEST, text },
        );
        rows.find::<Request>(REQUEST)
            .expect("the request")
            .terms_version
    };

    assert_eq!(edit(&|text| text.title.push_str(", again")), 1);
    assert_eq!(edit(&|text| text.description.push_str("More words.")), 1);
    assert_eq!(edit(&|text| text.budget = Some(euro(5_000))), 2);
    assert_eq!(edit(&|text| text.hours_per_week = 10), 3);
    assert_eq!(edit(&|text| text.skills[0].must = true), 3);
    assert_eq!(edit(&|text| text.end = text.end.plus_days(7)), 4);
}

#[test]
fn an_application_to_terms_that_changed_meanwhile_is_held() {
    let mut rows = Scene::Open.world();
    rows.put(Request {
        terms_version: 2,
        ..request(RequestStage::Open)
    });
    let actor = rows.actor(FREELANCER);
    let submit = |terms_version| Mutation::SubmitApplication {
        request: REQUEST,
        message: "I rebuilt ticketing for two ferry lines.".to_owned(),
        price: euro(6_800),
        terms_version,
    };

    let denied = rows.act(actor, NOW, &submit(1)).expect_err("changed");

    assert_eq!(denied.code, Code::StaleVersion);
    assert_eq!(rows.act(actor, NOW, &submit(2)), Ok(()));
}

#[test]
fn one_cannot_apply_to_ones_own_request() {
    let mut rows = Scene::Open.world();
    let mut owner: Person = rows.find(OWNER).expect("the owner");
    owner.roles.freelancer = true;
    rows.put(owner);
    let submit = Mutation::SubmitApplication {
        request: REQUEST,
        message: "I rebuilt ticketing for two ferry lines.".to_owned(),
        price: euro(6_800),
        terms_version: 1,
    };

    let actor = rows.actor(OWNER);
    let denied = rows.act(actor, NOW, &submit).expect_err("one's own");

    assert_eq!(denied.code, Code::Forbidden);
}

#[test]
fn only_so_many_requests_of_one_client_are_open_at_once() {
    let mut rows = Rows::with_people();
    let publish = |number: usize| Mutation::PublishRequest {
        id: RequestId(Uuid::from_u128(1_000 + number as u128)),
        text: Box::new(request_text()),
    };
    for number in 0..MAXIMUM_OPEN {
        must(&mut rows, OWNER, &publish(number));
    }

    let actor = rows.actor(OWNER);
    let denied = rows
        .act(actor, NOW, &publish(MAXIMUM_OPEN))
        .expect_err("one too many");

    assert_eq!(denied.code, Code::LimitReached);
    let id = RequestId(Uuid::from_u128(1_000));
    must(
        &mut rows,
        OWNER,
        &Mutation::CancelRequest {
            id,
            reason: String::new(),
        },
    );
    assert_eq!(rows.act(actor, NOW, &publish(MAXIMUM_OPEN)), Ok(()));
}

#[test]
fn an_offer_stands_for_72_hours_and_a_new_one_may_follow() {
    let mut rows = Scene::Viewed.world();
    let make = |number: u128| Mutation::MakeOffer {
        id: OfferId(Uuid::from_u128(number)),
        application: thread(),
        terms: Box::new(terms()),
    };
    must(&mut rows, OWNER, &make(60));
    let end = NOW.plus_ms(OFFER_LIFE_MS);
    let first = OfferId(Uuid::from_u128(60));
    let freelancer = rows.actor(FREELANCER);

    let mut in_time = rows.clone();
    assert_eq!(
        in_time.act(freelancer, end.plus_ms(-1), &accept(first)),
        Ok(())
    );
    let late = rows
        .act(freelancer, end, &accept(first))
        .expect_err("too late");
    assert_eq!(late.code, Code::Expired);
    must_at(&mut rows, OWNER, end, &make(61));
    let second = OfferId(Uuid::from_u128(61));
    assert_eq!(rows.act(freelancer, end, &accept(second)), Ok(()));
}

#[test]
fn an_offered_application_cannot_be_withdrawn_but_one_whose_offer_ran_out_can() {
    let withdraw = Mutation::WithdrawApplication { id: thread() };
    let mut offered = Scene::Offered.world();
    let actor = offered.actor(FREELANCER);
    assert_eq!(
        offered
            .act(actor, NOW, &withdraw)
            .expect_err("offered")
            .code,
        Code::InvalidState
    );

    let mut ran_out = Scene::OfferExpired.world();
    must(&mut ran_out, FREELANCER, &withdraw);
    assert_eq!(
        stage_of(&ran_out, FREELANCER),
        ApplicationStage::Withdrawn { at: NOW }
    );
}

#[test]
fn a_declined_or_revoked_offer_leaves_the_application_with_the_client() {
    let reason = "The hours do not fit.".to_owned();
    for (who, answer) in [
        (FREELANCER, Mutation::DeclineOffer { id: OFFER, reason }),
        (OWNER, Mutation::RevokeOffer { id: OFFER }),
    ] {
        let mut rows = Scene::Offered.world();
        must(&mut rows, who, &answer);
        assert_eq!(
            stage_of(&rows, FREELANCER),
            ApplicationStage::Viewed { at: NOW }
        );
    }
}

#[test]
fn work_goes_back_and_forth_until_it_is_accepted() {
    let mut rows = Scene::Active.world();
    let stage = |rows: &Rows| rows.find::<Contract>(CONTRACT).expect("the contract").stage;
    let deliver = |note: &str| Mutation::Deliver {
        id: CONTRACT,
        note: note.to_owned(),
    };
    must(&mut rows, FREELANCER, &deliver("First try"));
    let note = "First try".to_owned();
    assert_eq!(stage(&rows), ContractStage::Delivered { at: NOW, note });
    let note = "The search should ignore accents.".to_owned();
    must(
        &mut rows,
        OWNER,
        &Mutation::RequestChanges {
            id: CONTRACT,
            note: note.clone(),
        },
    );
    assert_eq!(
        stage(&rows),
        ContractStage::Active {
            at: NOW,
            changes: note
        }
    );
    must(&mut rows, FREELANCER, &deliver("Second try"));
    must(&mut rows, OWNER, &Mutation::AcceptDelivery { id: CONTRACT });

    assert_eq!(stage(&rows), ContractStage::Completed { at: NOW });
    let request: Request = rows.find(REQUEST).expect("the request");
    assert_eq!(request.stage, RequestStage::Closed { at: NOW });
    for person in [OWNER, FREELANCER] {
        assert_eq!(
            rows.find::<Person>(person)
                .expect("a person")
                .standing
                .completed,
            1
        );
    }
}

#[test]
fn a_contract_called_off_opens_the_place_again() {
    let mut rows = Scene::Active.world();
    let because = Closing::Filled;
    rows.put(application(
        OTHER_FREELANCER,
        ApplicationStage::Closed { at: NOW, because },
    ));
    let reason = "The budget was cut.".to_owned();

    must(
        &mut rows,
        FREELANCER,
        &Mutation::CancelContract {
            id: CONTRACT,
            reason,
        },
    );

    let request: Request = rows.find(REQUEST).expect("the request");
    assert_eq!((request.hired, request.stage), (0, RequestStage::Open));
    assert_eq!(
        stage_of(&rows, FREELANCER),
        ApplicationStage::Withdrawn { at: NOW }
    );
    assert_eq!(
        stage_of(&rows, OTHER_FREELANCER),
        ApplicationStage::Viewed { at: NOW }
    );
    let cancelled = |id| {
        rows.find::<Person>(id)
            .expect("a person")
            .standing
            .cancelled
    };
    assert_eq!(
        (cancelled(FREELANCER), cancelled(OWNER)),
        (1, 0),
        "counts for who called it off"
    );
}

#[test]
fn a_request_nobody_looks_after_runs_out_and_can_be_brought_back_with_those_who_applied() {
    let mut rows = Scene::Shortlisted.world();
    let before: Request = rows.find(REQUEST).expect("the request");
    let expire = Mutation::ExpireRequest { id: REQUEST };
    let system = Actor::system(OWNER);
    let due = before.expires();
    let early = rows
        .act(system, due.plus_ms(-1), &expire)
        .expect_err("too early");
    assert_eq!(early.code, Code::InvalidState);

    rows.act(system, due, &expire).expect("runs out");

    let stage = |rows: &Rows| rows.find::<Request>(REQUEST).expect("the request").stage;
    assert_eq!(stage(&rows), RequestStage::Expired { at: due });
    let because = Closing::Expired;
    assert_eq!(
        stage_of(&rows, FREELANCER),
        ApplicationStage::Closed { at: due, because }
    );

    must_at(
        &mut rows,
        OWNER,
        due.plus_ms(5),
        &Mutation::RenewRequest { id: REQUEST },
    );

    assert_eq!(stage(&rows), RequestStage::Open);
    assert!(matches!(
        stage_of(&rows, FREELANCER),
        ApplicationStage::Viewed { .. }
    ));
    let renewed: Request = rows.find(REQUEST).expect("the request");
    assert_eq!(renewed.expires(), due.plus_ms(5 + REQUEST_LIFE_MS));
}

#[test]
fn every_sign_of_its_client_gives_a_request_another_thirty_days() {
    let mut rows = Scene::Open.world();
    let later = NOW.plus_ms(1_000);
    for act in [
        Mutation::PauseRequest { id: REQUEST },
        Mutation::ResumeRequest { id: REQUEST },
        Mutation::RenewRequest { id: REQUEST },
    ] {
        must_at(&mut rows, OWNER, later, &act);
        let request: Request = rows.find(REQUEST).expect("the request");
        assert_eq!(request.expires(), later.plus_ms(REQUEST_LIFE_MS));
    }
}

#[test]
fn the_log_of_a_thread_keeps_the_words_of_a_delivery_for_the_two_alone() {
    let mut rows = Scene::Active.world();
    let said = |rows: &Rows, kind: ActivityKind| {
        let words = rows.all().find_map(|row| match row {
            Row::Activity(line) if line.kind == kind => Some(line.note.clone()),
            _ => None,
        });
        assert!(!kind.is_public(), "what two people write is no admin's");
        words.expect("a line")
    };
    let note = "The first try.".to_owned();
    must(
        &mut rows,
        FREELANCER,
        &Mutation::Deliver { id: CONTRACT, note },
    );
    assert_eq!(said(&rows, ActivityKind::Delivered), "The first try.");

    let note = "The search misses accents.".to_owned();
    must(
        &mut rows,
        OWNER,
        &Mutation::RequestChanges { id: CONTRACT, note },
    );
    assert_eq!(
        said(&rows, ActivityKind::ChangesRequested),
        "The search misses accents."
    );
}
