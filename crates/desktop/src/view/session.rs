//! Who is signed in, where, and how the connection stands.

use super::RoleView;
use serde::{Deserialize, Serialize};
use specta::Type;

/// Everything the frame of the window needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct SessionView {
    /// Where sign-in stands.
    pub state: SignInView,
    /// The last server named, to prefill the field.
    pub server: String,
    /// Whether tokens can be kept safely on this computer.
    pub keychain: KeychainView,
    /// `--profile` name; empty for the default one.
    pub profile: String,
}

/// Where sign-in stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SignInView {
    /// Nobody is signed in.
    SignedOut {
        /// Why the last attempt or session ended, if that needs saying.
        notice: Option<String>,
    },
    /// The browser has been opened and an answer is awaited.
    Waiting {
        /// The link to copy when no browser opened.
        link: String,
        /// False when the system browser was not started.
        browser_opened: bool,
        /// The fingerprint of the certificate about which the browser will warn; it is opened when the person asks for it.
        fingerprint: Option<String>,
    },
    /// Somebody is signed in.
    SignedIn {
        /// Who.
        me: MeView,
    },
}

/// A sign-in to keep order, which waits for the browser.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct StepUpView {
    /// The link to copy when no browser opened.
    pub link: String,
    /// False when the system browser was not started.
    pub browser_opened: bool,
    /// The fingerprint of the certificate about which the browser will warn; it is opened when the person asks for it.
    pub fingerprint: Option<String>,
}

/// The person at this desktop.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct MeView {
    /// Account id.
    pub id: String,
    /// The name they go by.
    pub name: String,
    /// Photo as data URL.
    pub photo: Option<String>,
    /// Roles this account has; the window offers a switch between work and hire when both are there.
    pub roles: Vec<RoleView>,
    /// Why the account is suspended, if it is: reading and export still work.
    pub suspended: Option<String>,
}

/// Whether tokens can be kept safely.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum KeychainView {
    /// The system keychain works.
    Ready,
    /// No usable keychain: tokens live in memory until the app quits.
    MemoryOnly {
        /// What is wrong and how to mend it.
        hint: String,
    },
}

/// How this device stands against the server. Words first; one quiet pill.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct SyncView {
    /// Whether the server is reached at the moment.
    pub link: LinkView,
    /// Acts that wait to be sent.
    pub waiting: u32,
    /// Acts that were refused and need the person.
    pub attention: u32,
    /// When this device last was up to date (Unix ms).
    pub as_of: Option<f64>,
    /// How many milliseconds this computer's clock is ahead of the server's; zero while they agree.
    pub clock_ahead: f64,
}

/// The state of the connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LinkView {
    /// Connected and nothing under way.
    UpToDate,
    /// Sending or receiving.
    Syncing,
    /// The server is not reached.
    Offline,
    /// The first download is running: lists may still be empty.
    Loading,
    /// The server speaks a newer protocol: reading and drafting go on, the queue waits for an update.
    UpdateNeeded,
    /// The session ended (revoked, expired): the queue waits for the next sign-in.
    SignInNeeded,
    /// The server shows another key than the one that is known: the queue waits for a new invitation.
    Distrusted,
}
