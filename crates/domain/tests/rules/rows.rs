//! The people of the tests and their rows: nothing here goes through a rule.

use guildhall_domain::actor::Actor;
use guildhall_domain::application::{Application, ApplicationStage};
use guildhall_domain::contract::{Contract, ContractStage};
use guildhall_domain::denied::Denied;
use guildhall_domain::id::{
    AccountId, ApplicationId, ContractId, MutationId, OfferId, RequestId, ReviewId,
};
use guildhall_domain::money::Money;
use guildhall_domain::mutation::{Effect, Mutation};
use guildhall_domain::offer::{Offer, OfferStage, Terms};
use guildhall_domain::person::{Person, Roles, Standing, Status};
use guildhall_domain::policy::{POLICY, Policy};
use guildhall_domain::profile::{HeldSkill, Level, Profile, ProfileText};
use guildhall_domain::request::{Request, RequestStage, RequestText, WantedSkill, Work};
use guildhall_domain::review::Review;
use guildhall_domain::row::{Key, Lookup, Noun, Row, Table};
use guildhall_domain::rules::{Call, execute_under};
use guildhall_domain::time::{DAY_MS, Date, Timestamp};
use guildhall_domain::world::{Need, Stop, World};
use std::collections::BTreeMap;
use uuid::Uuid;

pub(crate) const NOW: Timestamp = Timestamp(1_795_348_800_000);
pub(crate) const EARLIER: Timestamp = Timestamp(NOW.0 - DAY_MS);

pub(crate) const OWNER: AccountId = AccountId(Uuid::from_u128(1));
pub(crate) const OTHER_CLIENT: AccountId = AccountId(Uuid::from_u128(2));
pub(crate) const FREELANCER: AccountId = AccountId(Uuid::from_u128(3));
pub(crate) const OTHER_FREELANCER: AccountId = AccountId(Uuid::from_u128(4));
pub(crate) const ADMIN: AccountId = AccountId(Uuid::from_u128(5));
pub(crate) const NOBODY: AccountId = AccountId(Uuid::from_u128(6));
pub(crate) const MODERATOR: AccountId = AccountId(Uuid::from_u128(7));

pub(crate) const REQUEST: RequestId = RequestId(Uuid::from_u128(10));
pub(crate) const OFFER: OfferId = OfferId(Uuid::from_u128(11));
pub(crate) const CONTRACT: ContractId = ContractId(Uuid::from_u128(12));

/// The thread of the request's owner and the freelancer.
pub(crate) fn thread() -> ApplicationId {
    ApplicationId::of(REQUEST, FREELANCER)
}

/// Rows in memory; everything is loaded.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rows(BTreeMap<Table, BTreeMap<Uuid, Row>>);

impl World for Rows {
    fn row(&self, key: Key) -> Result<Option<Row>, Need> {
        let found = self.0.get(&key.table).and_then(|rows| rows.get(&key.id));
        Ok(found.cloned())
    }

    fn rows(&self, lookup: Lookup) -> Result<Vec<Row>, Need> {
        let rows = self.all().filter(|row| lookup.matches(row));
        Ok(rows.cloned().collect())
    }
}

impl Rows {
    pub(crate) fn with_people() -> Self {
        let mut rows = Self::default();
        for (id, name, roles) in [
            (OWNER, "Harbour Museum", client()),
            (OTHER_CLIENT, "Ferrum Works", client()),
            (FREELANCER, "Mira Kessler", freelancer()),
            (OTHER_FREELANCER, "Jonas Oliveira", freelancer()),
            (ADMIN, "Operator", admin()),
            (MODERATOR, "Keeper", moderator()),
        ] {
            rows.put(person(id, name, roles));
        }
        for id in [FREELANCER, OTHER_FREELANCER] {
            rows.put(Profile {
                id,
                text: profile_text(),
                saved: EARLIER,
            });
        }
        rows
    }

    pub(crate) fn put<N: Noun>(&mut self, noun: N) {
        self.put_row(noun.into_row());
    }

