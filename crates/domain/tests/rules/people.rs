//! Who joins, takes on a role, is suspended.

use crate::rows::{
    ADMIN, FREELANCER, MODERATOR, NOW, OTHER_CLIENT, OTHER_FREELANCER, OWNER, Rows, admin,
    moderator, must, person,
};
use crate::scenes::Scene;
use guildhall_domain::actor::Actor;
use guildhall_domain::denied::Code;
use guildhall_domain::id::AccountId;
use guildhall_domain::mutation::{Mutation, OpenRole, TrustedRole};
use guildhall_domain::person::{FORMER_MEMBER, Person, Roles, Status};
use guildhall_domain::profile::Profile;
use guildhall_domain::row::Row;
use uuid::Uuid;

#[test]
fn only_the_server_registers_and_nobody_registers_as_more_than_they_may() {
    let mut rows = Rows::default();
    let new = AccountId(Uuid::from_u128(80));
    let register = |admin| Mutation::RegisterPerson {
        name: " Sana Larbi ".to_owned(),
        roles: Roles {
            freelancer: true,
            client: false,
            moderator: admin,
            admin,
        },
    };
    let denied = rows
        .act(Actor::nobody(new), NOW, &register(false))
        .expect_err("not the server");
    assert_eq!(denied.code, Code::Forbidden);

    assert_eq!(rows.act(Actor::system(new), NOW, &register(true)), Ok(()));
    let person: Person = rows.find(new).expect("a person");
    assert_eq!(person.name, "Sana Larbi");
    assert!(
        person.roles.freelancer && !person.roles.is_trusted(),
        "nobody registers as an admin"
    );

    let again = rows
        .act(Actor::system(new), NOW, &register(false))
        .expect_err("joined");
    assert_eq!(again.code, Code::AlreadyDone);
}

fn grant(person: AccountId, role: TrustedRole) -> Mutation {
    Mutation::GrantRole {
        person,
        role,
        reason: "Knows the trade".to_owned(),
    }
}

fn revoke(person: AccountId, role: TrustedRole) -> Mutation {
    Mutation::RevokeRole {
        person,
        role,
        reason: "Has no time".to_owned(),
    }
}

fn roles(rows: &Rows, id: AccountId) -> Roles {
    rows.find::<Person>(id).expect("a person").roles
}

#[test]
fn a_role_of_trust_is_given_and_taken_by_an_admin_or_the_operator_and_by_nobody_else() {
    for role in TrustedRole::ALL {
        // The operator has no account: what they do is done in the name of the one concerned.
        for by in [ADMIN, FREELANCER] {
            let mut rows = Rows::with_people();
            let by = Actor::system(by);
            let before = roles(&rows, FREELANCER);
            assert_eq!(rows.act(by, NOW, &grant(FREELANCER, role)), Ok(()));
            let has = roles(&rows, FREELANCER);
            assert_eq!(
                (has.moderator, has.admin),
                (role == TrustedRole::Moderator, role == TrustedRole::Admin)
            );
            let again = rows.act(by, NOW, &grant(FREELANCER, role));
            assert_eq!(again.expect_err("has it").code, Code::AlreadyDone);
            assert_eq!(rows.act(by, NOW, &revoke(FREELANCER, role)), Ok(()));
            assert_eq!(roles(&rows, FREELANCER), before);
            let again = rows.act(by, NOW, &revoke(FREELANCER, role));
            assert_eq!(again.expect_err("has it not").code, Code::AlreadyDone);
        }
        let mut rows = Rows::with_people();
        for who in [MODERATOR, OWNER, FREELANCER, ADMIN] {
            for actor in [rows.actor(who), Actor::system(who)] {
                if actor == Actor::system(ADMIN) {
                    continue;
                }
                for act in [grant(OTHER_FREELANCER, role), revoke(OTHER_CLIENT, role)] {
                    let denied = rows.act(actor, NOW, &act).expect_err("is no admin");
                    assert_eq!(denied.code, Code::Forbidden, "{who:?} {act:?}");
                }
            }
        }
    }
}

#[test]
fn of_two_admins_who_take_the_role_from_each_other_at_once_one_stays() {
    let mut rows = Rows::with_people();
    rows.put(person(OTHER_CLIENT, "Another Operator", admin()));
    let role = TrustedRole::Admin;
    let first = rows.act(Actor::system(ADMIN), NOW, &revoke(OTHER_CLIENT, role));
    assert_eq!(first, Ok(()));
    let second = rows.act(Actor::system(OTHER_CLIENT), NOW, &revoke(ADMIN, role));
    assert_eq!(second.expect_err("too late").code, Code::Forbidden);
    assert!(roles(&rows, ADMIN).admin);
}

#[test]
fn nobody_is_trusted_who_is_suspended_or_gone_or_for_no_reason() {
    let mut rows = Rows::with_people();
    let admin = Actor::system(ADMIN);
    let role = TrustedRole::Moderator;
    let code = |rows: &mut Rows, act: &Mutation| {
        let denied = rows.act(admin, NOW, act).expect_err("is refused");
        denied.code
    };
    let wordless = Mutation::GrantRole {
        person: FREELANCER,
        role,
        reason: " ".to_owned(),
    };
    assert_eq!(code(&mut rows, &wordless), Code::Validation);
    let wordless = Mutation::RevokeRole {
        person: MODERATOR,
        role,
        reason: " ".to_owned(),
    };
    assert_eq!(code(&mut rows, &wordless), Code::Validation);
    let unknown = AccountId(Uuid::from_u128(404));
    assert_eq!(code(&mut rows, &grant(unknown, role)), Code::NotFound);

    for person in [FREELANCER, MODERATOR] {
        let reason = "Copied portfolio".to_owned();
        must(
            &mut rows,
            ADMIN,
            &Mutation::SuspendPerson { person, reason },
        );
    }
    assert_eq!(
        code(&mut rows, &grant(FREELANCER, role)),
        Code::InvalidState
    );
    rows.act(admin, NOW, &revoke(MODERATOR, role))
        .expect("is taken");
    rows.act(Actor::system(OWNER), NOW, &Mutation::ErasePerson {})
        .expect("is erased");
    assert_eq!(code(&mut rows, &grant(OWNER, role)), Code::NotFound);
}

