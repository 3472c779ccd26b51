//! The offline-first app without a window: what a person can do, what they see, and the loop that keeps both in step with the server.
//!
//! The way through: a shell holds a [`Desktop`] and calls its verbs. A verb that changes something becomes a mutation; the engine
//! keeps it on the disk, predicts its effect with the domain's own rules, and the sync loop carries it to the server. A verb that
//! asks something reads a [`snapshot::Snapshot`] through one of the [`screens`].

mod blobs;
mod cancelled;
mod engine;
mod error;
mod event;
pub mod forms;
mod hold;
mod notice;
mod place;
pub mod screens;
mod server_time;
mod session;
pub mod sign_in;
#[cfg(feature = "simulation")]
pub mod simulation;
pub mod snapshot;
mod sync;
mod trust;
mod verbs;
mod verdict;
pub mod view;

pub use blobs::FileState;
pub use error::Error;
pub use event::{Event, Notice};
pub use session::Clock;

use crate::place::{Place, Remembered};
use crate::server_time::ServerTime;
use crate::session::{Attempt, Session, StepUp};
use crate::sign_in::{Keychain, Opener, Vault};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use tokio::sync::{Mutex, mpsc};

/// What the shell gives the desktop.
pub struct Setup {
    /// The profile's folder.
    pub folder: PathBuf,
    /// The profile's name; empty for the default one.
    pub profile: String,
    /// Where tokens are kept.
    pub vault: Box<dyn Vault>,
    /// Opens a link in the system's browser.
    pub opener: Opener,
    /// Where events go.
    pub events: mpsc::UnboundedSender<Event>,
    /// This computer's clock in Unix milliseconds.
    pub clock: sign_in::Clock,
}

/// The app of one profile.
pub struct Desktop {
    profile: String,
    place: Place,
    keychain: Keychain,
    opener: Opener,
    events: mpsc::UnboundedSender<Event>,
    clock: Clock,
    server_time: ServerTime,
    milliseconds: sign_in::Clock,
    time_zone: String,
    match_window: Duration,
    paused: AtomicBool,
    /// What was opened in this run: reading a page again on every change is no second view.
    seen: std::sync::Mutex<BTreeSet<String>>,
    /// Files that the window is handing over.
    intakes: blobs::Intakes,
    state: Mutex<State>,
}

/// Who is signed in and how sign-in stands.
struct State {
    remembered: Remembered,
    session: Option<Session>,
    attempt: Attempt,
    /// A sign-in to keep order, which waits for the browser.
    step_up: Option<StepUp>,
}

impl Desktop {
    /// Opens a profile: shows what is on the disk at once, and goes on from there when the server is reached.
    ///
    /// # Errors
    /// [`Error`] when the profile's files cannot be used.
    pub async fn open(setup: Setup) -> Result<Arc<Self>, Error> {
        let milliseconds = setup.clock;
        let place = Place::take(&setup.folder)?;
        let remembered = place.remembered();
        let server_time = ServerTime::new(Arc::clone(&milliseconds));
        let shown = server_time.clone();
        let desktop = Arc::new(Self {
            profile: setup.profile,
            keychain: Keychain::new(setup.vault),
            opener: setup.opener,
            events: setup.events,
            clock: Arc::new(move || shown.now()),
            server_time,
            milliseconds,
            time_zone: local_time_zone(),
            match_window: match_window(),
            paused: AtomicBool::new(false),
            seen: std::sync::Mutex::default(),
            intakes: blobs::Intakes::default(),
            state: Mutex::new(State {
                remembered,
                session: None,
                attempt: Attempt::default(),
                step_up: None,
            }),
            place,
        });
        desktop.take_up().await?;
        // The first keystroke in a form should not wait for the vocabulary.
        tokio::task::spawn_blocking(|| guildhall_catalog::Catalog::get().warm());
        let probing = Arc::clone(&desktop);
        tokio::spawn(async move {
            probing.keychain.probe().await;
            probing.tell(Event::SessionChanged);
        });
        Ok(desktop)
    }

    /// Lets running work end and closes the files.
    pub async fn close(&self) {
        let session = self.state.lock().await.session.take();
        if let Some(session) = session {
            drop(session.driver);
            session.engine.close().await;
        }
    }

    /// True the first time in this run.
    fn first_time(&self, what: &str) -> bool {
        let mut seen = self
            .seen
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        seen.insert(what.to_owned())
    }

    /// How far this computer's clock is ahead of UTC at the moment.
    fn utc_offset_minutes(&self) -> i16 {
        let zone = jiff::tz::TimeZone::get(&self.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
        let now = jiff::Timestamp::from_millisecond((self.clock)().0).unwrap_or_default();
        i16::try_from(zone.to_offset(now).seconds() / 60).unwrap_or(0)
    }
}

/// The IANA name of this computer's time zone.
fn local_time_zone() -> String {
    jiff::tz::TimeZone::system()
        .iana_name()
        .unwrap_or("UTC")
        .to_owned()
}

/// How long matches are gathered after one was told; a test may shorten it.
fn match_window() -> Duration {
    let asked = std::env::var("GUILDHALL_MATCH_WINDOW_MS")
        .ok()
        .and_then(|text| text.parse().ok());
    asked.map_or(notice::MATCH_WINDOW, Duration::from_millis)
}
