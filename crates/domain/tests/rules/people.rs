//! Who joins, takes on a role, is suspended.

use crate::rows::{ADMIN, FREELANCER, NOW, OWNER, Rows, must};
use crate::scenes::Scene;
use guildhall_domain::actor::Actor;
use guildhall_domain::denied::Code;
use guildhall_domain::id::AccountId;
use guildhall_domain::mutation::{Mutation, OpenRole};
use guildhall_domain::person::{FORMER_MEMBER, Person, Roles, Status};
use guildhall_domain::profile::Profile;
use guildhall_domain::row::Row;
use uuid::Uuid;

#[test]
fn only_the_server_registers_and_makes_admins() {
    let mut rows = Rows::default();
    let new = AccountId(Uuid::from_u128(80));
    let register = |admin| Mutation::RegisterPerson {
        name: " Sana Larbi ".to_owned(),
        roles: Roles {
            freelancer: true,
            client: false,
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
        person.roles.freelancer && !person.roles.admin,
        "nobody registers as an admin"
    );

    let again = rows
        .act(Actor::system(new), NOW, &register(false))
        .expect_err("joined");
    assert_eq!(again.code, Code::AlreadyDone);
    assert_eq!(
        rows.act(Actor::system(new), NOW, &Mutation::GrantAdmin {}),
        Ok(())
    );
    assert!(rows.find::<Person>(new).expect("a person").roles.admin);
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
