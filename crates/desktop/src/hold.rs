//! Why an act that was done here does not go out yet. Pure: asked before an act gets its number, with the newest rows at hand.
//!
//! Some holds end by themselves (a request is reopened, a suspension is lifted); others want a word of the person, because what
//! they agreed to is no longer what they would get. An act that has a number is never held: its fate is the server's.

use guildhall_domain::changes::Changes;
use guildhall_domain::id::{AccountId, ApplicationId, ContractId, MutationId, OfferId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::offer::{Offer, OfferStage};
use guildhall_domain::person::{Person, Status};
use guildhall_domain::profile::Profile;
use guildhall_domain::request::{Request, RequestStage};
use guildhall_domain::time::{DAY_MS, Timestamp};
use guildhall_protocol::sync::Cursor;
use guildhall_sync_core::replica::{Pending, Progress, Replica};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const HOUR_MS: i64 = 3_600_000;

/// Acts the server sent back to be tried with newer rows: where this device stood then.
pub(crate) type Resting = BTreeMap<MutationId, Option<Cursor>>;

/// Why an act waits on this device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Hold {
    /// The account is suspended: nothing is lost, nothing is sent.
    Suspended {
        /// What the person was told.
        reason: String,
    },
    /// The client takes no applications for now.
    Paused {
        /// Until when it is kept for the moment they do again.
        until: Timestamp,
    },
    /// It builds on another act that waits.
    Behind,
    /// The server knows something newer, which is on its way here.
    Newer,
    /// The terms of the request are not those that were read.
    Terms,
    /// The offer was replaced by this one.
    Replaced(OfferId),
    /// A profile was made on another device.
    Elsewhere,
    /// It was done so long ago that the person may have changed their mind.
    Overdue,
}

impl Hold {
    /// True when only the person can end it.
    pub(crate) fn wants_person(&self) -> bool {
        match self {
            Self::Terms | Self::Replaced(_) | Self::Elsewhere | Self::Overdue => true,
            Self::Suspended { .. } | Self::Paused { .. } | Self::Behind | Self::Newer => false,
        }
    }
}

/// Every act that waits for something else than the connection, with the reason.
///
/// `resent` were decided once, before the server was restored from a copy: nobody is asked about them again.
pub(crate) fn holds(
    replica: &Replica,
    resting: &Resting,
    resent: &BTreeSet<MutationId>,
    now: Timestamp,
) -> BTreeMap<MutationId, Hold> {
    let mut holds = BTreeMap::new();
    let mut held: BTreeSet<Uuid> = BTreeSet::new();
    let queued = replica
        .pending()
        .iter()
        .filter(|pending| pending.progress == Progress::Queued && !resent.contains(&pending.id));
    for pending in queued {
        let about = thing(&pending.mutation, replica.me());
        let behind = about.is_some_and(|about| held.contains(&about));
        let reason = if behind {
            Some(Hold::Behind)
        } else {
            why(replica, resting, pending, now)
        };
        if let Some(reason) = reason {
            held.extend(about);
            holds.insert(pending.id, reason);
        }
    }
    holds
}

fn why(replica: &Replica, resting: &Resting, pending: &Pending, now: Timestamp) -> Option<Hold> {
    if let Some(reason) = suspended(replica, pending) {
        return Some(Hold::Suspended { reason });
    }
    let overdue = lifetime(&pending.mutation).map(|life| pending.at.plus_ms(life));
    if overdue.is_some_and(|until| now > until) {
        return Some(Hold::Overdue);
    }
    let of_this = match &pending.mutation {
        Mutation::SubmitApplication {
            request,
            terms_version,
            ..
        } => replica
            .said::<Request>(*request)
            .and_then(|request| of_application(request, *terms_version, overdue.unwrap_or(now))),
        Mutation::AcceptOffer { id, .. } => replaced(replica, *id, now).map(Hold::Replaced),
        Mutation::SaveProfile { text } => replica
            .said::<Profile>(replica.me())
            .filter(|stands| stands.text != **text)
            .map(|_| Hold::Elsewhere),
        _ => None,
    };
    of_this.or_else(|| {
        let since = resting.get(&pending.id)?;
        (*since == replica.cursor()).then_some(Hold::Newer)
    })
}

fn of_application(request: &Request, read: u32, until: Timestamp) -> Option<Hold> {
    match request.stage {
        RequestStage::Paused { .. } => Some(Hold::Paused { until }),
        RequestStage::Open if request.terms_version != read => Some(Hold::Terms),
        // What has ended is the server's to refuse, in its own words.
        RequestStage::Open
        | RequestStage::Filled { .. }
        | RequestStage::Closed { .. }
        | RequestStage::Cancelled { .. }
        | RequestStage::Expired { .. }
        | RequestStage::Removed { .. } => None,
    }
}

/// The reason, if the person is suspended and this act is none of those that stay possible.
fn suspended(replica: &Replica, pending: &Pending) -> Option<String> {
    let me = replica.said::<Person>(replica.me())?;
    let Status::Suspended { reason, .. } = &me.status else {
        return None;
    };
    (!stays_possible(&pending.mutation)).then(|| reason.clone())
}

