//! A small market in which everybody wants the same: a few requests at a time, twelve freelancers for each, one place.

use guildhall_domain::application::{Application, ApplicationStage};
use guildhall_domain::changes::{Change, Changes};
use guildhall_domain::id::{
    AccountId, ApplicationId, ContractId, MessageId, MutationId, OfferId, RequestId,
};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::person::Roles;
use guildhall_domain::profile::{Profile, ProfileText};
use guildhall_domain::request::{Request, RequestStage};
use guildhall_domain::row::Column;
use guildhall_domain::time::Timestamp;
use guildhall_storage::server::{Act, Job, NoDeriver, ServerStore};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;

pub(crate) const NOW: Timestamp = Timestamp(1_795_000_000_000);
/// Many, so that nobody has thousands of requests in the end.
const HIRERS: u64 = 64;
const FREELANCERS: u64 = 12;
/// How many requests are fought for at a time.
const OPEN: u64 = 3;

/// What one person sends at once.
pub(crate) type Parcel = (AccountId, Vec<Mutation>);

fn hirer(number: u64) -> AccountId {
    AccountId(Uuid::from_u128(0xc11e_0000 + u128::from(number % HIRERS)))
}

fn freelancer(number: u64) -> AccountId {
    AccountId(Uuid::from_u128(0xf4ee_0000 + u128::from(number)))
}

fn request(number: u64) -> RequestId {
    RequestId(Uuid::from_u128((0x4e9 << 64) + u128::from(number)))
}

/// Everybody, registered in the same order each time.
pub(crate) fn registrations() -> Vec<(MutationId, AccountId, Mutation)> {
    let hirers = (0..HIRERS).map(|number| (hirer(number), false));
    let freelancers = (0..FREELANCERS).map(|number| (freelancer(number), true));
    hirers
        .chain(freelancers)
        .map(|(account, is_freelancer)| {
            let name = "Somebody".to_owned();
            let roles = Roles {
                freelancer: is_freelancer,
                client: !is_freelancer,
                moderator: false,
                admin: false,
            };
            (
                MutationId(account.0),
                account,
                Mutation::RegisterPerson { name, roles },
            )
        })
        .collect()
}

/// Registers everybody; answers with the version after it.
pub(crate) async fn settle(store: &ServerStore) -> u64 {
    let jobs: Vec<Job> = registrations()
        .into_iter()
        .map(|(id, account, mutation)| Job {
            account,
            system: true,
            device: None,
            acts: vec![Act {
                link: None,
                id,
                mutation: Ok(mutation),
            }],
        })
        .collect();
    store
        .commit(&jobs, &mut NoDeriver, NOW)
        .await
        .expect("is committed")
        .head
}

/// Numbers that look like chance, the same for the same seed.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below this one.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit
    }

    fn id(&mut self) -> Uuid {
        Uuid::from_u128((u128::from(self.below(1 << 53)) << 64) + u128::from(self.below(1 << 53)))
    }

    /// True once in so many times.
    fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }
}

/// What somebody reads before they act. Meanwhile others act.
struct Scene {
    number: u64,
    worker: AccountId,
    application: Option<Application>,
}

/// What people do next, each in view of what they have just read: most of it takes effect, unless somebody else was faster.
pub(crate) async fn next(store: &ServerStore, dice: &mut Dice, front: &AtomicU64) -> Vec<Parcel> {
    let first = front.load(Ordering::Relaxed);
    let number = first + dice.below(OPEN);
    let worker = freelancer(dice.below(FREELANCERS));
    let read = store.find::<Request>(request(number)).await;
    let Some(read) = read.expect("is read") else {
        return vec![(hirer(number), vec![publish(number)])];
    };
    if read.hired == read.places && number == first {
        front.fetch_max(first + 1, Ordering::Relaxed);
    }
    if read.is_live() && dice.once_in(40) {
        return race(store, dice, number).await;
    }
    let id = ApplicationId::of(request(number), worker);
    let scene = Scene {
        number,
        worker,
        application: store.find(id).await.expect("is read"),
    };
    let profile: Option<Profile> = store.find(worker).await.expect("is read");
    let (account, mut acts) = if dice.below(2) == 0 {
        let acts = hire(dice, &scene, &read, profile.as_ref());
        (hirer(number), acts)
    } else {
        let acts = work(dice, &scene, &read, profile.as_ref());
        (worker, acts)
    };
    let has_thread = scene.application.is_some();
    for _ in 0..dice.below(4) + u64::from(acts.is_empty()) {
        if has_thread && dice.below(3) > 0 {
            acts.push(message(dice, id));
        } else if account == worker {
            acts.push(Mutation::ViewRequest { id: read.id });
        } else if profile.is_some() {
            acts.push(Mutation::ViewProfile { freelancer: worker });
        }
    }
    vec![(account, acts)]
}

/// Everybody who has an offer takes it, at the same moment.
async fn race(store: &ServerStore, dice: &mut Dice, number: u64) -> Vec<Parcel> {
    let all = store.list::<Application>(Column::Request, request(number));
    let mut parcels: Vec<Parcel> = Vec::new();
    for application in all.await.expect("is read") {
        if let ApplicationStage::Offered { offer, .. } = application.stage {
            let accept = Mutation::AcceptOffer {
                id: offer,
                contract: ContractId(dice.id()),
            };
            parcels.push((application.freelancer, vec![accept]));
        }
    }
    if !parcels.is_empty() {
        let first = usize::try_from(dice.below(16)).expect("is small") % parcels.len();
        parcels.rotate_left(first);
    }
    parcels
}

