//! Both sides of the market in memory, fed by whatever is committed.
//!
//! Commits do not wait for questions: what changed is laid down beside, and the next question takes it in before it is answered.

use guildhall_catalog::Catalog;
use guildhall_domain::denied::Denied;
use guildhall_domain::id::{AccountId, RequestId};
use guildhall_domain::person::Person;
use guildhall_domain::profile::Profile;
use guildhall_domain::request::Request;
use guildhall_protocol::find::Find;
use guildhall_search::{Entry, Found, Index, Side, talent_entry, work_entry};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// More changes than these are taken in without a question, if nobody is asking: their texts take room.
const MANY: usize = 1_024;

/// What became of a row.
#[derive(Debug, Clone)]
pub enum Change {
    /// A request, if it is there and takes applications.
    Work(RequestId, Option<Box<Entry>>),
    /// A freelancer, if they are there and listed, and whether they are suspended.
    Talent(AccountId, Option<Box<Entry>>, bool),
}

impl Change {
    /// What a request is to a search.
    pub fn of_request(id: RequestId, request: Option<&Request>) -> Self {
        let entry = request.and_then(|request| work_entry(request, Catalog::get()));
        Self::Work(id, entry.map(Box::new))
    }

    /// What a person and their profile are to a search.
    pub fn of_person(id: AccountId, person: Option<&Person>, profile: Option<&Profile>) -> Self {
        let both = person.zip(profile);
        let entry =
            both.and_then(|(person, profile)| talent_entry(profile, person, Catalog::get()));
        let is_suspended = person.is_some_and(Person::is_suspended);
        Self::Talent(id, entry.map(Box::new), is_suspended)
    }

    fn key(&self) -> (bool, u128) {
        match self {
            Self::Work(id, _) => (true, id.0.as_u128()),
            Self::Talent(id, ..) => (false, id.0.as_u128()),
        }
    }
}

/// An answer, and which version of the market it is true of.
#[derive(Debug, Clone)]
pub struct Answered {
    /// What was found.
    pub found: Found,
    /// The version.
    pub version: u64,
}

/// Everything that can be found. A clone is the same one.
#[derive(Debug, Clone)]
pub struct Finder(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    sides: RwLock<Sides>,
    waiting: Mutex<Waiting>,
}

#[derive(Debug)]
struct Sides {
    work: Index,
    talent: Index,
}

/// What was committed and not yet taken in, each row once.
#[derive(Debug, Default)]
struct Waiting {
    changes: BTreeMap<(bool, u128), Change>,
    version: u64,
}

impl Default for Finder {
    fn default() -> Self {
        Self(Arc::new(Shared {
            sides: RwLock::new(Sides {
                work: Index::new(Side::Work),
                talent: Index::new(Side::Talent),
            }),
            waiting: Mutex::default(),
        }))
    }
}

impl Finder {
    /// Lays down what a commit changed, up to this version.
    pub fn hear(&self, changes: impl IntoIterator<Item = Change>, version: u64) {
        let mut waiting = self.waiting();
        for change in changes {
            waiting.changes.insert(change.key(), change);
            if waiting.changes.len() > MANY
                && let Ok(mut sides) = self.0.sides.try_write()
            {
                sides.take_in(&mut waiting);
            }
        }
        waiting.version = version;
    }

    /// Up to which version everything was heard.
    pub fn version(&self) -> u64 {
        self.waiting().version
    }

    /// Answers a question over everything that was heard before.
    ///
    /// # Errors
    /// `validation` with the fields that do not hold.
    pub fn find(&self, side: Side, find: &Find, caller: u128) -> Result<Answered, Denied> {
        // What is heard from here on may be in the answer, and need not.
        let (version, is_new) = {
            let waiting = self.waiting();
            (waiting.version, !waiting.changes.is_empty())
        };
        if is_new {
            let mut sides = self.0.sides.write().unwrap_or_else(PoisonError::into_inner);
            sides.take_in(&mut self.waiting());
        }
        let sides = self.0.sides.read().unwrap_or_else(PoisonError::into_inner);
        let index = match side {
            Side::Work => &sides.work,
            Side::Talent => &sides.talent,
        };
        Ok(Answered {
            found: index.find(find, caller)?,
            version,
        })
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sides {
    fn take_in(&mut self, waiting: &mut Waiting) {
        for change in std::mem::take(&mut waiting.changes).into_values() {
            match change {
                Change::Work(id, entry) => put(&mut self.work, id.0.as_u128(), entry.as_deref()),
                Change::Talent(id, entry, is_suspended) => {
                    let id = id.0.as_u128();
                    // What a suspended client asks for is not found either.
                    self.work.hide(id, is_suspended);
                    put(&mut self.talent, id, entry.as_deref());
                }
            }
        }
    }
}

fn put(index: &mut Index, id: u128, entry: Option<&Entry>) {
    match entry {
        Some(entry) => {
            if let Err(full) = index.put(entry) {
                tracing::error!(
                    error = &full as &dyn std::error::Error,
                    "what is new is not found"
                );
            }
        }
        None => drop(index.remove(id)),
    }
}
