//! A marketplace in memory: acts run through the domain's rules, and everybody's device holds what the scopes let them see.

use guildhall_catalog::Catalog;
use guildhall_desktop::screens::world::{SnapshotWorld, actor};
use guildhall_desktop::snapshot::Snapshot;
use guildhall_domain::actor::Actor;
use guildhall_domain::denied::Denied;
use guildhall_domain::id::{
    AccountId, ApplicationId, ContractId, MessageId, MutationId, OfferId, RequestId,
};
use guildhall_domain::money::Money;
use guildhall_domain::mutation::{Effect, Mutation};
use guildhall_domain::offer::Terms;
use guildhall_domain::person::{Person, Roles};
use guildhall_domain::profile::{
    Fluency, HeldSkill, Level, PortfolioItem, Profile, ProfileText, SpokenLanguage,
};
use guildhall_domain::recommendation::Recommendation;
use guildhall_domain::request::{Request, RequestText, WantedSkill, Work};
use guildhall_domain::row::{Key, Lookup, Noun, Row, Table};
use guildhall_domain::rules::{Call, execute};
use guildhall_domain::scope::{Scope, grants, placements};
use guildhall_domain::time::{DAY_MS, Date, Timestamp};
use guildhall_domain::world::{Need, Stop, World};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

pub(crate) const HOUR_MS: i64 = 3_600_000;

/// Sunday, 22 November 2026, noon.
pub(crate) fn noon() -> Timestamp {
    date("2026-11-22").start().plus_ms(12 * HOUR_MS)
}

pub(crate) fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

pub(crate) fn eur(whole: i64) -> Money {
    Money {
        minor: whole * 100,
        currency: "EUR".parse().expect("a currency"),
    }
}

pub(crate) fn skill(name: &str) -> u32 {
    Catalog::get().resolve(name).expect("a shipped skill").0
}

pub(crate) fn town(name: &str) -> u32 {
    let hits = Catalog::get().suggest_places(name, 1);
    hits.first().expect("a shipped place").id.0
}

/// Everything there is, as the server holds it.
pub(crate) struct Market {
    rows: BTreeMap<Table, BTreeMap<Uuid, Row>>,
    pub(crate) now: Timestamp,
    next: u128,
}

impl World for Market {
    fn row(&self, key: Key) -> Result<Option<Row>, Need> {
        let found = self.rows.get(&key.table).and_then(|rows| rows.get(&key.id));
        Ok(found.cloned())
    }

    fn rows(&self, lookup: Lookup) -> Result<Vec<Row>, Need> {
        let rows = self
            .rows
            .get(&lookup.table)
            .into_iter()
            .flat_map(BTreeMap::values);
        Ok(rows.filter(|row| lookup.matches(row)).cloned().collect())
    }
}

impl Market {
    pub(crate) fn new() -> Self {
        Self {
            rows: BTreeMap::new(),
            now: noon(),
            next: 1,
        }
    }

