//! Requests as a freelancer reads them, and applying.

use super::id;
use crate::Desktop;
use crate::error::Error;
use crate::forms;
use crate::screens::{self, drafts};
use crate::view::request::{ApplicationDraft, OpportunityRow, OpportunityView};
use guildhall_domain::denied::Denied;
use guildhall_domain::id::{ApplicationId, RequestId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::request::Request;

impl Desktop {
    /// Requests that fit, best first.
    ///
    /// # Errors
    /// [`Error::SignedOut`].
    pub async fn opportunities(&self) -> Result<Vec<OpportunityRow>, Error> {
        Ok(screens::opportunities(&self.snapshot().await?))
    }

    /// A request; opening it counts as a view.
    ///
    /// # Errors
    /// [`Error::Denied`] when it is not here to be seen.
    pub async fn opportunity(&self, request: String) -> Result<OpportunityView, Error> {
        let request: RequestId = id(&request, "request")?;
        let view = screens::opportunity(&self.snapshot().await?, request)?;
        if self.first_time(&format!("request {request}")) {
            self.note(Mutation::ViewRequest { id: request }).await?;
        }
        Ok(view)
    }

    /// Keeps an application as it is being written.
    ///
    /// # Errors
    /// [`Error::DiskFull`] and the like.
    pub async fn application_autosave(
        &self,
        request: String,
        draft: ApplicationDraft,
    ) -> Result<(), Error> {
        self.keep_draft(&drafts::application_key(id(&request, "request")?), &draft)
            .await
    }

    /// Applies: here at once, on the server when it is reached. Answers with the application's id.
    ///
    /// # Errors
    /// [`Error::Denied`] with the fields that do not hold.
    pub async fn apply(&self, request: String, draft: ApplicationDraft) -> Result<String, Error> {
        let request: RequestId = id(&request, "request")?;
        let (message, price) = forms::application(&draft)?;
        let snapshot = self.snapshot().await?;
        let stands = snapshot.find::<Request>(request);
        let stands = stands.ok_or_else(|| Denied::not_found("request"))?;
        let terms_version = stands.terms_version;
        // To show what changed, should it have changed by the time this arrives.
        self.keep_draft(&drafts::terms_read_key(request), &stands.text)
            .await?;
        let mutation = Mutation::SubmitApplication {
            request,
            message,
            price,
            terms_version,
        };
        self.act_with(mutation, &[drafts::application_key(request)])
            .await?;
        Ok(ApplicationId::of(request, snapshot.me).to_string())
    }
}
