//! What is saved and hidden: who it opens what to, and what it does not.

use crate::rows::{
    EARLIER, FREELANCER, NOW, OTHER_CLIENT, OTHER_FREELANCER, OWNER, REQUEST, Rows, must, run,
};
use crate::scenes::Scene;
use guildhall_domain::bookmark::{Because, Bookmark, MAXIMUM_BOOKMARKS, Stance, Subject};
use guildhall_domain::denied::Code;
use guildhall_domain::id::{AccountId, MutationId, RequestId};
use guildhall_domain::mutation::{Effect, Mutation};
use guildhall_domain::person::{Person, Status};
use guildhall_domain::profile::Profile;
use guildhall_domain::request::{Request, RequestStage};
use guildhall_domain::row::{Key, Lookup, Row};
use guildhall_domain::rules::{Call, execute};
use guildhall_domain::scope::{Scope, grants};
use guildhall_domain::world::{Need, Stop, World};
use uuid::Uuid;

const ABOUT: Subject = Subject::Request {
    request: REQUEST,
    client: OWNER,
};

fn put(subject: Subject, stance: Stance) -> Mutation {
    Mutation::PutBookmark { subject, stance }
}

fn refused(rows: &Rows, who: AccountId, mutation: &Mutation) -> Code {
    let outcome = run(rows, rows.actor(who), NOW, mutation);
    outcome.expect_err("is refused").code
}

fn kept(rows: &Rows, who: AccountId, about: Uuid) -> Option<Stance> {
    let bookmark = rows.find::<Bookmark>(Bookmark::id_of(who, about));
    bookmark.map(|bookmark| bookmark.stance)
}

#[test]
fn a_word_replaces_the_one_before_and_is_taken_back_without_a_trace() {
    let mut rows = Scene::Open.world();
    let hidden = Stance::Hidden {
        because: Some(Because::Place),
    };
    must(&mut rows, FREELANCER, &put(ABOUT, Stance::Saved));
    assert_eq!(kept(&rows, FREELANCER, REQUEST.0), Some(Stance::Saved));
    must(&mut rows, FREELANCER, &put(ABOUT, hidden));
    assert_eq!(kept(&rows, FREELANCER, REQUEST.0), Some(hidden));
    let again = run(&rows, rows.actor(FREELANCER), NOW, &put(ABOUT, hidden));
    assert_eq!(again, Ok(Vec::new()));
    assert_eq!(kept(&rows, OTHER_FREELANCER, REQUEST.0), None);

    let remove = Mutation::RemoveBookmark { about: REQUEST.0 };
    must(&mut rows, OTHER_FREELANCER, &remove);
    assert_eq!(
        kept(&rows, FREELANCER, REQUEST.0),
        Some(hidden),
        "another's"
    );
    must(&mut rows, FREELANCER, &remove);
    assert_eq!(kept(&rows, FREELANCER, REQUEST.0), None);
    must(&mut rows, FREELANCER, &remove);
}

#[test]
fn what_was_saved_may_be_hidden_after_it_has_ended() {
    let mut rows = Scene::Open.world();
    must(&mut rows, FREELANCER, &put(ABOUT, Stance::Saved));
    let request: Request = rows.find(REQUEST).expect("the request");
    rows.put(Request {
        stage: RequestStage::Expired { at: EARLIER },
        ..request
    });

    let hidden = Stance::Hidden { because: None };
    assert_eq!(
        refused(&rows, OTHER_FREELANCER, &put(ABOUT, hidden)),
        Code::NotFound
    );
    must(&mut rows, FREELANCER, &put(ABOUT, hidden));
}

#[test]
fn a_bookmark_opens_the_card_of_nobody_but_the_client_of_the_request() {
    let rows = Scene::Open.world();
    for client in [OTHER_CLIENT, OTHER_FREELANCER, FREELANCER] {
        let subject = Subject::Request {
            request: REQUEST,
            client,
        };
        let put = put(subject, Stance::Saved);
        assert_eq!(refused(&rows, FREELANCER, &put), Code::NotFound);
    }
    let unknown = Subject::Request {
        request: RequestId(Uuid::from_u128(77)),
        client: OWNER,
    };
    let put = put(unknown, Stance::Saved);
    assert_eq!(refused(&rows, FREELANCER, &put), Code::NotFound);
}

