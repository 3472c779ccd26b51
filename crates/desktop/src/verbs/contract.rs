//! Contracts and reviews.

use super::id;
use crate::Desktop;
use crate::error::Error;
use crate::screens::{self, drafts};
use crate::view::RoleView;
use crate::view::thread::{ContractView, ReviewDraft};
use guildhall_domain::mutation::Mutation;

impl Desktop {
    /// Contracts under one hat.
    ///
    /// # Errors
    /// [`Error::SignedOut`].
    pub async fn contracts(&self, role: RoleView) -> Result<Vec<ContractView>, Error> {
        Ok(screens::contracts(&self.snapshot().await?, role))
    }

    /// Delivers the work.
    ///
    /// # Errors
    /// [`Error::Denied`] when the contract does not run.
    pub async fn contract_deliver(&self, contract: String, note: String) -> Result<(), Error> {
        self.act(Mutation::Deliver {
            id: id(&contract, "contract")?,
            note,
        })
        .await
    }

    /// Asks for changes to what was delivered.
    ///
    /// # Errors
    /// [`Error::Denied`] when nothing was delivered.
    pub async fn contract_request_changes(
        &self,
        contract: String,
        note: String,
    ) -> Result<(), Error> {
        self.act(Mutation::RequestChanges {
            id: id(&contract, "contract")?,
            note,
        })
        .await
    }

    /// Accepts what was delivered.
    ///
    /// # Errors
    /// [`Error::Denied`] when nothing was delivered.
    pub async fn contract_accept(&self, contract: String) -> Result<(), Error> {
        self.act(Mutation::AcceptDelivery {
            id: id(&contract, "contract")?,
        })
        .await
    }

    /// Calls a contract off.
    ///
    /// # Errors
    /// [`Error::Denied`] when it has ended.
    pub async fn contract_cancel(&self, contract: String, reason: String) -> Result<(), Error> {
        self.act(Mutation::CancelContract {
            id: id(&contract, "contract")?,
            reason,
        })
        .await
    }

    /// Keeps a review as it is being written.
    ///
    /// # Errors
    /// [`Error::DiskFull`] and the like.
    pub async fn review_autosave(&self, contract: String, draft: ReviewDraft) -> Result<(), Error> {
        let key = drafts::review_key(id(&contract, "contract")?);
        self.keep_draft(&key, &draft).await
    }

    /// Reviews the other party.
    ///
    /// # Errors
    /// [`Error::Denied`] with the fields that do not hold.
    pub async fn review_write(
        &self,
        contract: String,
        stars: u8,
        text: String,
    ) -> Result<(), Error> {
        self.act(Mutation::WriteReview {
            contract: id(&contract, "contract")?,
            stars,
            text,
        })
        .await
    }
}
