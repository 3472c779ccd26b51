//! A second market in memory: the acts that the server applied, carried out one after the other in the order of their versions.

use crate::violation::{Violation, must};
use guildhall_domain::actor::Actor;
use guildhall_domain::application::{Application, ApplicationStage};
use guildhall_domain::contract::{Contract, ContractStage};
use guildhall_domain::id::{AccountId, MutationId, OfferId};
use guildhall_domain::mutation::{Effect, Mutation};
use guildhall_domain::offer::{Offer, OfferStage};
use guildhall_domain::person::Person;
use guildhall_domain::request::{Request, RequestStage};
use guildhall_domain::row::{Key, Lookup, Noun, Row, Table};
use guildhall_domain::rules::{Call, execute};
use guildhall_domain::time::Timestamp;
use guildhall_domain::world::{Need, Stop, World, find};
use std::collections::{BTreeMap, BTreeSet};

/// An act as it was done.
#[derive(Debug, Clone)]
pub(crate) struct Deed {
    pub(crate) account: AccountId,
    pub(crate) system: bool,
    pub(crate) mutation: Mutation,
}

/// The rows that follow from the acts. Recommendations are no part of it: they follow from all rows, and no rule reads them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    pub(crate) version: u64,
    pub(crate) rows: BTreeMap<Key, (u64, Row)>,
    /// Rows by what they are looked up by.
    index: BTreeMap<Lookup, BTreeSet<Key>>,
}

impl World for Model {
    fn row(&self, key: Key) -> Result<Option<Row>, Need> {
        Ok(self.rows.get(&key).map(|(_, row)| row.clone()))
    }

    fn rows(&self, lookup: Lookup) -> Result<Vec<Row>, Need> {
        let keys = self.index.get(&lookup).into_iter().flatten();
        Ok(keys
            .filter_map(|key| self.rows.get(key))
            .map(|(_, row)| row.clone())
            .collect())
    }
}

impl Model {
    /// Carries out an act that the server applied as of this version.
    pub(crate) fn apply(
        &mut self,
        id: MutationId,
        deed: &Deed,
        version: u64,
        at: Timestamp,
    ) -> Result<(), Violation> {
        let actor = if deed.system {
            Actor::system(deed.account)
        } else {
            match find::<Person>(self, deed.account) {
                Ok(Some(person)) => Actor::from_person(&person),
                Ok(None) | Err(_) => Actor::nobody(deed.account),
            }
        };
        let call = Call {
            world: self,
            actor,
            now: at,
            id,
        };
        let effects = match execute(&deed.mutation, &call) {
            Ok(effects) => effects,
            Err(Stop::Denied(denied)) => {
                return Err(Violation::new(
                    "I7",
                    format!(
                        "act {id} was applied at {version}, but in the order of versions it is refused: {denied}; {:?}",
                        deed.mutation
                    ),
                ));
            }
            Err(Stop::Need(need)) => {
                return Err(Violation::new("I7", format!("the model lacks {need:?}")));
            }
        };
        // Of several effects on one row the last stands.
        let effects: BTreeMap<Key, Effect> = effects
            .into_iter()
            .map(|effect| (effect.key(), effect))
            .collect();
        for effect in effects.into_values() {
            match effect {
                Effect::Put(row) => {
                    self.is_legal(&row, at)?;
                    self.put(version, row);
                }
                Effect::Delete(key) => {
                    self.rows.remove(&key);
                }
            }
        }
        self.version = self.version.max(version);
        Ok(())
    }

    fn put(&mut self, version: u64, row: Row) {
        let key = row.key();
        for lookup in row.lookups() {
            self.index.entry(lookup).or_default().insert(key);
        }
        self.rows.insert(key, (version, row));
    }

    fn before<N: Noun>(&self, key: Key) -> Option<&N> {
        self.rows.get(&key).and_then(|(_, row)| N::in_row(row))
    }

    fn is_live(&self, offer: OfferId, at: Timestamp) -> bool {
        self.before::<Offer>(Key::of::<Offer>(offer))
            .is_some_and(|offer| offer.is_live(at))
    }

    /// Whether the row may follow on what stood there before.
    fn is_legal(&self, row: &Row, at: Timestamp) -> Result<(), Violation> {
        let key = row.key();
        let legal = match row {
            Row::Request(request) => {
                must(request.hired <= request.places, "I6", || {
                    format!("{} hired for {} places", request.hired, request.places)
                })?;
                self.before::<Request>(key).is_none_or(|before| {
                    let (from, to) = (request_stage(before), request_stage(request));
                    from == to || REQUEST.contains(&(from, to))
                })
            }
            Row::Application(application) => self.before::<Application>(key).is_none_or(|before| {
                // An offer that ran out binds nobody: the application waits for an answer as before.
                let from = match before.stage {
                    ApplicationStage::Offered { offer, .. } if !self.is_live(offer, at) => "viewed",
                    _ => application_stage(before),
                };
                let to = application_stage(application);
                from == to || APPLICATION.contains(&(from, to))
            }),
            Row::Offer(offer) => self.before::<Offer>(key).is_none_or(|before| {
                let (from, to) = (offer_stage(before), offer_stage(offer));
                from == to || from == "sent"
            }),
            Row::Contract(contract) => self.before::<Contract>(key).is_none_or(|before| {
                let (from, to) = (contract_stage(before), contract_stage(contract));
                from == to || CONTRACT.contains(&(from, to))
            }),
            Row::Person(_)
            | Row::Profile(_)
            | Row::Message(_)
            | Row::ReadMark(_)
            | Row::Review(_)
            | Row::Recommendation(_)
            | Row::Activity(_)
            | Row::Tally(_)
            | Row::Bookmark(_) => true,
        };
        must(legal, "I6", || {
            format!("{:?} became {row:?}", self.rows.get(&key))
        })
    }