    pub(crate) fn put_row(&mut self, row: Row) {
        self.0.entry(row.table()).or_default().insert(row.id(), row);
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Row> {
        self.0.values().flat_map(BTreeMap::values)
    }

    pub(crate) fn find<N: Noun>(&self, id: impl Into<Uuid>) -> Option<N> {
        let row = self.0.get(&N::TABLE)?.get(&id.into())?.clone();
        N::from_row(row)
    }

    /// Runs an act and keeps what it does.
    pub(crate) fn act(
        &mut self,
        actor: Actor,
        now: Timestamp,
        mutation: &Mutation,
    ) -> Result<(), Denied> {
        for effect in run(self, actor, now, mutation)? {
            match effect {
                Effect::Put(row) => self.put_row(row),
                Effect::Delete(key) => {
                    self.0.entry(key.table).or_default().remove(&key.id);
                }
            }
        }
        Ok(())
    }

    /// The actor that an account is.
    pub(crate) fn actor(&self, id: AccountId) -> Actor {
        self.find::<Person>(id)
            .map_or_else(|| Actor::nobody(id), |person| Actor::from_person(&person))
    }
}

/// Runs the rule of an act over the rows.
pub(crate) fn run(
    rows: &Rows,
    actor: Actor,
    now: Timestamp,
    mutation: &Mutation,
) -> Result<Vec<Effect>, Denied> {
    run_under(&POLICY, rows, actor, now, mutation)
}

/// The same under another policy.
pub(crate) fn run_under(
    policy: &Policy<'_>,
    rows: &Rows,
    actor: Actor,
    now: Timestamp,
    mutation: &Mutation,
) -> Result<Vec<Effect>, Denied> {
    let call = Call {
        world: rows,
        actor,
        now,
        id: MutationId(Uuid::from_u128(99)),
    };
    match execute_under(policy, mutation, &call) {
        Ok(effects) => Ok(effects),
        Err(Stop::Denied(denied)) => Err(denied),
        Err(Stop::Need(need)) => panic!("everything is loaded, but {need:?} is asked for"),
    }
}

pub(crate) fn client() -> Roles {
    Roles {
        client: true,
        ..Roles::default()
    }
}

pub(crate) fn freelancer() -> Roles {
    Roles {
        freelancer: true,
        ..Roles::default()
    }
}

pub(crate) fn moderator() -> Roles {
    Roles {
        moderator: true,
        ..Roles::default()
    }
}

pub(crate) fn admin() -> Roles {
    Roles {
        admin: true,
        ..Roles::default()
    }
}

pub(crate) fn person(id: AccountId, name: &str, roles: Roles) -> Person {
    Person {
        id,
        name: name.to_owned(),
        roles,
        status: Status::Active,
        standing: Standing::default(),
        proven: std::collections::BTreeMap::new(),
        joined: EARLIER,
    }
}

pub(crate) fn euro(minor: i64) -> Money {
    Money {
        minor,
        currency: "EUR".parse().expect("a currency"),
    }
}

pub(crate) fn today() -> Date {
    NOW.day()
}

pub(crate) fn profile_text() -> ProfileText {
    ProfileText {
        photo: None,
        headline: "Backend engineer".to_owned(),
        bio: String::new(),
        category: "software".to_owned(),
        skills: vec![HeldSkill {
            skill: Some(1),
            name: "Rust".to_owned(),
            level: Level::Expert,
            years: 7,
        }],
        portfolio: Vec::new(),
        languages: Vec::new(),
        rate: Some(euro(6_800)),
        place: None,
        remote_only: true,
        travel_radius_km: 0,
        time_zone: "UTC".to_owned(),
        hours_per_week: 30,
        free_from: None,
    }
}

pub(crate) fn request_text() -> RequestText {
    RequestText {
        title: "Booking system rebuild".to_owned(),
        description: String::new(),
        category: "software".to_owned(),
        skills: vec![WantedSkill {
            skill: Some(1),
            name: "Rust".to_owned(),
            must: true,
            level: Level::Advanced,
        }],
        work: Work::Remote,
        place: None,
        start: today(),
        end: today().plus_days(80),
        hours_per_week: 30,
        budget: Some(euro(7_000)),
        time_zone: "UTC".to_owned(),
        languages: Vec::new(),
    }
}

pub(crate) fn request(stage: RequestStage) -> Request {
    let taken = matches!(
        stage,
        RequestStage::Filled { .. } | RequestStage::Closed { .. }
    );
    Request {
        id: REQUEST,
        client: OWNER,
        text: request_text(),
        terms_version: 1,
        places: 1,
        hired: u32::from(taken),
        stage,
        published: EARLIER,
        changed: EARLIER,
    }
}

pub(crate) fn application(freelancer: AccountId, stage: ApplicationStage) -> Application {
    Application {
        id: ApplicationId::of(REQUEST, freelancer),
        request: REQUEST,
        client: OWNER,
        freelancer,
        message: "I rebuilt ticketing for two ferry lines.".to_owned(),
        price: euro(6_800),
        terms_version: 1,
        submitted: EARLIER,
        stage,
    }
}

pub(crate) fn terms() -> Terms {
    Terms {
        scope: "The booking core and the import.".to_owned(),
        rate: euro(6_600),
        hours_per_week: 24,
        start: today(),
        end: today().plus_days(80),
    }
}

pub(crate) fn offer(id: OfferId, freelancer: AccountId, stage: OfferStage) -> Offer {
    Offer {
        id,
        application: ApplicationId::of(REQUEST, freelancer),
        request: REQUEST,
        client: OWNER,
        freelancer,
        terms: terms(),
        sent: EARLIER,
        stage,
    }
}

pub(crate) fn contract(stage: ContractStage) -> Contract {
    Contract {
        id: CONTRACT,
        offer: OFFER,
        application: thread(),
        request: REQUEST,
        client: OWNER,
        freelancer: FREELANCER,
        title: "Booking system rebuild".to_owned(),
        terms: terms(),
        began: EARLIER,
        stage,
    }
}

pub(crate) fn review(author: AccountId) -> Review {
    Review {
        id: ReviewId::of(CONTRACT, author),
        contract: CONTRACT,
        author,
        subject: if author == OWNER { FREELANCER } else { OWNER },
        title: "Booking system rebuild".to_owned(),
        stars: 4,
        text: "Careful, early and clear throughout.".to_owned(),
        at: EARLIER,
        sealed: true,
    }
}

/// Carries an act out that nothing stands against.
pub(crate) fn must(rows: &mut Rows, who: AccountId, mutation: &Mutation) {
    must_at(rows, who, NOW, mutation);
}

pub(crate) fn must_at(rows: &mut Rows, who: AccountId, now: Timestamp, mutation: &Mutation) {
    let actor = rows.actor(who);
    if let Err(denied) = rows.act(actor, now, mutation) {
        panic!("{mutation:?} is refused: {denied}");
    }
}

/// Accepts an offer; the contract it begins is always the same.
pub(crate) fn accept(id: OfferId) -> Mutation {
    Mutation::AcceptOffer {
        id,
        contract: ContractId(Uuid::from_u128(77)),
    }
}
