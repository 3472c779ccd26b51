//! A market so large that most freelancers are packed, and what changes in it.

use super::lists::pairs;
use super::{Matcher, SHOWN};
use crate::demo::{Size, history};
use guildhall_catalog::Catalog;
use guildhall_domain::id::AccountId;
use guildhall_domain::mutation::Effect;
use guildhall_domain::person::Person;
use guildhall_domain::profile::Profile;
use guildhall_domain::recommendation::Recommendation;
use guildhall_domain::request::Request;
use guildhall_domain::row::{Column, Key, Lookup, Noun, Row};
use guildhall_domain::time::Timestamp;
use guildhall_domain::world::{Need, World};
use guildhall_matching::{
    FreelancerFacts, Weights, fit, freelancer_facts, rank_freelancers, relations, request_facts,
};
use guildhall_storage::server::Deriver as _;
use std::collections::{BTreeMap, BTreeSet};

const NOW: Timestamp = Timestamp(1_795_348_800_000);
/// More than are scanned plainly.
const FREELANCERS: usize = 1_300;

/// A market in memory.
struct Town(BTreeMap<Key, Row>);

impl World for Town {
    fn row(&self, key: Key) -> Result<Option<Row>, Need> {
        Ok(self.0.get(&key).cloned())
    }

    fn rows(&self, lookup: Lookup) -> Result<Vec<Row>, Need> {
        let rows = self.0.values().filter(|row| lookup.matches(row));
        Ok(rows.cloned().collect())
    }
}

impl Town {
    fn new() -> Self {
        let size = Size {
            freelancers: FREELANCERS,
            requests: 30,
            seed: 5,
        };
        let rows = history(size, NOW).expect("is told").rows.into_iter();
        Self(rows.map(|row| (row.key(), row)).collect())
    }

    fn all<N: Noun>(&self) -> Vec<N> {
        self.0.values().filter_map(N::in_row).cloned().collect()
    }

    fn matcher(&self) -> Matcher {
        let (profiles, requests) = (self.all::<Profile>(), self.all::<Request>());
        Matcher::of(self.all::<Person>(), &profiles, &requests, NOW.day())
    }

    fn put<N: Noun>(&mut self, noun: N) -> Key {
        let row = noun.into_row();
        let key = row.key();
        self.0.insert(key, row);
        key
    }

    fn apply(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            let key = effect.key();
            match effect {
                Effect::Put(row) => drop(self.0.insert(key, row)),
                Effect::Delete(_) => drop(self.0.remove(&key)),
            }
        }
    }

    /// Everybody who can be matched, as they are now.
    fn facts(&self) -> Vec<FreelancerFacts> {
        let people = self.all::<Person>().into_iter();
        let people: BTreeMap<AccountId, Person> = people.map(|one| (one.id, one)).collect();
        let profiles = self.all::<Profile>();
        let facts = profiles.iter().map(|profile| {
            let person = &people[&profile.id];
            freelancer_facts(profile, person, Catalog::get(), NOW.day())
        });
        facts.filter(|facts| !facts.suspended).collect()
    }

    fn pairs_of(&self, request: &Request) -> BTreeMap<AccountId, Recommendation> {
        let found = pairs(self, Column::Request, request.id.0).expect("all is there");
        let pairs = found.into_values();
        pairs.map(|pair| (pair.freelancer, pair)).collect()
    }

    /// The pairs of a request are what a plain scan finds, and those who had been shown it as long as they fit.
    fn is_right(&self, request: &Request, before: &BTreeMap<AccountId, Recommendation>) {
        let (catalog, weights) = (Catalog::get(), Weights::default());
        let (facts, relations) = (request_facts(request, catalog), relations(catalog));
        let market = self.facts();
        let best = rank_freelancers(&facts, &market, &relations, &weights, SHOWN).matches;
        let best: BTreeSet<u128> = best.iter().map(|found| found.id).collect();
        let after = self.pairs_of(request);
        for freelancer in &market {
            let id = AccountId(uuid::Uuid::from_u128(freelancer.id));
            let fits = fit(&facts, freelancer, &relations, &weights);
            let is_best = best.contains(&freelancer.id);
            let was_shown = before.get(&id).is_some_and(|pair| pair.for_freelancer);
            let expected = (is_best, is_best || (was_shown && fits.is_ok()));
            let pair = after.get(&id);
            let found = pair.map_or((false, false), |pair| {
                (pair.for_client, pair.for_freelancer)
            });
            assert_eq!(found, expected, "{id:?}");
            if let (Some(pair), Ok(fits)) = (pair, fits) {
                assert_eq!(pair.score, fits.score, "{id:?}");
            }
        }
    }
}

#[test]
fn a_changed_request_has_the_best_of_all_and_keeps_whom_it_was_shown_to() {
    let mut town = Town::new();
    let mut matcher = town.matcher();
    assert!(matcher.freelancers.packed_bytes() > 0, "most are packed");
    let open = town.all::<Request>().into_iter().filter(Request::is_open);
    for mut request in open.take(8).collect::<Vec<_>>() {
        let before = town.pairs_of(&request);
        request.text.hours_per_week = 40 - request.text.hours_per_week / 2;
        request.text.languages = Vec::new();
        let key = town.put(request.clone());

        let effects = matcher.derive(&[key], &town, NOW).expect("all is there");

        town.apply(effects);
        matcher.done(0);
        town.is_right(&request, &before);
    }
}

#[tokio::test]
async fn what_is_packed_follows_changes_and_forgets_those_that_were_lost() {
    let mut town = Town::new();
    let mut matcher = town.matcher();
    let open = town.all::<Request>().into_iter().filter(Request::is_open);
    let request = open.max_by_key(|request| town.pairs_of(request).len());
    let request = request.expect("some are open");
    let key = Key::of::<Request>(request.id.0);
    let settle = |matcher: &mut Matcher, town: &mut Town, key| {
        let effects = matcher.derive(&[key], &*town, NOW).expect("all is there");
        town.apply(effects);
        matcher.done(0);
    };
    settle(&mut matcher, &mut town, key);
    // Whoever is shown has no hour left, and then whoever came in their place.
    for _ in 0..3 {
        let shown = town.pairs_of(&request);
        let best = shown.values().find(|pair| pair.for_client);
        let best = best.expect("somebody fits").freelancer;
        let profile = town.all::<Profile>().into_iter().find(|one| one.id == best);
        let mut profile = profile.expect("has a profile");
        profile.text.hours_per_week = 0;
        let changed = town.put(profile);

        let lost = matcher
            .derive(&[changed], &town, NOW)
            .expect("all is there");
        matcher.lost();
        let again = matcher
            .derive(&[changed], &town, NOW)
            .expect("all is there");
        assert_eq!(lost, again);
        town.apply(again);
        matcher.done(0);
        let before = town.pairs_of(&request);
        settle(&mut matcher, &mut town, key);

        assert!(!town.pairs_of(&request).contains_key(&best));
        town.is_right(&request, &before);
    }
}