/// Running contracts may be finished while suspended, and reading goes on.
fn stays_possible(mutation: &Mutation) -> bool {
    matches!(
        mutation,
        Mutation::Deliver { .. }
            | Mutation::RequestChanges { .. }
            | Mutation::AcceptDelivery { .. }
            | Mutation::CancelContract { .. }
            | Mutation::ViewProfile { .. }
            | Mutation::ViewRequest { .. }
    )
}

/// The offer that stands in the place of the one that was accepted.
fn replaced(replica: &Replica, accepted: OfferId, now: Timestamp) -> Option<OfferId> {
    let before = replica.said::<Offer>(accepted)?;
    if !matches!(before.stage, OfferStage::Revoked { .. }) {
        return None;
    }
    replica
        .all_said::<Offer>()
        .find(|offer| offer.application == before.application && offer.is_live(now))
        .map(|offer| offer.id)
}

/// The thing whose acts keep their order: an application and all that is said in its thread are one.
fn thing(mutation: &Mutation, me: AccountId) -> Option<Uuid> {
    match mutation {
        Mutation::SubmitApplication { request, .. } => Some(ApplicationId::of(*request, me).0),
        other => other.aggregate(),
    }
}

/// How long an act may wait before the person is asked again; none where waiting changes nothing.
///
/// An answer to an offer lives as long as the offer, and a review as long as its window: there the server has the last word.
fn lifetime(mutation: &Mutation) -> Option<i64> {
    match mutation {
        Mutation::SubmitApplication { .. }
        | Mutation::PublishRequest { .. }
        | Mutation::Deliver { .. } => Some(14 * DAY_MS),
        Mutation::ChangeRequest { changes, .. } if is_material(changes) => Some(DAY_MS),
        Mutation::ChangeRequest { .. }
        | Mutation::EditRequest { .. }
        | Mutation::PauseRequest { .. }
        | Mutation::ResumeRequest { .. }
        | Mutation::RenewRequest { .. }
        | Mutation::CancelRequest { .. }
        | Mutation::WithdrawApplication { .. }
        | Mutation::DeclineApplication { .. }
        | Mutation::RequestChanges { .. }
        | Mutation::CancelContract { .. }
        | Mutation::SendMessage { .. } => Some(7 * DAY_MS),
        Mutation::ShortlistApplication { .. } => Some(30 * DAY_MS),
        Mutation::MakeOffer { .. } => Some(HOUR_MS),
        Mutation::AcceptDelivery { .. } => Some(3 * DAY_MS),
        Mutation::RegisterPerson { .. }
        | Mutation::AddRole { .. }
        | Mutation::GrantRole { .. }
        | Mutation::RevokeRole { .. }
        | Mutation::ErasePerson {}
        | Mutation::SuspendPerson { .. }
        | Mutation::RestorePerson { .. }
        | Mutation::SaveProfile { .. }
        | Mutation::ChangeProfile { .. }
        | Mutation::ViewProfile { .. }
        | Mutation::ExpireRequest { .. }
        | Mutation::RemoveRequest { .. }
        | Mutation::ViewRequest { .. }
        | Mutation::PutBookmark { .. }
        | Mutation::RemoveBookmark { .. }
        | Mutation::ViewApplication { .. }
        | Mutation::RevokeOffer { .. }
        | Mutation::AcceptOffer { .. }
        | Mutation::DeclineOffer { .. }
        | Mutation::MarkRead { .. }
        | Mutation::WriteReview { .. }
        | Mutation::RevealReview { .. } => None,
    }
}

/// True when applicants would have to think again: the fields that count a new version of the terms.
fn is_material(changes: &Changes) -> bool {
    const MATERIAL: [&str; 7] = [
        "skills",
        "budget",
        "work",
        "place",
        "start",
        "end",
        "hours_per_week",
    ];
    changes
        .0
        .keys()
        .any(|field| MATERIAL.contains(&field.as_str()))
}

/// The act as the person confirms it, now that they have seen what is new; none where there is nothing to confirm.
pub(crate) fn confirmed(replica: &Replica, hold: &Hold, mutation: &Mutation) -> Option<Mutation> {
    match (hold, mutation) {
        (
            Hold::Terms,
            Mutation::SubmitApplication {
                request,
                message,
                price,
                ..
            },
        ) => Some(Mutation::SubmitApplication {
            request: *request,
            message: message.clone(),
            price: *price,
            terms_version: replica.said::<Request>(*request)?.terms_version,
        }),
        (Hold::Replaced(offer), Mutation::AcceptOffer { .. }) => Some(Mutation::AcceptOffer {
            id: *offer,
            contract: ContractId(Uuid::now_v7()),
        }),
        (Hold::Elsewhere, Mutation::SaveProfile { text }) => {
            let stands = replica.said::<Profile>(replica.me())?;
            Some(Mutation::ChangeProfile {
                changes: Changes::between(&stands.text, text.as_ref()),
            })
        }
        (Hold::Overdue, mutation) => Some(mutation.clone()),
        _ => None,
    }
}
