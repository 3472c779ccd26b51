//! What an inhabitant has to do next, read from the rows.

mod request;
mod thread;

use self::thread::Thread;
use super::pace::Kind;
use crate::demo::chance::Chance;
use guildhall_domain::id::{AccountId, ApplicationId, MutationId, RequestId, derive};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::person::Person;
use guildhall_domain::time::Timestamp;
use guildhall_storage::StoreError;
use guildhall_storage::server::ServerStore;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Who lives here, and since when.
#[derive(Debug)]
pub(in crate::demo::inhabitants) struct Town {
    pub(in crate::demo::inhabitants) inhabitants: BTreeSet<AccountId>,
    pub(in crate::demo::inhabitants) founded: Timestamp,
}

/// Something an inhabitant may have to do with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::demo::inhabitants) enum Matter {
    Request(RequestId),
    Thread(ApplicationId),
}

/// Something to be done: acts of one inhabitant that belong together.
#[derive(Debug)]
pub(in crate::demo::inhabitants) struct Deed {
    pub(in crate::demo::inhabitants) actor: AccountId,
    pub(in crate::demo::inhabitants) kind: Kind,
    pub(in crate::demo::inhabitants) acts: Vec<(MutationId, Mutation)>,
}

/// What is due in a matter; nothing that was refused before.
pub(in crate::demo::inhabitants) async fn due(
    store: &ServerStore,
    town: &Town,
    matter: Matter,
    now: Timestamp,
    refused: &BTreeSet<Uuid>,
) -> Result<Vec<Deed>, StoreError> {
    let mut deeds = match matter {
        Matter::Request(id) => request::applications(store, town, id, refused).await?,
        Matter::Thread(id) => match Thread::read(store, town, id, now).await? {
            Some(thread) => thread.due(store).await?.into_iter().collect(),
            None => Vec::new(),
        },
    };
    deeds.retain(|deed| deed.acts.iter().all(|(id, _)| !refused.contains(&id.0)));
    Ok(deeds)
}

/// An id that follows from what it is about.
fn caused(what: &str, by: &[Uuid]) -> MutationId {
    MutationId(derive(&format!("inhabitant-{what}"), by))
}

/// The chance that belongs to an id.
fn chance_of(id: Uuid) -> Chance {
    let (high, low) = id.as_u64_pair();
    Chance::new(high ^ low)
}

async fn name_of(store: &ServerStore, account: AccountId) -> Result<String, StoreError> {
    let person = store.find::<Person>(account).await?;
    Ok(person.map_or_else(String::new, |person| person.name))
}
