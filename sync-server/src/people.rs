//! Accounts meet people: sign-in asks the marketplace who somebody is.

use crate::clock;
use crate::oauth::{Boxed, People, PeopleError, PersonSummary, Roles};
use crate::sync::Writer;
use guildhall_domain::denied::Code;
use guildhall_domain::id::AccountId;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::person::{self, Person, Status};
use guildhall_storage::server::ServerStore;
use uuid::Uuid;

/// The people of the database.
#[derive(Debug, Clone)]
pub struct StoredPeople {
    store: ServerStore,
    writer: Writer,
}

impl StoredPeople {
    /// People read from the store and made by the writer.
    pub fn new(store: ServerStore, writer: Writer) -> Self {
        Self { store, writer }
    }
}

impl People for StoredPeople {
    fn register(
        &self,
        account: Uuid,
        name: String,
        roles: Roles,
    ) -> Boxed<'_, Result<(), PeopleError>> {
        Box::pin(async move {
            let roles = person::Roles {
                freelancer: roles.freelancer,
                client: roles.client,
                moderator: false,
                admin: false,
            };
            let mutation = Mutation::RegisterPerson { name, roles };
            match self
                .writer
                .act(AccountId(account), true, clock::mutation_id(), mutation)
                .await
            {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(denied)) if denied.code == Code::AlreadyDone => Ok(()),
                Ok(Err(denied)) => Err(PeopleError::Refused {
                    message: denied.message,
                }),
                Err(overloaded) => Err(PeopleError::Failed(Box::new(overloaded))),
            }
        })
    }

    fn find(&self, account: Uuid) -> Boxed<'_, Result<Option<PersonSummary>, PeopleError>> {
        Box::pin(async move {
            let found = self
                .store
                .find::<Person>(account)
                .await
                .map_err(|error| PeopleError::Failed(Box::new(error)))?;
            Ok(found.map(|person| PersonSummary {
                name: person.name,
                freelancer: person.roles.freelancer,
                client: person.roles.client,
                moderator: person.roles.moderator,
                admin: person.roles.admin,
                suspended: match person.status {
                    Status::Active => None,
                    Status::Suspended { reason, .. } => Some(reason),
                },
            }))
        })
    }
}
