//! Who is signed in: beginning, keeping and ending a session.

use crate::Desktop;
use crate::engine::Engine;
use crate::error::Error;
use crate::event::Event;
use crate::screens;
use crate::sign_in::{
    AddressError, Grant, Named, SIGN_IN_LIMIT, Server, ServerAddress, SignIn, SignInError, Tokens,
    hand_over,
};
use crate::sync::{Driver, Link, Transport};
use crate::view::session::{LinkView, MeView, SessionView, SignInView, SyncView};
use guildhall_domain::id::AccountId;
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

    /// Opens the browser to sign in at a server, named by its address or by an invitation; the answer is awaited in the
    /// background.
    ///
    /// # Errors
    /// [`Error::Address`] when the server's address cannot be used.
    pub async fn sign_in(self: &Arc<Self>, server: String) -> Result<(), Error> {
        let named = Named::parse(&server)?;
        let server = self.remember_server(&named).await?;
        let code = match named {
            Named::Address(_) => None,
            Named::Invitation { code, .. } => code,
        };
        let (cancel, cancelled) = watch::channel(false);
        {
            let mut state = self.state.lock().await;
            if let Some(earlier) = state.attempt.cancel.replace(cancel) {
                earlier.send_replace(true);
            }
            state.attempt.notice = None;
            state.attempt.waiting = Some(Waiting {
                link: String::new(),
                browser_opened: true,
                fingerprint: None,
            });
        }
        self.tell(Event::SessionChanged);
        let desktop = Arc::clone(self);
        tokio::spawn(async move {
            let outcome = desktop
                .attempt(&server, code.as_deref(), cancelled.clone())
                .await;
            // A later attempt took over: its outcome counts.
            if *cancelled.borrow() && !matches!(outcome, Ok(())) {
                return;
            }
            let mut state = desktop.state.lock().await;
            state.attempt.waiting = None;
            state.attempt.cancel = None;
            if let Err(error) = outcome {
                state.attempt.notice = Some(error.to_string());
            }
            drop(state);
            desktop.tell(Event::SessionChanged);
            desktop.tell(Event::Changed);
        });
        Ok(())
    }

    async fn attempt(
        self: &Arc<Self>,
        server: &Server,
        code: Option<&str>,
        mut cancelled: watch::Receiver<bool>,
    ) -> Result<(), Error> {
        let sign_in = SignIn::begin(server, code, Arc::clone(&self.opener)).await?;
        {
            let mut state = self.state.lock().await;
            if *cancelled.borrow() {
                return Err(SignInError::Cancelled.into());
            }
            state.attempt.waiting = Some(Waiting {
                link: sign_in.link().to_owned(),
                browser_opened: sign_in.browser_opened(),
                fingerprint: sign_in.warned_of().map(str::to_owned),
            });
        }
        self.tell(Event::SessionChanged);
        let ended = async move {
            // The sender is dropped only when a later attempt or the end of the app has told before.
            let _ = cancelled.wait_for(|cancelled| *cancelled).await;
        };
        let (found, grant) = sign_in
            .finish(&self.milliseconds, SIGN_IN_LIMIT, ended)
            .await?;
        self.begin(&server.address, found, grant).await
    }

    /// Opens the browser for the sign-in that waits, when it was not opened unasked.
    ///
    /// # Errors
    /// Never at the moment: that none opens is shown with the link.
    pub async fn sign_in_open(&self) -> Result<(), Error> {
        let Some(link) = self
            .state
            .lock()
            .await
            .attempt
            .waiting
            .as_ref()
            .map(|waiting| waiting.link.clone())
        else {
            return Ok(());
        };
        let open = Arc::clone(&self.opener);
        let opened = tokio::task::spawn_blocking(move || open(&link)).await;
        if let Some(waiting) = &mut self.state.lock().await.attempt.waiting {
            waiting.browser_opened = matches!(opened, Ok(Ok(())));
        }
        self.tell(Event::SessionChanged);
        Ok(())
    }

    /// Gives up the sign-in that waits for the browser.
    ///
    /// # Errors
    /// Never at the moment.
    pub async fn sign_in_cancel(&self) -> Result<(), Error> {
        let mut state = self.state.lock().await;
        if let Some(cancel) = state.attempt.cancel.take() {
            cancel.send_replace(true);
        }
        state.attempt.waiting = None;
        drop(state);
        self.tell(Event::SessionChanged);
        Ok(())
    }

    /// Takes over a sign-in that was done elsewhere: a one-time code with its verifier.
    ///
    /// # Errors
    /// [`Error`] when the address or the code is no good. A profile that is signed in already stays as it is.
    pub async fn hand_over(
        self: &Arc<Self>,
        server: String,
        code: String,
        verifier: String,
    ) -> Result<(), Error> {
        let address = ServerAddress::parse(&server)?;
        if self
            .state
            .lock()
            .await
            .session
            .as_ref()
            .is_some_and(|session| session.driver.is_some())
        {
            return Ok(());
        }
        let known = self.state.lock().await.remembered.known(address.clone());
        let (server, grant) = hand_over(&known, &code, &verifier, &self.milliseconds).await?;
        self.begin(&address, server, grant).await?;
        self.tell(Event::SessionChanged);
        Ok(())
    }

    /// Names the server, so that its field is filled in.
    ///
    /// # Errors
    /// [`Error::Address`] when the address cannot be used.
    pub async fn name_server(&self, server: String) -> Result<(), Error> {
        self.remember_server(&Named::parse(&server)?).await?;
        self.tell(Event::SessionChanged);
        Ok(())
    }

    /// Believes a server anew that has another key than before, as its new invitation says. What waits is kept.
    ///
    /// # Errors
    /// [`Error::Address`] when it is no invitation, [`Error::OtherServer`] when it is one to another server.
    pub async fn believe_again(self: &Arc<Self>, invitation: String) -> Result<(), Error> {
        let named = Named::parse(&invitation)?;
        let Named::Invitation { server, .. } = &named else {
            return Err(AddressError::Invitation.into());
        };
        let mut state = self.state.lock().await;
        if state.remembered.server != server.address.to_string() {
            return Err(Error::OtherServer);
        }
        state.remembered.learn(server);
        self.place.remember(&state.remembered)?;
        let Some(account) = state.remembered.account else {
            return Ok(());
        };
        let Some(session) = &mut state.session else {
            return Ok(());
        };
        // The loop of before goes on with the old key, so another one takes its place.
        session.driver = None;
        session.transport = None;
        drop(state);
        self.find_tokens(server, account).await;
        Ok(())
    }

    /// Remembers which server was named, and what an invitation says of it.
    async fn remember_server(&self, named: &Named) -> Result<Server, Error> {
        let mut state = self.state.lock().await;
        // Who is signed in goes on to believe what they believed, whatever link is put before them.
        if state.session.is_none() {
            if let Named::Invitation { server, .. } = named {
                state.remembered.learn(server);
            }
            state.remembered.server = named.address().to_string();
            self.place.remember(&state.remembered)?;
        }
        Ok(state.remembered.known(named.address().clone()))
    }

    /// Begins the session that a sign-in yielded.
    async fn begin(
        self: &Arc<Self>,
        address: &ServerAddress,
        server: crate::sign_in::AuthServer,
        grant: Grant,
    ) -> Result<(), Error> {
        let account: AccountId = grant
            .account()
            .parse()
            .map_err(|_| Error::Unreadable("The server named no account.".to_owned()))?;
        let tokens = Tokens::keep(
            self.keychain.clone(),
            server,
            grant,
            &self.profile,
            Arc::clone(&self.milliseconds),
        )
        .await;
        let mut state = self.state.lock().await;
        let same = state.remembered.account == Some(account)
            && state.remembered.server == address.to_string();
        let engine = match state.session.take() {
            Some(session) if same => Arc::clone(&session.engine),
            other => {
                if let Some(session) = other {
                    session.engine.close().await;
                }
                Arc::new(Engine::open(&self.place.account(address, account), account).await?)
            }
        };
        state.remembered.server = address.to_string();
        state.remembered.account = Some(account);
        self.place.remember(&state.remembered)?;
        state.session = Some(self.running(engine, Some(tokens))?);
        Ok(())
    }

    /// A session over open files, with its loop if there are tokens.
    pub(crate) fn running(
        &self,
        engine: Arc<Engine>,
        tokens: Option<Tokens>,
    ) -> Result<Session, Error> {
        let transport = tokens
            .clone()
            .map(|tokens| Transport::new(tokens, self.server_time.clone()))
            .transpose()?;
        let driver = transport.clone().map(|transport| {
            Driver::start(
                Arc::clone(&engine),
                transport,
                self.events.clone(),
                Arc::clone(&self.clock),
                self.server_time.clone(),
                self.match_window,
                self.is_paused(),
            )
        });
        Ok(Session {
            engine,
            tokens,
            transport,
            driver,
        })
    }

    /// Takes up the session of the last start: the files at once, the tokens as soon as the keychain gives them.
    pub(crate) async fn take_up(self: &Arc<Self>) -> Result<(), Error> {
        let mut state = self.state.lock().await;
        let Some(account) = state.remembered.account else {
            return Ok(());
        };
        let address = ServerAddress::parse(&state.remembered.server)?;
        let engine = Arc::new(Engine::open(&self.place.account(&address, account), account).await?);
        if let Some(ahead) = engine.clock_ahead().await? {
            self.server_time.believe(ahead);
        }
        state.session = Some(self.running(engine, None)?);
        let known = state.remembered.known(address);
        drop(state);
        let desktop = Arc::clone(self);
        tokio::spawn(async move {
            desktop.find_tokens(&known, account).await;
        });
        Ok(())
    }

    async fn find_tokens(self: &Arc<Self>, server: &Server, account: AccountId) {
        let found = Tokens::open(
            self.keychain.clone(),
            server.clone(),
            &account.to_string(),
            &self.profile,
            Arc::clone(&self.milliseconds),
        )
        .await;
        let mut state = self.state.lock().await;
        match found {
            Ok(Some(tokens)) => {
                // Meanwhile somebody may have signed in anew, or out.
                if let Some(session) = state.session.take_if(|session| session.driver.is_none()) {
                    state.session = self.running(session.engine, Some(tokens)).ok();
                }
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "the keychain did not give the session"),
        }
        drop(state);
        self.tell(Event::SessionChanged);
        self.tell(Event::LinkChanged);
    }

    /// Tries the keychain again and writes into it what had to stay in memory.
    ///
    /// # Errors
    /// Never at the moment.
    pub async fn retry_keychain(self: &Arc<Self>) -> Result<SessionView, Error> {
        self.keychain.probe().await;
        let (account, server) = {
            let state = self.state.lock().await;
            let missing = state
                .session
                .as_ref()
                .is_some_and(|session| session.tokens.is_none());
            (
                state.remembered.account.filter(|_| missing),
                state.remembered.server.clone(),
            )
        };
        if let (Some(account), Ok(address)) = (account, ServerAddress::parse(&server)) {
            let known = self.state.lock().await.remembered.known(address);
            self.find_tokens(&known, account).await;
        }
        self.session().await
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
