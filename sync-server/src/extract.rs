//! Who calls: every endpoint but sign-in and health takes a [`Call`].

use crate::oauth::{Caller, bearer};
use crate::problem::Problem;
use crate::state::Market;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use guildhall_domain::actor::Actor;
use guildhall_domain::id::AccountId;
use guildhall_domain::person::Roles;
use std::sync::Arc;

/// An authenticated request.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// Who calls.
    pub(crate) caller: Caller,
}

impl Call {
    /// The caller's account.
    pub(crate) fn account(&self) -> AccountId {
        AccountId(self.caller.account)
    }

    /// The caller as the policy sees them.
    pub(crate) fn actor(&self) -> Actor {
        Actor {
            account: self.account(),
            roles: Roles {
                freelancer: self.caller.freelancer,
                client: self.caller.client,
                admin: self.caller.admin,
            },
            suspended: self.caller.suspended.is_some(),
            system: false,
        }
    }
}

impl FromRequestParts<Arc<Market>> for Call {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, market: &Arc<Market>) -> Result<Self, Problem> {
        let caller = market.oauth.authenticate(bearer(&parts.headers)?).await?;
        Ok(Self { caller })
    }
}
