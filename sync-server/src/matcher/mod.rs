//! Keeps recommendations true: whenever a request, a profile or a person changes, the pairs that follow change in the same commit.

mod catch_up;
#[cfg(test)]
mod tests;

use guildhall_catalog::Catalog;
use guildhall_domain::id::{AccountId, RequestId};
use guildhall_domain::mutation::Effect;
use guildhall_domain::person::Person;
use guildhall_domain::profile::Profile;
use guildhall_domain::recommendation::Recommendation;
use guildhall_domain::request::{Request, RequestStage};
use guildhall_domain::row::{Column, Key, Lookup, Noun, Table};
use guildhall_domain::time::{Date, Timestamp};
use guildhall_domain::world::{Need, World};
use guildhall_matching::{
    Fit, FreelancerFacts, Hierarchy, Market, Match, Merged, RequestFacts, Weights, fit,
    freelancer_facts, rank_requests, relations, request_facts,
};
use guildhall_storage::StoreError;
use guildhall_storage::server::{Deriver, ServerStore};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{self, Receiver, TryRecvError};
use uuid::Uuid;

/// How many freelancers a client is shown for a request, and how many requests a freelancer is shown.
const SHOWN: usize = 50;

/// An open request as matching sees it.
#[derive(Clone)]
struct OpenRequest {
    client: AccountId,
    facts: RequestFacts,
    /// The scores of the freelancers who are shown, best first, at most [`SHOWN`].
    shown: Vec<u32>,
}

impl OpenRequest {
    /// Whoever scores more than the last who is shown is shown too; so is anybody while there are places.
    fn has_room_for(&self, score: u32) -> bool {
        self.shown.len() < SHOWN || self.shown.last().is_some_and(|last| score > *last)
    }

    /// Counts one more freelancer who is shown.
    fn show(&mut self, score: u32) {
        let place = self.shown.partition_point(|other| *other >= score);
        self.shown.insert(place, score);
        self.shown.truncate(SHOWN);
    }
}

/// Everybody who can be matched, in memory.
pub struct Matcher {
    requests: BTreeMap<RequestId, OpenRequest>,
    freelancers: Market,
    /// Segments of the market that are being made into one.
    merging: Option<Receiver<Merged>>,
    /// What a lost transaction must be undone to: the facts as they were before it.
    undo: Vec<Undo>,
    relations: Hierarchy,
    weights: Weights,
    today: Date,
    /// Up to which version of the database all this is true.
    version: u64,
}

enum Undo {
    Request(RequestId, Option<OpenRequest>),
    Freelancer(u128, Option<FreelancerFacts>),
}

