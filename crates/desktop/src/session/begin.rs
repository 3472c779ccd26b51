//! Signing in, and going on with a sign-in that is remembered.

use super::{Session, Waiting};
use crate::Desktop;
use crate::engine::Engine;
use crate::error::Error;
use crate::event::Event;
use crate::sign_in::{
    AddressError, Grant, Named, SIGN_IN_LIMIT, Server, ServerAddress, SignIn, SignInError, Tokens,
    Wanted, hand_over,
};
use crate::sync::{Driver, Transport};
use crate::view::session::SessionView;
use guildhall_domain::id::AccountId;
use std::sync::Arc;
use tokio::sync::watch;

impl Desktop {
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
        let wanted = Wanted::Marketplace { invitation: code };
        let sign_in = SignIn::begin(server, wanted, Arc::clone(&self.opener)).await?;
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
}
