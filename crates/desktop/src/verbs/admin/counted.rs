//! What is counted of what happened, for the charts of the whole marketplace.

use guildhall_analytics::{Event as Counted, Kind};
use guildhall_domain::activity::ActivityKind;
use guildhall_protocol::admin::AdminEvent;

/// An event as the charts count it. A message is sent by one and received by the other: the thread of each is their own.
pub(super) fn counted(event: &AdminEvent) -> Vec<Counted> {
    let thread = event.application.unwrap_or_default().as_u128();
    let kind = match event.kind {
        ActivityKind::RequestViewed => Kind::Viewed,
        ActivityKind::Applied => Kind::Applied,
        ActivityKind::OfferMade => Kind::Offered,
        ActivityKind::OfferAccepted => Kind::Accepted,
        ActivityKind::DeliveryAccepted => Kind::Completed,
        ActivityKind::RequestPublished => Kind::Published,
        ActivityKind::Reviewed => Kind::Reviewed,
        ActivityKind::MessageSent => Kind::MessageSent {
            thread: thread ^ event.actor.0.as_u128(),
        },
        ActivityKind::Joined
        | ActivityKind::ProfileSaved
        | ActivityKind::RequestEdited
        | ActivityKind::RequestPaused
        | ActivityKind::RequestResumed
        | ActivityKind::RequestCancelled
        | ActivityKind::RequestRemoved
        | ActivityKind::RequestExpired
        | ActivityKind::ProfileViewed
        | ActivityKind::ApplicationViewed
        | ActivityKind::ApplicationWithdrawn
        | ActivityKind::ApplicationShortlisted
        | ActivityKind::ApplicationDeclined
        | ActivityKind::OfferRevoked
        | ActivityKind::OfferDeclined
        | ActivityKind::Delivered
        | ActivityKind::ChangesRequested
        | ActivityKind::ContractCancelled
        | ActivityKind::PersonSuspended
        | ActivityKind::PersonRestored
        | ActivityKind::RoleChanged
        | ActivityKind::RoleTaken => return Vec::new(),
    };
    let one = |kind| Counted {
        at_ms: event.at.0,
        kind,
        request: event.request.map_or(0, |id| id.0.as_u128()),
        application: event.application.map(|id| id.as_u128()),
        weight: 1,
    };
    match (event.kind, event.other) {
        (ActivityKind::MessageSent, Some(other)) => {
            vec![
                one(kind),
                one(Kind::MessageReceived {
                    thread: thread ^ other.0.as_u128(),
                }),
            ]
        }
        _ => vec![one(kind)],
    }
}
