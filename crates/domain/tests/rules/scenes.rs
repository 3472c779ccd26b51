//! The situations of the table, as plain rows.

use crate::rows::{
    CONTRACT, EARLIER, FREELANCER, NOW, OFFER, OWNER, Rows, application, contract, offer, request,
    review,
};
use guildhall_domain::application::{ApplicationStage, Closing};
use guildhall_domain::contract::ContractStage;
use guildhall_domain::offer::OfferStage;
use guildhall_domain::request::RequestStage;
use guildhall_domain::time::DAY_MS;

/// Where the request, the freelancer's application, the offer and the contract stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scene {
    /// There is no request.
    Nothing,
    /// A request without the freelancer's application.
    Open,
    Paused,
    Filled,
    Closed,
    Cancelled,
    Removed,
    /// An application on the open request.
    Submitted,
    /// An application on the paused request.
    SubmittedPaused,
    Viewed,
    Shortlisted,
    Declined,
    Withdrawn,
    /// Somebody else was hired.
    ClosedFilled,
    /// The client cancelled the request.
    ClosedCancelled,
    /// An offer lies on the table.
    Offered,
    /// An offer lies on the table of the paused request.
    OfferedPaused,
    /// The offer ran out.
    OfferExpired,
    OfferDeclined,
    OfferRevoked,
    /// A contract runs.
    Active,
    Delivered,
    Completed,
    /// The client has written a review, the freelancer has not.
    CompletedReviewed,
    /// The contract was completed 15 days ago.
    CompletedLate,
    /// The contract was called off; the request is open again.
    ContractCancelled,
}

impl Scene {
    pub(crate) const ALL: [Self; 26] = [
        Self::Nothing,
        Self::Open,
        Self::Paused,
        Self::Filled,
        Self::Closed,
        Self::Cancelled,
        Self::Removed,
        Self::Submitted,
        Self::SubmittedPaused,
        Self::Viewed,
        Self::Shortlisted,
        Self::Declined,
        Self::Withdrawn,
        Self::ClosedFilled,
        Self::ClosedCancelled,
        Self::Offered,
        Self::OfferedPaused,
        Self::OfferExpired,
        Self::OfferDeclined,
        Self::OfferRevoked,
        Self::Active,
        Self::Delivered,
        Self::Completed,
        Self::CompletedReviewed,
        Self::CompletedLate,
        Self::ContractCancelled,
    ];

    fn request(self) -> Option<RequestStage> {
        let at = EARLIER;
        let reason = String::new();
        Some(match self {
            Self::Nothing => return None,
            Self::Paused | Self::SubmittedPaused | Self::OfferedPaused => {
                RequestStage::Paused { at }
            }
            Self::Filled | Self::ClosedFilled | Self::Active | Self::Delivered => {
                RequestStage::Filled { at }
            }
            Self::Closed | Self::Completed | Self::CompletedReviewed | Self::CompletedLate => {
                RequestStage::Closed { at }
            }
            Self::Cancelled | Self::ClosedCancelled => RequestStage::Cancelled { at, reason },
            Self::Removed => RequestStage::Removed { at, reason },
            Self::Open
            | Self::Submitted
            | Self::Viewed
            | Self::Shortlisted
            | Self::Declined
            | Self::Withdrawn
            | Self::Offered
            | Self::OfferExpired
            | Self::OfferDeclined
            | Self::OfferRevoked
            | Self::ContractCancelled => RequestStage::Open,
        })
    }

    fn application(self) -> Option<ApplicationStage> {
        let at = EARLIER;
        let reason = String::new();
        Some(match self {
            Self::Nothing
            | Self::Open
            | Self::Paused
            | Self::Filled
            | Self::Closed
            | Self::Cancelled
            | Self::Removed => return None,
            Self::Submitted | Self::SubmittedPaused => ApplicationStage::Submitted,
            Self::Viewed | Self::OfferDeclined | Self::OfferRevoked => {
                ApplicationStage::Viewed { at }
            }
            Self::Shortlisted => ApplicationStage::Shortlisted { at },
            Self::Declined => ApplicationStage::Declined { at, reason },
            Self::Withdrawn | Self::ContractCancelled => ApplicationStage::Withdrawn { at },
            Self::ClosedFilled => ApplicationStage::Closed {
                at,
                because: Closing::Filled,
            },
            Self::ClosedCancelled => ApplicationStage::Closed {
                at,
                because: Closing::Cancelled,
            },
            Self::Offered | Self::OfferedPaused | Self::OfferExpired => {
                ApplicationStage::Offered { at, offer: OFFER }
            }
            Self::Active
            | Self::Delivered
            | Self::Completed
            | Self::CompletedReviewed
            | Self::CompletedLate => ApplicationStage::Hired {
                at,
                contract: CONTRACT,
            },
        })
    }

    fn offer(self) -> Option<OfferStage> {
        let at = EARLIER;
        let reason = String::new();
        Some(match self {
            Self::Offered | Self::OfferedPaused => OfferStage::Sent {
                expires: NOW.plus_ms(1),
            },
            Self::OfferExpired => OfferStage::Sent { expires: NOW },
            Self::OfferDeclined => OfferStage::Declined { at, reason },
            Self::OfferRevoked => OfferStage::Revoked { at },
            Self::ClosedFilled | Self::ClosedCancelled => OfferStage::Superseded { at },
            Self::Active
            | Self::Delivered
            | Self::Completed
            | Self::CompletedReviewed
            | Self::CompletedLate
            | Self::ContractCancelled => OfferStage::Accepted { at },
            Self::Nothing
            | Self::Open
            | Self::Paused
            | Self::Filled
            | Self::Closed
            | Self::Cancelled
            | Self::Removed
            | Self::Submitted
            | Self::SubmittedPaused
            | Self::Viewed
            | Self::Shortlisted
            | Self::Declined
            | Self::Withdrawn => return None,
        })
    }

    fn contract(self) -> Option<ContractStage> {
        let at = EARLIER;
        Some(match self {
            Self::Active => ContractStage::Active {
                at,
                changes: String::new(),
            },
            Self::Delivered => ContractStage::Delivered {
                at,
                note: String::new(),
            },
            Self::Completed | Self::CompletedReviewed => ContractStage::Completed { at },
            Self::CompletedLate => ContractStage::Completed {
                at: NOW.plus_ms(-15 * DAY_MS),
            },
            Self::ContractCancelled => ContractStage::Cancelled {
                at,
                by: OWNER,
                reason: String::new(),
            },
            Self::Nothing
            | Self::Open
            | Self::Paused
            | Self::Filled
            | Self::Closed
            | Self::Cancelled
            | Self::Removed
            | Self::Submitted
            | Self::SubmittedPaused
            | Self::Viewed
            | Self::Shortlisted
            | Self::Declined
            | Self::Withdrawn
            | Self::ClosedFilled
            | Self::ClosedCancelled
            | Self::Offered
            | Self::OfferedPaused
            | Self::OfferExpired
            | Self::OfferDeclined
            | Self::OfferRevoked => return None,
        })
    }

    /// The rows of the scene, with everybody in it.
    pub(crate) fn world(self) -> Rows {
        let mut rows = Rows::with_people();
        if let Some(stage) = self.request() {
            rows.put(request(stage));
        }
        if let Some(stage) = self.application() {
            rows.put(application(FREELANCER, stage));
        }
        if let Some(stage) = self.offer() {
            rows.put(offer(OFFER, FREELANCER, stage));
        }
        if let Some(stage) = self.contract() {
            rows.put(contract(stage));
        }
        if self == Self::CompletedReviewed {
            rows.put(review(OWNER));
        }
        rows
    }
}
