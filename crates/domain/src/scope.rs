//! Who sees a row. A row is placed in scopes; a row also grants people a scope. A person sees every row that is placed in a
//! scope granted to them by any row. Both are pure functions of one row, so they change in the transaction that changes the row.
//!
//! Here stands who has what to do with a row; which of them are shown it, the policy says.

use crate::actor::Actor;
use crate::bookmark::Subject;
use crate::id::{AccountId, ApplicationId, RequestId, derive};
use crate::policy::{Act, POLICY, Policy, Relation, State, Thing};
use crate::row::Row;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A unit of sharing: the 128-bit hash of its typed key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scope(pub Uuid);

impl Scope {
    /// What only this account sees.
    pub fn own(account: AccountId) -> Self {
        Self(derive("scope-u", &[account.0]))
    }

    /// What others see of a person: card, profile, published reviews.
    pub fn person(account: AccountId) -> Self {
        Self(derive("scope-p", &[account.0]))
    }

    /// A request.
    pub fn request(request: RequestId) -> Self {
        Self(derive("scope-r", &[request.0]))
    }

    /// What a freelancer and a client have with each other over one request.
    pub fn thread(application: ApplicationId) -> Self {
        Self(derive("scope-t", &[application.0]))
    }
}

/// One way to stand to a row: who stands so are the people with this scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// What they have to do with the row, and how it stands for them.
    pub thing: Thing,
    /// What they have.
    pub scope: Scope,
}

/// The ways to stand to a row.
pub fn standings(row: &Row) -> Vec<Standing> {
    let stand = |relation, state, scope| Standing {
        thing: Thing { relation, state },
        scope,
    };
    let plain = |relation, scope| stand(relation, State::Plain, scope);
    let owner = |account| plain(Relation::Owner, Scope::own(account));
    let party = |application| plain(Relation::Party, Scope::thread(application));
    match row {
        Row::Person(person) => vec![plain(Relation::Knows, Scope::person(person.id))],
        Row::Profile(profile) => vec![plain(Relation::Knows, Scope::person(profile.id))],
        Row::Request(request) => vec![plain(Relation::Knows, Scope::request(request.id))],
        Row::Application(application) => vec![party(application.id)],
        Row::Offer(offer) => vec![party(offer.application)],
        Row::Contract(contract) => vec![party(contract.application)],
        Row::Message(message) => vec![party(message.application)],
        Row::ReadMark(mark) => vec![owner(mark.reader)],
        Row::Review(review) => {
            let state = if review.sealed {
                State::Sealed
            } else {
                State::Published
            };
            vec![
                stand(Relation::Knows, state, Scope::person(review.subject)),
                stand(Relation::Owner, state, Scope::own(review.author)),
            ]
        }
        Row::Recommendation(pair) => {
            let state = |listed| {
                if listed {
                    State::Listed
                } else {
                    State::Unlisted
                }
            };
            let (client, freelancer) = (Scope::own(pair.client), Scope::own(pair.freelancer));
            vec![
                stand(Relation::Client, state(pair.for_client), client),
                stand(Relation::Freelancer, state(pair.for_freelancer), freelancer),
            ]
        }
        Row::Activity(activity) => {
            let state = if activity.kind.is_view() {
                State::Glance
            } else {
                State::Plain
            };
            let other = activity.other.filter(|other| *other != activity.actor);
            let other = other.map(|other| stand(Relation::Subject, state, Scope::own(other)));
            std::iter::once(stand(Relation::Owner, state, Scope::own(activity.actor)))
                .chain(other)
                .collect()
        }
        Row::Tally(tally) => vec![owner(tally.owner)],
        Row::Bookmark(bookmark) => vec![owner(bookmark.owner)],
    }
}

/// The scopes a row lies in: those whose people the policy shows it to.
pub fn placements(row: &Row) -> Vec<Scope> {
    placements_under(&POLICY, row)
}

/// The same under another policy.
pub fn placements_under(policy: &Policy<'_>, row: &Row) -> Vec<Scope> {
    let act = Act::see(row.table());
    standings(row)
        .into_iter()
        .filter(|standing| policy.shows(act, standing.thing))
        .map(|standing| standing.scope)
        .collect()
}

/// True when somebody who has these scopes may see the row.
pub fn visible(actor: &Actor, scopes: &BTreeSet<Scope>, row: &Row) -> bool {
    let act = Act::see(row.table());
    standings(row).into_iter().any(|standing| {
        scopes.contains(&standing.scope) && POLICY.decide(actor, act, standing.thing).is_ok()
    })
}

/// The scopes a row opens, and to whom.
pub fn grants(row: &Row) -> Vec<(AccountId, Scope)> {
    match row {
        Row::Person(person) => vec![
            (person.id, Scope::own(person.id)),
            (person.id, Scope::person(person.id)),
        ],
        Row::Request(request) => vec![(request.client, Scope::request(request.id))],
        Row::Application(application) => {
            let (client, freelancer) = (application.client, application.freelancer);
            vec![
                (freelancer, Scope::request(application.request)),
                (freelancer, Scope::thread(application.id)),
                (client, Scope::thread(application.id)),
                (freelancer, Scope::person(client)),
                (client, Scope::person(freelancer)),
            ]
        }
        Row::Recommendation(pair) => {
            let mut opened = Vec::with_capacity(3);
            if pair.for_client {
                opened.push((pair.client, Scope::person(pair.freelancer)));
            }
            if pair.for_freelancer {
                opened.push((pair.freelancer, Scope::request(pair.request)));
                opened.push((pair.freelancer, Scope::person(pair.client)));
            }
            opened
        }
        // Hidden or saved: whoever takes it back wants to see of what.
        Row::Bookmark(bookmark) => {
            let person = (bookmark.owner, Scope::person(bookmark.subject.person()));
            match bookmark.subject {
                Subject::Request { request, .. } => {
                    vec![(bookmark.owner, Scope::request(request)), person]
                }
                Subject::Freelancer { .. } => vec![person],
            }
        }
        Row::Profile(_)
        | Row::Offer(_)
        | Row::Contract(_)
        | Row::Message(_)
        | Row::ReadMark(_)
        | Row::Review(_)
        | Row::Activity(_)
        | Row::Tally(_) => Vec::new(),
    }
}
