//! What the webview is told without asking.

use guildhall_desktop::view::session::SyncView;
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri_specta::Event;

/// Some rows changed: read again what is on screen.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct Changed {}

/// Somebody signed in or out, or a sign-in got further.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct SessionChanged {}

/// The connection or the outbox changed.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct SyncChanged(pub SyncView);

/// A file is on its way, here or to the server.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct FileProgress {
    /// Its hash.
    pub blob: String,
    /// So many bytes are over.
    pub done: f64,
    /// Of so many.
    pub size: f64,
}

/// The tray or a notification was clicked: show this route.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct Navigate {
    /// A route such as `/opportunities/<id>`.
    pub route: String,
}
