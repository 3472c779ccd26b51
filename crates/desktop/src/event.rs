//! What the shell is told without asking.

use guildhall_domain::attachment::BlobHash;

/// Something happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Rows changed: what is on screen should be read again.
    Changed,
    /// Somebody signed in or out, or a sign-in got further.
    SessionChanged,
    /// The connection changed: the state of sync should be asked again.
    LinkChanged,
    /// A file is on its way: so much of it has arrived, here or on the server.
    FileProgress {
        /// Which file.
        blob: BlobHash,
        /// So many bytes.
        done: u64,
        /// Of so many.
        size: u64,
    },
    /// Something that deserves a notification.
    Notice(Notice),
}

/// A notification of the operating system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The first line.
    pub title: String,
    /// The rest; may be empty.
    pub body: String,
    /// Where a click leads.
    pub route: String,
}
