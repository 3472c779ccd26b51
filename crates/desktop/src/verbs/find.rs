//! Finding work and people: over the whole market while the server is reached, else over what this device holds.

use crate::Desktop;
use crate::error::Error;
use crate::forms;
use crate::screens::{self, Source};
use crate::view::find::{FindForm, FoundTalentView, FoundWorkView};
use guildhall_protocol::find::{Find, FoundTalent, FoundWork};
use guildhall_protocol::path;
use serde::de::DeserializeOwned;

impl Desktop {
    /// Open requests by words and filters.
    ///
    /// # Errors
    /// [`Error::Denied`] with the fields that do not hold; [`Error::Problem`] when the server says no.
    pub async fn find_work(&self, form: FindForm) -> Result<FoundWorkView, Error> {
        let find = forms::find(&form)?;
        let answer: Option<FoundWork> = if form.saved {
            None
        } else {
            self.ask_market(path::FIND_WORK, &find).await?
        };
        let snapshot = self.snapshot().await?;
        let (found, source) = if let Some(found) = answer {
            let at = found.at;
            (found, Source::Server(at))
        } else {
            let as_of = Source::Device(snapshot.as_of);
            (
                screens::find_work_here(&snapshot, &find, form.saved)?,
                as_of,
            )
        };
        Ok(screens::found_work(&snapshot, found, &form, source))
    }

    /// Freelancers by words and filters.
    ///
    /// # Errors
    /// As [`Desktop::find_work`].
    pub async fn find_talent(&self, form: FindForm) -> Result<FoundTalentView, Error> {
        let find = forms::find(&form)?;
        let answer: Option<FoundTalent> = if form.saved {
            None
        } else {
            self.ask_market(path::FIND_TALENT, &find).await?
        };
        let snapshot = self.snapshot().await?;
        let (found, source) = if let Some(found) = answer {
            let at = found.at;
            (found, Source::Server(at))
        } else {
            let as_of = Source::Device(snapshot.as_of);
            (
                screens::find_talent_here(&snapshot, &find, form.saved)?,
                as_of,
            )
        };
        Ok(screens::found_talent(&snapshot, found, &form, source))
    }

    /// Asks the server; nothing where it is not reached, or cannot answer now.
    async fn ask_market<A: DeserializeOwned>(
        &self,
        path: &str,
        find: &Find,
    ) -> Result<Option<A>, Error> {
        if self.is_paused() {
            return Ok(None);
        }
        let asked = match self.transport().await {
            Ok(transport) => transport.post(path, find).await,
            Err(error) => Err(error),
        };
        match asked {
            Ok(answer) => Ok(Some(answer)),
            Err(Error::Offline | Error::Distrusted | Error::SignInNeeded) => Ok(None),
            Err(Error::Problem(problem)) if problem.status >= 500 || problem.status == 404 => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}
