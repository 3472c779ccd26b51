//! Who calls: every endpoint behind a door that is not open to everybody takes a [`Call`], which the gate has made.

use crate::oauth::Caller;
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use guildhall_domain::actor::Actor;
use guildhall_domain::id::AccountId;
use guildhall_domain::person::Roles;

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
                moderator: self.caller.moderator,
                admin: self.caller.admin,
            },
            suspended: self.caller.suspended.is_some(),
            system: false,
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Call {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        // Behind an open door nobody is known.
        let call = parts.extensions.get::<Self>().cloned();
        call.ok_or_else(Problem::unauthorized)
    }
}
