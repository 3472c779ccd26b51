//! What the server does as time passes: publishes reviews whose window is over, ends requests that nobody looks after,
//! forgets expired sign-ins and what left a scope long ago, deletes accounts that asked for it, removes files that nobody needs, writes down how many sign-ins failed.

use crate::clock;
use crate::exposure;
use crate::leaving;
use crate::state::Market;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::request::REQUEST_LIFE_MS;
use guildhall_domain::review::REVIEW_WINDOW_MS;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

/// How often.
const EVERY: Duration = Duration::from_mins(10);

/// Starts the rounds. They end with the process.
pub fn start(market: &Arc<Market>) {
    let market = Arc::clone(market);
    tokio::spawn(async move {
        let mut rounds = tokio::time::interval(EVERY);
        loop {
            rounds.tick().await;
            if let Err(error) = round(&market).await {
                tracing::warn!(
                    error = error.as_ref(),
                    "a round of housekeeping was cut short"
                );
            }
        }
    });
}

/// One round.
///
/// # Errors
/// When the database fails or the writer is overloaded; what was left is done in the next round.
pub async fn round(market: &Market) -> Result<(), Box<dyn Error + Send + Sync>> {
    market.oauth.purge().await?;
    market.oauth.note_failed_sign_ins().await?;
    leaving::round(market).await?;
    let forgotten = market.store.forget((market.clock)()).await?;
    if forgotten > 0 {
        tracing::info!(forgotten, "what left a scope a month ago is forgotten");
    }
    let oldest = (market.clock)().day().plus_days(-exposure::MEMORY_DAYS);
    market.store.forget_impressions(oldest).await?;
    // Another process, or the operator at the command line, may have decided otherwise.
    market
        .share
        .set(exposure::kept(&market.store.accounts()).await?);
    market.blobs.tidy(&market.store, (market.clock)()).await?;
    market.store.tidy().await?;
    let over = (market.clock)().plus_ms(-REVIEW_WINDOW_MS);
    for review in market.store.sealed_before(over).await? {
        let reveal = Mutation::RevealReview { id: review.id };
        if let Err(denied) = market
            .writer
            .act(review.author, true, clock::mutation_id(), reveal)
            .await?
        {
            tracing::warn!(review = %review.id, %denied, "a review stays sealed");
        }
    }
    let idle = (market.clock)().plus_ms(-REQUEST_LIFE_MS);
    for request in market.store.untouched_since(idle).await? {
        let expire = Mutation::ExpireRequest { id: request.id };
        if let Err(denied) = market
            .writer
            .act(request.client, true, clock::mutation_id(), expire)
            .await?
        {
            tracing::warn!(request = %request.id, %denied, "a request goes on past its time");
        }
    }
    Ok(())
}
