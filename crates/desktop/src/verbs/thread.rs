//! Talking, and what can be done with an application and its offers.

use super::id;
use crate::Desktop;
use crate::error::Error;
use crate::forms;
use crate::screens::{self, drafts};
use crate::view::RoleView;
use crate::view::thread::{TermsForm, ThreadRow, ThreadView};
use guildhall_domain::id::{ApplicationId, ContractId, MessageId, OfferId};
use guildhall_domain::mutation::Mutation;
use uuid::Uuid;

impl Desktop {
    /// Threads under one hat, newest first.
    ///
    /// # Errors
    /// [`Error::SignedOut`].
    pub async fn threads(&self, role: RoleView) -> Result<Vec<ThreadRow>, Error> {
        Ok(screens::threads(&self.snapshot().await?, role))
    }

    /// A thread; opening it marks it read.
    ///
    /// # Errors
    /// [`Error::Denied`] when there is no such thread of mine.
    pub async fn thread(&self, thread: String) -> Result<ThreadView, Error> {
        let application: ApplicationId = id(&thread, "thread")?;
        let view = screens::thread(&self.snapshot().await?, application)?;
        if view.row.unread > 0 {
            self.note(Mutation::MarkRead {
                application,
                up_to: (self.clock)(),
            })
            .await?;
        }
        if !view.row.as_freelancer && self.first_time(&format!("application {application}")) {
            self.note(Mutation::ViewApplication { id: application })
                .await?;
        }
        Ok(view)
    }

    /// Keeps a message as it is being written.
    ///
    /// # Errors
    /// [`Error::DiskFull`] and the like.
    pub async fn message_autosave(&self, thread: String, text: String) -> Result<(), Error> {
        let key = drafts::message_key(id(&thread, "thread")?);
        if text.trim().is_empty() {
            return self.engine().await?.draft(&key, None, (self.clock)()).await;
        }
        self.keep_draft(&key, &text).await
    }

    /// Sends a message with the files that lie in its draft: it stands in the thread at once.
    ///
    /// # Errors
    /// [`Error::Denied`] when it is empty or too long.
    pub async fn message_send(&self, thread: String, text: String) -> Result<(), Error> {
        let application = id(&thread, "thread")?;
        let attachments = drafts::files_in(&self.snapshot().await?.drafts, application);
        let mutation = Mutation::SendMessage {
            id: MessageId(Uuid::now_v7()),
            application,
            body: text,
            attachments,
        };
        let drafts = [
            drafts::message_key(application),
            drafts::files_key(application),
        ];
        self.act_with(mutation, &drafts).await
    }

    /// Takes an application back.
    ///
    /// # Errors
    /// [`Error::Denied`] once an offer was made.
    pub async fn application_withdraw(&self, application: String) -> Result<(), Error> {
        self.act(Mutation::WithdrawApplication {
            id: id(&application, "application")?,
        })
        .await
    }

    /// Puts an application on the shortlist, or takes it off.
    ///
    /// # Errors
    /// [`Error::Denied`] when it has ended.
    pub async fn application_shortlist(&self, application: String, on: bool) -> Result<(), Error> {
        self.act(Mutation::ShortlistApplication {
            id: id(&application, "application")?,
            on,
        })
        .await
    }

    /// Turns an application down.
    ///
    /// # Errors
    /// [`Error::Denied`] when it has ended.
    pub async fn application_decline(
        &self,
        application: String,
        reason: String,
    ) -> Result<(), Error> {
        self.act(Mutation::DeclineApplication {
            id: id(&application, "application")?,
            reason,
        })
        .await
    }

    /// Makes an offer.
    ///
    /// # Errors
    /// [`Error::Denied`] with the fields that do not hold.
    pub async fn offer_make(&self, application: String, terms: TermsForm) -> Result<(), Error> {
        let terms = Box::new(forms::terms::terms(&terms)?);
        let application = id(&application, "application")?;
        self.act(Mutation::MakeOffer {
            id: OfferId(Uuid::now_v7()),
            application,
            terms,
        })
        .await
    }

    /// Keeps an offer as it is being written.
    ///
    /// # Errors
    /// [`Error::DiskFull`] and the like.
    pub async fn offer_autosave(&self, application: String, terms: TermsForm) -> Result<(), Error> {
        let key = drafts::offer_key(id(&application, "application")?);
        self.keep_draft(&key, &terms).await
    }

    /// Keeps the words that go with an act as they are being written: `way` is the act's name, `about` what it is done to.
    ///
    /// # Errors
    /// [`Error::DiskFull`] and the like.
    pub async fn words_autosave(
        &self,
        way: String,
        about: String,
        text: String,
    ) -> Result<(), Error> {
        let key = drafts::words_key(&way, &about);
        if text.trim().is_empty() {
            return self.engine().await?.draft(&key, None, (self.clock)()).await;
        }
        self.keep_draft(&key, &text).await
    }

    /// Takes an offer back.
    ///
    /// # Errors
    /// [`Error::Denied`] when it was answered.
    pub async fn offer_revoke(&self, offer: String) -> Result<(), Error> {
        self.act(Mutation::RevokeOffer {
            id: id(&offer, "offer")?,
        })
        .await
    }

    /// Accepts an offer. Until the server has it, the screen says that it is on its way.
    ///
    /// # Errors
    /// [`Error::Denied`] when it is no longer on the table.
    pub async fn offer_accept(&self, offer: String) -> Result<(), Error> {
        self.act(Mutation::AcceptOffer {
            id: id(&offer, "offer")?,
            contract: ContractId(Uuid::now_v7()),
        })
        .await
    }

    /// Turns an offer down.
    ///
    /// # Errors
    /// [`Error::Denied`] when it is no longer on the table.
    pub async fn offer_decline(&self, offer: String, reason: String) -> Result<(), Error> {
        self.act(Mutation::DeclineOffer {
            id: id(&offer, "offer")?,
            reason,
        })
        .await
    }
}