/// The next acts of a client.
fn hire(
    dice: &mut Dice,
    scene: &Scene,
    read: &Request,
    profile: Option<&Profile>,
) -> Vec<Mutation> {
    let id = read.id;
    let mut acts = Vec::new();
    if matches!(read.stage, RequestStage::Paused { .. }) {
        acts.push(Mutation::ResumeRequest { id });
    } else if read.is_live() && dice.once_in(60) {
        acts.push(Mutation::PauseRequest { id });
    } else if read.is_live() && dice.once_in(6) {
        let was = read.text.hours_per_week;
        acts.push(Mutation::ChangeRequest {
            id,
            changes: one_change("hours_per_week", json!(was), json!(10 + (was + 1) % 20)),
        });
    }
    if profile.is_some() {
        let freelancer = scene.worker;
        acts.push(Mutation::ViewProfile { freelancer });
    }
    let Some(application) = scene.application.as_ref().filter(|_| read.is_live()) else {
        return acts;
    };
    match application.stage {
        ApplicationStage::Submitted
        | ApplicationStage::Viewed { .. }
        | ApplicationStage::Shortlisted { .. } => acts.push(Mutation::MakeOffer {
            id: OfferId(dice.id()),
            application: application.id,
            terms: Box::new(terms()),
        }),
        ApplicationStage::Offered { offer, .. } if dice.once_in(10) => {
            acts.push(Mutation::RevokeOffer { id: offer });
        }
        ApplicationStage::Offered { .. }
        | ApplicationStage::Hired { .. }
        | ApplicationStage::Declined { .. }
        | ApplicationStage::Withdrawn { .. }
        | ApplicationStage::Closed { .. } => {}
    }
    acts
}

/// The next acts of a freelancer.
fn work(
    dice: &mut Dice,
    scene: &Scene,
    read: &Request,
    profile: Option<&Profile>,
) -> Vec<Mutation> {
    let id = read.id;
    let mut acts = vec![Mutation::ViewRequest { id }];
    match profile {
        None => acts.push(Mutation::SaveProfile {
            text: Box::new(text()),
        }),
        // Their next device wants the same field: one of the two was faster.
        Some(profile) if dice.once_in(4) => {
            let was = profile.text.hours_per_week;
            acts.push(Mutation::ChangeProfile {
                changes: one_change("hours_per_week", json!(was), json!(10 + (was + 1) % 30)),
            });
        }
        Some(_) => {}
    }
    let stage = scene.application.as_ref().map(|one| (one.id, &one.stage));
    match stage {
        None | Some((_, ApplicationStage::Withdrawn { .. })) if read.is_open() => {
            acts.push(apply(scene.number, read.terms_version));
        }
        Some((id, ApplicationStage::Submitted)) if read.is_live() && dice.once_in(10) => {
            acts.push(Mutation::WithdrawApplication { id });
        }
        Some((_, ApplicationStage::Offered { offer, .. }))
            if read.is_live() && dice.once_in(12) =>
        {
            acts.push(Mutation::AcceptOffer {
                id: *offer,
                contract: ContractId(dice.id()),
            });
        }
        // Nothing is theirs to do, or they wait.
        None | Some(_) => {}
    }
    acts
}

fn one_change(field: &str, was: Value, now: Value) -> Changes {
    Changes(BTreeMap::from([(field.to_owned(), Change { was, now })]))
}

fn message(dice: &mut Dice, application: ApplicationId) -> Mutation {
    Mutation::SendMessage {
        id: MessageId(dice.id()),
        application,
        body: "Who sees this sees all before it.".to_owned(),
        attachments: Vec::new(),
    }
}

fn publish(number: u64) -> Mutation {
    let text = json!({
        "title": "One place for twelve people",
        "description": "What there is to do.",
        "category": "software",
        "skills": [{ "skill": null, "name": "Rust", "must": true, "level": "beginner" }],
        "work": "remote",
        "place": null,
        "start": NOW.day().plus_days(7),
        "end": NOW.day().plus_days(70),
        "hours_per_week": 20,
        "budget": null,
        "time_zone": "Europe/Berlin",
        "languages": [],
    });
    Mutation::PublishRequest {
        id: request(number),
        text: Box::new(serde_json::from_value(text).expect("is a request")),
    }
}

fn apply(number: u64, terms_version: u32) -> Mutation {
    Mutation::SubmitApplication {
        request: request(number),
        message: "I have done this many times before.".into(),
        price: serde_json::from_value(json!({ "minor": 5_000, "currency": "EUR" }))
            .expect("is money"),
        terms_version,
    }
}

fn text() -> ProfileText {
    let text = json!({
        "photo": null,
        "headline": "Twelve years of practice",
        "bio": "",
        "category": "software",
        "skills": [{ "skill": null, "name": "Rust", "level": "advanced", "years": 12 }],
        "portfolio": [],
        "languages": [],
        "rate": null,
        "place": null,
        "remote_only": true,
        "travel_radius_km": 0,
        "time_zone": "Europe/Berlin",
        "hours_per_week": 20,
        "free_from": null,
    });
    serde_json::from_value(text).expect("is a profile")
}

fn terms() -> guildhall_domain::offer::Terms {
    let terms = json!({
        "scope": "All that was asked for.",
        "rate": { "minor": 5_000, "currency": "EUR" },
        "hours_per_week": 20,
        "start": NOW.day().plus_days(7),
        "end": NOW.day().plus_days(70),
    });
    serde_json::from_value(terms).expect("are terms")
}