#[test]
fn a_moderator_keeps_order_among_members_and_not_among_their_like() {
    let mut rows = Rows::with_people();
    let other = AccountId(Uuid::from_u128(81));
    rows.put(person(other, "Another Keeper", moderator()));
    let keeper = rows.actor(MODERATOR);
    let acts = |person| {
        let reason = || "Copied portfolio".to_owned();
        [
            Mutation::SuspendPerson {
                person,
                reason: reason(),
            },
            Mutation::RestorePerson {
                person,
                reason: reason(),
            },
        ]
    };
    for act in acts(FREELANCER) {
        assert_eq!(rows.act(keeper, NOW, &act), Ok(()), "{act:?}");
    }
    for whom in [ADMIN, other, MODERATOR] {
        for act in acts(whom) {
            let denied = rows.act(keeper, NOW, &act).expect_err("their like");
            assert_eq!(denied.code, Code::Forbidden, "{act:?}");
        }
    }
    for act in acts(other) {
        must(&mut rows, ADMIN, &act);
    }
}

#[test]
fn a_role_is_added_once() {
    let mut rows = Rows::with_people();
    let role = OpenRole::Freelancer;
    must(&mut rows, OWNER, &Mutation::AddRole { role });
    let roles = rows.find::<Person>(OWNER).expect("a person").roles;
    assert!(roles.freelancer && roles.client);

    let actor = rows.actor(OWNER);
    let again = rows
        .act(actor, NOW, &Mutation::AddRole { role })
        .expect_err("has it");
    assert_eq!(again.code, Code::AlreadyDone);
}

#[test]
fn an_admin_suspends_and_restores_others_but_not_themselves() {
    let mut rows = Rows::with_people();
    let reason = || "Copied portfolio".to_owned();
    let suspend = |person| Mutation::SuspendPerson {
        person,
        reason: reason(),
    };
    let restore = |person| Mutation::RestorePerson {
        person,
        reason: reason(),
    };
    let admin = rows.actor(ADMIN);
    let code =
        |rows: &mut Rows, act: &Mutation| rows.act(admin, NOW, act).map_err(|denied| denied.code);

    assert_eq!(
        code(&mut rows, &restore(FREELANCER)),
        Err(Code::AlreadyDone)
    );
    assert_eq!(code(&mut rows, &suspend(FREELANCER)), Ok(()));
    let person: Person = rows.find(FREELANCER).expect("a person");
    assert_eq!(
        person.status,
        Status::Suspended {
            at: NOW,
            reason: reason()
        }
    );
    assert_eq!(
        code(&mut rows, &suspend(FREELANCER)),
        Err(Code::AlreadyDone)
    );
    assert_eq!(code(&mut rows, &restore(FREELANCER)), Ok(()));
    assert!(
        !rows
            .find::<Person>(FREELANCER)
            .expect("a person")
            .is_suspended()
    );
    assert_eq!(code(&mut rows, &suspend(ADMIN)), Err(Code::Forbidden));
    let unknown = AccountId(Uuid::from_u128(404));
    assert_eq!(code(&mut rows, &suspend(unknown)), Err(Code::NotFound));
    let wordless = Mutation::SuspendPerson {
        person: FREELANCER,
        reason: " ".to_owned(),
    };
    assert_eq!(code(&mut rows, &wordless), Err(Code::Validation));
}

#[test]
fn only_the_server_erases_and_what_was_agreed_stays_under_no_name() {
    for scene in Scene::ALL {
        for who in [OWNER, FREELANCER] {
            let mut rows = scene.world();
            let before: Vec<Row> = rows.all().cloned().collect();
            let actor = rows.actor(who);
            let denied = rows.act(actor, NOW, &Mutation::ErasePerson {});
            assert_eq!(denied.map_err(|denied| denied.code), Err(Code::Forbidden));

            let erased = rows.act(Actor::system(who), NOW, &Mutation::ErasePerson {});
            assert_eq!(erased, Ok(()), "{scene:?}");

            let person: Person = rows.find(who).expect("a person");
            assert_eq!(person.name, FORMER_MEMBER);
            assert_eq!(person.roles, Roles::default());
            assert!(rows.find::<Profile>(who).is_none());
            for row in rows.all() {
                match row {
                    Row::Request(request) if request.client == who => {
                        assert!(!request.is_live(), "{scene:?}");
                        assert!(request.text.description.is_empty());
                    }
                    Row::Application(it) if [it.client, it.freelancer].contains(&who) => {
                        assert!(!it.is_live(), "{scene:?}");
                    }
                    Row::Contract(it) if [it.client, it.freelancer].contains(&who) => {
                        assert!(!it.is_running(), "{scene:?}");
                    }
                    Row::Activity(line) if line.actor == who => assert!(line.note.is_empty()),
                    _ => {}
                }
            }
            let stays = |row: &Row| matches!(row, Row::Message(_) | Row::Review(_));
            for row in before.iter().filter(|row| stays(row)) {
                assert!(rows.all().any(|now| now == row), "{scene:?} {row:?}");
            }
            let again = rows.act(Actor::system(who), NOW, &Mutation::ErasePerson {});
            assert_eq!(again.map_err(|denied| denied.code), Err(Code::AlreadyDone));
        }
    }
}