impl Matcher {
    /// Loads everybody from the database.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub async fn load(store: &ServerStore, today: Date) -> Result<Self, StoreError> {
        // Before the rows: what is written while they are read is looked at again.
        let version = store.head().await?;
        let mut matcher = Self::of(
            store.all::<Person>().await?,
            &store.all::<Profile>().await?,
            &store.all::<Request>().await?,
            today,
        );
        matcher.version = version;
        Ok(matcher)
    }

    /// Takes in these people, profiles and requests.
    pub fn of(
        people: Vec<Person>,
        profiles: &[Profile],
        requests: &[Request],
        today: Date,
    ) -> Self {
        let catalog = Catalog::get();
        let people: BTreeMap<AccountId, Person> = people
            .into_iter()
            .map(|person| (person.id, person))
            .collect();
        let mut matcher = Self::empty(today);
        let facts = profiles.iter().filter_map(|profile| {
            let person = people.get(&profile.id)?;
            let facts = || freelancer_facts(profile, person, catalog, today);
            (!person.is_suspended()).then(facts)
        });
        matcher.freelancers = facts.collect();
        for request in requests.iter().filter(|request| request.is_open()) {
            let facts = request_facts(request, catalog);
            let shown = scores(&matcher.best(&facts, SHOWN));
            matcher.requests.insert(
                request.id,
                OpenRequest {
                    client: request.client,
                    facts,
                    shown,
                },
            );
        }
        matcher
    }

    /// Every pair that is shown to somebody, as if all requests and freelancers had just come.
    pub fn everybody(&self, now: Timestamp) -> Vec<Recommendation> {
        let mut pairs = Vec::new();
        let mut of_freelancer: BTreeMap<AccountId, Vec<(Reverse<u32>, usize)>> = BTreeMap::new();
        for (id, open) in &self.requests {
            let ranked = self.best(&open.facts, usize::MAX);
            for (place, found) in ranked.iter().enumerate() {
                let freelancer = AccountId(Uuid::from_u128(found.id));
                let shown = place < SHOWN;
                of_freelancer
                    .entry(freelancer)
                    .or_default()
                    .push((Reverse(found.fit.score), pairs.len()));
                pairs.push(recommendation(
                    *id,
                    open.client,
                    freelancer,
                    &found.fit,
                    (shown, shown),
                    now,
                ));
            }
        }
        for mut theirs in of_freelancer.into_values() {
            theirs.sort_unstable();
            for (_, index) in theirs.into_iter().take(SHOWN) {
                pairs[index].for_freelancer = true;
            }
        }
        pairs.retain(|pair| pair.for_client || pair.for_freelancer);
        pairs
    }

    /// Nobody yet.
    pub fn empty(today: Date) -> Self {
        Self {
            requests: BTreeMap::new(),
            freelancers: Market::default(),
            merging: None,
            undo: Vec::new(),
            relations: relations(Catalog::get()),
            weights: Weights::default(),
            today,
            version: 0,
        }
    }

    /// The freelancers who fit a request best.
    fn best(&self, facts: &RequestFacts, most: usize) -> Vec<Match> {
        self.freelancers
            .best(facts, &self.relations, &self.weights, most)
    }

    /// How well one freelancer fits a request, if they are there and pass its gates.
    fn fit(&self, facts: &RequestFacts, freelancer: AccountId) -> Option<Fit> {
        let freelancer = self.freelancers.get(freelancer.0.as_u128())?;
        fit(facts, freelancer, &self.relations, &self.weights).ok()
    }

    /// Takes the changed rows into memory; answers with what must be matched again.
    fn absorb(
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
                | Table::Tally => {}
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
            let open = request.filter(Request::is_open).map(|request| OpenRequest {
                client: request.client,
                facts: request_facts(&request, catalog),
                shown: Vec::new(),
            });
            let before = match open {
                Some(open) => self.requests.insert(id, open),
                None => self.requests.remove(&id),
            };
            self.undo.push(Undo::Request(id, before));
        }
        for (id, profile, person) in found_people {
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

    /// A request changed: its list is made anew.
    fn match_request(
        &mut self,
        id: RequestId,
        world: &dyn World,
        now: Timestamp,
    ) -> Result<Vec<Effect>, Need> {
        let before = pairs(world, Column::Request, id.0)?;
        let Some(open) = self.requests.get(&id) else {
            // A paused request keeps its list, but is shown to nobody new; an ended one is shown to nobody.
            let paused = noun::<Request>(world, id.0)?
                .is_some_and(|request| matches!(request.stage, RequestStage::Paused { .. }));
            return Ok(if paused {
                Vec::new()
            } else {
                before.into_keys().map(delete).collect()
            });
        };
        let client = open.client;
        let best = self.best(&open.facts, SHOWN);
        let scores = scores(&best);
        let mut effects = Vec::new();
        let mut kept = BTreeSet::new();
        for found in &best {
            let freelancer = AccountId(Uuid::from_u128(found.id));
            let known = before.get(&Recommendation::id_of(id, freelancer));
            let at = known.map_or(now, |known| known.at);
            let shown = (true, true);
            let pair = recommendation(id, client, freelancer, &found.fit, shown, at);
            kept.insert(pair.id);
            effects.extend((known != Some(&pair)).then(|| Effect::put(pair)));
        }
        // Whoever was shown this request and is not among the best goes on seeing it, as long as they fit.
        for known in before.values().filter(|known| !kept.contains(&known.id)) {
            let fit = self.fit(&open.facts, known.freelancer);
            effects.extend(match fit.filter(|_| known.for_freelancer) {
                Some(fit) => {
                    let shown = (false, true);
                    let pair = recommendation(id, client, known.freelancer, &fit, shown, known.at);
                    (*known != pair).then(|| Effect::put(pair))
                }
                None => Some(delete(known.id)),
            });
        }
        if let Some(open) = self.requests.get_mut(&id) {
            open.shown = scores;
        }
        Ok(effects)
    }

    /// A freelancer changed: their list is made anew, and they move in the lists of the requests.
    fn match_freelancer(
        &mut self,
        id: AccountId,
        world: &dyn World,
        now: Timestamp,
    ) -> Result<Vec<Effect>, Need> {
        let before = pairs(world, Column::Freelancer, id.0)?;
        let Some(facts) = self.freelancers.get(id.0.as_u128()) else {
            return Ok(before.into_keys().map(delete).collect());
        };
        let ranked = rank_requests(
            facts,
            self.requests.values().map(|open| &open.facts),
            &self.relations,
            &self.weights,
            usize::MAX,
        )
        .matches;
        let mut effects = Vec::new();
        let mut kept = BTreeSet::new();
        let mut joined = Vec::new();
        for (place, found) in ranked.iter().enumerate() {
            let request = RequestId(Uuid::from_u128(found.id));
            let Some(open) = self.requests.get(&request) else {
                continue;
            };
            let known = before.get(&Recommendation::id_of(request, id));
            let was_shown = known.is_some_and(|known| known.for_client);
            let for_client = was_shown || open.has_room_for(found.fit.score);
            if for_client && !was_shown {
                joined.push((request, found.fit.score));
            }
            let for_freelancer = place < SHOWN || known.is_some_and(|known| known.for_freelancer);
            if !for_client && !for_freelancer {
                continue;
            }
            let at = known.map_or(now, |known| known.at);
            let pair = recommendation(
                request,
                open.client,
                id,
                &found.fit,
                (for_client, for_freelancer),
                at,
            );
            kept.insert(pair.id);
            effects.extend((known != Some(&pair)).then(|| Effect::put(pair)));
        }
        // Pairs with paused requests stay as they are.
        for (pair, known) in before {
            let paused = noun::<Request>(world, known.request.0)?
                .is_some_and(|request| matches!(request.stage, RequestStage::Paused { .. }));
            if !kept.contains(&pair) && !paused {
                effects.push(delete(pair));
            }
        }
        for (request, score) in joined {
            if let Some(open) = self.requests.get_mut(&request) {
                self.undo.push(Undo::Request(request, Some(open.clone())));
                open.show(score);
            }
        }
        Ok(effects)
    }

    /// Takes what became of the last merge, and begins the next one that is worth while. Nobody waits for it: until it is done, the
    /// segments are searched one by one.
    fn merge(&mut self) {
        match self.merging.as_ref().map(Receiver::try_recv) {
            Some(Err(TryRecvError::Empty)) => return,
            Some(Ok(merged)) => drop(self.freelancers.adopt(merged)),
            Some(Err(TryRecvError::Disconnected)) | None => {}
        }
        self.merging = self.freelancers.merge().map(|merge| {
            let (done, merged) = mpsc::channel();
            // A server that stops meanwhile needs it no more.
            tokio::task::spawn_blocking(move || drop(done.send(merge.run())));
            merged
        });
    }

    fn roll_back(&mut self) {
        for undo in std::mem::take(&mut self.undo).into_iter().rev() {
            match undo {
                Undo::Request(id, Some(before)) => drop(self.requests.insert(id, before)),
                Undo::Request(id, None) => drop(self.requests.remove(&id)),
                Undo::Freelancer(_, Some(before)) => drop(self.freelancers.put(before)),
                Undo::Freelancer(id, None) => drop(self.freelancers.remove(id)),
            }
        }
    }

    fn conclude(
        &mut self,
        changed: &[Key],
        world: &dyn World,
        now: Timestamp,
    ) -> Result<Vec<Effect>, Need> {
        let (requests, freelancers) = self.absorb(changed, world)?;
        let mut effects = BTreeMap::new();
        for id in freelancers {
            effects.extend(
                self.match_freelancer(id, world, now)?
                    .into_iter()
                    .map(|effect| (effect.key(), effect)),
            );
        }
        // A request's own list knows best who is shown for it.
        for id in requests {
            effects.extend(
                self.match_request(id, world, now)?
                    .into_iter()
                    .map(|effect| (effect.key(), effect)),
            );
        }
        Ok(effects.into_values().collect())
    }
}

