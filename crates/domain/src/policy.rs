//! Who may do what: one table. Every mutation, endpoint and scope asks here; what is not listed is refused.

use crate::actor::Actor;
use crate::denied::{Code, Denied};

/// Everything that can be done or read through any door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// Create the person of an account.
    Register,
    /// Take on another role oneself.
    AddRole,
    /// Make somebody an admin.
    GrantAdmin,
    /// Suspend a person or lift it.
    Moderate,
    /// Take a request down.
    RemoveRequest,
    /// Read people, requests and activity as an admin.
    Oversee,
    /// Save one's profile.
    SaveProfile,
    /// Publish, change, pause, resume or cancel a request.
    ManageRequest,
    /// End a request as time runs out.
    ExpireRequest,
    /// Open a request.
    ViewRequest,
    /// Open a profile.
    ViewProfile,
    /// Apply to a request.
    Apply,
    /// Take an application back.
    Withdraw,
    /// Open, shortlist or decline an application.
    AnswerApplication,
    /// Make or revoke an offer.
    MakeOffer,
    /// Accept or decline an offer.
    AnswerOffer,
    /// Deliver the work of a contract.
    Deliver,
    /// Accept a delivery or ask for changes.
    AnswerDelivery,
    /// Call a contract off.
    CancelContract,
    /// Write or read messages of a thread.
    Talk,
    /// Review a finished contract.
    Review,
    /// Publish a sealed review as time runs out.
    RevealReview,
    /// Push and pull through the sync endpoints.
    Sync,
}

/// What the actor has to do with the thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// Nothing.
    Stranger,
    /// It is theirs, or about themselves.
    Owner,
    /// They are the client in it.
    Client,
    /// They are the freelancer in it.
    Freelancer,
}

/// The role that a rule asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Needs {
    /// Only the server itself.
    System,
    /// Any account.
    Anybody,
    /// The freelancer role.
    Freelancer,
    /// The client role.
    Client,
    /// The admin role.
    Admin,
}

/// One grant: this act, by this role, in this relation; and whether a suspended person may do it too.
struct Rule(Act, Needs, Relation, bool);

/// The table. Running contracts may be finished while suspended; everything else may not.
const RULES: &[Rule] = &[
    Rule(Act::Register, Needs::System, Relation::Owner, false),
    Rule(Act::GrantAdmin, Needs::System, Relation::Owner, false),
    Rule(Act::AddRole, Needs::Anybody, Relation::Owner, false),
    Rule(Act::Moderate, Needs::Admin, Relation::Stranger, false),
    Rule(Act::RemoveRequest, Needs::Admin, Relation::Stranger, false),
    Rule(Act::RemoveRequest, Needs::Admin, Relation::Owner, false),
    Rule(Act::Oversee, Needs::Admin, Relation::Stranger, false),
    Rule(Act::SaveProfile, Needs::Freelancer, Relation::Owner, false),
    Rule(Act::ManageRequest, Needs::Client, Relation::Owner, false),
    Rule(
        Act::ViewRequest,
        Needs::Freelancer,
        Relation::Stranger,
        true,
    ),
    Rule(Act::ViewProfile, Needs::Client, Relation::Stranger, true),
    Rule(Act::Apply, Needs::Freelancer, Relation::Stranger, false),
    Rule(
        Act::Withdraw,
        Needs::Freelancer,
        Relation::Freelancer,
        false,
    ),
    Rule(
        Act::AnswerApplication,
        Needs::Client,
        Relation::Client,
        false,
    ),
    Rule(Act::MakeOffer, Needs::Client, Relation::Client, false),
    Rule(
        Act::AnswerOffer,
        Needs::Freelancer,
        Relation::Freelancer,
        false,
    ),
    Rule(Act::Deliver, Needs::Freelancer, Relation::Freelancer, true),
    Rule(Act::AnswerDelivery, Needs::Client, Relation::Client, true),
    Rule(Act::CancelContract, Needs::Client, Relation::Client, true),
    Rule(
        Act::CancelContract,
        Needs::Freelancer,
        Relation::Freelancer,
        true,
    ),
    Rule(Act::Talk, Needs::Anybody, Relation::Client, false),
    Rule(Act::Talk, Needs::Anybody, Relation::Freelancer, false),
    Rule(Act::Review, Needs::Anybody, Relation::Client, false),
    Rule(Act::Review, Needs::Anybody, Relation::Freelancer, false),
    Rule(Act::ExpireRequest, Needs::System, Relation::Owner, false),
    Rule(Act::RevealReview, Needs::System, Relation::Owner, false),
    Rule(Act::Sync, Needs::Anybody, Relation::Owner, true),
];

fn has(actor: &Actor, needs: Needs) -> bool {
    match needs {
        Needs::System => actor.system,
        Needs::Anybody => !actor.system,
        Needs::Freelancer => actor.roles.freelancer,
        Needs::Client => actor.roles.client,
        Needs::Admin => actor.roles.admin,
    }
}

/// Decides whether the actor may do this with a thing they stand in this relation to.
///
/// # Errors
/// `blocked` for a suspended person, `not_found` for a stranger to somebody else's thing, `forbidden` for a missing role.
pub fn decide(actor: &Actor, act: Act, relation: Relation) -> Result<(), Denied> {
    let mut related = RULES
        .iter()
        .filter(|rule| rule.0 == act && rule.2 == relation)
        .peekable();
    if related.peek().is_none() {
        let known = RULES
            .iter()
            .any(|rule| rule.0 == act && rule.2 == Relation::Stranger);
        return Err(if known || relation != Relation::Stranger {
            Denied::new(
                Code::Forbidden,
                "You cannot do that with something of your own.",
            )
        } else {
            Denied::not_found("thing")
        });
    }
    let mut granted = related.filter(|rule| has(actor, rule.1)).peekable();
    if granted.peek().is_none() {
        return Err(Denied::new(
            Code::Forbidden,
            "Your account does not have the role for this.",
        ));
    }
    if actor.suspended && !granted.any(|rule| rule.3) {
        return Err(Denied::new(
            Code::Blocked,
            "Your account is suspended. What you wrote is kept on this device.",
        ));
    }
    Ok(())
}
