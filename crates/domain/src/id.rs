//! Ids: the only place a bare UUID is wrapped.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// Namespace of the ids that are derived from others, so that both sides compute the same one.
const DERIVED: Uuid = Uuid::from_u128(0x6775_696c_6468_616c_6c2d_6465_7269_7665);

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

ids! {
    /// An account; also the id of its person and of its profile.
    AccountId,
    /// A service request.
    RequestId,
    /// A freelancer's answer to a request; also the id of the thread between the two.
    ApplicationId,
    /// An offer on an application.
    OfferId,
    /// What two people agreed.
    ContractId,
    /// A message in a thread.
    MessageId,
    /// A review of a finished contract.
    ReviewId,
    /// A named act on its way to the server (UUIDv7, made where the act was done).
    MutationId,
    /// A desktop installation signed in to one account.
    DeviceId,
}

/// Derives an id from its parts, the same everywhere (UUIDv5, RFC 9562 §5.5).
pub fn derive(kind: &str, parts: &[Uuid]) -> Uuid {
    let mut name = Vec::with_capacity(kind.len() + parts.len() * 16);
    name.extend_from_slice(kind.as_bytes());
    for part in parts {
        name.extend_from_slice(part.as_bytes());
    }
    Uuid::new_v5(&DERIVED, &name)
}

impl ApplicationId {
    /// The one application a freelancer can have on a request: applying twice lands on the same row.
    pub fn of(request: RequestId, freelancer: AccountId) -> Self {
        Self(derive("application", &[request.0, freelancer.0]))
    }
}

impl ReviewId {
    /// The one review an author can write of a contract.
    pub fn of(contract: ContractId, author: AccountId) -> Self {
        Self(derive("review", &[contract.0, author.0]))
    }
}
