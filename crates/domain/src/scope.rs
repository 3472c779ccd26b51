//! Who sees a row. A row is placed in scopes; a row also grants people a scope. A person sees every row that is placed in a
//! scope granted to them by any row. Both are pure functions of one row, so they change in the transaction that changes the row.

use crate::id::{AccountId, ApplicationId, RequestId, derive};
use crate::row::Row;
use serde::{Deserialize, Serialize};
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

/// The scopes a row lies in.
pub fn placements(row: &Row) -> Vec<Scope> {
    match row {
        Row::Person(person) => vec![Scope::person(person.id)],
        Row::Profile(profile) => vec![Scope::person(profile.id)],
        Row::Request(request) => vec![Scope::request(request.id)],
        Row::Application(application) => vec![Scope::thread(application.id)],
        Row::Offer(offer) => vec![Scope::thread(offer.application)],
        Row::Contract(contract) => vec![Scope::thread(contract.application)],
        Row::Message(message) => vec![Scope::thread(message.application)],
        Row::ReadMark(mark) => vec![Scope::own(mark.reader)],
        Row::Review(review) if review.sealed => vec![Scope::own(review.author)],
        Row::Review(review) => vec![Scope::person(review.subject), Scope::own(review.author)],
        Row::Recommendation(pair) => {
            let client = pair.for_client.then(|| Scope::own(pair.client));
            let freelancer = pair.for_freelancer.then(|| Scope::own(pair.freelancer));
            client.into_iter().chain(freelancer).collect()
        }
        Row::Activity(activity) => {
            let other = activity
                .other
                .filter(|other| !activity.kind.is_view() && *other != activity.actor);
            std::iter::once(activity.actor)
                .chain(other)
                .map(Scope::own)
                .collect()
        }
        Row::Tally(tally) => vec![Scope::own(tally.owner)],
    }
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