    /// A new id; ids grow with time, as the real ones do.
    pub(crate) fn id(&mut self) -> Uuid {
        self.next += 1;
        Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0000 + self.next)
    }

    pub(crate) fn later(&mut self, ms: i64) {
        self.now = self.now.plus_ms(ms);
    }

    pub(crate) fn days_later(&mut self, days: i64) {
        self.later(days * DAY_MS);
    }

    pub(crate) fn join(&mut self, name: &str, freelancer: bool, client: bool) -> AccountId {
        let id = AccountId(self.id());
        let roles = Roles {
            freelancer,
            client,
            moderator: false,
            admin: false,
        };
        let name = name.to_owned();
        self.run(Actor::system(id), &Mutation::RegisterPerson { name, roles })
            .expect("joins");
        id
    }

    pub(crate) fn find<N: Noun + 'static>(&self, id: impl Into<Uuid>) -> Option<N> {
        let row = self.rows.get(&N::TABLE)?.get(&id.into())?.clone();
        N::from_row(row)
    }

    /// Carries an act out, as the server does.
    pub(crate) fn act(&mut self, who: AccountId, mutation: &Mutation) -> Result<(), Denied> {
        let actor = self
            .find::<Person>(who)
            .map_or_else(|| Actor::nobody(who), |person| Actor::from_person(&person));
        self.run(actor, mutation)
    }

    /// Carries an act out that nothing stands against.
    pub(crate) fn must(&mut self, who: AccountId, mutation: &Mutation) {
        if let Err(denied) = self.act(who, mutation) {
            panic!("{mutation:?} is refused: {denied}");
        }
        // No two acts happen at the same moment.
        self.later(1_000);
    }

    fn run(&mut self, actor: Actor, mutation: &Mutation) -> Result<(), Denied> {
        let id = MutationId(self.id());
        let call = Call {
            world: self,
            actor,
            now: self.now,
            id,
        };
        let effects = match execute(mutation, &call) {
            Ok(effects) => effects,
            Err(Stop::Denied(denied)) => return Err(denied),
            Err(Stop::Need(need)) => panic!("everything is loaded, but {need:?} is asked for"),
        };
        for effect in effects {
            self.apply(effect);
        }
        Ok(())
    }

    fn apply(&mut self, effect: Effect) {
        match effect {
            Effect::Put(row) => self.put(row),
            Effect::Delete(key) => {
                self.rows.entry(key.table).or_default().remove(&key.id);
            }
        }
    }

    pub(crate) fn put(&mut self, row: Row) {
        self.rows
            .entry(row.table())
            .or_default()
            .insert(row.id(), row);
    }

    /// What somebody's device holds: the rows in the scopes that some row grants them.
    pub(crate) fn snapshot(&self, who: AccountId) -> Snapshot {
        let all = || self.rows.values().flat_map(BTreeMap::values);
        let scopes: BTreeSet<Scope> = all()
            .flat_map(grants)
            .filter(|(account, _)| *account == who)
            .map(|(_, scope)| scope)
            .collect();
        let mut snapshot = Snapshot::empty(who, self.now);
        snapshot.as_of = Some(self.now);
        for row in all() {
            if placements(row).iter().any(|scope| scopes.contains(scope)) {
                snapshot.put(row.clone());
            }
        }
        snapshot
    }

    /// Matches a request with a freelancer, with the numbers that matching gives.
    pub(crate) fn recommend(
        &mut self,
        request: RequestId,
        freelancer: AccountId,
    ) -> Recommendation {
        let catalog = Catalog::get();
        let row: Request = self.find(request).expect("a request");
        let profile: Profile = self.find(freelancer).expect("a profile");
        let person: Person = self.find(freelancer).expect("a person");
        let today = self.now.day();
        let fit = guildhall_matching::fit(
            &guildhall_matching::request_facts(&row, catalog),
            &guildhall_matching::freelancer_facts(&profile, &person, catalog, today),
            &guildhall_matching::relations(catalog),
            &guildhall_matching::Weights::default(),
        )
        .expect("they fit");
        let parts = fit.parts;
        let pair = Recommendation {
            id: Recommendation::id_of(request, freelancer),
            request,
            client: row.client,
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
            for_client: true,
            for_freelancer: true,
            at: self.now,
            newcomer: None,
        };
        self.put(Row::Recommendation(pair.clone()));
        pair
    }

    pub(crate) fn save_profile(&mut self, who: AccountId, text: ProfileText) {
        let text = Box::new(text);
        self.must(who, &Mutation::SaveProfile { text });
    }

    pub(crate) fn publish(&mut self, who: AccountId, text: RequestText) -> RequestId {
        let id = RequestId(self.id());
        let text = Box::new(text);
        self.must(who, &Mutation::PublishRequest { id, text });
        id
    }

    pub(crate) fn apply_to(&mut self, request: RequestId, who: AccountId) -> ApplicationId {
        let mutation = application(self, request);
        self.must(who, &mutation);
        ApplicationId::of(request, who)
    }

    pub(crate) fn say(&mut self, who: AccountId, thread: ApplicationId, body: &str) -> MessageId {
        let id = MessageId(self.id());
        let mutation = Mutation::SendMessage {
            id,
            application: thread,
            body: body.to_owned(),
            attachments: Vec::new(),
        };
        self.must(who, &mutation);
        id
    }

    pub(crate) fn offer(&mut self, who: AccountId, application: ApplicationId) -> OfferId {
        let id = OfferId(self.id());
        let terms = Box::new(terms());
        let mutation = Mutation::MakeOffer {
            id,
            application,
            terms,
        };
        self.must(who, &mutation);
        id
    }

    pub(crate) fn accept(&mut self, who: AccountId, id: OfferId) -> ContractId {
        let contract = ContractId(self.id());
        self.must(who, &Mutation::AcceptOffer { id, contract });
        contract
    }

    pub(crate) fn deliver(&mut self, who: AccountId, id: ContractId) {
        let note = "Everything is on the test server.".to_owned();
        self.must(who, &Mutation::Deliver { id, note });
    }

    pub(crate) fn review(&mut self, who: AccountId, contract: ContractId, stars: u8) {
        let text = "Careful, early and clear. We always knew what was next.".to_owned();
        let mutation = Mutation::WriteReview {
            contract,
            stars,
            text,
        };
        self.must(who, &mutation);
    }
}

/// An application with a good text at 68 € an hour, as the request reads now.
pub(crate) fn application(market: &Market, request: RequestId) -> Mutation {
    let row: Request = market.find(request).expect("a request");
    Mutation::SubmitApplication {
        request,
        message: "I rebuilt ticketing for two ferry lines.".to_owned(),
        price: eur(68),
        terms_version: row.terms_version,
    }
}

