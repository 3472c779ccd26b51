//! People who do what they see fit: every act that their own rows allow, chosen by a seed.

use crate::deeds::PLEA;
use crate::texts::{euros, profile, request, terms};
use guildhall_domain::application::{Application, ApplicationStage};
use guildhall_domain::bookmark::{Stance, Subject};
use guildhall_domain::contract::{Contract, ContractStage};
use guildhall_domain::id::{AccountId, ContractId, MessageId, OfferId, RequestId};
use guildhall_domain::mutation::{Mutation, OpenRole};
use guildhall_domain::offer::OfferStage;
use guildhall_domain::person::{Person, Roles};
use guildhall_domain::request::RequestStage;
use guildhall_domain::row::Row;
use guildhall_domain::time::Timestamp;
use rand::Rng as _;
use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use uuid::Uuid;

const SKILLS: [&str; 4] = ["Rust", "SQL", "Figma", "Python"];

fn chosen(chance: &mut ChaCha8Rng) -> Vec<&'static str> {
    let count = chance.random_range(1..=3);
    SKILLS.choose_multiple(chance, count).copied().collect()
}

fn id(chance: &mut ChaCha8Rng) -> Uuid {
    Uuid::from_u128(chance.random())
}

/// The next act of a person who sees these rows: the kind first, so that rare kinds get their turn.
pub(crate) fn next_act<'a>(
    me: AccountId,
    rows: impl Iterator<Item = &'a Row>,
    chance: &mut ChaCha8Rng,
) -> Option<Mutation> {
    let rows: Vec<&Row> = rows.collect();
    let myself = rows.iter().find_map(|row| match row {
        Row::Person(person) if person.id == me => Some(person),
        _ => None,
    })?;
    let mut ideas = by_role(myself, chance);
    for row in rows {
        ideas.extend(about(row, myself, chance));
    }
    let mut kinds: BTreeMap<String, Vec<Mutation>> = BTreeMap::new();
    for idea in ideas {
        kinds.entry(kind(&idea)).or_default().push(idea);
    }
    // Half of the time what is far along the road comes first, or few would ever reach its end.
    if chance.random() {
        let is_far = |name: &String| {
            ["offer.", "contract.", "review."]
                .iter()
                .any(|far| name.starts_with(far))
        };
        if kinds.keys().any(is_far) {
            kinds.retain(|name, _| is_far(name));
        }
    }
    let kinds: Vec<Vec<Mutation>> = kinds.into_values().collect();
    kinds.choose(chance)?.choose(chance).cloned()
}

/// The name of an act.
pub(crate) fn kind(act: &Mutation) -> String {
    let json = serde_json::to_value(act).expect("is JSON");
    json["name"].as_str().expect("is a name").to_owned()
}

fn by_role(myself: &Person, chance: &mut ChaCha8Rng) -> Vec<Mutation> {
    let Roles {
        freelancer, client, ..
    } = myself.roles;
    let mut ideas = Vec::new();
    if freelancer {
        let skills = chosen(chance);
        ideas.push(Mutation::SaveProfile {
            text: Box::new(profile("Builds what you need", &skills)),
        });
    } else {
        ideas.push(Mutation::AddRole {
            role: OpenRole::Freelancer,
        });
    }
    if client {
        let skills = chosen(chance);
        ideas.push(Mutation::PublishRequest {
            id: RequestId(id(chance)),
            text: Box::new(request("Something to be built", &skills[..1])),
        });
    } else {
        ideas.push(Mutation::AddRole {
            role: OpenRole::Client,
        });
    }
    ideas
}

