//! What sign-in needs to know of people, whose rows belong to the marketplace.

use std::pin::Pin;

use guildhall_domain::actor::Actor;
use guildhall_domain::id::AccountId;
use guildhall_domain::person;
use uuid::Uuid;

/// A future behind a pointer, so that [`People`] can be an object.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where the people of the marketplace are kept.
pub trait People: Send + Sync {
    /// Makes the person who belongs to an account. Asked twice for one account, it changes nothing.
    fn register(
        &self,
        account: Uuid,
        name: String,
        roles: Roles,
    ) -> Boxed<'_, Result<(), PeopleError>>;

    /// Finds the person who belongs to an account.
    fn find(&self, account: Uuid) -> Boxed<'_, Result<Option<PersonSummary>, PeopleError>>;
}

/// What somebody came to do. At least one; possibly both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Roles {
    /// To find work.
    pub freelancer: bool,
    /// To hire.
    pub client: bool,
}

impl Roles {
    /// To find work.
    pub const FREELANCER: Self = Self {
        freelancer: true,
        client: false,
    };
    /// To hire.
    pub const CLIENT: Self = Self {
        freelancer: false,
        client: true,
    };
    /// To do both.
    pub const BOTH: Self = Self {
        freelancer: true,
        client: true,
    };
}

/// What sign-in knows of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each role is had or not, whatever the others are"
)]
pub struct PersonSummary {
    /// What they are called.
    pub name: String,
    /// Whether they look for work.
    pub freelancer: bool,
    /// Whether they hire.
    pub client: bool,
    /// Whether they keep order.
    pub moderator: bool,
    /// Whether they run the market.
    pub admin: bool,
    /// Why they are suspended, if they are.
    pub suspended: Option<String>,
}

impl PersonSummary {
    /// Who they are to the policy.
    pub(crate) fn actor(&self, account: Uuid) -> Actor {
        Actor {
            account: AccountId(account),
            roles: person::Roles {
                freelancer: self.freelancer,
                client: self.client,
                moderator: self.moderator,
                admin: self.admin,
            },
            suspended: self.suspended.is_some(),
            system: false,
        }
    }
}

/// Why a person could not be made or found.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// The marketplace does not take them so; the message is for the person.
    #[error("the person is refused: {message}")]
    Refused {
        /// What is wrong, in words for the person who registers.
        message: String,
    },
    /// The marketplace could not be asked.
    #[error("the people could not be reached")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}
