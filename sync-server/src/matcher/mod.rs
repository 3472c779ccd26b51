//! Keeps recommendations true: whenever a request, a profile or a person changes, the pairs that follow change in the same commit.

mod absorb;
mod catch_up;
mod lists;
mod seen;
#[cfg(test)]
mod tests;

use crate::exposure::Share;
use crate::find::{Change, Finder};
use absorb::Undo;
use guildhall_catalog::Catalog;
use guildhall_domain::id::{AccountId, RequestId};
use guildhall_domain::mutation::Effect;
use guildhall_domain::person::Person;
use guildhall_domain::profile::Profile;
use guildhall_domain::recommendation::Recommendation;
use guildhall_domain::request::Request;
use guildhall_domain::row::{Key, Noun};
use guildhall_domain::time::{Date, Timestamp};
use guildhall_domain::world::{Need, World};
use guildhall_matching::{
    Fit, Hierarchy, Market, Match, Merged, RequestFacts, Requests, Weights, fit, freelancer_facts,
    relations, request_facts,
};
use guildhall_storage::StoreError;
use guildhall_storage::server::{Deriver, Impression, ServerStore};
use lists::{recommendation, scores};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, TryRecvError};
use uuid::Uuid;

/// How many freelancers a client is shown for a request, and how many requests a freelancer is shown.
const SHOWN: usize = 50;

/// An open request as matching sees it.
#[derive(Clone)]
struct OpenRequest {
    client: AccountId,
    facts: Arc<RequestFacts>,
    /// The scores of the freelancers who are shown, best first, at most [`SHOWN`].
    shown: Vec<u32>,
}

impl OpenRequest {
    fn new(client: AccountId, facts: RequestFacts, shown: Vec<u32>) -> Self {
        Self {
            client,
            facts: Arc::new(facts),
            shown,
        }
    }

    /// Whoever scores more than the last who is shown is shown too; so is anybody while there are places.
    fn has_room_for(&self, score: u32) -> bool {
        self.shown.len() < SHOWN || self.shown.last().is_some_and(|last| score > *last)
    }

    /// Counts one more freelancer who is shown; answers with their place.
    fn show(&mut self, score: u32) -> usize {
        let place = self.shown.partition_point(|other| *other >= score);
        self.shown.insert(place, score);
        self.shown.truncate(SHOWN);
        place
    }
}

/// Everybody who can be matched, in memory.
pub struct Matcher {
    requests: BTreeMap<RequestId, OpenRequest>,
    /// The same ones, by whom they can be for.
    wanting: Requests,
    freelancers: Market,
    /// Segments of the market that are being made into one.
    merging: Option<Receiver<Merged>>,
    /// What a lost transaction must be undone to: the facts as they were before it.
    undo: Vec<Undo>,
    relations: Hierarchy,
    weights: Weights,
    today: Date,
    /// The share of the first places that newcomers are to have.
    share: Share,
    /// Up to which version of the database all this is true.
    version: u64,
    /// Who is told what can be found, once it is committed.
    finder: Finder,
    /// What it is told when the transaction is committed.
    found: Vec<Change>,
    /// Who stands where in the lists that were made since the last transaction.
    seen: Vec<Impression>,
}

impl Matcher {
    /// Loads everybody from the database.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub async fn load(store: &ServerStore, today: Date) -> Result<Self, StoreError> {
        // Before the rows: what is written while they are read is looked at again.
        let version = store.head().await?;
        let people = store.all::<Person>().await?;
        let profiles = store.all::<Profile>().await?;
        let requests = store.all::<Request>().await?;
        let share = Share::of(&store.accounts()).await?;
        let finder = Finder::default();
        finder.hear(everything(&people, &profiles, &requests), version);
        let mut matcher = Self::of(people, &profiles, &requests, today);
        matcher.version = version;
        matcher.finder = finder;
        matcher.share = share;
        Ok(matcher)
    }

    /// The share of the first places that newcomers are to have on the lists that are made from now on.
    pub fn share(&self) -> Share {
        self.share.clone()
    }

    /// What can be found in the market that this matcher keeps.
    pub fn finder(&self) -> Finder {
        self.finder.clone()
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
            matcher.open(request.id, OpenRequest::new(request.client, facts, shown));
        }
        matcher
    }

    /// Every pair that is shown to somebody, as if all requests and freelancers had just come.
    pub fn everybody(&self, now: Timestamp) -> Vec<Recommendation> {
        let mut pairs = Vec::new();
        let mut of_freelancer: BTreeMap<AccountId, Vec<(Reverse<u32>, usize)>> = BTreeMap::new();
        for (id, open) in &self.requests {
            let ranked = self.best(&open.facts, usize::MAX);
            let shown = ranked.get(..SHOWN).unwrap_or(&ranked);
            let newcomers = self.newcomers(*id, shown);
            for (place, found) in ranked.iter().enumerate() {
                let freelancer = AccountId(Uuid::from_u128(found.id));
                let shown = place < SHOWN;
                of_freelancer
                    .entry(freelancer)
                    .or_default()
                    .push((Reverse(found.fit.score), pairs.len()));
                let parts = found.fit.parts;
                pairs.push(Recommendation {
                    newcomer: newcomers.place(freelancer),
                    ..recommendation(*id, open.client, freelancer, parts, (shown, shown), now)
                });
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
            wanting: Requests::new(),
            freelancers: Market::default(),
            merging: None,
            undo: Vec::new(),
            relations: relations(Catalog::get()),
            weights: Weights::default(),
            today,
            share: Share::default(),
            version: 0,
            finder: Finder::default(),
            found: Vec::new(),
            seen: Vec::new(),
        }
    }

    /// Takes in a request that is open; answers with what was known of it.
    fn open(&mut self, id: RequestId, open: OpenRequest) -> Option<OpenRequest> {
        self.wanting.put(Arc::clone(&open.facts), &self.relations);
        self.requests.insert(id, open)
    }

    /// Forgets a request; answers with what was known of it.
    fn close(&mut self, id: RequestId) -> Option<OpenRequest> {
        self.wanting.remove(id.0.as_u128(), &self.relations);
        self.requests.remove(&id)
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

    fn seen(&mut self) -> Vec<Impression> {
        std::mem::take(&mut self.seen)
    }

    fn done(&mut self, head: u64) {
        self.undo.clear();
        self.version = head;
        self.finder.hear(std::mem::take(&mut self.found), head);
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
        let found = self.look_again(keys, world)?;
        self.version = head;
        self.finder.hear(found, head);
        Ok(())
    }
}

/// All that can be found, and who is suspended.
fn everything<'a>(
    people: &'a [Person],
    profiles: &'a [Profile],
    requests: &'a [Request],
) -> impl Iterator<Item = Change> + 'a {
    let profiles: BTreeMap<AccountId, &Profile> = profiles
        .iter()
        .map(|profile| (profile.id, profile))
        .collect();
    let of_person = move |person: &Person| {
        let profile = profiles.get(&person.id).copied();
        Change::of_person(person.id, Some(person), profile)
    };
    let of_request = |request: &Request| Change::of_request(request.id, Some(request));
    let people = people.iter().map(of_person);
    people.chain(requests.iter().map(of_request))
}

fn noun<N: Noun>(world: &dyn World, id: Uuid) -> Result<Option<N>, Need> {
    Ok(world.row(Key::of::<N>(id))?.and_then(N::from_row))
}
