//! Who may do what: one table of role, act, relation and state. Every mutation, endpoint, file and scope asks here; what is not
//! listed is refused. The rules say what the state of a thing allows; who may is said here and nowhere else.

mod act;
mod table;
mod thing;

pub use act::Act;
pub(crate) use thing::thing_of;

use crate::actor::Actor;
use crate::denied::{Code, Denied};

/// What a person has to do with the thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// Nothing that counts for the act; there may be no such thing at all.
    Stranger,
    /// It is theirs, or about themselves.
    Owner,
    /// They are the client in it.
    Client,
    /// They are the freelancer in it.
    Freelancer,
    /// They are one of the two whose thread it lies in.
    Party,
    /// It was opened to them: by a match, by an application, or because it is their own.
    Knows,
    /// Somebody else did it, and it concerns them.
    Subject,
}

impl Relation {
    /// Every relation.
    pub const ALL: [Self; 7] = [
        Self::Stranger,
        Self::Owner,
        Self::Client,
        Self::Freelancer,
        Self::Party,
        Self::Knows,
        Self::Subject,
    ];
}

/// How the thing stands, as far as that decides who may do something with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Nothing of the kind.
    Plain,
    /// A person who is a moderator or an admin.
    Trusted,
    /// A review that waits for the other side's.
    Sealed,
    /// A review for everybody who knows its subject.
    Published,
    /// A recommendation that stands in this side's list.
    Listed,
    /// A recommendation that only the other side is shown.
    Unlisted,
    /// A line about somebody who only looked.
    Glance,
}

/// The role that a grant asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Only the server itself.
    Server,
    /// Any account.
    Anybody,
    /// The freelancer role.
    Freelancer,
    /// The client role.
    Client,
    /// The moderator role. An admin may do everything that a moderator may.
    Moderator,
    /// The admin role.
    Admin,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 6] = [
        Self::Server,
        Self::Anybody,
        Self::Freelancer,
        Self::Client,
        Self::Moderator,
        Self::Admin,
    ];

    fn is_of(self, actor: &Actor) -> bool {
        match self {
            Self::Server => actor.system,
            Self::Anybody => !actor.system,
            Self::Freelancer => actor.roles.freelancer,
            Self::Client => actor.roles.client,
            Self::Moderator => actor.roles.is_trusted(),
            Self::Admin => actor.roles.admin,
        }
    }
}

/// A thing as an actor meets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Thing {
    /// What the actor has to do with it.
    pub relation: Relation,
    /// How it stands.
    pub state: State,
}

impl From<Relation> for Thing {
    fn from(relation: Relation) -> Self {
        Self {
            relation,
            state: State::Plain,
        }
    }
}

/// One line of the table: this act, by this role, in this relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// What may be done.
    pub act: Act,
    /// By whom.
    pub role: Role,
    /// With what of theirs.
    pub relation: Relation,
    /// While it stands so; nothing where that is all the same.
    pub state: Option<State>,
    /// True where a suspended person may do it too.
    pub suspended: bool,
}

impl Grant {
    fn covers(self, thing: Thing) -> bool {
        self.relation == thing.relation && self.state.is_none_or(|state| state == thing.state)
    }
}

/// The table of a market. There is one; tests make others, to show that no line of it is there for nothing.
#[derive(Debug, Clone, Copy)]
pub struct Policy<'a>(&'a [Grant]);

/// The policy that everything asks.
pub const POLICY: Policy<'static> = Policy(table::GRANTS);

impl<'a> Policy<'a> {
    /// A policy of other lines.
    pub const fn of(grants: &'a [Grant]) -> Self {
        Self(grants)
    }

    /// Its lines.
    pub fn grants(&self) -> &'a [Grant] {
        self.0
    }

    /// Decides whether the actor may do this with such a thing.
    ///
    /// What a stranger is told is the same whether there is such a thing or not: what no stranger may do is *not found*, and what
    /// some strangers may do is refused by role before anybody looks whether the thing is there.
    ///
    /// # Errors
    /// `not_found` for a stranger, `forbidden` for a missing role or for one's own things, `blocked` for a suspended person.
    pub fn decide(&self, actor: &Actor, act: Act, thing: impl Into<Thing>) -> Result<(), Denied> {
        let thing = thing.into();
        let mut is_related = false;
        let mut is_granted = false;
        for grant in self.0 {
            if grant.act != act || !grant.covers(thing) {
                continue;
            }
            is_related = true;
            if grant.role.is_of(actor) {
                is_granted = true;
                if grant.suspended || !actor.suspended {
                    return Ok(());
                }
            }
        }
        Err(if is_granted {
            Denied::new(
                Code::Blocked,
                "Your account is suspended. What you wrote is kept on this device.",
            )
        } else if is_related {
            Denied::new(
                Code::Forbidden,
                "Your account does not have the role for this.",
            )
        } else if thing.relation == Relation::Stranger {
            Denied::not_found(act.what())
        } else {
            Denied::new(
                Code::Forbidden,
                "You cannot do that with something of your own.",
            )
        })
    }

    /// True when whoever stands so to a row is shown it: what devices hold, and what files and lists are filtered by.
    pub fn shows(&self, act: Act, thing: Thing) -> bool {
        // A row lies on a device or does not; so what is shown hangs on no role, and a test holds the table to that.
        self.0
            .iter()
            .any(|grant| grant.act == act && grant.role == Role::Anybody && grant.covers(thing))
    }
}

/// Decides by the one table; see [`Policy::decide`].
///
/// # Errors
/// Why not.
pub fn decide(actor: &Actor, act: Act, thing: impl Into<Thing>) -> Result<(), Denied> {
    POLICY.decide(actor, act, thing)
}
