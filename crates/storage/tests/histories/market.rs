//! A small market in which everybody wants the same: four clients, twelve freelancers, one place a request.

use guildhall_domain::id::{
    AccountId, ApplicationId, ContractId, MessageId, MutationId, OfferId, RequestId,
};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::person::Roles;
use guildhall_domain::time::Timestamp;
use guildhall_storage::server::{Act, Job, NoDeriver, ServerStore};
use serde_json::json;
use uuid::Uuid;

pub(crate) const NOW: Timestamp = Timestamp(1_795_000_000_000);
const CLIENTS: u64 = 4;
const FREELANCERS: u64 = 12;
/// How many requests are fought for at a time.
const OPEN: u64 = 24;
/// How many acts a request sees before the market moves on.
const ACTS_A_REQUEST: u64 = 120;

fn client(number: u64) -> AccountId {
    AccountId(Uuid::from_u128(0xc11e_0000 + u128::from(number % CLIENTS)))
}

fn freelancer(number: u64) -> AccountId {
    AccountId(Uuid::from_u128(0xf4ee_0000 + u128::from(number)))
}

fn request(number: u64) -> RequestId {
    RequestId(Uuid::from_u128((0x4e9 << 64) + u128::from(number)))
}

/// The one id that a pair of request and freelancer has for a kind of thing.
fn of_pair(kind: u128, number: u64, who: u64) -> Uuid {
    Uuid::from_u128((kind << 96) + (u128::from(number) << 16) + u128::from(who))
}

/// Everybody, registered in the same order each time.
pub(crate) fn registrations() -> Vec<(MutationId, AccountId, Mutation)> {
    let clients = (0..CLIENTS).map(|number| {
        (
            client(number),
            Roles {
                client: true,
                ..Roles::default()
            },
        )
    });
    let freelancers = (0..FREELANCERS).map(|number| {
        (
            freelancer(number),
            Roles {
                freelancer: true,
                ..Roles::default()
            },
        )
    });
    clients
        .chain(freelancers)
        .map(|(account, roles)| {
            let name = "Somebody".to_owned();
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
}

/// What somebody does next, when so many acts have been done by all.
pub(crate) fn next(dice: &mut Dice, done: u64) -> (AccountId, Mutation) {
    let number = done / ACTS_A_REQUEST + dice.below(OPEN);
    let who = dice.below(FREELANCERS);
    let (hirer, worker) = (client(number), freelancer(who));
    let application = ApplicationId::of(request(number), worker);
    let offer = OfferId(of_pair(0x0ffe4, number, who));
    match dice.below(20) {
        0 | 1 => (hirer, publish(number)),
        2..=5 => (worker, apply(number)),
        6..=9 => (
            hirer,
            Mutation::MakeOffer {
                id: offer,
                application,
                terms: Box::new(terms()),
            },
        ),
        10..=13 => {
            let contract = ContractId(of_pair(0x0c02_74ac, number, who));
            (
                worker,
                Mutation::AcceptOffer {
                    id: offer,
                    contract,
                },
            )
        }
        14 => (
            hirer,
            Mutation::PauseRequest {
                id: request(number),
            },
        ),
        15 => (
            hirer,
            Mutation::ResumeRequest {
                id: request(number),
            },
        ),
        16 => (worker, Mutation::WithdrawApplication { id: application }),
        _ => {
            let id = MessageId(Uuid::from_u128(
                (u128::from(dice.below(u64::MAX)) << 64) + u128::from(done),
            ));
            let body = "Who sees this sees all before it.".to_owned();
            let author = if dice.below(2) == 0 { hirer } else { worker };
            (
                author,
                Mutation::SendMessage {
                    id,
                    application,
                    body,
                    attachments: Vec::new(),
                },
            )
        }
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

fn apply(number: u64) -> Mutation {
    Mutation::SubmitApplication {
        request: request(number),
        message: "I have done this many times before.".into(),
        price: serde_json::from_value(json!({ "minor": 5_000, "currency": "EUR" }))
            .expect("is money"),
        terms_version: 1,
    }
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
