//! A client's requests.

use super::id;
use crate::Desktop;
use crate::error::Error;
use crate::forms::request as form_of;
use crate::screens::{self, drafts};
use crate::view::matching::CandidatePageView;
use crate::view::request::{MyRequestView, RequestForm, RequestRow};
use guildhall_domain::application::Application;
use guildhall_domain::changes::Changes;
use guildhall_domain::denied::Denied;
use guildhall_domain::id::{AccountId, ApplicationId, RequestId};
use guildhall_domain::mutation::Mutation;
use guildhall_domain::request::Request;
use uuid::Uuid;

impl Desktop {
    /// My requests, drafts among them.
    ///
    /// # Errors
    /// [`Error::SignedOut`].
    pub async fn my_requests(&self) -> Result<Vec<RequestRow>, Error> {
        Ok(screens::my_requests(&self.snapshot().await?))
    }

    /// One of my requests.
    ///
    /// # Errors
    /// [`Error::Denied`] when there is no such request of mine.
    pub async fn my_request(&self, request: String) -> Result<MyRequestView, Error> {
        Ok(screens::my_request(
            &self.snapshot().await?,
            id(&request, "request")?,
        )?)
    }

    /// Begins a draft; answers with the id the request will have.
    ///
    /// # Errors
    /// [`Error::DiskFull`] and the like.
    pub async fn request_new(&self) -> Result<String, Error> {
        let request = RequestId(Uuid::now_v7());
        let blank = form_of::blank_request((self.clock)().day(), &self.time_zone);
        self.keep_draft(&drafts::request_key(request), &blank)
            .await?;
        Ok(request.to_string())
    }

    /// Keeps the form as it is being filled in.
    ///
    /// # Errors
    /// [`Error::DiskFull`] and the like.
    pub async fn request_autosave(&self, request: String, form: RequestForm) -> Result<(), Error> {
        let request: RequestId = id(&request, "request")?;
        let snapshot = self.snapshot().await?;
        let key = drafts::request_key(request);
        if let Some(stands) = snapshot.find::<Request>(request)
            && !snapshot.drafts.contains_key(&key)
        {
            self.keep_draft(&drafts::request_read_key(request), &stands.text)
                .await?;
        }
        self.keep_draft(&key, &form).await
    }

    /// Publishes a draft: here at once, on the server when it is reached.
    ///
    /// # Errors
    /// [`Error::Denied`] with the fields that do not hold.
    pub async fn request_publish(&self, request: String, form: RequestForm) -> Result<(), Error> {
        let request = id(&request, "request")?;
        let text = Box::new(form_of::request_text(&form, (self.clock)().day())?);
        self.act_with(
            Mutation::PublishRequest { id: request, text },
            &[drafts::request_key(request)],
        )
        .await
    }

    /// Changes a published request.
    ///
    /// # Errors
    /// [`Error::Denied`] with the fields that do not hold.
    pub async fn request_edit(&self, request: String, form: RequestForm) -> Result<(), Error> {
        let request: RequestId = id(&request, "request")?;
        let text = form_of::request_text(&form, (self.clock)().day())?;
        let snapshot = self.snapshot().await?;
        let stands = snapshot.find::<Request>(request);
        let stands = stands.ok_or_else(|| Denied::not_found("request"))?;
        let read = drafts::request_read(&snapshot, request).unwrap_or_else(|| stands.text.clone());
        let changes = Changes::between(&read, &text);
        let served = [
            drafts::request_key(request),
            drafts::request_read_key(request),
        ];
        if changes.is_empty() {
            return self.drop_drafts(&served).await;
        }
        let change = Mutation::ChangeRequest {
            id: request,
            changes,
        };
        self.act_with(change, &served).await
    }

    /// Stops new applications for now.
    ///
    /// # Errors
    /// [`Error::Denied`] when it does not stand open.
    pub async fn request_pause(&self, request: String) -> Result<(), Error> {
        self.act(Mutation::PauseRequest {
            id: id(&request, "request")?,
        })
        .await
    }

    /// Takes applications again.
    ///
    /// # Errors
    /// [`Error::Denied`] when it is not paused.
    pub async fn request_resume(&self, request: String) -> Result<(), Error> {
        self.act(Mutation::ResumeRequest {
            id: id(&request, "request")?,
        })
        .await
    }

    /// Keeps a request for another while, or brings one back that ran out.
    ///
    /// # Errors
    /// [`Error::Denied`] when it has ended in another way.
    pub async fn request_renew(&self, request: String) -> Result<(), Error> {
        self.act(Mutation::RenewRequest {
            id: id(&request, "request")?,
        })
        .await
    }

    /// Calls a request off.
    ///
    /// # Errors
    /// [`Error::Denied`] when it has ended.
    pub async fn request_cancel(&self, request: String, reason: String) -> Result<(), Error> {
        self.act(Mutation::CancelRequest {
            id: id(&request, "request")?,
            reason,
        })
        .await
    }

    /// Discards a draft, or the unsent changes to a published request.
    ///
    /// # Errors
    /// [`Error::SignedOut`].
    pub async fn request_discard(&self, request: String) -> Result<(), Error> {
        let request: RequestId = id(&request, "request")?;
        self.drop_drafts(&[
            drafts::request_key(request),
            drafts::request_read_key(request),
        ])
        .await
    }

    /// A candidate's page; opening it counts as a view of the profile and of the application.
    ///
    /// # Errors
    /// [`Error::Denied`] when they are no candidate of mine.
    pub async fn candidate(
        &self,
        request: String,
        freelancer: String,
    ) -> Result<CandidatePageView, Error> {
        let (request, freelancer): (RequestId, AccountId) =
            (id(&request, "request")?, id(&freelancer, "candidate")?);
        let view = screens::candidate(&self.snapshot().await?, request, freelancer)?;
        let application = ApplicationId::of(request, freelancer);
        if self
            .snapshot()
            .await?
            .find::<Application>(application)
            .is_some()
            && view.candidate.unread
        {
            self.note(Mutation::ViewApplication { id: application })
                .await?;
        }
        if self.first_time(&format!("profile {freelancer}")) {
            self.note(Mutation::ViewProfile { freelancer }).await?;
        }
        Ok(view)
    }
}
