//! Whom sync serves, and how fast: which desktops are too old, how many acts a person may push, and how much they may ask.

use crate::limit::Rate;
use crate::problem::Problem;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use guildhall_domain::id::AccountId;
use guildhall_domain::time::Timestamp;
use guildhall_protocol::app::{AppVersion, HEADER};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The oldest desktop that this server serves, unless the operator says otherwise.
pub const OLDEST_APP: AppVersion = AppVersion(0, 1, 0);

/// What the operator may set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncRules {
    /// An older desktop is told to be updated. It keeps its queue.
    pub oldest_app: AppVersion,
    /// How many acts a person may push; none limits nothing.
    pub push: Option<Rate>,
    /// How many questions a person may ask the whole market; none limits nothing.
    pub find: Option<Rate>,
    /// How often a live session is told what it must hold, if it asks for that at all.
    pub compare_every: Duration,
}

/// [`SyncRules::compare_every`], for the live endpoint.
#[derive(Debug, Clone, Copy)]
pub(super) struct Comparing(pub(super) Duration);

impl Default for SyncRules {
    fn default() -> Self {
        Self {
            oldest_app: OLDEST_APP,
            // Wide enough for a whole season offline at once; narrow enough for a program that has gone wild.
            push: Some(Rate {
                burst: 20_000,
                every_ms: 2,
            }),
            // Somebody who types and filters fast; not a program that copies the market.
            find: Some(Rate {
                burst: 60,
                every_ms: 250,
            }),
            compare_every: Duration::from_mins(15),
        }
    }
}

/// Sends desktops away that are too old. One that does not say its version is judged by its protocol.
pub(super) async fn recent_enough(
    State(oldest): State<AppVersion>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    if let Some(said) = request.headers().get(HEADER) {
        let version: AppVersion = said
            .to_str()
            .ok()
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| Problem::malformed(format!("{HEADER} is not a version.")))?;
        if version < oldest {
            return Err(Problem::upgrade_required(format!(
                "This server needs version {oldest} of the desktop or a later one; yours is {version}. What you do meanwhile is kept and sent after the update."
            )));
        }
    }
    Ok(next.run(request).await)
}

/// Counts the acts that people push, or the questions that they ask. In memory: a restart forgives, and nothing is lost by that.
#[derive(Debug)]
pub(crate) struct Pace {
    rate: Option<Rate>,
    /// When each person's bucket is full again.
    full_at: Mutex<BTreeMap<AccountId, i64>>,
}

/// So many people are remembered before those with full buckets are forgotten.
const REMEMBERED: usize = 10_000;

impl Pace {
    pub(crate) fn new(rate: Option<Rate>) -> Self {
        Self {
            rate,
            full_at: Mutex::default(),
        }
    }

    /// Takes so many acts out of a person's bucket, or says after how many milliseconds they will be in it.
    pub(crate) fn take(&self, account: AccountId, acts: usize, now: Timestamp) -> Result<(), u64> {
        let Some(rate) = self.rate else {
            return Ok(());
        };
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if full_at.len() > REMEMBERED {
            full_at.retain(|_, at| *at > now.0);
        }
        let acts = i64::try_from(acts).unwrap_or(i64::MAX);
        let before = full_at.get(&account).copied().unwrap_or(now.0).max(now.0);
        let after = before.saturating_add(acts.saturating_mul(rate.every_ms));
        let wait = after - now.0 - i64::from(rate.burst) * rate.every_ms;
        if wait > 0 {
            return Err(wait.unsigned_abs());
        }
        full_at.insert(account, after);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const ADA: AccountId = AccountId(Uuid::from_u128(1));
    const BEN: AccountId = AccountId(Uuid::from_u128(2));

    #[test]
    fn a_burst_is_good_at_once_and_then_one_more_every_so_often() {
        let pace = Pace::new(Some(Rate {
            burst: 100,
            every_ms: 10,
        }));
        let at = Timestamp;
        assert_eq!(pace.take(ADA, 60, at(0)), Ok(()));
        assert_eq!(pace.take(ADA, 60, at(0)), Err(200));
        assert_eq!(pace.take(BEN, 60, at(0)), Ok(()), "each for themselves");
        assert_eq!(pace.take(ADA, 60, at(199)), Err(1));
        assert_eq!(pace.take(ADA, 60, at(200)), Ok(()));
        assert_eq!(pace.take(ADA, 100, at(100_000)), Ok(()), "full, not fuller");
        assert_eq!(pace.take(ADA, 1, at(100_000)), Err(10));
    }

    #[test]
    fn ten_thousand_acts_of_a_season_offline_go_through_at_once() {
        let pace = Pace::new(SyncRules::default().push);
        for _ in 0..20 {
            assert_eq!(pace.take(ADA, 500, Timestamp(7)), Ok(()));
        }
    }
}
