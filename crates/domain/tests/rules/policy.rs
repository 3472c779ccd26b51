//! The policy table, written once more by hand: who is granted what, and nothing else.

use crate::rows::{NOBODY, admin, client, freelancer};
use guildhall_domain::actor::Actor;
use guildhall_domain::denied::Code;
use guildhall_domain::person::Roles;
use guildhall_domain::policy::{Act, Relation, decide};

/// Who asks, by what they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Server,
    None,
    Freelancer,
    Client,
    Admin,
}

const ROLES: [Role; 5] = [
    Role::Server,
    Role::None,
    Role::Freelancer,
    Role::Client,
    Role::Admin,
];
const RELATIONS: [Relation; 4] = [
    Relation::Stranger,
    Relation::Owner,
    Relation::Client,
    Relation::Freelancer,
];
const ACTS: [Act; 22] = [
    Act::Register,
    Act::AddRole,
    Act::GrantAdmin,
    Act::Moderate,
    Act::RemoveRequest,
    Act::Oversee,
    Act::SaveProfile,
    Act::ManageRequest,
    Act::ViewRequest,
    Act::ViewProfile,
    Act::Apply,
    Act::Withdraw,
    Act::AnswerApplication,
    Act::MakeOffer,
    Act::AnswerOffer,
    Act::Deliver,
    Act::AnswerDelivery,
    Act::CancelContract,
    Act::Talk,
    Act::Review,
    Act::RevealReview,
    Act::Sync,
];

/// Any account that is not the server.
const ANYBODY: &[Role] = &[Role::None, Role::Freelancer, Role::Client, Role::Admin];

/// Act, relation, roles; true where a suspended person may do it too.
const GRANTED: &[(Act, Relation, &[Role], bool)] = &[
    (Act::Register, Relation::Owner, &[Role::Server], false),
    (Act::GrantAdmin, Relation::Owner, &[Role::Server], false),
    (Act::AddRole, Relation::Owner, ANYBODY, false),
    (Act::Moderate, Relation::Stranger, &[Role::Admin], false),
    (
        Act::RemoveRequest,
        Relation::Stranger,
        &[Role::Admin],
        false,
    ),
    (Act::RemoveRequest, Relation::Owner, &[Role::Admin], false),
    (Act::Oversee, Relation::Stranger, &[Role::Admin], false),
    (
        Act::SaveProfile,
        Relation::Owner,
        &[Role::Freelancer],
        false,
    ),
    (Act::ManageRequest, Relation::Owner, &[Role::Client], false),
    (
        Act::ViewRequest,
        Relation::Stranger,
        &[Role::Freelancer],
        true,
    ),
    (Act::ViewProfile, Relation::Stranger, &[Role::Client], true),
    (Act::Apply, Relation::Stranger, &[Role::Freelancer], false),
    (
        Act::Withdraw,
        Relation::Freelancer,
        &[Role::Freelancer],
        false,
    ),
    (
        Act::AnswerApplication,
        Relation::Client,
        &[Role::Client],
        false,
    ),
    (Act::MakeOffer, Relation::Client, &[Role::Client], false),
    (
        Act::AnswerOffer,
        Relation::Freelancer,
        &[Role::Freelancer],
        false,
    ),
    (
        Act::Deliver,
        Relation::Freelancer,
        &[Role::Freelancer],
        true,
    ),
    (Act::AnswerDelivery, Relation::Client, &[Role::Client], true),
    (Act::CancelContract, Relation::Client, &[Role::Client], true),
    (
        Act::CancelContract,
        Relation::Freelancer,
        &[Role::Freelancer],
        true,
    ),
    (Act::Talk, Relation::Client, ANYBODY, false),
    (Act::Talk, Relation::Freelancer, ANYBODY, false),
    (Act::Review, Relation::Client, ANYBODY, false),
    (Act::Review, Relation::Freelancer, ANYBODY, false),
    (Act::RevealReview, Relation::Owner, &[Role::Server], false),
    (Act::Sync, Relation::Owner, ANYBODY, true),
];

fn actor(role: Role, suspended: bool) -> Actor {
    let roles = match role {
        Role::Server | Role::None => Roles::default(),
        Role::Freelancer => freelancer(),
        Role::Client => client(),
        Role::Admin => admin(),
    };
    Actor {
        account: NOBODY,
        roles,
        suspended,
        system: role == Role::Server,
    }
}

#[test]
fn the_policy_grants_what_is_listed_and_nothing_else() {
    let mut wrong = Vec::new();
    for act in ACTS {
        for relation in RELATIONS {
            for role in ROLES {
                for suspended in [false, true] {
                    let granted = GRANTED.iter().find(|(an, related, roles, _)| {
                        *an == act && *related == relation && roles.contains(&role)
                    });
                    let expected = granted.is_some_and(|(.., also)| *also || !suspended);
                    let decided = decide(&actor(role, suspended), act, relation);
                    if decided.is_ok() != expected {
                        wrong.push(format!(
                            "{role:?} {act:?} {relation:?} {suspended}: {decided:?}"
                        ));
                    }
                    if let (Some(_), Err(denied)) = (granted, decided) {
                        assert_eq!(denied.code, Code::Blocked, "suspended, and nothing else");
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_refusal_tells_a_stranger_nothing_and_others_what_they_lack() {
    let code = |role, act, relation| {
        decide(&actor(role, false), act, relation)
            .expect_err("refused")
            .code
    };

    assert_eq!(
        code(Role::Client, Act::Talk, Relation::Stranger),
        Code::NotFound
    );
    assert_eq!(
        code(Role::Admin, Act::Talk, Relation::Stranger),
        Code::NotFound
    );
    assert_eq!(
        code(Role::Client, Act::ManageRequest, Relation::Stranger),
        Code::NotFound
    );
    assert_eq!(
        code(Role::Client, Act::SaveProfile, Relation::Owner),
        Code::Forbidden
    );
    assert_eq!(
        code(Role::Freelancer, Act::Moderate, Relation::Stranger),
        Code::Forbidden
    );
    assert_eq!(
        code(Role::Admin, Act::Moderate, Relation::Owner),
        Code::Forbidden
    );
}
