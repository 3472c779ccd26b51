//! My profile.

use crate::Desktop;
use crate::error::Error;
use crate::event::Event;
use crate::forms::{profile as form_of, resume};
use crate::screens::{self, drafts};
use crate::view::profile::{MyProfileView, ProfileForm, ResumeImportView};
use guildhall_domain::changes::Changes;
use guildhall_domain::denied::Denied;
use guildhall_domain::mutation::Mutation;
use guildhall_domain::profile::Profile;

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
        let text = form_of::profile_text(&form)?;
        let snapshot = self.snapshot().await?;
        let served = [drafts::profile_key(), drafts::profile_read_key()];
        let Some(stands) = snapshot.find::<Profile>(snapshot.me) else {
            let text = Box::new(text);
            return self.act_with(Mutation::SaveProfile { text }, &served).await;
        };
        // Against what stood there when the form was begun: what another device changed since is no wish of this one.
        let read = drafts::profile_read(&snapshot).unwrap_or_else(|| stands.text.clone());
        let changes = Changes::between(&read, &text);
        if changes.is_empty() {
            return self.drop_drafts(&served).await;
        }
        self.act_with(Mutation::ChangeProfile { changes }, &served)
            .await
    }

    /// Keeps the form as it is being filled in.
    ///
    /// # Errors
    /// [`Error::DiskFull`] and the like.
    pub async fn profile_autosave(&self, form: ProfileForm) -> Result<(), Error> {
        let snapshot = self.snapshot().await?;
        let key = drafts::profile_key();
        if let Some(stands) = snapshot.find::<Profile>(snapshot.me)
            && !snapshot.drafts.contains_key(&key)
        {
            self.keep_draft(&drafts::profile_read_key(), &stands.text)
                .await?;
        }
        self.keep_draft(&key, &form).await
    }

    /// Drops the form as it was being filled in.
    ///
    /// # Errors
    /// [`Error::SignedOut`].
    pub async fn profile_discard_draft(&self) -> Result<(), Error> {
        self.drop_drafts(&[drafts::profile_key(), drafts::profile_read_key()])
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

    /// Drops what was being typed.
    pub(crate) async fn drop_drafts(&self, keys: &[String]) -> Result<(), Error> {
        let engine = self.engine().await?;
        for key in keys {
            engine.draft(key, None, (self.clock)()).await?;
        }
        self.tell(Event::Changed);
        Ok(())
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
