//! The policy table broken in every way that one line can be, and the tests that notice each.

use crate::acts::{self, Who};
use crate::policy::{ACTORS, actor, cell, is_as_written, things};
use crate::rows::{NOW, Rows, admin, moderator, run_under};
use crate::scenes::Scene;
use crate::table::is_possible;
use crate::worlds::{PEOPLE, relations, world};
use guildhall_domain::actor::Actor;
use guildhall_domain::id::AccountId;
use guildhall_domain::person::Roles;
use guildhall_domain::policy::{Act, Grant, POLICY, Policy, Relation, Role, Thing, decide};
use guildhall_domain::row::{Row, Table};
use guildhall_domain::scope::{Scope, grants, placements_under};
use std::collections::BTreeSet;

/// How many random worlds are looked at.
const WORLDS: u64 = 300;

/// A table that is wrong in one place, and what was done to it.
struct Mutant {
    grants: Vec<Grant>,
    act: Act,
    what: String,
}

/// Every line left out; and every line with another relation, role or state or the other word on suspension, beside the true line
/// and in its place.
fn mutants() -> Vec<Mutant> {
    let stands = POLICY.grants();
    let mut mutants = Vec::new();
    for (place, grant) in stands.iter().enumerate() {
        let mut without = stands.to_vec();
        without.remove(place);
        for other in others(*grant) {
            let mut more = stands.to_vec();
            more.push(other);
            mutants.push(Mutant {
                grants: more,
                act: grant.act,
                what: format!("with {other:?} as well"),
            });
            let mut instead = without.clone();
            instead.push(other);
            mutants.push(Mutant {
                grants: instead,
                act: grant.act,
                what: format!("with {other:?} instead of {grant:?}"),
            });
        }
        mutants.push(Mutant {
            grants: without,
            act: grant.act,
            what: format!("without {grant:?}"),
        });
    }
    mutants
}

/// The lines that one line can be mistaken for.
fn others(grant: Grant) -> Vec<Grant> {
    let mut others: Vec<Grant> = Vec::new();
    others.extend(Relation::ALL.map(|relation| Grant { relation, ..grant }));
    others.extend(Role::ALL.map(|role| Grant { role, ..grant }));
    if grant.act.states().len() > 1 {
        others.extend(grant.act.states().iter().map(|state| Grant {
            state: Some(*state),
            ..grant
        }));
        others.push(Grant {
            state: None,
            ..grant
        });
    }
    others.push(Grant {
        suspended: !grant.suspended,
        ..grant
    });
    others.retain(|other| !POLICY.grants().contains(other));
    others
}

/// True when some cell of the act is decided otherwise than by the true table. A mutant for which it is not says the same in other
/// words, such as a line for freelancers beside the same line for anybody.
fn differs(mutant: &Mutant) -> bool {
    let policy = Policy::of(&mutant.grants);
    things(mutant.act).any(|thing| {
        (0..ACTORS.len()).any(|column| {
            cell(&policy, column, mutant.act, thing) != cell(&POLICY, column, mutant.act, thing)
        })
    })
}

#[test]
fn no_line_says_what_another_says() {
    for mutant in mutants() {
        if mutant.what.starts_with("without") {
            assert!(differs(&mutant), "{}", mutant.what);
        }
    }
}

#[test]
fn the_written_table_misses_every_mutant() {
    let mut missed = 0;
    for mutant in mutants().iter().filter(|mutant| differs(mutant)) {
        missed += 1;
        assert!(
            !is_as_written(&Policy::of(&mutant.grants)),
            "{}",
            mutant.what
        );
    }
    assert!(missed > 900, "{missed} mutants");
}

/// The acts of the situations that are of one act of the policy.
fn tried(act: Act) -> impl Iterator<Item = acts::Act> {
    acts::Act::ALL
        .into_iter()
        .filter(move |tried| Act::of(&tried.mutation()) == act)
}

/// What the parties and strangers of the situations are beside what they are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum As {
    /// As they are.
    Themselves,
    /// Freelancer and client at once.
    Both,
    /// Somebody who has lost every role.
    Nothing,
    /// A freelancer who hires and a client who works.
    Swapped,
    /// A moderator and nothing else.
    Moderator,
    /// An admin and nothing else.
    Admin,
}

/// What is listed, told for other roles: in a thread the relation counts, and the role of that side on top of it, except for words.
fn expected(policy: Act, act: acts::Act, scene: Scene, who: Who, roles: As) -> bool {
    let words = matches!(policy, Act::Talk | Act::Review);
    let may = match roles {
        As::Themselves | As::Both => true,
        As::Nothing | As::Swapped | As::Moderator | As::Admin => words,
    };
    may && is_possible(act, scene, who)
}

impl As {
    const ALL: [Self; 6] = [
        Self::Themselves,
        Self::Both,
        Self::Nothing,
        Self::Swapped,
        Self::Moderator,
        Self::Admin,
    ];

