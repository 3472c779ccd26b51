//! The result as a table.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Duration;

/// What one kind of kill came to.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) what: &'static str,
    pub(crate) kills: u32,
    /// Of these, before it answered.
    pub(crate) while_starting: u32,
    pub(crate) acts: usize,
    pub(crate) acknowledged: usize,
    /// How long acts were done.
    pub(crate) busy: Duration,
    /// How many acts were under way at each kill.
    pub(crate) under_way: Vec<usize>,
    pub(crate) lost: usize,
    pub(crate) twice: usize,
    /// From start to readiness.
    pub(crate) recovery: Vec<Duration>,
}

impl Report {
    /// Prints the table past the test's capture: it is the result.
    pub(crate) fn print(&self, seed: u64) {
        let _ = writeln!(std::io::stderr(), "\n{}", self.table(seed));
    }

    fn table(&self, seed: u64) -> String {
        let mut table = String::from(
            "| killed | seed | kills | of these while starting | acts | acknowledged | acts/s | under way at a kill | lost | done twice | ready again p50 / p99 |\n\
             |---|---|---|---|---|---|---|---|---|---|---|\n",
        );
        let rate = self.acts as u128 * 1_000 / self.busy.as_millis().max(1);
        let under_way = self.under_way.iter().sum::<usize>() / self.under_way.len().max(1);
        let _ = writeln!(
            table,
            "| {} | {seed} | {} | {} | {} | {} | {rate} | {under_way} | {} | {} | {} / {} ms |",
            self.what,
            self.kills,
            self.while_starting,
            self.acts,
            self.acknowledged,
            self.lost,
            self.twice,
            percentile(&self.recovery, 50),
            percentile(&self.recovery, 99),
        );
        table
    }
}

/// Nearest rank, in milliseconds.
fn percentile(times: &[Duration], percent: usize) -> u128 {
    let mut times: Vec<u128> = times.iter().map(Duration::as_millis).collect();
    times.sort_unstable();
    let rank = (times.len() * percent).div_ceil(100).max(1);
    times.get(rank - 1).copied().unwrap_or(0)
}

#[test]
fn a_percentile_is_one_of_the_times() {
    let times: Vec<Duration> = (1..=200).map(Duration::from_millis).collect();
    assert_eq!((percentile(&times, 50), percentile(&times, 99)), (100, 198));
    assert_eq!(percentile(&times[..1], 99), 1);
    assert_eq!(percentile(&[], 50), 0);
}
