//! Who sees which row, worked out by hand for whole situations.

use crate::rows::{
    ADMIN, CONTRACT, EARLIER, FREELANCER, NOW, OTHER_CLIENT, OTHER_FREELANCER, OWNER, REQUEST,
    Rows, application, review, thread,
};
use crate::scenes::Scene;
use guildhall_domain::activity::{Activity, ActivityKind, Tally};
use guildhall_domain::application::ApplicationStage;
use guildhall_domain::id::{AccountId, MessageId, ReviewId};
use guildhall_domain::message::{Message, ReadMark};
use guildhall_domain::recommendation::Recommendation;
use guildhall_domain::review::Review;
use guildhall_domain::row::{Row, Table};
use guildhall_domain::scope::{Scope, grants, placements};
use std::collections::BTreeSet;
use uuid::Uuid;

const EVERYBODY: [AccountId; 5] = [OWNER, OTHER_CLIENT, FREELANCER, OTHER_FREELANCER, ADMIN];
const STRANGERS: [AccountId; 3] = [OTHER_CLIENT, OTHER_FREELANCER, ADMIN];

fn granted(rows: &Rows, who: AccountId) -> BTreeSet<Scope> {
    rows.all()
        .flat_map(grants)
        .filter(|(account, _)| *account == who)
        .map(|(_, scope)| scope)
        .collect()
}

fn sees(rows: &Rows, who: AccountId, row: &Row) -> bool {
    let scopes = granted(rows, who);
    placements(row).iter().any(|scope| scopes.contains(scope))
}

fn seen(rows: &Rows, who: AccountId) -> Vec<&Row> {
    rows.all().filter(|row| sees(rows, who, row)).collect()
}

/// A finished job with everything that can lie in a thread, and one more applicant.
fn finished() -> Rows {
    let mut rows = Scene::CompletedReviewed.world();
    for (number, author) in [(1, OWNER), (2, FREELANCER)] {
        rows.put(Message {
            id: MessageId(Uuid::from_u128(500 + number)),
            application: thread(),
            author,
            body: "Hello".to_owned(),
            attachments: Vec::new(),
            at: EARLIER,
        });
        rows.put(ReadMark {
            id: ReadMark::id_of(thread(), author),
            application: thread(),
            reader: author,
            up_to: EARLIER,
        });
    }
    rows
}

#[test]
fn a_stranger_is_granted_no_scope_in_which_a_thread_lies() {
    let private = [
        Table::Application,
        Table::Offer,
        Table::Contract,
        Table::Message,
        Table::ReadMark,
        Table::Review,
    ];
    let mut checked = BTreeSet::new();
    for rows in Scene::ALL.map(Scene::world).into_iter().chain([finished()]) {
        for row in rows.all().filter(|row| private.contains(&row.table())) {
            checked.insert(row.table());
            for stranger in STRANGERS {
                assert!(!sees(&rows, stranger, row), "{stranger} sees {row:?}");
            }
        }
    }
    assert_eq!(
        checked.len(),
        private.len(),
        "every kind was there to be looked at"
    );
}

#[test]
fn both_parties_see_the_whole_thread() {
    let rows = finished();
    for party in [OWNER, FREELANCER] {
        let tables: Vec<Table> = seen(&rows, party).iter().map(|row| row.table()).collect();
        for table in [
            Table::Request,
            Table::Application,
            Table::Offer,
            Table::Contract,
        ] {
            assert_eq!(
                tables.iter().filter(|seen| **seen == table).count(),
                1,
                "{party} {table:?}"
            );
        }
        assert_eq!(
            tables
                .iter()
                .filter(|seen| **seen == Table::Message)
                .count(),
            2
        );
        assert_eq!(
            tables
                .iter()
                .filter(|seen| **seen == Table::ReadMark)
                .count(),
            1,
            "only one's own"
        );
    }
}

#[test]
fn two_applicants_do_not_see_each_other() {
    let mut rows = Scene::Submitted.world();
    rows.put(application(OTHER_FREELANCER, ApplicationStage::Submitted));
    for (one, other) in [
        (FREELANCER, OTHER_FREELANCER),
        (OTHER_FREELANCER, FREELANCER),
    ] {
        for row in seen(&rows, one) {
            match row {
                Row::Application(found) => assert_eq!(found.freelancer, one),
                Row::Profile(profile) => assert_ne!(profile.id, other),
                Row::Person(person) => assert_ne!(person.id, other),
                Row::Request(request) => assert_eq!(request.id, REQUEST),
                other => panic!("{other:?} has no place here"),
            }
        }
    }
}

