//! What time it is by the server's clock: deadlines run there, and this computer's clock may be wrong by days.

use crate::sign_in;
use guildhall_domain::time::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Differences below this are the network's and the header's whole seconds, not the clock's.
const NOISE_MS: i64 = 5_000;

/// This computer's clock, set right by what the server says.
#[derive(Clone)]
pub(crate) struct ServerTime {
    here: sign_in::Clock,
    ahead: Arc<AtomicI64>,
}

impl ServerTime {
    /// Nothing has been heard yet: this computer's clock is believed.
    pub(crate) fn new(here: sign_in::Clock) -> Self {
        Self {
            here,
            ahead: Arc::new(AtomicI64::new(0)),
        }
    }

    /// The time by the server, as far as it is known.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp((self.here)().saturating_sub(self.ahead_ms()))
    }

    /// How many milliseconds this computer's clock is ahead of the server's.
    pub(crate) fn ahead_ms(&self) -> i64 {
        self.ahead.load(Ordering::Relaxed)
    }

    /// Takes what was found out in an earlier run.
    pub(crate) fn believe(&self, ahead_ms: i64) {
        self.ahead.store(ahead_ms, Ordering::Relaxed);
    }

    /// Hears the `date` header of an answer; one that cannot be read says nothing.
    pub(crate) fn hear(&self, date: &str) {
        let parser = jiff::fmt::rfc2822::DateTimeParser::new();
        let Ok(there) = parser.parse_timestamp(date) else {
            return;
        };
        let ahead = (self.here)().saturating_sub(there.as_millisecond());
        self.believe(if ahead.abs() < NOISE_MS { 0 } else { ahead });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sun, 22 Nov 2026 19:00:00 UTC.
    const THERE: i64 = 1_795_374_000_000;

    fn clock(ahead_ms: i64) -> ServerTime {
        ServerTime::new(Arc::new(move || THERE + ahead_ms))
    }

    #[test]
    fn a_clock_that_is_days_off_is_set_right_by_the_server() {
        for days in [-3, 4] {
            let time = clock(days * 86_400_000);

            time.hear("Sun, 22 Nov 2026 19:00:00 GMT");

            assert_eq!(time.now(), Timestamp(THERE));
            assert_eq!(time.ahead_ms(), days * 86_400_000);
        }
    }

    #[test]
    fn the_seconds_of_a_slow_network_are_no_wrong_clock() {
        let time = clock(4_000);

        time.hear("Sun, 22 Nov 2026 19:00:00 GMT");

        assert_eq!(time.ahead_ms(), 0);
    }

    #[test]
    fn a_date_that_cannot_be_read_changes_nothing() {
        let time = clock(0);
        time.believe(60_000);

        for date in ["", "yesterday", "Sun, 99 Nov 2026 19:00:00 GMT"] {
            time.hear(date);
        }

        assert_eq!(time.ahead_ms(), 60_000);
    }
}