    /// Whether the stored rows are those of the model.
    pub(crate) fn agrees(&self, mirror: &crate::mirror::Mirror) -> Result<(), Violation> {
        let stored = mirror
            .rows
            .iter()
            .filter(|(key, _)| key.table != Table::Recommendation);
        let mut count = 0;
        for (key, stored) in stored {
            count += 1;
            let follows = self.rows.get(key);
            must(
                // What was changed and changed back within one batch was never written.
                follows
                    .is_some_and(|(version, row)| stored.version <= *version && *row == stored.row),
                "I7",
                || format!("stored is {stored:?}; from the acts follows {follows:?}"),
            )?;
        }
        must(count == self.rows.len(), "I7", || {
            let missing = self
                .rows
                .iter()
                .find(|(key, _)| !mirror.rows.contains_key(key));
            format!(
                "{count} rows are stored, {} follow from the acts; missing is {missing:?}",
                self.rows.len()
            )
        })
    }
}

const REQUEST: [(&str, &str); 13] = [
    ("open", "paused"),
    ("paused", "open"),
    ("open", "filled"),
    ("paused", "filled"),
    ("filled", "open"),
    ("filled", "closed"),
    ("open", "cancelled"),
    ("paused", "cancelled"),
    ("open", "removed"),
    ("paused", "removed"),
    ("open", "expired"),
    ("paused", "expired"),
    ("expired", "open"),
];

const APPLICATION: [(&str, &str); 22] = [
    ("submitted", "viewed"),
    ("submitted", "shortlisted"),
    ("submitted", "offered"),
    ("submitted", "declined"),
    ("submitted", "withdrawn"),
    ("submitted", "closed"),
    ("viewed", "shortlisted"),
    ("viewed", "offered"),
    ("viewed", "declined"),
    ("viewed", "withdrawn"),
    ("viewed", "closed"),
    ("shortlisted", "viewed"),
    ("shortlisted", "offered"),
    ("shortlisted", "declined"),
    ("shortlisted", "withdrawn"),
    ("shortlisted", "closed"),
    ("offered", "viewed"),
    ("offered", "hired"),
    ("offered", "closed"),
    ("hired", "withdrawn"),
    ("closed", "viewed"),
    ("withdrawn", "submitted"),
];

const CONTRACT: [(&str, &str); 5] = [
    ("active", "delivered"),
    ("delivered", "active"),
    ("delivered", "completed"),
    ("active", "cancelled"),
    ("delivered", "cancelled"),
];

fn request_stage(request: &Request) -> &'static str {
    match request.stage {
        RequestStage::Open => "open",
        RequestStage::Paused { .. } => "paused",
        RequestStage::Filled { .. } => "filled",
        RequestStage::Closed { .. } => "closed",
        RequestStage::Cancelled { .. } => "cancelled",
        RequestStage::Expired { .. } => "expired",
        RequestStage::Removed { .. } => "removed",
    }
}

fn application_stage(application: &Application) -> &'static str {
    match application.stage {
        ApplicationStage::Submitted => "submitted",
        ApplicationStage::Viewed { .. } => "viewed",
        ApplicationStage::Shortlisted { .. } => "shortlisted",
        ApplicationStage::Offered { .. } => "offered",
        ApplicationStage::Hired { .. } => "hired",
        ApplicationStage::Declined { .. } => "declined",
        ApplicationStage::Withdrawn { .. } => "withdrawn",
        ApplicationStage::Closed { .. } => "closed",
    }
}

fn offer_stage(offer: &Offer) -> &'static str {
    match offer.stage {
        OfferStage::Sent { .. } => "sent",
        OfferStage::Accepted { .. } => "accepted",
        OfferStage::Declined { .. } => "declined",
        OfferStage::Revoked { .. } => "revoked",
        OfferStage::Superseded { .. } => "superseded",
    }
}

fn contract_stage(contract: &Contract) -> &'static str {
    match contract.stage {
        ContractStage::Active { .. } => "active",
        ContractStage::Delivered { .. } => "delivered",
        ContractStage::Completed { .. } => "completed",
        ContractStage::Cancelled { .. } => "cancelled",
    }
}
