//! What people do: mostly what their own rows allow, sometimes nonsense.

use crate::texts;
use guildhall_domain::application::{Application, ApplicationStage};
use guildhall_domain::changes::Changes;
use guildhall_domain::contract::{Contract, ContractStage};
use guildhall_domain::id::{AccountId, ApplicationId, ContractId, MessageId, OfferId, RequestId};
use guildhall_domain::mutation::{Mutation, OpenRole, TrustedRole};
use guildhall_domain::offer::{Offer, OfferStage};
use guildhall_domain::person::Person;
use guildhall_domain::profile::Profile;
use guildhall_domain::request::{Request, RequestStage};
use guildhall_domain::row::{Noun, Row};
use guildhall_domain::time::Timestamp;
use guildhall_domain::world::find;
use guildhall_sync_core::replica::Replica;
use rand::Rng as _;
use rand_chacha::ChaCha8Rng;
use uuid::Uuid;

pub(crate) fn id(chance: &mut ChaCha8Rng) -> Uuid {
    Uuid::from_u128(chance.random())
}

/// One of the rows of a noun that pass.
fn pick<N: Noun>(
    replica: &Replica,
    chance: &mut ChaCha8Rng,
    passes: impl Fn(&N) -> bool,
) -> Option<N> {
    let mut chosen = None;
    let mut seen = 0_u32;
    for (key, row) in replica.shared_rows() {
        if key.table == N::TABLE
            && let Some(noun) = N::in_row(row)
            && passes(noun)
        {
            seen += 1;
            if chance.random_range(0..seen) == 0 {
                chosen = Some(noun);
            }
        }
    }
    chosen.cloned()
}

/// The next act of a person who sees these rows. May be one that the rules refuse.
pub(crate) fn next_act(
    me: AccountId,
    replica: &Replica,
    chance: &mut ChaCha8Rng,
    now: Timestamp,
) -> Option<Mutation> {
    // Somebody who waits for the first download has nothing to go by.
    replica.cursor()?;
    let mut act = None;
    for _ in 0..6 {
        act = idea(me, replica, chance, now);
        if act.is_some() {
            break;
        }
    }
    act
}

fn idea(
    me: AccountId,
    replica: &Replica,
    chance: &mut ChaCha8Rng,
    now: Timestamp,
) -> Option<Mutation> {
    match chance.random_range(0..100) {
        0..10 => about_myself(me, replica, chance, now),
        10..18 => publish(replica, me, chance, now),
        18..26 => manage_request(me, replica, chance, now),
        26..40 => apply(me, replica, chance),
        40..58 => talk(replica, chance),
        58..74 => answer_application(me, replica, chance, now),
        74..84 => answer_offer(me, replica, chance),
        84..94 => work(me, replica, chance),
        94..97 => moderate(me, replica, chance),
        _ => Some(nonsense(chance, now)),
    }
}

fn about_myself(
    me: AccountId,
    replica: &Replica,
    chance: &mut ChaCha8Rng,
    now: Timestamp,
) -> Option<Mutation> {
    let person: Person = pick(replica, chance, |person: &Person| person.id == me)?;
    if !person.roles.freelancer && chance.random_ratio(1, 8) {
        return Some(Mutation::AddRole {
            role: OpenRole::Freelancer,
        });
    }
    if !person.roles.client && chance.random_ratio(1, 8) {
        return Some(Mutation::AddRole {
            role: OpenRole::Client,
        });
    }
    let mine: Option<Profile> = pick(replica, chance, |profile: &Profile| profile.id == me);
    if let Some(mine) = mine
        && chance.random_ratio(1, 3)
    {
        let wanted = texts::profile(chance);
        return Some(Mutation::ChangeProfile {
            changes: Changes::between(&mine.text, &wanted),
        });
    }
    if person.roles.freelancer && chance.random() {
        let text = texts::profile(chance);
        let mine = find::<Profile>(replica, me).ok().flatten();
        return Some(match mine {
            Some(stands) => Mutation::ChangeProfile {
                changes: Changes::between(&stands.text, &text),
            },
            None => Mutation::SaveProfile {
                text: Box::new(text),
            },
        });
    }
    let other: Profile = pick(replica, chance, |profile: &Profile| profile.id != me)?;
    let _ = now;
    Some(Mutation::ViewProfile {
        freelancer: other.id,
    })
}