fn about(row: &Row, myself: &Person, chance: &mut ChaCha8Rng) -> Vec<Mutation> {
    let me = myself.id;
    match row {
        Row::Person(person) if myself.roles.admin && person.id != me => {
            if person.is_suspended() {
                vec![Mutation::RestorePerson {
                    person: person.id,
                    reason: reason(),
                }]
            } else {
                vec![Mutation::SuspendPerson {
                    person: person.id,
                    reason: reason(),
                }]
            }
        }
        Row::Profile(profile) if profile.id != me => vec![
            Mutation::ViewProfile {
                freelancer: profile.id,
            },
            Mutation::PutBookmark {
                subject: Subject::Freelancer {
                    freelancer: profile.id,
                },
                stance: stance(chance),
            },
        ],
        Row::Bookmark(bookmark) => vec![Mutation::RemoveBookmark {
            about: bookmark.subject.id(),
        }],
        Row::Request(request) if request.client == me => match request.stage {
            RequestStage::Open => {
                let mut text = Box::new(request.text.clone());
                text.hours_per_week = chance.random_range(10..30);
                vec![
                    Mutation::PauseRequest { id: request.id },
                    Mutation::EditRequest {
                        id: request.id,
                        text,
                    },
                    Mutation::CancelRequest {
                        id: request.id,
                        reason: reason(),
                    },
                ]
            }
            RequestStage::Paused { .. } => vec![Mutation::ResumeRequest { id: request.id }],
            _ => Vec::new(),
        },
        Row::Request(request) => {
            let mut ideas = vec![
                Mutation::ViewRequest { id: request.id },
                Mutation::PutBookmark {
                    subject: Subject::Request {
                        request: request.id,
                        client: request.client,
                    },
                    stance: stance(chance),
                },
            ];
            if request.is_open() {
                ideas.push(Mutation::SubmitApplication {
                    request: request.id,
                    message: PLEA.into(),
                    price: euros(50),
                    terms_version: request.terms_version,
                });
            }
            if myself.roles.admin {
                ideas.push(Mutation::RemoveRequest {
                    id: request.id,
                    reason: reason(),
                });
            }
            ideas
        }
        Row::Application(application) => about_application(application, me, chance),
        Row::Offer(offer) if matches!(offer.stage, OfferStage::Sent { .. }) => {
            if offer.client == me {
                return vec![Mutation::RevokeOffer { id: offer.id }];
            }
            vec![
                Mutation::AcceptOffer {
                    id: offer.id,
                    contract: ContractId(id(chance)),
                },
                Mutation::DeclineOffer {
                    id: offer.id,
                    reason: reason(),
                },
            ]
        }
        Row::Contract(contract) => about_contract(contract, me, chance),
        _ => Vec::new(),
    }
}

fn stance(chance: &mut ChaCha8Rng) -> Stance {
    if chance.random() {
        Stance::Saved
    } else {
        Stance::Hidden { because: None }
    }
}

fn about_application(
    application: &Application,
    me: AccountId,
    chance: &mut ChaCha8Rng,
) -> Vec<Mutation> {
    let mut ideas = vec![
        Mutation::SendMessage {
            id: MessageId(id(chance)),
            application: application.id,
            body: "Hello!".into(),
            attachments: Vec::new(),
        },
        Mutation::MarkRead {
            application: application.id,
            up_to: Timestamp(i64::MAX),
        },
    ];
    let answerable = matches!(
        application.stage,
        ApplicationStage::Submitted
            | ApplicationStage::Viewed { .. }
            | ApplicationStage::Shortlisted { .. }
    );
    let id_ = application.id;
    if answerable && application.client == me {
        ideas.extend([
            Mutation::ViewApplication { id: id_ },
            Mutation::ShortlistApplication {
                id: id_,
                on: chance.random(),
            },
            Mutation::DeclineApplication {
                id: id_,
                reason: reason(),
            },
            Mutation::MakeOffer {
                id: OfferId(id(chance)),
                application: id_,
                terms: Box::new(terms("Everything in the description.")),
            },
        ]);
    } else if answerable {
        ideas.push(Mutation::WithdrawApplication { id: id_ });
    }
    ideas
}

fn about_contract(contract: &Contract, me: AccountId, chance: &mut ChaCha8Rng) -> Vec<Mutation> {
    let (id, mine) = (contract.id, contract.client == me);
    match contract.stage {
        ContractStage::Active { .. } if mine => vec![Mutation::CancelContract {
            id,
            reason: reason(),
        }],
        ContractStage::Active { .. } => vec![Mutation::Deliver { id, note: reason() }],
        ContractStage::Delivered { .. } if mine => vec![
            Mutation::AcceptDelivery { id },
            Mutation::RequestChanges { id, note: reason() },
        ],
        ContractStage::Completed { .. } => vec![Mutation::WriteReview {
            contract: id,
            stars: chance.random_range(1..=5),
            text: "It was as it was, all in all.".into(),
        }],
        ContractStage::Delivered { .. } | ContractStage::Cancelled { .. } => Vec::new(),
    }
}

fn reason() -> String {
    "It has to be.".to_owned()
}
