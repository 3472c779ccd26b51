//! Looking again at rows that other processes over the same database wrote. Their matches stand in the database already; only what is
//! held in memory changes.

use super::lists::pairs;
use super::{Matcher, OpenRequest, SHOWN, noun};
use crate::find::Change;
use guildhall_catalog::Catalog;
use guildhall_domain::id::{AccountId, RequestId};
use guildhall_domain::person::Person;
use guildhall_domain::profile::Profile;
use guildhall_domain::recommendation::Recommendation;
use guildhall_domain::request::Request;
use guildhall_domain::row::{Column, Key, Lookup, Table};
use guildhall_domain::world::{Need, World};
use guildhall_matching::{freelancer_facts, request_facts};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// What is read to look at a row again.
pub(super) fn needs(key: Key) -> Vec<Need> {
    match key.table {
        Table::Request => vec![
            Need::Row(key),
            Need::Rows(Lookup::of::<Recommendation>(Column::Request, key.id)),
        ],
        Table::Person | Table::Profile => vec![
            Need::Row(Key::of::<Person>(key.id)),
            Need::Row(Key::of::<Profile>(key.id)),
        ],
        Table::Application
        | Table::Offer
        | Table::Contract
        | Table::Message
        | Table::ReadMark
        | Table::Review
        | Table::Recommendation
        | Table::Activity
        | Table::Tally
        | Table::Bookmark => Vec::new(),
    }
}

impl Matcher {
    /// Takes in requests with who is shown for them, and freelancers, as they stand; answers with what can be found of them.
    pub(super) fn look_again(
        &mut self,
        keys: &BTreeSet<Key>,
        world: &dyn World,
    ) -> Result<Vec<Change>, Need> {
        let catalog = Catalog::get();
        let mut found = Vec::new();
        for key in keys {
            match key.table {
                Table::Request => {
                    let id = RequestId(key.id);
                    let request = noun::<Request>(world, key.id)?;
                    found.push(Change::of_request(id, request.as_ref()));
                    match request.filter(Request::is_open) {
                        Some(request) => {
                            let facts = request_facts(&request, catalog);
                            let shown = shown(key.id, world)?;
                            self.open(id, OpenRequest::new(request.client, facts, shown));
                        }
                        None => drop(self.close(id)),
                    }
                }
                Table::Person | Table::Profile => {
                    let person = noun::<Person>(world, key.id)?;
                    let profile = noun::<Profile>(world, key.id)?;
                    let id = AccountId(key.id);
                    found.push(Change::of_person(id, person.as_ref(), profile.as_ref()));
                    match (profile, person) {
                        (Some(profile), Some(person)) if !person.is_suspended() => {
                            let facts = freelancer_facts(&profile, &person, catalog, self.today);
                            self.freelancers.put(facts);
                        }
                        _ => drop(self.freelancers.remove(key.id.as_u128())),
                    }
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
        Ok(found)
    }
}

/// The scores of the freelancers who are shown for a request, best first.
fn shown(request: uuid::Uuid, world: &dyn World) -> Result<Vec<u32>, Need> {
    let mut scores: Vec<u32> = pairs(world, Column::Request, request)?
        .into_values()
        .filter(|pair| pair.for_client)
        .map(|pair| pair.score)
        .collect();
    scores.sort_unstable_by_key(|score| Reverse(*score));
    scores.truncate(SHOWN);
    Ok(scores)
}
