//! What the server does as time passes: publishes reviews whose window is over, forgets expired sign-ins.

use crate::state::Market;
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
            if let Err(error) = market.oauth.purge().await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "expired sign-ins were not thrown away"
                );
            }
        }
    });
}
