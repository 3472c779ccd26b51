//! An application: a freelancer's answer to a request. Its id is also the thread's.

use crate::id::{AccountId, ApplicationId, ContractId, OfferId, RequestId};
use crate::money::Money;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Why an application was closed without an answer of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Closing {
    /// Somebody else was hired.
    Filled,
    /// The client cancelled the request.
    Cancelled,
    /// The client let the request run out.
    Expired,
    /// An admin removed the request.
    Removed,
}

/// Where an application stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum ApplicationStage {
    /// With the client, unopened.
    Submitted,
    /// Opened by the client.
    Viewed {
        /// When.
        at: Timestamp,
    },
    /// The client wants to remember it.
    Shortlisted {
        /// Since when.
        at: Timestamp,
    },
    /// An offer lies on the table.
    Offered {
        /// Since when.
        at: Timestamp,
        /// Which.
        offer: OfferId,
    },
    /// A contract came of it.
    Hired {
        /// When.
        at: Timestamp,
        /// Which.
        contract: ContractId,
    },
    /// Turned down.
    Declined {
        /// When.
        at: Timestamp,
        /// Told to the freelancer.
        reason: String,
    },
    /// Taken back.
    Withdrawn {
        /// When.
        at: Timestamp,
    },
    /// Ended with the request.
    Closed {
        /// When.
        at: Timestamp,
        /// Why.
        because: Closing,
    },
}

/// A freelancer's answer to a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Application {
    /// Its id, derived from request and freelancer: there is one of each pair.
    pub id: ApplicationId,
    /// To which request.
    pub request: RequestId,
    /// Whose request it is.
    pub client: AccountId,
    /// Who applies.
    pub freelancer: AccountId,
    /// Why them.
    pub message: String,
    /// Asked for, per hour.
    pub price: Money,
    /// The request's terms as they were read.
    pub terms_version: u32,
    /// When it was sent.
    pub submitted: Timestamp,
    /// Where it stands.
    #[serde(flatten)]
    pub stage: ApplicationStage,
}

impl Application {
    /// True while the client may still answer it.
    pub fn is_live(&self) -> bool {
        match self.stage {
            ApplicationStage::Submitted
            | ApplicationStage::Viewed { .. }
            | ApplicationStage::Shortlisted { .. }
            | ApplicationStage::Offered { .. } => true,
            ApplicationStage::Hired { .. }
            | ApplicationStage::Declined { .. }
            | ApplicationStage::Withdrawn { .. }
            | ApplicationStage::Closed { .. } => false,
        }
    }

    /// The other person in the thread.
    pub fn other(&self, me: AccountId) -> AccountId {
        if me == self.client {
            self.freelancer
        } else {
            self.client
        }
    }
}
