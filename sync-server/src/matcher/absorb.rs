//! Taking changed rows into memory, and taking that back when their transaction was lost.

use super::{Matcher, OpenRequest, noun};
use crate::find::Change;
use guildhall_catalog::Catalog;
use guildhall_domain::id::{AccountId, RequestId};
use guildhall_domain::person::Person;
use guildhall_domain::profile::Profile;
use guildhall_domain::request::Request;
use guildhall_domain::row::{Key, Table};
use guildhall_domain::world::{Need, World};
use guildhall_matching::{FreelancerFacts, freelancer_facts, request_facts};
use std::collections::BTreeSet;

/// What the memory held before a change.
pub(super) enum Undo {
    Request(RequestId, Option<OpenRequest>),
    Freelancer(u128, Option<FreelancerFacts>),
}

impl Matcher {
    /// Takes the changed rows into memory; answers with what must be matched again.
    pub(super) fn absorb(
        &mut self,
        changed: &[Key],
        world: &dyn World,
    ) -> Result<(BTreeSet<RequestId>, BTreeSet<AccountId>), Need> {
        let catalog = Catalog::get();
        let mut requests = BTreeSet::new();
        let mut freelancers = BTreeSet::new();
        for key in changed {
            match key.table {
                Table::Request => {
                    requests.insert(RequestId(key.id));
                }
                Table::Profile | Table::Person => {
                    freelancers.insert(AccountId(key.id));
                }
                Table::Application
                | Table::Offer
                | Table::Contract
                | Table::Message
                | Table::ReadMark
                | Table::Review
                | Table::Recommendation
                | Table::Activity
                | Table::Tally
                | Table::Bookmark => {}
            }
        }
        // All rows first: a need that turns up later would find the memory half changed.
        let mut found_requests = Vec::new();
        for id in &requests {
            found_requests.push((*id, noun::<Request>(world, id.0)?));
        }
        let mut found_people = Vec::new();
        for id in &freelancers {
            found_people.push((
                *id,
                noun::<Profile>(world, id.0)?,
                noun::<Person>(world, id.0)?,
            ));
        }
        for (id, request) in found_requests {
            self.found.push(Change::of_request(id, request.as_ref()));
            let open = request.filter(Request::is_open).map(|request| {
                let facts = request_facts(&request, catalog);
                OpenRequest::new(request.client, facts, Vec::new())
            });
            let before = match open {
                Some(open) => self.open(id, open),
                None => self.close(id),
            };
            self.undo.push(Undo::Request(id, before));
        }
        for (id, profile, person) in found_people {
            let found = Change::of_person(id, person.as_ref(), profile.as_ref());
            self.found.push(found);
            let facts = match (profile, person) {
                (Some(profile), Some(person)) if !person.is_suspended() => {
                    Some(freelancer_facts(&profile, &person, catalog, self.today))
                }
                _ => None,
            };
            let number = id.0.as_u128();
            if facts.as_ref() == self.freelancers.get(number) {
                freelancers.remove(&id);
                continue;
            }
            let before = match facts {
                Some(facts) => self.freelancers.put(facts),
                None => self.freelancers.remove(number),
            };
            self.undo.push(Undo::Freelancer(number, before));
        }
        Ok((requests, freelancers))
    }

    /// Puts back what was held before the transaction.
    pub(super) fn roll_back(&mut self) {
        self.found.clear();
        self.seen.clear();
        for undo in std::mem::take(&mut self.undo).into_iter().rev() {
            match undo {
                Undo::Request(id, Some(before)) => drop(self.open(id, before)),
                Undo::Request(id, None) => drop(self.close(id)),
                Undo::Freelancer(_, Some(before)) => drop(self.freelancers.put(before)),
                Undo::Freelancer(id, None) => drop(self.freelancers.remove(id)),
            }
        }
    }
}
