//! An offer: full terms put on the table by the client.

use crate::denied::{Denied, Mistakes};
use crate::id::{AccountId, ApplicationId, OfferId, RequestId};
use crate::money::{MAXIMUM_MINOR, Money};
use crate::time::{DAY_MS, Date, Timestamp};
use serde::{Deserialize, Serialize};

/// How long an offer stands: 72 hours.
pub const OFFER_LIFE_MS: i64 = 3 * DAY_MS;

/// What is agreed when the offer is accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Terms {
    /// What is to be done.
    pub scope: String,
    /// Per hour.
    pub rate: Money,
    /// Hours a week.
    pub hours_per_week: u8,
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Date,
}

impl Terms {
    /// Checks every field and names the ones that do not hold.
    pub fn check(&self) -> Result<(), Denied> {
        let mut mistakes = Mistakes::default();
        mistakes.length(&self.scope, 10, 4_000, "/scope", "What is to be done");
        mistakes.require(
            (1..=MAXIMUM_MINOR).contains(&self.rate.minor),
            "/rate",
            "out_of_range",
            "The rate is above zero and below ten million.",
        );
        mistakes.require(
            (1..=80).contains(&self.hours_per_week),
            "/hours_per_week",
            "out_of_range",
            "Between 1 and 80 hours a week.",
        );
        mistakes.require(
            self.start <= self.end,
            "/end",
            "before_start",
            "The end lies before the start.",
        );
        mistakes.into_result()
    }
}

/// Where an offer stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum OfferStage {
    /// Waits for the freelancer.
    Sent {
        /// When it runs out.
        expires: Timestamp,
    },
    /// A contract began.
    Accepted {
        /// When.
        at: Timestamp,
    },
    /// Turned down by the freelancer.
    Declined {
        /// When.
        at: Timestamp,
        /// Told to the client.
        reason: String,
    },
    /// Taken back by the client.
    Revoked {
        /// When.
        at: Timestamp,
    },
    /// Overtaken: the last place went to somebody else, or the request ended.
    Superseded {
        /// When.
        at: Timestamp,
    },
}

/// An offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Its id.
    pub id: OfferId,
    /// On which application.
    pub application: ApplicationId,
    /// For which request.
    pub request: RequestId,
    /// Who offers.
    pub client: AccountId,
    /// Who is asked.
    pub freelancer: AccountId,
    /// The terms.
    pub terms: Terms,
    /// When it was sent.
    pub sent: Timestamp,
    /// Where it stands.
    #[serde(flatten)]
    pub stage: OfferStage,
}

impl Offer {
    /// True while it waits for an answer.
    pub fn is_live(&self, now: Timestamp) -> bool {
        matches!(self.stage, OfferStage::Sent { expires } if now < expires)
    }
}
