//! `POST /v1/sync/push`: mutations of one device.

use super::rules::Pace;
use super::understand;
use crate::extract::Call;
use crate::problem::{Body, Problem};
use crate::state::Market;
use axum::extract::State;
use axum::{Extension, Json};
use guildhall_domain::denied::{Code, Denied, FieldError};
use guildhall_protocol::sync::{Link, MAXIMUM_PUSH, Push, PushAnswer, Rest, Unreadable};
use guildhall_storage::server::{Act, Job};
use guildhall_sync_core::planted;
use std::sync::Arc;

/// Executes mutations in order. Answers only what is on the disk.
pub(super) async fn push(
    State(market): State<Arc<Market>>,
    Extension(pace): Extension<Arc<Pace>>,
    call: Call,
    Body(push): Body<Push>,
) -> Result<Json<PushAnswer>, Problem> {
    understand(push.protocol)?;
    if push.mutations.len() > MAXIMUM_PUSH {
        return Err(Problem::too_large());
    }
    if let Err(after_ms) = pace.take(call.account(), push.mutations.len(), (market.clock)()) {
        return Ok(Json(PushAnswer {
            decisions: Vec::new(),
            last_seq: 0,
            rest: Some(Rest::Retry { after_ms }),
        }));
    }
    let mut acts = Vec::with_capacity(push.mutations.len());
    let mut rest = None;
    for (envelope, link) in push
        .mutations
        .iter()
        .zip(Link::all(push.chain, &push.mutations))
    {
        let mutation = match envelope.open() {
            // Whoever has only the tokens of a desktop keeps no order with them.
            Ok(mutation) if mutation.keeps_order() => Err(Denied::new(
                Code::Forbidden,
                "This is done on the pages of those who keep order, and not by syncing.",
            )),
            Ok(mutation) => Ok(mutation),
            Err(Unreadable::UnknownName) if !planted!(UnknownRefused) => {
                rest = Some(Rest::Upgrade);
                break;
            }
            Err(Unreadable::UnknownName) => Err(Denied::not_found("act")),
            Err(Unreadable::BadArguments(text)) => Err(Denied {
                code: Code::Validation,
                message: "What was sent cannot be read. Your text is kept.".to_owned(),
                errors: vec![FieldError {
                    pointer: String::new(),
                    code: "malformed".to_owned(),
                    message: text,
                }],
            }),
        };
        acts.push(Act {
            link: Some(link),
            id: envelope.id,
            mutation,
        });
    }
    let job = Job {
        account: call.account(),
        system: false,
        device: Some(push.device),
        acts,
    };
    let answer = market
        .writer
        .decide(job)
        .await
        .map_err(|_| Problem::unavailable(2))?;
    Ok(Json(PushAnswer {
        decisions: answer.decisions,
        last_seq: answer.last_seq,
        rest: answer.rest.or(rest),
    }))
}