#[test]
fn who_cannot_be_found_cannot_be_saved() {
    let subject = |freelancer| Subject::Freelancer { freelancer };
    let suspend = |rows: &mut Rows, id: AccountId| {
        let person: Person = rows.find(id).expect("a person");
        rows.put(Person {
            status: Status::Suspended {
                at: EARLIER,
                reason: String::new(),
            },
            ..person
        });
    };
    let mut rows = Scene::Open.world();
    // Without a profile, and no account at all.
    for nobody in [OTHER_CLIENT, AccountId(Uuid::from_u128(78))] {
        let put = put(subject(nobody), Stance::Saved);
        assert_eq!(refused(&rows, OWNER, &put), Code::NotFound);
    }
    suspend(&mut rows, OTHER_FREELANCER);
    let theirs = put(subject(OTHER_FREELANCER), Stance::Saved);
    assert_eq!(refused(&rows, OWNER, &theirs), Code::NotFound);
    must(&mut rows, OWNER, &put(subject(FREELANCER), Stance::Saved));

    suspend(&mut rows, OWNER);
    let theirs = put(ABOUT, Stance::Saved);
    assert_eq!(refused(&rows, FREELANCER, &theirs), Code::NotFound);
}

#[test]
fn there_is_an_end_to_what_one_person_keeps() {
    let mut rows = Scene::Open.world();
    for number in 0..MAXIMUM_BOOKMARKS {
        let subject = Subject::Freelancer {
            freelancer: AccountId(Uuid::from_u128(1_000 + number as u128)),
        };
        rows.put(Bookmark {
            id: Bookmark::id_of(FREELANCER, subject.id()),
            owner: FREELANCER,
            subject,
            stance: Stance::Saved,
            at: EARLIER,
        });
    }
    let save = put(ABOUT, Stance::Saved);
    assert_eq!(refused(&rows, FREELANCER, &save), Code::LimitReached);
    let remove = Mutation::RemoveBookmark {
        about: Uuid::from_u128(1_000),
    };
    must(&mut rows, FREELANCER, &remove);
    must(&mut rows, FREELANCER, &save);
}

#[test]
fn it_opens_what_it_is_about_and_nothing_else() {
    let bookmark = |subject: Subject| {
        Row::Bookmark(Bookmark {
            id: Bookmark::id_of(FREELANCER, subject.id()),
            owner: FREELANCER,
            subject,
            stance: Stance::Saved,
            at: NOW,
        })
    };
    assert_eq!(
        grants(&bookmark(ABOUT)),
        [
            (FREELANCER, Scope::request(REQUEST)),
            (FREELANCER, Scope::person(OWNER))
        ]
    );
    let freelancer = OTHER_FREELANCER;
    assert_eq!(
        grants(&bookmark(Subject::Freelancer { freelancer })),
        [(FREELANCER, Scope::person(freelancer))]
    );
}

#[test]
fn whoever_leaves_leaves_no_bookmark() {
    let mut rows = Scene::Open.world();
    must(&mut rows, FREELANCER, &put(ABOUT, Stance::Saved));
    let call = Call {
        world: &rows,
        actor: guildhall_domain::actor::Actor::system(FREELANCER),
        now: NOW,
        id: MutationId(Uuid::nil()),
    };
    let effects = execute(&Mutation::ErasePerson {}, &call).expect("is erased");
    let id = Bookmark::id_of(FREELANCER, REQUEST.0);
    assert!(effects.contains(&Effect::Delete(Key::of::<Bookmark>(id))));
}

/// What a device holds: rows of others that it does not hold may be there all the same.
struct Part<'a>(&'a Rows);

impl World for Part<'_> {
    fn row(&self, key: Key) -> Result<Option<Row>, Need> {
        self.0.row(key)
    }

    fn rows(&self, lookup: Lookup) -> Result<Vec<Row>, Need> {
        self.0.rows(lookup)
    }

    fn is_whole(&self) -> bool {
        false
    }
}

#[test]
fn a_device_takes_at_their_word_what_it_does_not_hold_and_refuses_what_it_sees_has_ended() {
    let predicted = |rows: &Rows, who: AccountId, mutation: &Mutation| {
        let call = Call {
            world: &Part(rows),
            actor: rows.actor(who),
            now: NOW,
            id: MutationId(Uuid::nil()),
        };
        execute(mutation, &call).map_err(|stop| match stop {
            Stop::Denied(denied) => denied.code,
            Stop::Need(need) => panic!("{need:?}"),
        })
    };
    let empty = Scene::Nothing.world();
    assert_eq!(empty.find::<Request>(REQUEST), None);
    let save = put(ABOUT, Stance::Saved);
    assert_eq!(
        predicted(&empty, FREELANCER, &save).map(|all| all.len()),
        Ok(1)
    );
    assert_eq!(refused(&empty, FREELANCER, &save), Code::NotFound);
    assert_eq!(predicted(&empty, OWNER, &save), Err(Code::Forbidden));

    let ended = Scene::Cancelled.world();
    assert_eq!(
        predicted(&ended, FREELANCER, &save),
        Err(Code::InvalidState)
    );

    let stranger = AccountId(Uuid::from_u128(79));
    assert_eq!(empty.find::<Profile>(stranger), None);
    let unseen = Subject::Freelancer {
        freelancer: stranger,
    };
    let save = put(unseen, Stance::Saved);
    assert_eq!(predicted(&empty, OWNER, &save).map(|all| all.len()), Ok(1));
}
