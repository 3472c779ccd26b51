//! What happened, as one hash; and the last of it in words.

use sha2::{Digest as _, Sha256};
use std::collections::VecDeque;
use std::fmt::Write as _;

/// The trace of a run.
pub(crate) struct Trace {
    hash: Sha256,
    last: VecDeque<String>,
    keep: usize,
    pub(crate) events: u64,
}

impl Trace {
    /// Nothing yet. So many of the last events are kept in words.
    pub(crate) fn new(keep: usize) -> Self {
        Self {
            hash: Sha256::new(),
            last: VecDeque::new(),
            keep,
            events: 0,
        }
    }

    /// Notes an event.
    pub(crate) fn note(&mut self, now: i64, event: &str) {
        self.hash.update(now.to_be_bytes());
        self.hash.update(event.as_bytes());
        self.hash.update([0]);
        self.events += 1;
        if self.last.len() >= self.keep {
            self.last.pop_front();
        }
        self.last.push_back(format!("{now} {event}"));
    }

    /// The hash of everything.
    pub(crate) fn hash(&self) -> String {
        let mut text = String::with_capacity(64);
        for byte in self.hash.clone().finalize() {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }

    /// The last events.
    pub(crate) fn last(&self) -> Vec<String> {
        self.last.iter().cloned().collect()
    }
}
