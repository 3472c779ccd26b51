//! Signing in once more, to keep order for some minutes.

use crate::Desktop;
use crate::error::Error;
use crate::sign_in::{SIGN_IN_LIMIT, SignIn, SignInError, Wanted};
use crate::view::session::StepUpView;
use std::sync::Arc;
use tokio::sync::watch;

/// A sign-in that waits for the browser.
pub(crate) struct StepUp {
    /// Taken by whoever waits for its end.
    sign_in: Option<SignIn>,
    link: String,
    cancel: watch::Sender<bool>,
}

impl Desktop {
    /// Opens the browser for whoever keeps order to show who they are. An earlier try is given up.
    ///
    /// # Errors
    /// [`Error::SignedOut`], and [`Error::SignIn`] when the server cannot be asked.
    pub async fn step_up_begin(&self) -> Result<StepUpView, Error> {
        let server = {
            let state = self.state.lock().await;
            let tokens = state
                .session
                .as_ref()
                .and_then(|session| session.tokens.as_ref());
            tokens.ok_or(Error::SignedOut)?.server().clone()
        };
        let sign_in = SignIn::begin(&server, Wanted::Oversight, Arc::clone(&self.opener)).await?;
        let view = StepUpView {
            link: sign_in.link().to_owned(),
            browser_opened: sign_in.browser_opened(),
            fingerprint: sign_in.warned_of().map(str::to_owned),
        };
        let (cancel, _) = watch::channel(false);
        let step_up = StepUp {
            link: view.link.clone(),
            sign_in: Some(sign_in),
            cancel,
        };
        if let Some(earlier) = self.state.lock().await.step_up.replace(step_up) {
            earlier.cancel.send_replace(true);
        }
        Ok(view)
    }

    /// Opens the browser for the sign-in that waits, when it was not opened unasked. False when none opens.
    ///
    /// # Errors
    /// Never at the moment.
    pub async fn step_up_open(&self) -> Result<bool, Error> {
        let link = {
            let state = self.state.lock().await;
            state.step_up.as_ref().map(|waiting| waiting.link.clone())
        };
        let Some(link) = link else { return Ok(false) };
        let open = Arc::clone(&self.opener);
        let opened = tokio::task::spawn_blocking(move || open(&link)).await;
        Ok(matches!(opened, Ok(Ok(()))))
    }

    /// Waits until the browser has answered. What it brought stays in memory, and ends by itself.
    ///
    /// # Errors
    /// [`Error::SignIn`] when it was declined, cancelled or took too long, [`Error::OtherAccount`] when somebody else is signed in
    /// in the browser.
    pub async fn step_up_finish(&self) -> Result<(), Error> {
        let (sign_in, mut cancelled) = {
            let mut state = self.state.lock().await;
            let waiting = state.step_up.as_mut();
            let waiting = waiting.ok_or(Error::SignIn(SignInError::Cancelled))?;
            let sign_in = waiting.sign_in.take();
            let sign_in = sign_in.ok_or(Error::SignIn(SignInError::Cancelled))?;
            (sign_in, waiting.cancel.subscribe())
        };
        let ended = async move {
            // An error means that nobody is left who could cancel: a later try has taken its place.
            let _ = cancelled.wait_for(|cancelled| *cancelled).await;
        };
        let oversight = sign_in
            .finish_oversight(&self.milliseconds, SIGN_IN_LIMIT, ended)
            .await?;
        let tokens = {
            let mut state = self.state.lock().await;
            // Unless another one was begun meanwhile.
            state.step_up.take_if(|waiting| waiting.sign_in.is_none());
            let session = state.session.as_ref();
            session.and_then(|session| session.tokens.clone())
        };
        if tokens.ok_or(Error::SignedOut)?.oversee(oversight).await {
            Ok(())
        } else {
            Err(Error::OtherAccount)
        }
    }

    /// Gives up the sign-in that waits.
    ///
    /// # Errors
    /// Never at the moment.
    pub async fn step_up_cancel(&self) -> Result<(), Error> {
        if let Some(waiting) = self.state.lock().await.step_up.take() {
            waiting.cancel.send_replace(true);
        }
        Ok(())
    }
}