    fn roles(self, own: Roles) -> Roles {
        match self {
            Self::Themselves => own,
            Self::Both => Roles {
                freelancer: true,
                client: true,
                ..Roles::default()
            },
            Self::Nothing => Roles::default(),
            Self::Swapped => Roles {
                freelancer: own.client,
                client: own.freelancer,
                ..Roles::default()
            },
            Self::Moderator => moderator(),
            Self::Admin => admin(),
        }
    }
}

/// What the situations do not hold: people and their own things, in roles that they do not have there.
const WITH_ONES_OWN: [(acts::Act, Who, As, bool); 18] = [
    (acts::Act::Remove, Who::Owner, As::Moderator, true),
    (acts::Act::Remove, Who::Owner, As::Admin, true),
    (acts::Act::Remove, Who::SuspendedOwner, As::Admin, false),
    (acts::Act::Remove, Who::Owner, As::Both, false),
    (acts::Act::Pause, Who::Owner, As::Both, true),
    (acts::Act::Pause, Who::Owner, As::Nothing, false),
    (acts::Act::Pause, Who::Owner, As::Swapped, false),
    (acts::Act::Pause, Who::Owner, As::Admin, false),
    (acts::Act::Submit, Who::Owner, As::Both, false),
    (acts::Act::ViewRequest, Who::Owner, As::Nothing, true),
    (acts::Act::ViewRequest, Who::OtherClient, As::Nothing, false),
    (acts::Act::ViewProfile, Who::Freelancer, As::Nothing, true),
    (
        acts::Act::ViewProfile,
        Who::OtherFreelancer,
        As::Nothing,
        false,
    ),
    (acts::Act::SuspendOther, Who::Owner, As::Moderator, true),
    (acts::Act::SuspendAdmin, Who::Owner, As::Moderator, false),
    (acts::Act::SuspendOther, Who::Owner, As::Admin, true),
    (
        acts::Act::SuspendOther,
        Who::OtherFreelancer,
        As::Admin,
        false,
    ),
    (acts::Act::SaveProfile, Who::Owner, As::Nothing, false),
];

fn is_done(policy: &Policy<'_>, act: acts::Act, scene: Scene, who: Who, roles: As) -> bool {
    let mut rows = scene.world();
    let actor = who.enter(&mut rows);
    let actor = Actor {
        roles: roles.roles(actor.roles),
        ..actor
    };
    run_under(policy, &rows, actor, NOW, &act.mutation()).is_ok()
}

#[test]
fn with_ones_own_things_one_does_what_is_listed() {
    for (act, who, roles, expected) in WITH_ONES_OWN {
        let done = is_done(&POLICY, act, Scene::Open, who, roles);
        assert_eq!(done, expected, "{who:?} {act:?} as {roles:?}");
    }
}

/// True when somebody in some situation can do more or less than is listed.
fn is_missed_by_the_situations(mutant: &Mutant) -> bool {
    let policy = Policy::of(&mutant.grants);
    let in_thread = met(mutant.act).contains(&Relation::Client);
    let variants = if in_thread {
        &As::ALL[..]
    } else {
        &As::ALL[..1]
    };
    let listed = || {
        tried(mutant.act).any(|act| {
            Scene::ALL.into_iter().any(|scene| {
                Who::ALL.into_iter().any(|who| {
                    variants.iter().any(|roles| {
                        is_done(&policy, act, scene, who, *roles)
                            != expected(mutant.act, act, scene, who, *roles)
                    })
                })
            })
        })
    };
    let with_ones_own = || {
        WITH_ONES_OWN
            .into_iter()
            .any(|(act, who, roles, expected)| {
                Act::of(&act.mutation()) == mutant.act
                    && is_done(&policy, act, Scene::Open, who, roles) != expected
            })
    };
    listed() || with_ones_own()
}

/// The relations in which an act meets its thing.
fn met(act: Act) -> BTreeSet<Relation> {
    let parties = [Relation::Stranger, Relation::Client, Relation::Freelancer];
    let owned = [Relation::Stranger, Relation::Owner];
    match act {
        Act::Register | Act::AddRole | Act::Erase | Act::SaveProfile | Act::PublishRequest => {
            BTreeSet::from([Relation::Owner])
        }
        Act::ExpireRequest | Act::RevealReview => BTreeSet::from([Relation::Stranger]),
        Act::SetRole
        | Act::Moderate
        | Act::ViewProfile
        | Act::ManageRequest
        | Act::RemoveRequest
        | Act::ViewRequest
        | Act::Apply => BTreeSet::from(owned),
        _ => BTreeSet::from(parties),
    }
}

