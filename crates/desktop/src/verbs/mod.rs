//! What a person can do and ask, by feature. A verb reads the form, names the mutation, and hands it to the engine.

mod account;
mod admin;
mod bookmark;
mod contract;
mod file;
mod find;
mod opportunity;
mod outbox;
mod overview;
mod profile;
mod request;
mod thread;
mod vocabulary;

use crate::Desktop;
use crate::engine::Engine;
use crate::error::Error;
use crate::event::Event;
use crate::screens::drafts;
use crate::snapshot::Snapshot;
use crate::sync::Transport;
use guildhall_domain::denied::Denied;
use guildhall_domain::id::MutationId;
use guildhall_domain::mutation::Mutation;
use std::str::FromStr;
use std::sync::Arc;
use uuid::Uuid;

impl Desktop {
    pub(crate) async fn engine(&self) -> Result<Arc<Engine>, Error> {
        let state = self.state.lock().await;
        state
            .session
            .as_ref()
            .map(|session| Arc::clone(&session.engine))
            .ok_or(Error::SignedOut)
    }

    /// The way to the server, for what is asked of it each time.
    async fn transport(&self) -> Result<Transport, Error> {
        let state = self.state.lock().await;
        let session = state.session.as_ref().ok_or(Error::SignedOut)?;
        session.transport.clone().ok_or(Error::SignInNeeded)
    }

    /// Everything this device holds, now.
    pub(crate) async fn snapshot(&self) -> Result<Snapshot, Error> {
        Ok(self.engine().await?.snapshot((self.clock)()).await)
    }

    /// Does an act here and puts it on its way.
    pub(crate) async fn act(&self, mutation: Mutation) -> Result<(), Error> {
        let served: Vec<String> = drafts::served_by(&mutation).into_iter().collect();
        self.act_with(mutation, &served).await
    }

    /// Does an act whose drafts have served.
    pub(crate) async fn act_with(
        &self,
        mutation: Mutation,
        drafts: &[String],
    ) -> Result<(), Error> {
        let id = MutationId(Uuid::now_v7());
        self.engine()
            .await?
            .act(id, (self.clock)(), mutation, drafts)
            .await?;
        self.ring().await;
        self.tell(Event::Changed);
        Ok(())
    }

    /// Notes something nobody typed; that it is refused here is nobody's worry.
    pub(crate) async fn note(&self, mutation: Mutation) -> Result<(), Error> {
        match self.act(mutation).await {
            Err(Error::Denied(_)) => Ok(()),
            other => other,
        }
    }

    async fn ring(&self) {
        if let Some(driver) = self
            .state
            .lock()
            .await
            .session
            .as_ref()
            .and_then(|session| session.driver.as_ref())
        {
            driver.ring();
        }
    }

    pub(crate) fn tell(&self, event: Event) {
        // Nobody listening is fine.
        let _ = self.events.send(event);
    }
}

/// Reads an id that came from a screen; one that cannot be read is the id of nothing.
fn id<I: FromStr>(text: &str, what: &str) -> Result<I, Error> {
    text.parse().map_err(|_| Denied::not_found(what).into())
}