#[test]
fn a_request_is_seen_by_its_client_its_applicants_and_the_matched() {
    let mut rows = Scene::Open.world();
    let request = |rows: &Rows, who| {
        seen(rows, who)
            .iter()
            .any(|row| row.table() == Table::Request)
    };
    let who_sees = |rows: &Rows| EVERYBODY.map(|who| request(rows, who));
    assert_eq!(who_sees(&rows), [true, false, false, false, false]);

    rows.put(application(FREELANCER, ApplicationStage::Submitted));
    assert_eq!(who_sees(&rows), [true, false, true, false, false]);

    rows.put(pair(true));
    assert_eq!(who_sees(&rows), [true, false, true, true, false]);
}

fn pair(for_freelancer: bool) -> Recommendation {
    Recommendation {
        id: Recommendation::id_of(REQUEST, OTHER_FREELANCER),
        request: REQUEST,
        client: OWNER,
        freelancer: OTHER_FREELANCER,
        score_version: 1,
        score: 0,
        parts: [0; 5],
        for_client: true,
        for_freelancer,
        at: NOW,
        newcomer: None,
    }
}

#[test]
fn a_match_opens_only_the_side_whose_list_it_is_in() {
    let mut rows = Scene::Open.world();
    rows.put(pair(false));

    let profile_of_the_matched = |rows: &Rows, who| {
        seen(rows, who)
            .iter()
            .any(|row| matches!(row, Row::Profile(profile) if profile.id == OTHER_FREELANCER))
    };
    let tables = |rows: &Rows, who| -> BTreeSet<Table> {
        seen(rows, who).iter().map(|row| row.table()).collect()
    };

    assert!(profile_of_the_matched(&rows, OWNER));
    assert!(!profile_of_the_matched(&rows, OTHER_CLIENT));
    assert!(!tables(&rows, OTHER_FREELANCER).contains(&Table::Request));
    assert!(!tables(&rows, OTHER_FREELANCER).contains(&Table::Recommendation));
}

#[test]
fn a_sealed_review_is_its_authors_alone() {
    let rows = finished();
    let row = Row::Review(review(OWNER));
    assert_eq!(
        EVERYBODY.map(|who| sees(&rows, who, &row)),
        [true, false, false, false, false]
    );

    let published = Row::Review(Review {
        sealed: false,
        ..review(OWNER)
    });
    // Everybody who may see the freelancer's card reads it there.
    assert_eq!(
        EVERYBODY.map(|who| sees(&rows, who, &published)),
        [true, false, true, false, false]
    );
    assert_eq!(
        rows.find::<Review>(ReviewId::of(CONTRACT, OWNER))
            .map(|row| row.sealed),
        Some(true)
    );
}

#[test]
fn single_views_are_told_to_nobody_but_the_one_who_looked() {
    let rows = Scene::Viewed.world();
    let line = |kind| {
        Row::Activity(Activity {
            id: Uuid::from_u128(900),
            at: NOW,
            kind,
            actor: FREELANCER,
            other: Some(OWNER),
            request: Some(REQUEST),
            application: Some(thread()),
            note: String::new(),
        })
    };
    let who_sees = |row: &Row| EVERYBODY.map(|who| sees(&rows, who, row));

    assert_eq!(
        who_sees(&line(ActivityKind::RequestViewed)),
        [false, false, true, false, false]
    );
    assert_eq!(
        who_sees(&line(ActivityKind::Applied)),
        [true, false, true, false, false]
    );
    let tally = Row::Tally(Tally {
        id: Uuid::from_u128(901),
        owner: OWNER,
        subject: REQUEST.0,
        kind: ActivityKind::RequestViewed,
        day: NOW.day(),
        count: 3,
    });
    assert_eq!(who_sees(&tally), [true, false, false, false, false]);
}

#[test]
fn scopes_of_different_kinds_never_meet() {
    let id = Uuid::from_u128(1);
    let scopes = BTreeSet::from([
        Scope::own(AccountId(id)),
        Scope::person(AccountId(id)),
        Scope::request(guildhall_domain::id::RequestId(id)),
        Scope::thread(guildhall_domain::id::ApplicationId(id)),
    ]);

    assert_eq!(scopes.len(), 4);
}
