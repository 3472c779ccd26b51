//! A contract: what two people agreed, and how far the work is.

use crate::id::{AccountId, ApplicationId, ContractId, OfferId, RequestId};
use crate::offer::Terms;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a contract stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum ContractStage {
    /// The work runs.
    Active {
        /// Since when.
        at: Timestamp,
        /// What the client asked to change; empty at first.
        changes: String,
    },
    /// The freelancer has delivered; the client looks at it.
    Delivered {
        /// When, by the server's clock.
        at: Timestamp,
        /// What was delivered.
        note: String,
    },
    /// The client accepted the work.
    Completed {
        /// When.
        at: Timestamp,
    },
    /// Called off.
    Cancelled {
        /// When.
        at: Timestamp,
        /// Who.
        by: AccountId,
        /// Told to the other side.
        reason: String,
    },
}

/// What two people agreed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Contract {
    /// Its id.
    pub id: ContractId,
    /// From which offer.
    pub offer: OfferId,
    /// In which thread.
    pub application: ApplicationId,
    /// For which request.
    pub request: RequestId,
    /// Who hires.
    pub client: AccountId,
    /// Who works.
    pub freelancer: AccountId,
    /// What the job is called; frozen.
    pub title: String,
    /// What was agreed; frozen.
    pub terms: Terms,
    /// When it began.
    pub began: Timestamp,
    /// Where it stands.
    #[serde(flatten)]
    pub stage: ContractStage,
}

impl Contract {
    /// The other party.
    pub fn other(&self, me: AccountId) -> AccountId {
        if me == self.client {
            self.freelancer
        } else {
            self.client
        }
    }

    /// True while there is work to do or to look at.
    pub fn is_running(&self) -> bool {
        matches!(
            self.stage,
            ContractStage::Active { .. } | ContractStage::Delivered { .. }
        )
    }
}
