//! What the measuring program and its desktops say to each other: one JSON object a line.

use serde::{Deserialize, Serialize};
use std::time::{SystemTime, UNIX_EPOCH};

/// To a desktop.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Order {
    /// Sign in and be up to date.
    SignIn {
        server: String,
        email: String,
        password: String,
    },
    /// Show the client's home so often.
    Home { times: usize },
    /// Wait for so many numbered messages.
    Watch { count: usize },
    /// Send so many numbered messages, to one thread after the other.
    Say {
        threads: Vec<String>,
        count: usize,
        /// Milliseconds between two, at least and at most.
        pause: (u64, u64),
    },
    /// Send so many messages to a thread, each when the list of conversations shows the one before.
    Local { thread: String, count: usize },
    /// Sign in and send everything that waits.
    Replay {
        server: String,
        email: String,
        password: String,
    },
    /// Close the files.
    Close,
}

/// From a desktop.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Report {
    /// Signed in; so many rows are in the cache.
    SignedIn { rows: u32 },
    /// How long each time took, in milliseconds, and how many rows are in the cache.
    Home { took: Vec<f64>, rows: u32 },
    /// Watching from now on.
    Watching,
    /// When each message stood in a list that a screen would show.
    Seen { at: Vec<u64> },
    /// When each act had returned.
    Said { at: Vec<u64> },
    /// How long each of something took.
    Took { milliseconds: Vec<f64> },
    /// Done.
    Closed,
}

/// The machine's clock, which all processes share, in nanoseconds.
pub(crate) fn instant() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
