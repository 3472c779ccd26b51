//! Passkeys: made, listed, removed, and signing in with one. The device checks who holds it, so it counts as both factors.

use guildhall_storage::StoreError;
use guildhall_storage::server::accounts::{CeremonyKind, Removal, StoredPasskey};
use url::Url;
use uuid::Uuid;
use webauthn_rs::prelude::{
    CredentialID, DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, WebauthnError,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};
use webauthn_rs_proto::ResidentKeyRequirement;

use super::{Failure, Notice, OAuth, OAuthConfig, Visitor, chance};
use crate::limit::{Limited, network};

/// The most passkeys of one account.
const MOST: i64 = 20;

/// The longest name, in characters.
const NAME_MAXIMUM: usize = 60;

/// How long a browser may take to answer.
const LIFE_MS: i64 = 5 * 60_000;

/// Why a passkey is not made, or lets nobody in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PasskeyError {
    /// It has no name, or one that is too long.
    #[error("the name is empty or too long")]
    Name,
    /// There are too many.
    #[error("there are too many")]
    TooMany,
    /// Nothing was asked, it was long ago, or it was answered already.
    #[error("nothing was asked that this could answer")]
    Stale,
    /// What came is no answer to what was asked.
    #[error("the answer is not right")]
    Wrong,
    /// The person is suspended.
    #[error("the person is suspended: {reason}")]
    Suspended {
        /// Why.
        reason: String,
    },
    /// Too many tries.
    #[error("too many tries")]
    Limited(Limited),
    /// The server failed.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl From<StoreError> for PasskeyError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Limited> for PasskeyError {
    fn from(limited: Limited) -> Self {
        Self::Limited(limited)
    }
}

/// The rules of passkeys for the address of this server. None where that is no name: browsers bind passkeys to names only.
pub(super) fn rules(config: &OAuthConfig) -> Option<Webauthn> {
    let origin = Url::parse(&config.issuer).ok()?;
    let name = origin.domain()?.to_owned();
    let builder = WebauthnBuilder::new(&name, &origin).ok()?;
    builder.rp_name(&config.market_name).build().ok()
}

impl OAuth {
    /// Whether there are passkeys on this server.
    pub(crate) fn has_passkeys(&self) -> bool {
        self.passkeys.is_some()
    }

    fn rules(&self) -> Result<&Webauthn, PasskeyError> {
        self.passkeys.as_ref().ok_or(PasskeyError::Stale)
    }

    /// The passkeys of an account, the newest first.
    pub(crate) async fn passkeys_of(&self, account: Uuid) -> Result<Vec<StoredPasskey>, Failure> {
        Ok(self.accounts.passkeys(account).await?)
    }

    /// Begins to make one: what the browser is to ask its device, as JSON.
    pub(crate) async fn begin_passkey(
        &self,
        visitor: &Visitor,
        account: Uuid,
        name: &str,
    ) -> Result<String, PasskeyError> {
        let (email, _) = self.address(account).await?;
        let known = self.accounts.passkeys(account).await?;
        let known: Vec<CredentialID> = known
            .into_iter()
            .map(|passkey| passkey.credential)
            .collect();
        let (mut asked, state) = self
            .rules()?
            .start_passkey_registration(account, &email, name, Some(known))
            .map_err(|error| broken(&error))?;
        if let Some(selection) = &mut asked.public_key.authenticator_selection {
            // The device has to know whose it is: on the page of signing in nobody types an address.
            selection.resident_key = Some(ResidentKeyRequirement::Required);
            selection.require_resident_key = true;
        }
        self.keep(visitor, CeremonyKind::Add, Some(account), &state)
            .await?;
        write(&asked)
    }

