//! Acts picked by numbers from what somebody sees.

use crate::ledger::NOW;
use guildhall_domain::id::{AccountId, ContractId, MessageId, OfferId, RequestId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::offer::Terms;
use guildhall_domain::row::Row;
use guildhall_domain::time::Timestamp;
use serde_json::json;
use uuid::Uuid;

/// How many sorts of act [`pick`] knows.
pub(crate) const SORTS: u8 = 20;

/// The act of a sort on the row that a number points at; none when there is no such row.
pub(crate) fn pick(
    me: AccountId,
    rows: &[&Row],
    sort: u8,
    number: u16,
    fresh: Uuid,
) -> Option<Mutation> {
    let reason = || "It has to be so.".to_owned();
    let any = |wanted: fn(&Row) -> bool| {
        let found: Vec<&&Row> = rows.iter().filter(|row| wanted(row)).collect();
        let index = usize::from(number).checked_rem(found.len())?;
        Some(*found[index])
    };
    let request = || match any(|row| matches!(row, Row::Request(_)))? {
        Row::Request(request) => Some(request),
        _ => None,
    };
    let application = || match any(|row| matches!(row, Row::Application(_)))? {
        Row::Application(application) => Some(application),
        _ => None,
    };
    let offer = || match any(|row| matches!(row, Row::Offer(_)))? {
        Row::Offer(offer) => Some(offer.id),
        _ => None,
    };
    let contract = || match any(|row| matches!(row, Row::Contract(_)))? {
        Row::Contract(contract) => Some(contract.id),
        _ => None,
    };
    Some(match sort {
        0 => publish(fresh, number),
        1 => {
            let request = request()?;
            let mut text = Box::new(request.text.clone());
            text.hours_per_week = 10 + u8::try_from(number % 20).expect("is small");
            Mutation::EditRequest {
                id: request.id,
                text,
            }
        }
        2 => Mutation::PauseRequest { id: request()?.id },
        3 => Mutation::ResumeRequest { id: request()?.id },
        4 => Mutation::CancelRequest {
            id: request()?.id,
            reason: reason(),
        },
        5 | 6 => {
            let request = request().filter(|request| request.client != me)?;
            Mutation::SubmitApplication {
                request: request.id,
                message: "I have done this many times before.".into(),
                price: euros(),
                terms_version: request.terms_version,
            }
        }
        7 => Mutation::WithdrawApplication {
            id: application()?.id,
        },
        8 => Mutation::ViewApplication {
            id: application()?.id,
        },
        9 => Mutation::ShortlistApplication {
            id: application()?.id,
            on: number.is_multiple_of(2),
        },
        10 => Mutation::DeclineApplication {
            id: application()?.id,
            reason: reason(),
        },
        11 | 12 => Mutation::MakeOffer {
            id: OfferId(fresh),
            application: application()?.id,
            terms: Box::new(terms()),
        },
        13 => Mutation::AcceptOffer {
            id: offer()?,
            contract: ContractId(fresh),
        },
        14 => Mutation::Deliver {
            id: contract()?,
            note: reason(),
        },
        15 => Mutation::AcceptDelivery { id: contract()? },
        16 => Mutation::CancelContract {
            id: contract()?,
            reason: reason(),
        },
        17 => Mutation::WriteReview {
            contract: contract()?,
            stars: 4,
            text: "It was as it was, all in all.".into(),
        },
        18 => Mutation::MarkRead {
            application: application()?.id,
            up_to: Timestamp(NOW.0 + i64::from(number)),
        },
        _ => Mutation::SendMessage {
            id: MessageId(fresh),
            application: application()?.id,
            body: format!("Message {number}"),
            attachments: Vec::new(),
        },
    })
}

fn terms() -> Terms {
    let terms = json!({
        "scope": "Everything in the description.",
        "rate": euros(),
        "hours_per_week": 20,
        "start": NOW.day(),
        "end": NOW.day().plus_days(50),
    });
    serde_json::from_value(terms).expect("are terms")
}

fn euros() -> guildhall_domain::money::Money {
    serde_json::from_value(json!({ "minor": 5_000, "currency": "EUR" })).expect("is money")
}

/// A request.
pub(crate) fn publish(id: Uuid, number: u16) -> Mutation {
    let text = json!({
        "title": format!("Request number {number}"),
        "description": "What there is to do.",
        "category": "software",
        "skills": [{ "skill": null, "name": "Rust", "must": true, "level": "beginner" }],
        "work": "remote",
        "place": null,
        "start": NOW.day(),
        "end": NOW.day().plus_days(50),
        "hours_per_week": 20,
        "budget": null,
        "time_zone": "Europe/Berlin",
        "languages": [],
    });
    Mutation::PublishRequest {
        id: RequestId(id),
        text: Box::new(serde_json::from_value(text).expect("is a request")),
    }
}
