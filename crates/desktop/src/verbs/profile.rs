//! My profile.

use crate::Desktop;
use crate::error::Error;
use crate::forms::{profile as form_of, resume};
use crate::screens::{self, drafts};
use crate::view::profile::{MyProfileView, ProfileForm, ResumeImportView};
use guildhall_domain::denied::Denied;
use guildhall_domain::mutation::Mutation;

impl Desktop {
    /// My own profile with what surrounds it.
    ///
    /// # Errors
    /// [`Error::SignedOut`].
    pub async fn my_profile(&self) -> Result<MyProfileView, Error> {
        Ok(screens::my_profile(
            &self.snapshot().await?,
            &self.time_zone,
        ))
    }

    /// Saves the profile: here at once, on the server when it is reached.
    ///
    /// # Errors
    /// [`Error::Denied`] with the fields that do not hold.
    pub async fn profile_save(&self, form: ProfileForm) -> Result<(), Error> {
        let text = Box::new(form_of::profile_text(&form)?);
        self.act_with(Mutation::SaveProfile { text }, &[drafts::profile_key()])
            .await
    }

    /// Keeps the form as it is being filled in.
    ///
    /// # Errors
    /// [`Error::DiskFull`] and the like.
    pub async fn profile_autosave(&self, form: ProfileForm) -> Result<(), Error> {
        self.keep_draft(&drafts::profile_key(), &form).await
    }

    /// Drops the form as it was being filled in.
    ///
    /// # Errors
    /// [`Error::SignedOut`].
    pub async fn profile_discard_draft(&self) -> Result<(), Error> {
        self.engine()
            .await?
            .draft(&drafts::profile_key(), None, (self.clock)())
            .await
    }

    /// Reads a JSON Resume file into a form to correct.
    ///
    /// # Errors
    /// [`Error::Denied`] when it is no JSON Resume.
    pub async fn import_resume(&self, json: String) -> Result<ResumeImportView, Error> {
        let form = self.my_profile().await?.form;
        Ok(resume::import_resume(&json, form).map_err(Denied::from)?)
    }

    /// Keeps what is being typed, on the disk.
    pub(crate) async fn keep_draft(
        &self,
        key: &str,
        draft: &impl serde::Serialize,
    ) -> Result<(), Error> {
        let body = serde_json::to_string(draft).map_err(guildhall_storage::StoreError::from)?;
        self.engine()
            .await?
            .draft(key, Some(body), (self.clock)())
            .await
    }
}