fn publish(
    replica: &Replica,
    me: AccountId,
    chance: &mut ChaCha8Rng,
    now: Timestamp,
) -> Option<Mutation> {
    let open = replica
        .shared_rows()
        .filter(|(_, row)| matches!(row.as_ref(), Row::Request(request) if request.client == me && request.is_live()))
        .count();
    // Few, so that many meet over each; but now and then somebody tries how many there may be.
    if open > 4 && open < 40 && chance.random_ratio(4, 5) {
        return None;
    }
    Some(Mutation::PublishRequest {
        id: RequestId(id(chance)),
        text: Box::new(texts::request(chance, now)),
    })
}

fn manage_request(
    me: AccountId,
    replica: &Replica,
    chance: &mut ChaCha8Rng,
    now: Timestamp,
) -> Option<Mutation> {
    let request: Request = pick(replica, chance, |request: &Request| request.client == me)?;
    let id = request.id;
    Some(match (&request.stage, chance.random_range(0..8)) {
        (RequestStage::Paused { .. }, 0..4) => Mutation::ResumeRequest { id },
        (_, 0..2) => Mutation::PauseRequest { id },
        (_, 2..4) => {
            let mut wanted = request.text.clone();
            wanted.title = texts::words(chance);
            if chance.random() {
                wanted.hours_per_week = chance.random_range(10..30);
            }
            Mutation::ChangeRequest {
                id,
                changes: Changes::between(&request.text, &wanted),
            }
        }
        (_, 4..6) => Mutation::EditRequest {
            id,
            text: Box::new(texts::request(chance, now)),
        },
        (_, 6) => Mutation::CancelRequest {
            id,
            reason: texts::words(chance),
        },
        (_, _) => Mutation::ResumeRequest { id },
    })
}

fn apply(me: AccountId, replica: &Replica, chance: &mut ChaCha8Rng) -> Option<Mutation> {
    let open_only = chance.random_ratio(9, 10);
    let request: Request = pick(replica, chance, |request: &Request| {
        request.client != me && (request.is_open() || !open_only)
    })?;
    if chance.random_ratio(1, 6) {
        return Some(Mutation::ViewRequest { id: request.id });
    }
    Some(Mutation::SubmitApplication {
        request: request.id,
        message: texts::words(chance),
        price: texts::euros(50),
        terms_version: request.terms_version,
    })
}

fn talk(replica: &Replica, chance: &mut ChaCha8Rng) -> Option<Mutation> {
    let thread: Application = pick(replica, chance, |_| true)?;
    Some(if chance.random_ratio(1, 4) {
        Mutation::MarkRead {
            application: thread.id,
            up_to: Timestamp(i64::MAX),
        }
    } else {
        Mutation::SendMessage {
            id: MessageId(id(chance)),
            application: thread.id,
            body: texts::words(chance),
            attachments: Vec::new(),
        }
    })
}

fn answer_application(
    me: AccountId,
    replica: &Replica,
    chance: &mut ChaCha8Rng,
    now: Timestamp,
) -> Option<Mutation> {
    let application: Application = pick(replica, chance, |application: &Application| {
        matches!(
            application.stage,
            ApplicationStage::Submitted
                | ApplicationStage::Viewed { .. }
                | ApplicationStage::Shortlisted { .. }
        )
    })?;
    let of = application.id;
    if application.freelancer == me {
        return chance
            .random_ratio(1, 5)
            .then_some(Mutation::WithdrawApplication { id: of });
    }
    Some(match chance.random_range(0..10) {
        0 => Mutation::ViewApplication { id: of },
        1..3 => Mutation::ShortlistApplication {
            id: of,
            on: chance.random(),
        },
        3 => Mutation::DeclineApplication {
            id: of,
            reason: texts::words(chance),
        },
        _ => Mutation::MakeOffer {
            id: OfferId(id(chance)),
            application: of,
            terms: Box::new(texts::terms(chance, now)),
        },
    })
}

