//! The outbox panel: what waits, and what needs the person.

use super::id;
use crate::Desktop;
use crate::error::Error;
use crate::event::Event;
use crate::screens;
use crate::view::outbox::{AttentionView, OutboxView, WaitingView};
use crate::view::session::LinkView;
use guildhall_domain::denied::{Code, Denied};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::request::Request;
use guildhall_sync_core::replica::Progress;

/// Why an act waits that nothing keeps back.
const ON_ITS_WAY: &str = "On its way";

impl Desktop {
    /// What waits and what was refused.
    ///
    /// # Errors
    /// [`Error::SignedOut`].
    pub async fn outbox(&self) -> Result<OutboxView, Error> {
        let engine = self.engine().await?;
        let snapshot = self.snapshot().await?;
        let why = match self.sync_state().await?.link {
            LinkView::Offline => "Waiting for the connection",
            LinkView::UpdateNeeded => "Waiting for an update of the app or the server",
            LinkView::SignInNeeded => "Waiting for you to sign in again",
            LinkView::UpToDate | LinkView::Syncing | LinkView::Loading => ON_ITS_WAY,
        };
        let held_up = engine.held_up().await;
        let waiting = engine.waiting().await.into_iter().map(|pending| {
            let why = if !held_up.contains(&pending.id) || why != ON_ITS_WAY {
                why
            } else if pending.mutation.attachments().is_empty() {
                "Waiting for the files of an earlier message"
            } else {
                "Its files are on their way"
            };
            let (what, route) = screens::describe(&pending.mutation, &snapshot);
            WaitingView {
                id: pending.id.to_string(),
                what,
                at: screens::milliseconds(pending.at),
                why: why.to_owned(),
                can_cancel: pending.progress == Progress::Queued,
                text: pending.mutation.words(),
                files: screens::files::names(pending.mutation.attachments()),
                route,
            }
        });
        let waiting = waiting.collect();
        let attention = engine.refused().await.into_iter().map(|refused| {
            let (what, route) = screens::describe(&refused.mutation, &snapshot);
            let error = screens::error_view(&refused.denied);
            AttentionView {
                id: refused.id.to_string(),
                what,
                at: screens::milliseconds(refused.at),
                code: error.code,
                message: error.message,
                errors: error.errors,
                text: refused.mutation.words(),
                files: screens::files::names(refused.mutation.attachments()),
                can_resend: can_resend(refused.denied.code),
                route,
            }
        });
        Ok(OutboxView {
            waiting,
            attention: attention.collect(),
        })
    }

    /// Tries to send now.
    ///
    /// # Errors
    /// Never at the moment.
    pub async fn outbox_retry(&self) -> Result<(), Error> {
        self.go_offline(false).await?;
        self.ring().await;
        Ok(())
    }

    /// Cancels an act that has not been sent. A request that was to be published becomes a draft again.
    ///
    /// # Errors
    /// [`Error::Denied`] once it may be on its way.
    pub async fn outbox_cancel(&self, act: String) -> Result<(), Error> {
        self.engine()
            .await?
            .cancel(id(&act, "act")?, (self.clock)())
            .await?;
        self.tell(Event::Changed);
        Ok(())
    }

    /// Does a refused act again.
    ///
    /// # Errors
    /// [`Error::Denied`] when it is refused here already; then it stays where it is.
    pub async fn attention_resend(&self, act: String) -> Result<(), Error> {
        let act = id(&act, "act")?;
        let engine = self.engine().await?;
        let refused = engine.refused().await.into_iter().find(|one| one.id == act);
        let refused = refused.ok_or_else(|| Denied::not_found("act"))?;
        self.act(self.as_of_now(refused.mutation).await?).await?;
        engine.discard(act).await?;
        self.tell(Event::Changed);
        Ok(())
    }

    /// An application speaks of the request as the person has it before them now.
    async fn as_of_now(&self, mutation: Mutation) -> Result<Mutation, Error> {
        let Mutation::SubmitApplication {
            request,
            message,
            price,
            ..
        } = mutation
        else {
            return Ok(mutation);
        };
        let snapshot = self.snapshot().await?;
        let found = snapshot.find::<Request>(request);
        let terms_version = found
            .ok_or_else(|| Denied::not_found("request"))?
            .terms_version;
        Ok(Mutation::SubmitApplication {
            request,
            message,
            price,
            terms_version,
        })
    }

    /// Discards a refused act with its text: the person's own decision.
    ///
    /// # Errors
    /// [`Error::SignedOut`].
    pub async fn attention_discard(&self, act: String) -> Result<(), Error> {
        self.engine().await?.discard(id(&act, "act")?).await?;
        self.tell(Event::Changed);
        Ok(())
    }
}

fn can_resend(code: Code) -> bool {
    match code {
        Code::StaleVersion
        | Code::InvalidState
        | Code::Paused
        | Code::LimitReached
        | Code::Blocked
        | Code::Quarantined
        | Code::Forbidden => true,
        Code::NotFound
        | Code::Expired
        | Code::Validation
        | Code::AlreadyDone
        | Code::AlreadyFilled => false,
    }
}