impl Deriver for Matcher {
    fn derive(
        &mut self,
        changed: &[Key],
        world: &dyn World,
        now: Timestamp,
    ) -> Result<Vec<Effect>, Need> {
        // Another day: free hours are counted from this week on. What is stored is refreshed as rows change.
        self.today = self.today.max(now.day());
        let concluded = self.conclude(changed, world, now);
        if concluded.is_err() {
            // It is asked again once the row is loaded, and begins from the same facts.
            self.roll_back();
        }
        concluded
    }

    fn done(&mut self, head: u64) {
        self.undo.clear();
        self.version = head;
        self.merge();
    }

    fn lost(&mut self) {
        self.roll_back();
    }

    fn knows(&self) -> Option<u64> {
        Some(self.version)
    }

    fn needs(&self, key: Key) -> Vec<Need> {
        catch_up::needs(key)
    }

    fn catch_up(&mut self, keys: &BTreeSet<Key>, world: &dyn World, head: u64) -> Result<(), Need> {
        self.look_again(keys, world)?;
        self.version = head;
        Ok(())
    }
}

fn noun<N: Noun>(world: &dyn World, id: Uuid) -> Result<Option<N>, Need> {
    Ok(world.row(Key::of::<N>(id))?.and_then(N::from_row))
}

fn pairs(
    world: &dyn World,
    column: Column,
    value: Uuid,
) -> Result<BTreeMap<Uuid, Recommendation>, Need> {
    let rows = world.rows(Lookup::of::<Recommendation>(column, value))?;
    Ok(rows
        .into_iter()
        .filter_map(Recommendation::from_row)
        .map(|pair| (pair.id, pair))
        .collect())
}

fn delete(id: Uuid) -> Effect {
    Effect::Delete(Key::of::<Recommendation>(id))
}

fn scores(shown: &[Match]) -> Vec<u32> {
    shown.iter().map(|found| found.fit.score).collect()
}

fn recommendation(
    request: RequestId,
    client: AccountId,
    freelancer: AccountId,
    fit: &Fit,
    (for_client, for_freelancer): (bool, bool),
    at: Timestamp,
) -> Recommendation {
    let parts = fit.parts;
    Recommendation {
        id: Recommendation::id_of(request, freelancer),
        request,
        client,
        freelancer,
        score_version: fit.version,
        score: fit.score,
        parts: [
            parts.skills,
            parts.rating,
            parts.place,
            parts.availability,
            parts.budget,
        ],
        for_client,
        for_freelancer,
        at,
    }
}