pub(crate) fn terms() -> Terms {
    Terms {
        scope: "The booking core and the import.".to_owned(),
        rate: eur(66),
        hours_per_week: 24,
        start: date("2026-12-08"),
        end: date("2027-02-28"),
    }
}

pub(crate) fn booking() -> RequestText {
    let must = |name: &str| WantedSkill {
        skill: Some(skill(name)),
        name: name.to_owned(),
        must: true,
        level: Level::Advanced,
    };
    RequestText {
        title: "Booking system rebuild".to_owned(),
        description: "We sell tickets through a system from 2011.".to_owned(),
        category: "software".to_owned(),
        skills: vec![must("Rust"), must("PostgreSQL")],
        work: Work::Remote,
        place: None,
        start: date("2026-12-08"),
        end: date("2027-02-28"),
        hours_per_week: 30,
        budget: Some(eur(70)),
        time_zone: "Europe/Berlin".to_owned(),
        languages: vec!["en".to_owned()],
    }
}

pub(crate) fn titled(title: &str) -> RequestText {
    RequestText {
        title: title.to_owned(),
        ..booking()
    }
}

pub(crate) fn backend() -> ProfileText {
    let held = |name: &str, years| HeldSkill {
        skill: Some(skill(name)),
        name: name.to_owned(),
        level: Level::Expert,
        years,
    };
    ProfileText {
        photo: None,
        headline: "Backend engineer for booking and ticketing".to_owned(),
        bio: "I build the quiet parts that must not fail.".to_owned(),
        category: "software".to_owned(),
        skills: vec![held("Rust", 7), held("PostgreSQL", 10)],
        portfolio: vec![PortfolioItem {
            title: "Ferry ticketing".to_owned(),
            text: "Two lines, one booking core.".to_owned(),
            link: "https://example.org/ferry".to_owned(),
            year: Some(2025),
        }],
        languages: vec![
            SpokenLanguage {
                code: "de".to_owned(),
                fluency: Fluency::Native,
            },
            SpokenLanguage {
                code: "en".to_owned(),
                fluency: Fluency::Fluent,
            },
        ],
        rate: Some(eur(68)),
        place: Some(town("Leipzig")),
        remote_only: false,
        travel_radius_km: 25,
        time_zone: "Europe/Berlin".to_owned(),
        hours_per_week: 30,
        free_from: None,
    }
}

/// A client with a request and a freelancer who fits it.
pub(crate) struct Pair {
    pub(crate) market: Market,
    pub(crate) client: AccountId,
    pub(crate) freelancer: AccountId,
    pub(crate) request: RequestId,
}

impl Pair {
    pub(crate) fn new() -> Self {
        let mut market = Market::new();
        let client = market.join("Harbour Museum", false, true);
        let freelancer = market.join("Mira Kessler", true, false);
        market.save_profile(freelancer, backend());
        let request = market.publish(client, booking());
        market.recommend(request, freelancer);
        Self {
            market,
            client,
            freelancer,
            request,
        }
    }

    pub(crate) fn apply(&mut self) -> ApplicationId {
        self.market.apply_to(self.request, self.freelancer)
    }

    /// Up to a contract that runs.
    pub(crate) fn hire(&mut self) -> (ApplicationId, ContractId) {
        let application = self.apply();
        let offer = self.market.offer(self.client, application);
        let contract = self.market.accept(self.freelancer, offer);
        (application, contract)
    }

    /// Up to a contract that is completed.
    pub(crate) fn finish(&mut self) -> (ApplicationId, ContractId) {
        let (application, id) = self.hire();
        self.market.deliver(self.freelancer, id);
        self.market
            .must(self.client, &Mutation::AcceptDelivery { id });
        (application, id)
    }

    pub(crate) fn on_client(&self) -> Snapshot {
        self.market.snapshot(self.client)
    }

    pub(crate) fn on_freelancer(&self) -> Snapshot {
        self.market.snapshot(self.freelancer)
    }
}

/// Does something on a device that the server has not heard of: the prediction stands in the rows and waits.
pub(crate) fn predict(snapshot: &mut Snapshot, id: u128, mutation: &Mutation) {
    let world = SnapshotWorld(snapshot);
    let call = Call {
        world: &world,
        actor: actor(snapshot),
        now: snapshot.now,
        id: MutationId(Uuid::from_u128(id)),
    };
    let effects = match execute(mutation, &call) {
        Ok(effects) => effects,
        Err(stop) => panic!("{mutation:?} is refused: {stop:?}"),
    };
    for effect in effects {
        snapshot.waiting.insert(effect.key());
        match effect {
            Effect::Put(row) => snapshot.put(row),
            Effect::Delete(key) => snapshot.remove(key),
        }
    }
}
