//! Who is signed in: beginning, keeping and ending a session.

mod begin;
mod step_up;

pub(crate) use step_up::StepUp;

use crate::Desktop;
use crate::engine::Engine;
use crate::error::Error;
use crate::event::Event;
use crate::screens;
use crate::sign_in::{ServerAddress, Tokens};
use crate::sync::{Driver, Link, Transport};
use crate::view::session::{LinkView, MeView, SessionView, SignInView, SyncView};
use guildhall_domain::time::Timestamp;
use std::sync::Arc;
use tokio::sync::watch;

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A signed-in account: its files are open, and unless its session ended, its loop runs.
pub(crate) struct Session {
    pub(crate) engine: Arc<Engine>,
    pub(crate) tokens: Option<Tokens>,
    pub(crate) transport: Option<Transport>,
    pub(crate) driver: Option<Driver>,
}

/// Where sign-in stands when nobody is signed in yet, or again.
#[derive(Default)]
pub(crate) struct Attempt {
    /// While an answer is awaited.
    pub(crate) waiting: Option<Waiting>,
    /// Why the last attempt ended.
    pub(crate) notice: Option<String>,
    /// Ends the attempt that runs.
    pub(crate) cancel: Option<watch::Sender<bool>>,
}

/// A sign-in that waits for the browser.
pub(crate) struct Waiting {
    link: String,
    browser_opened: bool,
    /// What the browser will warn of.
    fingerprint: Option<String>,
}

impl Desktop {
    /// Everything the frame of the window needs.
    ///
    /// # Errors
    /// Never at the moment; it is a question like the others.
    pub async fn session(&self) -> Result<SessionView, Error> {
        let state = self.state.lock().await;
        let sign_in = match (&state.session, &state.attempt.waiting) {
            (_, Some(waiting)) => SignInView::Waiting {
                link: waiting.link.clone(),
                browser_opened: waiting.browser_opened,
                fingerprint: waiting.fingerprint.clone(),
            },
            (Some(session), None) => {
                let snapshot = session.engine.snapshot((self.clock)()).await;
                let unknown = || MeView {
                    id: snapshot.me.to_string(),
                    name: String::new(),
                    photo: None,
                    roles: Vec::new(),
                    suspended: None,
                };
                SignInView::SignedIn {
                    me: screens::me(&snapshot).unwrap_or_else(unknown),
                }
            }
            (None, None) => SignInView::SignedOut {
                notice: state.attempt.notice.clone(),
            },
        };
        Ok(SessionView {
            state: sign_in,
            server: state.remembered.server.clone(),
            keychain: self.keychain.view(),
            profile: self.profile.clone(),
        })
    }

    /// How this device stands against the server.
    ///
    /// # Errors
    /// Never at the moment.
    pub async fn sync_state(&self) -> Result<SyncView, Error> {
        let state = self.state.lock().await;
        let Some(session) = &state.session else {
            return Ok(SyncView {
                link: LinkView::Offline,
                waiting: 0,
                attention: 0,
                as_of: None,
                clock_ahead: 0.0,
            });
        };
        let counts = session.engine.counts((self.clock)()).await;
        let link = session
            .driver
            .as_ref()
            .map_or(Link::SignInNeeded, Driver::link);
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Ok(SyncView {
            link: match link {
                Link::Offline => LinkView::Offline,
                Link::Syncing if counts.is_loaded => LinkView::Syncing,
                Link::Syncing => LinkView::Loading,
                Link::UpToDate => LinkView::UpToDate,
                Link::UpdateNeeded => LinkView::UpdateNeeded,
                Link::SignInNeeded => LinkView::SignInNeeded,
                Link::Distrusted => LinkView::Distrusted,
            },
            waiting: count(counts.waiting),
            attention: count(counts.attention),
            as_of: counts.as_of.map(screens::milliseconds),
            clock_ahead: screens::milliseconds(Timestamp(self.server_time.ahead_ms())),
        })
    }

    /// Ends the session on the server and forgets it here, cache and all.
    ///
    /// # Errors
    /// [`Error::Waiting`] while something would be lost, unless it is to be discarded.
    pub async fn sign_out(&self, discard_waiting: bool) -> Result<(), Error> {
        let mut state = self.state.lock().await;
        let Some(session) = &state.session else {
            return Ok(());
        };
        let counts = session.engine.counts((self.clock)()).await;
        let snapshot = session.engine.snapshot((self.clock)()).await;
        let kept = counts.waiting + counts.attention + screens::drafts::worth_keeping(&snapshot);
        if kept > 0 && !discard_waiting {
            return Err(Error::Waiting(screens::words::count(
                kept,
                "unsent thing",
                "unsent things",
            )));
        }
        let address = ServerAddress::parse(&state.remembered.server)?;
        let account = state.remembered.account.take();
        if let Some(session) = state.session.take() {
            drop(session.driver);
            if let Some(tokens) = &session.tokens {
                tokens.sign_out().await;
            }
            session.engine.close().await;
        }
        self.place.remember(&state.remembered)?;
        if let Some(account) = account {
            std::fs::remove_dir_all(self.place.account(&address, account))?;
        }
        state.attempt.notice = None;
        drop(state);
        self.tell(Event::SessionChanged);
        Ok(())
    }

    /// Stops talking to the server until told otherwise, or begins again.
    ///
    /// # Errors
    /// Never at the moment.
    pub async fn go_offline(&self, offline: bool) -> Result<(), Error> {
        self.paused
            .store(offline, std::sync::atomic::Ordering::Relaxed);
        if let Some(driver) = self
            .state
            .lock()
            .await
            .session
            .as_ref()
            .and_then(|session| session.driver.as_ref())
        {
            driver.pause(offline);
        }
        self.tell(Event::LinkChanged);
        Ok(())
    }

    /// True while the person wants no talk to the server.
    pub fn is_paused(&self) -> bool {
        self.paused.load(std::sync::atomic::Ordering::Relaxed)
    }
}