    /// Makes it, with what the device answered.
    pub(crate) async fn finish_passkey(
        &self,
        visitor: &Visitor,
        account: Uuid,
        name: &str,
        answer: &str,
    ) -> Result<(), PasskeyError> {
        let state = self.take(visitor, CeremonyKind::Add).await?;
        let (Some(asked), state) = state else {
            return Err(PasskeyError::Stale);
        };
        if asked != account {
            return Err(PasskeyError::Stale);
        }
        let name = name.trim();
        let length = name.chars().count();
        if length == 0 || length > NAME_MAXIMUM || name.chars().any(char::is_control) {
            return Err(PasskeyError::Name);
        }
        let state: PasskeyRegistration = read(&state)?;
        let answer: RegisterPublicKeyCredential =
            serde_json::from_str(answer).map_err(|_| PasskeyError::Wrong)?;
        let passkey = self
            .rules()?
            .finish_passkey_registration(&answer, &state)
            .map_err(|error| refused(&error))?;
        let now = self.now();
        let kept = StoredPasskey {
            id: chance::id(now).map_err(Failure::from)?,
            account,
            name: name.to_owned(),
            credential: passkey.cred_id().clone(),
            key: write(&passkey)?,
            created_at: now,
            used_at: None,
        };
        match self.accounts.insert_passkey(&kept, MOST).await {
            Ok(true) => {
                self.tell(account, Notice::PasskeyAdded);
                Ok(())
            }
            Ok(false) => Err(PasskeyError::TooMany),
            // Some account has it already; whose it is, is nobody's business.
            Err(error) if error.is_taken() => Err(PasskeyError::Wrong),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes a passkey of an account that has another way to sign in. One that is not theirs stays as it is.
    pub(crate) async fn remove_passkey(&self, account: Uuid, id: Uuid) -> Result<Removal, Failure> {
        let issuers = self.issuers();
        let ways = self.ways(&issuers);
        let now = self.now();
        let removed = self
            .accounts
            .remove_passkey(account, id, &ways, now)
            .await?;
        if removed == Removal::Done {
            self.tell(account, Notice::PasskeyRemoved);
        }
        Ok(removed)
    }

    /// Begins to sign somebody in, whoever it turns out to be: what the browser is to ask its device, as JSON.
    pub(crate) async fn begin_passkey_sign_in(
        &self,
        visitor: &Visitor,
        peer: Option<std::net::IpAddr>,
    ) -> Result<String, PasskeyError> {
        let rate = self.config.shared.widen(self.config.limits.login, peer);
        let key = format!("login:{}", network(peer));
        self.limiter.take(rate, &key, self.now()).await??;
        let (mut asked, state) = self
            .rules()?
            .start_discoverable_authentication()
            .map_err(|error| broken(&error))?;
        // It is asked for by a button, not while an address is typed.
        asked.mediation = None;
        self.keep(visitor, CeremonyKind::SignIn, None, &state)
            .await?;
        write(&asked)
    }

    /// Finds out whose passkey answered, and that it is the right answer.
    pub(crate) async fn finish_passkey_sign_in(
        &self,
        visitor: &Visitor,
        answer: &str,
    ) -> Result<Uuid, PasskeyError> {
        let (_, state) = self.take(visitor, CeremonyKind::SignIn).await?;
        let state: DiscoverableAuthentication = read(&state)?;
        let found = self.check(answer, state).await;
        if let Err(PasskeyError::Wrong) = found {
            self.failed_sign_ins.count(None);
        }
        let account = found?;
        let Some(person) = self.person(account).await? else {
            return Err(PasskeyError::Wrong);
        };
        match person.suspended {
            None => Ok(account),
            Some(reason) => Err(PasskeyError::Suspended { reason }),
        }
    }

    async fn check(
        &self,
        answer: &str,
        state: DiscoverableAuthentication,
    ) -> Result<Uuid, PasskeyError> {
        let answer: PublicKeyCredential =
            serde_json::from_str(answer).map_err(|_| PasskeyError::Wrong)?;
        let rules = self.rules()?;
        let (account, credential) = rules
            .identify_discoverable_authentication(&answer)
            .map_err(|error| refused(&error))?;
        let stored = self.accounts.passkey(credential).await?;
        let stored = stored.filter(|stored| stored.account == account);
        let stored = stored.ok_or(PasskeyError::Wrong)?;
        let mut passkey: Passkey = read(&stored.key)?;
        let result = rules
            .finish_discoverable_authentication_v2(&answer, state, &passkey)
            .map_err(|error| refused(&error))?;
        if !result.user_verified() {
            return Err(PasskeyError::Wrong);
        }
        passkey.update_credential(&result);
        let now = self.now();
        if !self
            .accounts
            .passkey_used(&stored, &write(&passkey)?, now)
            .await?
        {
            return Err(PasskeyError::Wrong);
        }
        Ok(account)
    }

    async fn keep(
        &self,
        visitor: &Visitor,
        kind: CeremonyKind,
        account: Option<Uuid>,
        state: &impl serde::Serialize,
    ) -> Result<(), PasskeyError> {
        let (browser, state) = (visitor.hash(), write(state)?);
        let expires_at = self.now() + LIFE_MS;
        let kept =
            self.accounts
                .begin_ceremony(browser.as_bytes(), kind, account, &state, expires_at);
        Ok(kept.await?)
    }

    async fn take(
        &self,
        visitor: &Visitor,
        kind: CeremonyKind,
    ) -> Result<(Option<Uuid>, String), PasskeyError> {
        let browser = visitor.hash();
        let found = self
            .accounts
            .end_ceremony(browser.as_bytes(), kind, self.now());
        found.await?.ok_or(PasskeyError::Stale)
    }
}

fn write(value: &impl serde::Serialize) -> Result<String, PasskeyError> {
    let written = serde_json::to_string(value);
    Ok(written.map_err(|error| Failure::Passkey(error.into()))?)
}

fn read<T: serde::de::DeserializeOwned>(stored: &str) -> Result<T, PasskeyError> {
    let read = serde_json::from_str(stored);
    Ok(read.map_err(|error| Failure::Passkey(error.into()))?)
}

fn broken(error: &WebauthnError) -> PasskeyError {
    Failure::Passkey(error.to_string().into()).into()
}

/// What a device or browser sent is no good. The reason is for the log: it tells a thief what to do better.
fn refused(error: &WebauthnError) -> PasskeyError {
    tracing::info!(%error, "an answer of a passkey was refused");
    PasskeyError::Wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_server_that_has_a_name_has_passkeys() {
        for (issuer, has) in [
            ("http://localhost:4810", true),
            ("https://market.example.org", true),
            ("https://market.example.org:8443", true),
            ("http://127.0.0.1:4810", false),
            ("https://192.0.2.7", false),
            ("https://[2001:db8::1]:4810", false),
            ("nowhere", false),
        ] {
            assert_eq!(rules(&OAuthConfig::new(issuer)).is_some(), has, "{issuer}");
        }
    }
}
