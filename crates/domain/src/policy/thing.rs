//! What the actor of a mutation has to do with the thing that it names.

use super::{Relation, State, Thing};
use crate::application::Application;
use crate::bookmark::Subject;
use crate::contract::Contract;
use crate::id::{AccountId, ApplicationId, ContractId, OfferId, RequestId};
use crate::mutation::Mutation;
use crate::offer::Offer;
use crate::person::Person;
use crate::request::Request;
use crate::rules::Call;
use crate::world::{Stop, find};

/// How the actor stands to what a mutation names. Where there is no such thing, as a stranger.
pub(crate) fn thing_of(mutation: &Mutation, call: &Call<'_>) -> Result<Thing, Stop> {
    let relation = match mutation {
        Mutation::RegisterPerson { .. }
        | Mutation::AddRole { .. }
        | Mutation::ErasePerson {}
        | Mutation::SaveProfile { .. }
        | Mutation::ChangeProfile { .. }
        | Mutation::PublishRequest { .. }
        | Mutation::RemoveBookmark { .. } => Relation::Owner,
        Mutation::SuspendPerson { person: id, .. } | Mutation::RestorePerson { person: id, .. } => {
            return person(call, *id);
        }
        Mutation::GrantRole { person, .. } | Mutation::RevokeRole { person, .. } => {
            owner(call, *person)
        }
        Mutation::ViewProfile { freelancer } => owner(call, *freelancer),
        Mutation::EditRequest { id, .. }
        | Mutation::ChangeRequest { id, .. }
        | Mutation::PauseRequest { id }
        | Mutation::ResumeRequest { id }
        | Mutation::RenewRequest { id }
        | Mutation::CancelRequest { id, .. }
        | Mutation::RemoveRequest { id, .. }
        | Mutation::ViewRequest { id }
        | Mutation::SubmitApplication { request: id, .. } => request(call, *id)?,
        Mutation::PutBookmark { subject, .. } => match subject {
            Subject::Request { request: id, .. } => request(call, *id)?,
            Subject::Freelancer { freelancer } => owner(call, *freelancer),
        },
        Mutation::WithdrawApplication { id }
        | Mutation::ViewApplication { id }
        | Mutation::ShortlistApplication { id, .. }
        | Mutation::DeclineApplication { id, .. }
        | Mutation::MakeOffer {
            application: id, ..
        }
        | Mutation::SendMessage {
            application: id, ..
        }
        | Mutation::MarkRead {
            application: id, ..
        } => application(call, *id)?,
        Mutation::RevokeOffer { id }
        | Mutation::AcceptOffer { id, .. }
        | Mutation::DeclineOffer { id, .. } => offer(call, *id)?,
        Mutation::Deliver { id, .. }
        | Mutation::RequestChanges { id, .. }
        | Mutation::AcceptDelivery { id }
        | Mutation::CancelContract { id, .. }
        | Mutation::WriteReview { contract: id, .. } => contract(call, *id)?,
        // Nobody's but the server's, which has to do with nothing.
        Mutation::ExpireRequest { .. } | Mutation::RevealReview { .. } => Relation::Stranger,
    };
    Ok(relation.into())
}

fn owner(call: &Call<'_>, id: AccountId) -> Relation {
    if id == call.actor.account {
        Relation::Owner
    } else {
        Relation::Stranger
    }
}

/// Somebody who is to be suspended or restored, which depends on what they are trusted with.
fn person(call: &Call<'_>, id: AccountId) -> Result<Thing, Stop> {
    let found = find::<Person>(call.world, id)?;
    let is_trusted = found.is_some_and(|person| person.roles.is_trusted());
    Ok(Thing {
        relation: owner(call, id),
        state: if is_trusted {
            State::Trusted
        } else {
            State::Plain
        },
    })
}

fn request(call: &Call<'_>, id: RequestId) -> Result<Relation, Stop> {
    let found = find::<Request>(call.world, id)?;
    Ok(found.map_or(Relation::Stranger, |request| owner(call, request.client)))
}

fn application(call: &Call<'_>, id: ApplicationId) -> Result<Relation, Stop> {
    let found = find::<Application>(call.world, id)?;
    Ok(found.map_or(Relation::Stranger, |application| {
        party(call, application.client, application.freelancer)
    }))
}

fn offer(call: &Call<'_>, id: OfferId) -> Result<Relation, Stop> {
    let found = find::<Offer>(call.world, id)?;
    Ok(found.map_or(Relation::Stranger, |offer| {
        party(call, offer.client, offer.freelancer)
    }))
}

fn contract(call: &Call<'_>, id: ContractId) -> Result<Relation, Stop> {
    let found = find::<Contract>(call.world, id)?;
    Ok(found.map_or(Relation::Stranger, |contract| {
        party(call, contract.client, contract.freelancer)
    }))
}

fn party(call: &Call<'_>, client: AccountId, freelancer: AccountId) -> Relation {
    if client == call.actor.account {
        Relation::Client
    } else if freelancer == call.actor.account {
        Relation::Freelancer
    } else {
        Relation::Stranger
    }
}
