//! People and acts for the stores.

use guildhall_domain::id::{AccountId, ApplicationId, DeviceId, MessageId, MutationId, RequestId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::person::Roles;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::sync::{Chain, Link};
use guildhall_storage::server::{Act, Committed, Deriver, Job, NoDeriver, ServerStore};
use serde_json::json;
use std::path::Path;
use uuid::Uuid;

pub(crate) const NOW: Timestamp = Timestamp(1_795_000_000_000);
pub(crate) const ADA: AccountId = AccountId(Uuid::from_u128(0xada));
pub(crate) const BEN: AccountId = AccountId(Uuid::from_u128(0xbe0));
pub(crate) const DEVICE: DeviceId = DeviceId(Uuid::from_u128(1));

/// An id that says its number.
pub(crate) fn act_id(number: u64) -> MutationId {
    MutationId(Uuid::from_u128(0xac7_0000 + u128::from(number)))
}

pub(crate) fn request_id(number: u64) -> RequestId {
    RequestId(Uuid::from_u128(0x4e9_0000 + u128::from(number)))
}

/// A request of this number and title.
pub(crate) fn publish(number: u64, title: &str) -> Mutation {
    let text = json!({
        "title": title,
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
        id: request_id(number),
        text: Box::new(serde_json::from_value(text).expect("is a request")),
    }
}

/// An application to the request of this number.
pub(crate) fn apply(number: u64) -> Mutation {
    Mutation::SubmitApplication {
        request: request_id(number),
        message: "I have done this many times before.".into(),
        price: serde_json::from_value(json!({ "minor": 5_000, "currency": "EUR" }))
            .expect("is money"),
        terms_version: 1,
    }
}

/// A message in Ben's thread about the request of this number.
pub(crate) fn say(number: u64, request: u64, body: &str) -> Mutation {
    Mutation::SendMessage {
        id: MessageId(Uuid::from_u128(0x3e5_0000 + u128::from(number))),
        application: ApplicationId::of(request_id(request), BEN),
        body: body.into(),
        attachments: Vec::new(),
    }
}

/// A chain that says its number. The store compares chains and computes none.
pub(crate) fn chain(device: DeviceId, seq: u64) -> Chain {
    let mut bytes = Chain::start(device).0;
    bytes[..8].copy_from_slice(&seq.to_be_bytes());
    if seq == 0 {
        Chain::start(device)
    } else {
        Chain(bytes)
    }
}

pub(crate) fn act(place: Option<(DeviceId, u64)>, id: u64, mutation: Mutation) -> Act {
    Act {
        link: place.map(|(device, seq)| Link {
            seq,
            before: chain(device, seq.saturating_sub(1)),
            after: chain(device, seq),
        }),
        id: act_id(id),
        mutation: Ok(mutation),
    }
}

/// Acts of Ada's device, numbered from `first` on; the number is the id too.
pub(crate) fn adas(first: u64, mutations: impl IntoIterator<Item = Mutation>) -> Job {
    Job {
        account: ADA,
        system: false,
        device: Some(DEVICE),
        acts: mutations
            .into_iter()
            .zip(first..)
            .map(|(mutation, seq)| act(Some((DEVICE, seq)), seq, mutation))
            .collect(),
    }
}

/// An act of somebody that comes from no device.
pub(crate) fn alone(account: AccountId, id: u64, mutation: Mutation) -> Job {
    Job {
        account,
        system: false,
        device: None,
        acts: vec![act(None, id, mutation)],
    }
}

/// A store in this folder with Ada, a client, and Ben, a freelancer.
pub(crate) async fn open(folder: &Path) -> ServerStore {
    let store = reopen(folder).await;
    found(&store).await;
    store
}

/// Makes Ada and Ben.
pub(crate) async fn found(store: &ServerStore) {
    let register = |account, id, roles| Job {
        system: true,
        ..alone(
            account,
            id,
            Mutation::RegisterPerson {
                name: "Somebody".into(),
                roles,
            },
        )
    };
    let client = Roles {
        client: true,
        ..Roles::default()
    };
    let freelancer = Roles {
        freelancer: true,
        ..Roles::default()
    };
    let jobs = [
        register(ADA, 90_001, client),
        register(BEN, 90_002, freelancer),
    ];
    commit(store, &jobs).await;
}

pub(crate) async fn reopen(folder: &Path) -> ServerStore {
    ServerStore::open(&folder.join("guildhall.db"), Uuid::from_u128(0xe9))
        .await
        .expect("opens")
}

pub(crate) async fn commit(store: &ServerStore, jobs: &[Job]) -> Committed {
    commit_with(store, jobs, &mut NoDeriver).await
}

pub(crate) async fn commit_with(
    store: &ServerStore,
    jobs: &[Job],
    deriver: &mut dyn Deriver,
) -> Committed {
    store
        .commit(jobs, deriver, NOW)
        .await
        .expect("is committed")
}
