//! Who joins, takes on a role, is suspended.

use crate::rows::{ADMIN, FREELANCER, NOW, OWNER, Rows, must};
use guildhall_domain::actor::Actor;
use guildhall_domain::denied::Code;
use guildhall_domain::id::AccountId;
use guildhall_domain::mutation::{Mutation, OpenRole};
use guildhall_domain::person::{Person, Roles, Status};
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
