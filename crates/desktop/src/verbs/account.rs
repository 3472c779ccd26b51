//! One's own account: where it is signed in, and the server's pages about it.

use super::id;
use crate::Desktop;
use crate::error::Error;
use crate::event::Event;
use crate::screens;
use crate::sign_in::ServerAddress;
use crate::view::account::{AccountPage, SecurityView, SignInRow};
use guildhall_protocol::account::{Security, SignIn};
use guildhall_protocol::path;
use std::sync::Arc;
use uuid::Uuid;

/// A sign-in as screens show it.
pub(super) fn row(sign_in: SignIn) -> SignInRow {
    SignInRow {
        id: sign_in.id.to_string(),
        device: sign_in.device,
        system: sign_in.system,
        began: screens::milliseconds(sign_in.began),
        began_network: sign_in.began_network,
        seen: screens::milliseconds(sign_in.seen),
        seen_network: sign_in.seen_network,
        current: sign_in.current,
    }
}

impl Desktop {
    /// Where this account is signed in, the one last used first.
    ///
    /// # Errors
    /// [`Error::Offline`] when the server is not reached.
    pub async fn sign_ins(&self) -> Result<Vec<SignInRow>, Error> {
        let found: Vec<SignIn> = self.transport().await?.get(path::ME_SIGN_INS, "").await?;
        Ok(found.into_iter().map(row).collect())
    }

    /// How this account is protected.
    ///
    /// # Errors
    /// [`Error::Offline`] when the server is not reached.
    pub async fn security(&self) -> Result<SecurityView, Error> {
        let found: Security = self.transport().await?.get(path::ME_SECURITY, "").await?;
        Ok(SecurityView {
            second_factor: found.second_factor.is_some(),
            recovery_codes: found.recovery_codes,
        })
    }

    /// Signs this account out on another device.
    ///
    /// # Errors
    /// [`Error::Problem`] when it is over already.
    pub async fn sign_in_end(&self, sign_in: String) -> Result<(), Error> {
        let sign_in: Uuid = id(&sign_in, "sign-in")?;
        let path = path::ME_SIGN_IN.replace("{id}", &sign_in.to_string());
        self.transport().await?.delete(&path).await?;
        self.tell(Event::Changed);
        Ok(())
    }

    /// Signs this account out everywhere but here.
    ///
    /// # Errors
    /// [`Error::Offline`] when the server is not reached.
    pub async fn sign_ins_end_others(&self) -> Result<(), Error> {
        self.transport()
            .await?
            .post_quietly(path::ME_SIGN_INS_END_OTHERS, &())
            .await?;
        self.tell(Event::Changed);
        Ok(())
    }

    /// Opens a page of the server about this account in the browser. A password is typed there and never here.
    ///
    /// # Errors
    /// [`Error::NoBrowser`] with the link, when none opens.
    pub async fn open_account_page(&self, page: AccountPage) -> Result<(), Error> {
        let server = self.state.lock().await.remembered.server.clone();
        let link = ServerAddress::parse(&server)?.join(page.path());
        let open = Arc::clone(&self.opener);
        let shown = link.clone();
        match tokio::task::spawn_blocking(move || open(&link)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Error::NoBrowser(shown)),
        }
    }
}
