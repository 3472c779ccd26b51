//! The outbox panel: what waits, and what needs the person.

use super::id;
use crate::Desktop;
use crate::error::Error;
use crate::event::Event;
use crate::screens::{self, attention, drafts};
use crate::view::outbox::{OutboxView, WaitingView};
use crate::view::session::LinkView;
use guildhall_domain::denied::Denied;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::profile::Profile;
use guildhall_domain::request::Request;
use guildhall_storage::StoreError;
use guildhall_sync_core::replica::Progress;

/// Why an act waits that nothing keeps back.
const ON_ITS_WAY: &str = "On its way";

impl Desktop {
    /// What waits and what needs the person.
    ///
    /// # Errors
    /// [`Error::SignedOut`].
    pub async fn outbox(&self) -> Result<OutboxView, Error> {
        let engine = self.engine().await?;
        let snapshot = self.snapshot().await?;
        let link = match self.sync_state().await?.link {
            LinkView::Offline => "Waiting for the connection",
            LinkView::UpdateNeeded => "Waiting for an update of the app or the server",
            LinkView::SignInNeeded => "Waiting for you to sign in again",
            LinkView::Distrusted => "Waiting for a new invitation to the server",
            LinkView::UpToDate | LinkView::Syncing | LinkView::Loading => ON_ITS_WAY,
        };
        let mut view = OutboxView {
            waiting: Vec::new(),
            attention: Vec::new(),
        };
        let held_up = engine.held_up(snapshot.now).await;
        for one in engine.waiting(snapshot.now).await {
            let pending = one.pending;
            let (id, mutation) = (pending.id.to_string(), &pending.mutation);
            if let Some(hold) = one.hold.as_ref().filter(|hold| hold.wants_person()) {
                let held = attention::held(&snapshot, id, pending.at, mutation, hold);
                view.attention.push(held);
                continue;
            }
            let (what, route) = screens::describe(mutation, &snapshot);
            let is_queued = pending.progress == Progress::Queued;
            view.waiting.push(WaitingView {
                id,
                what,
                at: screens::milliseconds(pending.at),
                why: match &one.hold {
                    Some(hold) => attention::waits(hold, snapshot.now),
                    None if link != ON_ITS_WAY || !held_up.contains(&pending.id) => link.to_owned(),
                    None if mutation.attachments().is_empty() => {
                        "Waiting for the files of an earlier message".to_owned()
                    }
                    None => "Its files are on their way".to_owned(),
                },
                can_cancel: is_queued,
                can_edit: is_queued && drafts::has_form(mutation),
                text: mutation.words(),
                files: screens::files::names(mutation.attachments()),
                route,
            });
        }
        let refused = engine.refused().await.into_iter().map(|one| {
            let id = one.id.to_string();
            attention::refused(&snapshot, id, one.at, &one.mutation, &one.denied)
        });
        view.attention.extend(refused);
        Ok(view)
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

    /// Takes an act back to change its words, whether it waits, is held or was refused; answers where its form is.
    ///
    /// # Errors
    /// [`Error::Denied`] once it may be on its way.
    pub async fn outbox_edit(&self, act: String) -> Result<String, Error> {
        let act = id(&act, "act")?;
        let engine = self.engine().await?;
        let snapshot = self.snapshot().await?;
        let mut waiting = engine.waiting(snapshot.now).await.into_iter();
        let route = if let Some(one) = waiting.find(|one| one.pending.id == act) {
            let route = attention::mending(&snapshot, &one.pending.mutation);
            engine.cancel(act, snapshot.now).await?;
            route
        } else {
            let refused = engine.refused().await.into_iter().find(|one| one.id == act);
            let refused = refused.ok_or_else(|| Denied::not_found("act"))?;
            let route = attention::mending(&snapshot, &refused.mutation);
            engine.mend(act, snapshot.now).await?;
            route
        };
        self.tell(Event::Changed);
        Ok(route)
    }

    /// Lets a held act go as things stand now.
    ///
    /// # Errors
    /// [`Error::Denied`] when it is not held any more.
    pub async fn outbox_confirm(&self, act: String) -> Result<(), Error> {
        self.engine()
            .await?
            .confirm(id(&act, "act")?, (self.clock)())
            .await?;
        self.ring().await;
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

    /// Opens the conversation about an act that came too late, with a fitting message in the composer; answers where it is.
    ///
    /// # Errors
    /// [`Error::Denied`] when there is no conversation.
    pub async fn attention_ask(&self, act: String) -> Result<String, Error> {
        let act = id(&act, "act")?;
        let engine = self.engine().await?;
        let snapshot = self.snapshot().await?;
        let refused = engine.refused().await.into_iter().find(|one| one.id == act);
        let refused = refused.ok_or_else(|| Denied::not_found("act"))?;
        let thread = attention::thread(&snapshot, &refused.mutation)
            .ok_or_else(|| Denied::not_found("conversation"))?;
        let plea = attention::plea(&snapshot, &refused.mutation, &refused.denied, refused.at);
        let text = match drafts::message(&snapshot, thread) {
            Some(typed) if !typed.trim().is_empty() && typed != plea => {
                format!("{plea}\n\n{typed}")
            }
            Some(_) | None => plea,
        };
        self.keep_draft(&drafts::message_key(thread), &text).await?;
        self.tell(Event::Changed);
        Ok(format!("/threads/{thread}"))
    }

    /// An act speaks of things as the person has them before them now.
    async fn as_of_now(&self, mutation: Mutation) -> Result<Mutation, Error> {
        let snapshot = self.snapshot().await?;
        let missing = |what| Denied::not_found(what);
        Ok(match mutation {
            Mutation::SubmitApplication {
                request,
                message,
                price,
                ..
            } => {
                let found = snapshot.find::<Request>(request);
                let found = found.ok_or_else(|| missing("request"))?;
                let json = serde_json::to_string(&found.text).map_err(StoreError::from)?;
                let key = drafts::terms_read_key(request);
                self.engine()
                    .await?
                    .draft(&key, Some(json), snapshot.now)
                    .await?;
                Mutation::SubmitApplication {
                    request,
                    message,
                    price,
                    terms_version: found.terms_version,
                }
            }
            Mutation::ChangeProfile { changes } => {
                let stands = snapshot.find::<Profile>(snapshot.me);
                let stands = stands.ok_or_else(|| missing("profile"))?;
                let changes = changes.insisting_on(&stands.text);
                Mutation::ChangeProfile { changes }
            }
            Mutation::ChangeRequest { id, changes } => {
                let stands = snapshot.find::<Request>(id);
                let stands = stands.ok_or_else(|| missing("request"))?;
                let changes = changes.insisting_on(&stands.text);
                Mutation::ChangeRequest { id, changes }
            }
            other => other,
        })
    }

    /// Discards an act that needs the person, with its text: their own decision.
    ///
    /// # Errors
    /// [`Error::SignedOut`].
    pub async fn attention_discard(&self, act: String) -> Result<(), Error> {
        let act = id(&act, "act")?;
        let engine = self.engine().await?;
        if engine.discard(act).await?.is_none() {
            engine.drop_held(act, (self.clock)()).await?;
        }
        self.tell(Event::Changed);
        Ok(())
    }
}