fn answer_offer(me: AccountId, replica: &Replica, chance: &mut ChaCha8Rng) -> Option<Mutation> {
    let live = chance.random_ratio(9, 10);
    let offer: Offer = pick(replica, chance, |offer: &Offer| {
        !live || matches!(offer.stage, OfferStage::Sent { .. })
    })?;
    if offer.client == me {
        return chance
            .random_ratio(1, 4)
            .then_some(Mutation::RevokeOffer { id: offer.id });
    }
    Some(if chance.random_ratio(1, 4) {
        Mutation::DeclineOffer {
            id: offer.id,
            reason: texts::words(chance),
        }
    } else {
        Mutation::AcceptOffer {
            id: offer.id,
            contract: ContractId(id(chance)),
        }
    })
}

fn work(me: AccountId, replica: &Replica, chance: &mut ChaCha8Rng) -> Option<Mutation> {
    let contract: Contract = pick(replica, chance, |_| true)?;
    let id = contract.id;
    let note = texts::words(chance);
    let mine = contract.client == me;
    Some(match contract.stage {
        _ if chance.random_ratio(1, 12) => Mutation::CancelContract { id, reason: note },
        ContractStage::Active { .. } if !mine => Mutation::Deliver { id, note },
        ContractStage::Delivered { .. } if mine && chance.random_ratio(2, 3) => {
            Mutation::AcceptDelivery { id }
        }
        ContractStage::Delivered { .. } if mine => Mutation::RequestChanges { id, note },
        ContractStage::Completed { .. } => Mutation::WriteReview {
            contract: id,
            stars: chance.random_range(1..=5),
            text: note,
        },
        ContractStage::Active { .. }
        | ContractStage::Delivered { .. }
        | ContractStage::Cancelled { .. } => return None,
    })
}

fn moderate(me: AccountId, replica: &Replica, chance: &mut ChaCha8Rng) -> Option<Mutation> {
    if !replica.actor().roles.admin {
        return None;
    }
    let reason = texts::words(chance);
    if chance.random_ratio(1, 4) {
        let request: Request = pick(replica, chance, Request::is_live)?;
        return Some(Mutation::RemoveRequest {
            id: request.id,
            reason,
        });
    }
    let person: Person = pick(replica, chance, |person: &Person| person.id != me)?;
    // Nobody is kept out for long, or nothing would happen any more.
    Some(if person.is_suspended() {
        Mutation::RestorePerson {
            person: person.id,
            reason,
        }
    } else {
        Mutation::SuspendPerson {
            person: person.id,
            reason,
        }
    })
}

/// An act that makes no sense: things that do not exist, forms with mistakes, roles one has not.
pub(crate) fn nonsense(chance: &mut ChaCha8Rng, now: Timestamp) -> Mutation {
    let stray = id(chance);
    match chance.random_range(0..7) {
        0 => Mutation::SendMessage {
            id: MessageId(id(chance)),
            application: ApplicationId(stray),
            body: texts::words(chance),
            attachments: Vec::new(),
        },
        1 => Mutation::AcceptOffer {
            id: OfferId(stray),
            contract: ContractId(id(chance)),
        },
        2 => {
            let mut text = texts::request(chance, now);
            text.hours_per_week = 200;
            text.skills.clear();
            Mutation::PublishRequest {
                id: RequestId(stray),
                text: Box::new(text),
            }
        }
        3 => Mutation::SuspendPerson {
            person: AccountId(stray),
            reason: texts::words(chance),
        },
        4 => Mutation::GrantRole {
            person: AccountId(stray),
            role: TrustedRole::Admin,
            reason: texts::words(chance),
        },
        5 => Mutation::WriteReview {
            contract: ContractId(stray),
            stars: 9,
            text: String::new(),
        },
        _ => Mutation::WithdrawApplication {
            id: ApplicationId(stray),
        },
    }
}