#[test]
fn the_situations_miss_every_line_and_every_relation() {
    let acts: BTreeSet<Act> = Act::ALL
        .iter()
        .copied()
        .filter(|act| tried(*act).next().is_some())
        .collect();
    let stands = POLICY.grants().len();
    let (mut missed, mut lived) = (0, Vec::new());
    for mutant in mutants() {
        // Nobody in the situations is the server; what it alone does is told in the stories of people and of time.
        let server = |grant: &Grant| grant.act == mutant.act && grant.role == Role::Server;
        if !acts.contains(&mutant.act) || POLICY.grants().iter().any(server) || !differs(&mutant) {
            continue;
        }
        let added: Vec<&Grant> = mutant
            .grants
            .iter()
            .filter(|grant| !POLICY.grants().contains(grant))
            .collect();
        if mutant.grants.len() > stands
            && added.iter().all(|grant| {
                !met(mutant.act).contains(&grant.relation) || grant.role == Role::Server
            })
        {
            continue;
        }
        if is_missed_by_the_situations(&mutant) {
            missed += 1;
        } else {
            lived.push(mutant.what);
        }
    }
    assert!(
        lived.is_empty(),
        "{} lived:\n{}",
        lived.len(),
        lived.join("\n")
    );
    assert!(missed > 300, "{missed} mutants");
}

/// What a person is granted in a world.
fn granted(rows: &Rows, who: AccountId) -> BTreeSet<Scope> {
    rows.all()
        .flat_map(grants)
        .filter(|(account, _)| *account == who)
        .map(|(_, scope)| scope)
        .collect()
}

/// A row of a world that a person sees without being allowed to, or the other way round.
fn wrongly_seen(policy: &Policy<'_>, tables: &[Table], seed: u64) -> Option<(AccountId, Row)> {
    let rows = world(seed);
    for who in PEOPLE {
        let scopes = granted(&rows, who);
        for row in rows.all().filter(|row| tables.contains(&row.table())) {
            let places = placements_under(policy, row);
            let is_shown = places.iter().any(|scope| scopes.contains(scope));
            let act = Act::see(row.table());
            let allowed = relations(&rows, who, row)
                .into_iter()
                .any(|thing: Thing| decide(&actor(1, false), act, thing).is_ok());
            if is_shown != allowed {
                return Some((who, row.clone()));
            }
        }
    }
    None
}

#[test]
fn what_a_person_sees_is_what_the_policy_allows() {
    for seed in 0..WORLDS {
        let wrong = wrongly_seen(&POLICY, Table::ALL, seed);
        assert_eq!(wrong, None, "world {seed}");
    }
}

#[test]
fn the_worlds_miss_every_line_that_shows_something() {
    let (mut missed, mut lived) = (0, Vec::new());
    for mutant in mutants() {
        let Some(table) = Table::ALL
            .iter()
            .find(|table| Act::see(**table) == mutant.act)
        else {
            continue;
        };
        let policy = Policy::of(&mutant.grants);
        let stands = |thing| POLICY.shows(mutant.act, thing);
        // A row stands in these relations to somebody; a line for another one shows nothing to anybody.
        let rows: Vec<Thing> = (0..WORLDS)
            .flat_map(|seed| {
                let rows = world(seed);
                let of = rows.all().filter(|row| row.table() == *table);
                of.flat_map(guildhall_domain::scope::standings)
                    .map(|standing| standing.thing)
                    .collect::<Vec<_>>()
            })
            .collect();
        if rows
            .iter()
            .all(|thing| policy.shows(mutant.act, *thing) == stands(*thing))
        {
            continue;
        }
        if (0..WORLDS).any(|seed| wrongly_seen(&policy, &[*table], seed).is_some()) {
            missed += 1;
        } else {
            lived.push(mutant.what);
        }
    }
    assert!(
        lived.is_empty(),
        "{} lived:\n{}",
        lived.len(),
        lived.join("\n")
    );
    assert!(missed > 50, "{missed} mutants");
}

#[test]
fn the_worlds_miss_every_way_in_which_a_row_opens_a_scope() {
    // Each row of a kind opens its scopes in a fixed order; leaving out one of them must be seen somewhere.
    let kinds: [(Table, usize); 4] = [
        (Table::Person, 2),
        (Table::Request, 1),
        (Table::Application, 5),
        (Table::Recommendation, 3),
    ];
    for (table, ways) in kinds {
        for left_out in 0..ways {
            let misses = (0..WORLDS).any(|seed| {
                let rows = world(seed);
                PEOPLE.into_iter().any(|me| {
                    let scopes: BTreeSet<Scope> = rows
                        .all()
                        .flat_map(|row| {
                            let mut opened = grants(row);
                            let full = opened.len() == ways;
                            if row.table() == table && full {
                                opened.remove(left_out);
                            }
                            opened
                        })
                        .filter(|(account, _)| *account == me)
                        .map(|(_, scope)| scope)
                        .collect();
                    rows.all().any(|row| {
                        let seen = placements_under(&POLICY, row)
                            .iter()
                            .any(|scope| scopes.contains(scope));
                        seen == relations(&rows, me, row).is_empty()
                            && relations(&rows, me, row)
                                .into_iter()
                                .any(|thing| POLICY.shows(Act::see(row.table()), thing))
                    })
                })
            });
            assert!(misses, "{table:?} opens its scope {left_out} for nothing");
        }
    }
}
