//! Looking through the whole market: open requests for freelancers, freelancers for clients.

mod finder;
mod talent;
mod work;

pub use finder::{Answered, Change, Finder};

use crate::admin::refused;
use crate::extract::Call;
use crate::limit::Rate;
use crate::problem::Problem;
use crate::state::Market;
use crate::sync::Pace;
use axum::routing::post;
use axum::{Extension, Router};
use guildhall_protocol::find::Find;
use guildhall_protocol::path;
use guildhall_search::Side;
use guildhall_storage::server::Job;
use std::sync::Arc;
use utoipa::OpenApi;
use uuid::Uuid;

/// The routes; so many questions a person may ask.
pub(crate) fn routes(rate: Option<Rate>) -> Router<Arc<Market>> {
    Router::new()
        .route(path::FIND_WORK, post(work::find_work))
        .route(path::FIND_TALENT, post(talent::find_talent))
        .layer(Extension(Arc::new(Pace::new(rate))))
}

/// Asks the finder on a thread where it keeps nobody waiting.
async fn ask(
    market: &Arc<Market>,
    pace: &Pace,
    call: &Call,
    side: Side,
    find: Find,
) -> Result<Answered, Problem> {
    let account = call.account();
    if let Err(after_ms) = pace.take(account, 1, (market.clock)()) {
        return Err(Problem::too_many_requests(after_ms.div_ceil(1_000)));
    }
    if market.store.head().await? > market.finder.version() {
        // Another process has written: taking that in is the writer's work, and needs no act.
        let nothing = Job {
            account,
            system: false,
            device: None,
            acts: Vec::new(),
        };
        let taken = market.writer.decide(nothing).await;
        taken.map_err(|_| Problem::unavailable(2))?;
    }
    let finder = market.finder.clone();
    let asked = move || finder.find(side, &find, account.0.as_u128());
    let answered = tokio::task::spawn_blocking(asked).await;
    answered
        .map_err(|panicked| Problem::internal(&panicked))?
        .map_err(refused)
}

/// The ids of what was found, with the kilometres to each.
fn hits(answered: &Answered) -> impl Iterator<Item = (Uuid, Option<u32>)> {
    let hits = answered.found.hits.iter();
    hits.map(|hit| (Uuid::from_u128(hit.id), hit.km))
}

/// What the document says of these.
pub(crate) fn described() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(work::find_work, talent::find_talent))]
    struct Described;
    Described::openapi()
}
