//! Saving and hiding what the market shows.

use crate::Desktop;
use crate::error::Error;
use crate::forms;
use crate::view::bookmark::BookmarkForm;

impl Desktop {
    /// Saves or hides a request or a freelancer, or takes that back. What is saved comes to this device.
    ///
    /// # Errors
    /// [`Error::Denied`] when it cannot be found any more, or too much is saved.
    pub async fn bookmark(&self, form: BookmarkForm) -> Result<(), Error> {
        self.act(forms::bookmark(&form)?).await
    }
}
