//! The policy table: every cell as written in `policy.txt`, and no line of it without a test that misses it.
//!
//! `WRITE_POLICY=1 cargo test -p guildhall-domain --test rules policy` writes the file anew. Read what changed before you commit it.

use crate::acts::{self, Who};
use crate::rows::{NOBODY, NOW, admin, client, freelancer, moderator, run};
use crate::scenes::Scene;
use guildhall_domain::actor::Actor;
use guildhall_domain::denied::Code;
use guildhall_domain::person::Roles;
use guildhall_domain::policy::{Act, POLICY, Policy, Relation, Role, State, Thing};
use guildhall_domain::row::Table;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::LazyLock;

/// A name, whether it is the server, and the roles.
type Column = (&'static str, bool, fn() -> Roles);

/// Who asks, by what they are.
pub(crate) const ACTORS: [Column; 6] = [
    ("server", true, Roles::default),
    ("none", false, Roles::default),
    ("freelancer", false, freelancer),
    ("client", false, client),
    ("moderator", false, moderator),
    ("admin", false, admin),
];

pub(crate) fn actor(column: usize, suspended: bool) -> Actor {
    let (_, system, roles) = ACTORS[column];
    Actor {
        account: NOBODY,
        roles: roles(),
        suspended,
        system,
    }
}

/// What a cell says of one actor: whether they may, also while suspended, or what they are told.
pub(crate) fn cell(policy: &Policy<'_>, column: usize, act: Act, thing: Thing) -> String {
    let active = policy.decide(&actor(column, false), act, thing);
    let suspended = policy.decide(&actor(column, true), act, thing);
    match (active, suspended) {
        (Ok(()), Ok(())) => "yes+".to_owned(),
        (Ok(()), Err(denied)) => {
            assert_eq!(denied.code, Code::Blocked, "{act:?} {thing:?}");
            "yes".to_owned()
        }
        (Err(active), Err(suspended)) => {
            assert_eq!(active.code, suspended.code, "{act:?} {thing:?}");
            match active.code {
                Code::NotFound => "-".to_owned(),
                Code::Forbidden => "no".to_owned(),
                other => panic!("the policy does not say {other}"),
            }
        }
        (Err(_), Ok(())) => panic!("suspension gives nothing: {act:?} {thing:?}"),
    }
}

/// Every way to meet the thing of an act.
pub(crate) fn things(act: Act) -> impl Iterator<Item = Thing> {
    Relation::ALL.into_iter().flat_map(move |relation| {
        let states = act.states().iter();
        states.map(move |state| Thing {
            relation,
            state: *state,
        })
    })
}

/// The whole table in words.
fn written(policy: &Policy<'_>) -> String {
    let mut text = String::from(
        "Who may do what. Generated from crates/domain/src/policy/table.rs; see crates/domain/tests/rules/policy.rs.\n\n\
         yes   may\n\
         yes+  may, even while suspended\n\
         no    is told that they may not\n\
         -     is told that there is no such thing\n",
    );
    for act in Act::ALL {
        write!(text, "\n{:24}", act.name()).expect("is written");
        for (name, ..) in ACTORS {
            write!(text, "{name:>12}").expect("is written");
        }
        text.push('\n');
        for thing in things(*act) {
            let mut line = format!("  {:?}", thing.relation).to_lowercase();
            if thing.state != State::Plain {
                let state = format!(", {:?}", thing.state).to_lowercase();
                line.push_str(&state);
            }
            write!(text, "{line:24}").expect("is written");
            for column in 0..ACTORS.len() {
                write!(text, "{:>12}", cell(policy, column, *act, thing)).expect("is written");
            }
            text.push('\n');
        }
    }
    text
}

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/rules/policy.txt")
}

fn known() -> String {
    std::fs::read_to_string(file()).expect("policy.txt is there")
}

/// True when a policy decides every cell as the file has it.
pub(crate) fn is_as_written(policy: &Policy<'_>) -> bool {
    static KNOWN: LazyLock<String> = LazyLock::new(known);
    written(policy) == *KNOWN
}

#[test]
fn every_cell_is_as_written() {
    let stands = written(&POLICY);
    if std::env::var_os("WRITE_POLICY").is_some() {
        std::fs::write(file(), &stands).expect("is written");
    }
    let known = known();
    let differs = stands
        .lines()
        .zip(known.lines())
        .find(|(stands, known)| stands != known);
    assert!(
        stands == known,
        "the policy is not the written one; first: {differs:?}"
    );
}

#[test]
fn what_is_shown_hangs_on_no_role_and_ends_with_no_suspension() {
    let sees: BTreeSet<Act> = Table::ALL.iter().map(|table| Act::see(*table)).collect();
    for grant in POLICY.grants() {
        if sees.contains(&grant.act) {
            assert_eq!(
                (grant.role, grant.suspended),
                (Role::Anybody, true),
                "{grant:?}"
            );
            assert_ne!(grant.relation, Relation::Stranger, "{grant:?}");
        }
    }
    for act in sees {
        for thing in things(act) {
            for column in 1..ACTORS.len() {
                let decided = POLICY.decide(&actor(column, false), act, thing).is_ok();
                assert_eq!(decided, POLICY.shows(act, thing), "{act:?} {thing:?}");
            }
        }
    }
}

#[test]
fn every_act_has_a_line() {
    for act in Act::ALL {
        let listed = POLICY.grants().iter().any(|grant| grant.act == *act);
        assert!(listed, "nobody may {}", act.name());
    }
}

#[test]
fn a_stranger_is_told_the_same_whether_the_thing_is_there_or_not() {
    let mut asked = 0;
    for act in acts::Act::ALL {
        for who in [
            Who::OtherClient,
            Who::OtherFreelancer,
            Who::Moderator,
            Who::Admin,
            Who::Nobody,
        ] {
            let mutation = act.mutation();
            let told = |scene: Scene| {
                let mut rows = scene.world();
                let actor = who.enter(&mut rows);
                run(&rows, actor, NOW, &mutation).map_err(|denied| denied.code)
            };
            let (there, nowhere) = (told(Scene::Active), told(Scene::Nothing));
            if there == Err(Code::Forbidden) || there == Err(Code::NotFound) {
                asked += 1;
                assert_eq!(there, nowhere, "{who:?} {act:?}");
            }
        }
    }
    assert!(asked > 60, "{asked}");
}
