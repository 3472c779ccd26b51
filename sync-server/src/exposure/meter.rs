//! The meter: how evenly people were shown in the last 30 days, in sums that name nobody.

use guildhall_domain::id::AccountId;
use guildhall_domain::time::{DAY_MS, Timestamp};
use guildhall_storage::StoreError;
use guildhall_storage::server::{Applicants, FirstPlaces, ServerStore, Shown};
use std::collections::BTreeMap;
use tokio::sync::Mutex;

/// So many days are counted.
pub const METER_DAYS: i32 = 30;
/// So long what was counted is shown, so that looking often costs nothing.
const FRESH_MS: i64 = 10 * 60 * 1_000;
/// What being seen at the first place is worth.
const FIRST: u64 = 65_536;

/// What was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meter {
    /// When.
    pub at: Timestamp,
    /// The first ten places of lists.
    pub first: FirstPlaces,
    /// How unevenly freelancers were seen there, in thousandths: see [`gini`].
    pub gini: Option<u64>,
    /// Freelancers who stood there.
    pub seen: usize,
    /// All who could have.
    pub freelancers: u32,
    /// Applications of the requests that were published.
    pub applicants: Applicants,
}

/// The last count.
#[derive(Debug, Default)]
pub struct Meters(Mutex<Option<Meter>>);

impl Meters {
    /// What was counted in the last ten minutes, or is now. Whoever asks meanwhile waits for the same count.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn read(&self, store: &ServerStore, now: Timestamp) -> Result<Meter, StoreError> {
        let mut last = self.0.lock().await;
        if let Some(meter) = last.filter(|meter| now < meter.at.plus_ms(FRESH_MS)) {
            return Ok(meter);
        }
        let meter = count(store, now).await?;
        *last = Some(meter);
        Ok(meter)
    }
}

async fn count(store: &ServerStore, now: Timestamp) -> Result<Meter, StoreError> {
    let since = now.day().plus_days(-METER_DAYS);
    let exposure = exposure(&store.shown_since(since).await?);
    let freelancers = store.count_freelancers().await?;
    let applicants = now.plus_ms(-i64::from(METER_DAYS) * DAY_MS);
    Ok(Meter {
        at: now,
        first: store.first_places(since).await?,
        seen: exposure.len(),
        gini: gini(exposure.into_values().collect(), freelancers),
        freelancers,
        applicants: store.count_applicants(applicants).await?,
    })
}

/// How much everybody was seen: place `k` (from 0) is worth `65,536 · 10 / (10 + 3 k)`, as the simulated market has it.
fn exposure(shown: &[Shown]) -> BTreeMap<AccountId, u64> {
    let mut exposure = BTreeMap::new();
    for one in shown {
        let worth = FIRST * 10 / (10 + 3 * u64::from(one.rank));
        let sum: &mut u64 = exposure.entry(one.freelancer).or_default();
        *sum = sum.saturating_add(worth * u64::from(one.times));
    }
    exposure
}

/// The Gini coefficient in thousandths: 0 when all have the same, towards 1,000 when one has everything. Whoever is not among these, out
/// of so many, has nothing. None where nobody has anything.
///
/// `2 Σ i·x / (n Σ x) − (n + 1) / n`, with `i` from 1 in rising order.
fn gini(mut values: Vec<u64>, people: u32) -> Option<u64> {
    values.sort_unstable();
    // Whoever was seen and has left since counts, too.
    let count = values.len().max(usize::try_from(people).ok()?) as u128;
    let without = count - values.len() as u128;
    let total: u128 = values.iter().copied().map(u128::from).sum();
    let ranked = values.iter().zip(without + 1..);
    let ranked: u128 = ranked.map(|(value, rank)| rank * u128::from(*value)).sum();
    let above = 2_000 * ranked;
    let below = 1_000 * (count + 1) * total;
    let gini = above.saturating_sub(below).checked_div(count * total)?;
    u64::try_from(gini).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn the_gini_coefficient_is_that_of_the_book() {
        for (values, people, expected) in [
            (vec![], 0, None),
            (vec![], 9, None),
            (vec![2; 7], 7, Some(0)),
            (vec![8], 4, Some(750)),
            (vec![3, 1], 2, Some(250)),
            // One who has left since is counted.
            (vec![3, 1], 1, Some(250)),
            (vec![u64::MAX; 3], 3, Some(0)),
        ] {
            assert_eq!(
                gini(values.clone(), people),
                expected,
                "{values:?} {people}"
            );
        }
    }

    #[test]
    fn a_place_further_down_is_seen_less() {
        let shown = |freelancer, rank, times| Shown {
            freelancer: AccountId(Uuid::from_u128(freelancer)),
            rank,
            times,
        };

        let exposure = exposure(&[shown(1, 0, 2), shown(1, 10, 1), shown(2, 1, 1)]);

        let values: Vec<u64> = exposure.into_values().collect();
        assert_eq!(values, [2 * 65_536 + 16_384, 50_412]);
    }
}
