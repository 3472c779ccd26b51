//! Who acts.

use crate::id::AccountId;
use crate::person::{Person, Roles};

/// Who acts, as the rules see them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// The account.
    pub account: AccountId,
    /// Its roles.
    pub roles: Roles,
    /// True while the account is suspended.
    pub suspended: bool,
    /// True for acts of the server itself: registration, what the operator does, time running out.
    pub system: bool,
}

impl Actor {
    /// The actor a person is.
    pub fn from_person(person: &Person) -> Self {
        Self {
            account: person.id,
            roles: person.roles,
            suspended: person.is_suspended(),
            system: false,
        }
    }

    /// Somebody without a person: may do nothing but register through the server.
    pub fn nobody(account: AccountId) -> Self {
        Self {
            account,
            roles: Roles::default(),
            suspended: false,
            system: false,
        }
    }

    /// The server itself, acting on behalf of an account.
    pub fn system(account: AccountId) -> Self {
        Self {
            account,
            roles: Roles::default(),
            suspended: false,
            system: true,
        }
    }
}
