//! The activity log: what people did, append-only; and daily counts of what others did with mine.

use crate::id::{AccountId, ApplicationId, RequestId, derive};
use crate::time::{Date, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum ActivityKind {
    /// Joined the marketplace.
    Joined,
    /// Saved the profile.
    ProfileSaved,
    /// Published a request.
    RequestPublished,
    /// Changed a request.
    RequestEdited,
    /// Paused a request.
    RequestPaused,
    /// Reopened a request.
    RequestResumed,
    /// Cancelled a request.
    RequestCancelled,
    /// Took a request down, to keep order.
    RequestRemoved,
    /// A request ran out.
    RequestExpired,
    /// Opened a request.
    RequestViewed,
    /// Opened a profile.
    ProfileViewed,
    /// Opened an application.
    ApplicationViewed,
    /// Applied.
    Applied,
    /// Took an application back.
    ApplicationWithdrawn,
    /// Put an application on the shortlist, or took it off.
    ApplicationShortlisted,
    /// Turned an application down.
    ApplicationDeclined,
    /// Made an offer.
    OfferMade,
    /// Took an offer back.
    OfferRevoked,
    /// Accepted an offer: a hire.
    OfferAccepted,
    /// Turned an offer down.
    OfferDeclined,
    /// Wrote a message.
    MessageSent,
    /// Delivered the work.
    Delivered,
    /// Asked for changes.
    ChangesRequested,
    /// Accepted the work: the contract is completed.
    DeliveryAccepted,
    /// Called a contract off.
    ContractCancelled,
    /// Wrote a review.
    Reviewed,
    /// Suspended a person.
    PersonSuspended,
    /// Lifted a suspension.
    PersonRestored,
    /// Got a role, or trusted somebody with one.
    RoleChanged,
    /// Lost a role, or took one from somebody.
    RoleTaken,
}

impl ActivityKind {
    /// True when the words of such a line are for others than the people in it: what was done to keep order, and what was published. What
    /// two people write to each other, the reason of a refusal included, is none of it.
    pub fn is_public(self) -> bool {
        match self {
            Self::Joined
            | Self::RoleChanged
            | Self::RoleTaken
            | Self::PersonSuspended
            | Self::PersonRestored
            | Self::RequestRemoved => true,
            Self::ProfileSaved
            | Self::RequestPublished
            | Self::RequestEdited
            | Self::RequestPaused
            | Self::RequestResumed
            | Self::RequestCancelled
            | Self::RequestExpired
            | Self::RequestViewed
            | Self::ProfileViewed
            | Self::Applied
            | Self::ApplicationViewed
            | Self::ApplicationShortlisted
            | Self::ApplicationDeclined
            | Self::ApplicationWithdrawn
            | Self::OfferMade
            | Self::OfferRevoked
            | Self::OfferAccepted
            | Self::OfferDeclined
            | Self::Delivered
            | Self::ChangesRequested
            | Self::DeliveryAccepted
            | Self::ContractCancelled
            | Self::MessageSent
            | Self::Reviewed => false,
        }
    }

    /// True for acts that the other side is not told of one by one.
    pub fn is_view(self) -> bool {
        matches!(
            self,
            Self::RequestViewed | Self::ProfileViewed | Self::ApplicationViewed
        )
    }
}

/// One line of the activity log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// Derived from the mutation that did it.
    pub id: Uuid,
    /// When, by the server's clock.
    pub at: Timestamp,
    /// What.
    pub kind: ActivityKind,
    /// Who did it.
    pub actor: AccountId,
    /// Whom it concerns beside the actor.
    pub other: Option<AccountId>,
    /// Which request.
    pub request: Option<RequestId>,
    /// Which application.
    pub application: Option<ApplicationId>,
    /// A title or a reason, for the log's sentence.
    pub note: String,
}

/// How often others opened something of mine on a day. Single views of others never leave the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Derived from owner, subject, kind and day.
    pub id: Uuid,
    /// Whose thing was opened.
    pub owner: AccountId,
    /// The request or profile that was opened.
    pub subject: Uuid,
    /// What was done.
    pub kind: ActivityKind,
    /// On which day (UTC).
    pub day: Date,
    /// How often.
    pub count: u32,
}

impl Tally {
    /// The one counter of a day.
    pub fn id_of(owner: AccountId, subject: Uuid, kind: ActivityKind, day: Date) -> Uuid {
        derive(&format!("tally-{kind:?}-{day}"), &[owner.0, subject])
    }
}
