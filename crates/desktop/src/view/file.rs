//! Files that go with messages.

use serde::{Deserialize, Serialize};
use specta::Type;

/// A file of a message, or of one that is being written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct FileView {
    /// Its hash, by which it is opened.
    pub blob: String,
    /// Its name.
    pub name: String,
    /// How many bytes it has.
    pub size: f64,
    /// Where it is.
    pub state: FileStateView,
    /// How many bytes are over, while it is sent or fetched.
    pub done: f64,
    /// True for a picture that can be shown small once it is here.
    pub is_picture: bool,
    /// True when the system's program may open it; everything else can only be saved.
    pub can_open: bool,
}

/// Where a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum FileStateView {
    /// On this device only: it is sent when the server is reached.
    Waiting,
    /// On its way to the server.
    Sending,
    /// On this device.
    Here,
    /// On its way to this device.
    Fetching,
    /// On the server: it is fetched when it is opened.
    Remote,
}
