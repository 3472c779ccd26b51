//! Signing in through a provider: a browser's way there and back, and whom the provider's word makes of somebody here.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use guildhall_oauth::Parameters;
use guildhall_storage::StoreError;
use guildhall_storage::server::accounts::{
    NewIdentity, Newcomer, Removal, StoredIdentity, StoredTrip, TripPurpose, Ways,
};
use guildhall_storage::server::{AuditKind, AuditNote};
use sha2::{Digest as _, Sha256};
use url::Url;
use uuid::Uuid;

use super::registration::fold;
use super::{Failure, Notice, OAuth, SignInError, Visitor, chance};
use crate::limit::{Limited, network};
use crate::provider::{Answer, Lie, Provider, ProviderError, Vouched, Way};

/// The longest request that is kept while its person is away; a longer one is none of ours.
const REQUEST_MAXIMUM: usize = 8 * 1024;

/// Why a way to a provider leads nowhere.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TripError {
    /// There is no such provider, or not any more.
    #[error("there is no such provider")]
    NoSuch,
    /// Whoever set out is not signed in here any more.
    #[error("whoever set out is not signed in any more")]
    SignedOut,
    /// Too many tries.
    #[error("too many tries")]
    Limited(Limited),
    /// The provider vouches for nobody, or not so that it can be believed.
    #[error("{label}: {source}")]
    Provider {
        /// What people call the provider.
        label: String,
        /// Why.
        source: ProviderError,
    },
    /// The server failed.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl From<Limited> for TripError {
    fn from(limited: Limited) -> Self {
        Self::Limited(limited)
    }
}

impl From<StoreError> for TripError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// Who came back from a provider to sign in.
#[derive(Debug)]
pub(crate) enum Known {
    /// Somebody with an account.
    Account(Uuid),
    /// Somebody who has none, or none that is known to be theirs.
    Newcomer,
}

impl OAuth {
    /// Sends a browser to a provider, and answers with where.
    pub(crate) async fn set_out(
        &self,
        visitor: &Visitor,
        key: &str,
        (purpose, account): (TripPurpose, Option<Uuid>),
        request: &str,
        peer: Option<IpAddr>,
    ) -> Result<Url, TripError> {
        let provider = self.config.providers.find(key).ok_or(TripError::NoSuch)?;
        let now = self.now();
        let rate = self.config.shared.widen(self.config.limits.login, peer);
        let bucket = format!("provider:{}", network(peer));
        self.limiter.take(rate, &bucket, now).await??;
        let state = URL_SAFE_NO_PAD.encode(chance::bytes::<32>().map_err(Failure::from)?);
        let trip = StoredTrip {
            provider: provider.key.clone(),
            purpose,
            account,
            request: Some(request)
                .filter(|request| request.len() <= REQUEST_MAXIMUM)
                .unwrap_or_default()
                .to_owned(),
            begun_at: now,
        };
        let way = self.way(visitor, provider, state, &trip)?;
        let to = provider.leave(&way, now).await;
        let to = to.map_err(|source| told(provider, source))?;
        let expires_at = now + self.config.lifetimes.trip_ms;
        let browser = visitor.hash();
        self.accounts
            .begin_trip(&hash(&way.state), browser.as_bytes(), &trip, expires_at)
            .await?;
        Ok(to)
    }

    /// What a browser needs on its way. All that must be kept secret until it is back follows from its cookie and from the state, which
    /// are never in one place but here: a stolen database holds neither, and whoever sees the state in an address lacks the cookie.
    fn way(
        &self,
        visitor: &Visitor,
        provider: &Provider,
        state: String,
        trip: &StoredTrip,
    ) -> Result<Way, Failure> {
        Ok(Way {
            redirect: Url::parse(&self.way_back(provider)).map_err(|_| Failure::Row {
                table: "settings",
                what: "the address of this server is none",
            })?,
            nonce: visitor.derive("nonce", &state),
            verifier: visitor.derive("verifier", &state),
            begun_at: trip.begun_at,
            anew: trip.purpose == TripPurpose::Confirm,
            state,
        })
    }

    /// Where a provider sends browsers back to: to each its own place, so that the answer of one cannot pass for that of another.
    pub(crate) fn way_back(&self, provider: &Provider) -> String {
        format!("{}/login/with/{}/back", self.config.issuer, provider.key)
    }

    /// Whom a provider vouches for, by what a browser brings back from it, and what for it went there. It can be brought back once.
    pub(crate) async fn come_back(
        &self,
        visitor: &Visitor,
        key: &str,
        brought: &Parameters,
        peer: Option<IpAddr>,
    ) -> Result<(StoredTrip, Vouched), TripError> {
        let provider = self.config.providers.find(key).ok_or(TripError::NoSuch)?;
        let now = self.now();
        let state = brought.get("state").unwrap_or_default();
        let browser = visitor.hash();
        let trip = self
            .accounts
            .end_trip(&hash(state), browser.as_bytes(), now)
            .await?;
        let Some(trip) = trip else {
            // Everybody can come with any state: without a limit they would fill the log.
            let rate = self.config.shared.widen(self.config.limits.login, peer);
            let bucket = format!("provider-state:{}", network(peer));
            self.limiter.take(rate, &bucket, now).await??;
            return Err(self.refuse(provider, None, Lie::State).await);
        };
        if trip.provider != provider.key {
            return Err(self
                .refuse(provider, trip.account, Lie::OtherProvider)
                .await);
        }
        let way = self.way(visitor, provider, state.to_owned(), &trip)?;
        let answer = Answer {
            code: brought.get("code"),
            error: brought.get("error"),
            issuer: brought.get("iss"),
        };
        match provider.arrive(&way, answer, now).await {
            Ok(vouched) => Ok((trip, vouched)),
            Err(ProviderError::Lie(lie)) => Err(self.refuse(provider, trip.account, lie).await),
            Err(error) => Err(told(provider, error)),
        }
    }

    /// Writes down that something could not be believed.
    async fn refuse(&self, provider: &Provider, account: Option<Uuid>, lie: Lie) -> TripError {
        let note = AuditNote {
            kind: AuditKind::ProviderRefused,
            who: account,
            whom: None,
            note: format!("{}: {lie}", provider.key),
        };
        match self.accounts.audit().add(&[note], self.now()).await {
            Ok(()) => told(provider, lie.into()),
            Err(error) => error.into(),
        }
    }

    /// Finds out who came back to sign in. An account is never found by its address alone: the operator trusts what the provider says of
    /// addresses, the provider says that it reaches its owner, and here it is known to.
    pub(crate) async fn recognise(
        &self,
        visitor: &Visitor,
        trip: &StoredTrip,
        vouched: Vouched,
    ) -> Result<Known, SignInError> {
        let known = self
            .accounts
            .by_identity(&vouched.issuer, &vouched.subject)
            .await?;
        if let Some(account) = known {
            return Ok(Known::Account(self.let_in(account).await?));
        }
        let newcomer = newcomer(trip, vouched);
        if let Some(account) = self.same_address(&newcomer).await? {
            let account = self.let_in(account).await?;
            self.keep_identity(account, &newcomer).await?;
            return Ok(Known::Account(account));
        }
        let expires_at = self.now() + self.config.lifetimes.newcomer_ms;
        let browser = visitor.hash();
        self.accounts
            .keep_newcomer(browser.as_bytes(), &newcomer, expires_at)
            .await?;
        Ok(Known::Newcomer)
    }

    /// The account whose address is that of a newcomer, if both are beyond doubt. One with a second factor is linked by its owner, who
    /// shows it before.
    async fn same_address(&self, newcomer: &Newcomer) -> Result<Option<Uuid>, Failure> {
        let folded = fold(&newcomer.email);
        if !self.knows_address(newcomer, &folded) {
            return Ok(None);
        }
        let Some(account) = self.accounts.by_email(&folded).await? else {
            return Ok(None);
        };
        let is_verified = self.accounts.verified_at(account).await?.is_some();
        let has_factor = self.second_factor(account).await?.is_some();
        Ok((is_verified && !has_factor).then_some(account))
    }

    /// Whether letters to an address reach a newcomer, by the word of a provider that is trusted in this.
    pub(super) fn knows_address(&self, newcomer: &Newcomer, folded: &str) -> bool {
        let provider = self.config.providers.find(&newcomer.provider);
        provider.is_some_and(|provider| provider.trusts_email)
            && newcomer.email_verified
            && !folded.is_empty()
            && fold(&newcomer.email) == folded
    }

    /// The identities of an account, each with its provider if there is one still.
    pub(crate) async fn identities(
        &self,
        account: Uuid,
    ) -> Result<Vec<(StoredIdentity, Option<&Provider>)>, Failure> {
        let found = self.accounts.identities(account).await?;
        let providers = &self.config.providers;
        Ok(found
            .into_iter()
            .map(|identity| {
                let provider = providers.of_issuer(&identity.issuer);
                (identity, provider)
            })
            .collect())
    }

    /// Gives the account that is signed in here, and was when the browser set out, another way to sign in. False when the identity is
    /// another account's.
    pub(crate) async fn link(
        &self,
        visitor: &Visitor,
        trip: &StoredTrip,
        vouched: Vouched,
    ) -> Result<bool, TripError> {
        let account = traveller(visitor, trip)?;
        let known = self
            .accounts
            .by_identity(&vouched.issuer, &vouched.subject)
            .await?;
        if let Some(known) = known {
            return Ok(known == account);
        }
        let newcomer = newcomer(trip, vouched);
        match self.keep_identity(account, &newcomer).await {
            Ok(()) => Ok(true),
            // Another account was faster.
            Err(Failure::Database(error)) if error.is_taken() => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes a way to sign in from an account that has another.
    pub(crate) async fn unlink(&self, account: Uuid, identity: Uuid) -> Result<Removal, Failure> {
        let issuers = self.issuers();
        let identities = self.identities(account).await?;
        let removed = self
            .accounts
            .remove_identity(account, identity, &self.ways(&issuers))
            .await?;
        if removed == Removal::Done {
            let found = identities.iter().find(|(found, _)| found.id == identity);
            let named = found.map_or("", |(found, provider)| {
                provider.map_or(found.issuer.as_str(), |provider| &provider.key)
            });
            self.audit(AuditKind::IdentityUnlinked, account, named)
                .await?;
            self.tell(account, Notice::Unlinked);
        }
        Ok(removed)
    }

    /// Those whose word counts here.
    pub(super) fn issuers(&self) -> Vec<&str> {
        self.config.providers.iter().map(Provider::issuer).collect()
    }

    /// What this server lets people sign in with, besides a password.
    pub(super) fn ways<'a>(&self, issuers: &'a [&'a str]) -> Ways<'a> {
        Ways {
            issuers,
            passkeys: self.has_passkeys(),
        }
    }

    /// Notes that the one who is signed in here has just signed in at a provider once more. False when that was somebody else.
    pub(crate) async fn confirm(
        &self,
        visitor: &Visitor,
        trip: &StoredTrip,
        vouched: &Vouched,
    ) -> Result<bool, TripError> {
        let account = traveller(visitor, trip)?;
        let known = self
            .accounts
            .by_identity(&vouched.issuer, &vouched.subject)
            .await?;
        if known != Some(account) {
            return Ok(false);
        }
        let browser = visitor.hash();
        Ok(self
            .accounts
            .browser_confirmed(browser.as_bytes(), account, self.now())
            .await?)
    }

    /// Whether an account can sign in with a password.
    pub(crate) async fn has_password(&self, account: Uuid) -> Result<bool, Failure> {
        Ok(self.accounts.has_password(account).await?)
    }

    async fn keep_identity(&self, account: Uuid, newcomer: &Newcomer) -> Result<(), Failure> {
        let now = self.now();
        let identity = NewIdentity {
            id: chance::id(now)?,
            issuer: &newcomer.issuer,
            subject: &newcomer.subject,
            linked_at: now,
        };
        self.accounts.add_identity(account, &identity).await?;
        self.audit(AuditKind::IdentityLinked, account, &newcomer.provider)
            .await?;
        self.tell(account, Notice::Linked);
        Ok(())
    }

    /// Who came back with a browser, and still has to make an account; with what people call their provider.
    pub(crate) async fn newcomer(
        &self,
        visitor: &Visitor,
    ) -> Result<Option<(Newcomer, &str)>, Failure> {
        let browser = visitor.hash();
        let found = self
            .accounts
            .newcomer(browser.as_bytes(), self.now())
            .await?;
        Ok(found.and_then(|newcomer| {
            let provider = self.config.providers.find(&newcomer.provider)?;
            Some((newcomer, provider.label.as_str()))
        }))
    }

    /// Forgets who came back with a browser.
    pub(crate) async fn forget_newcomer(&self, visitor: &Visitor) -> Result<(), Failure> {
        let browser = visitor.hash();
        Ok(self.accounts.forget_newcomer(browser.as_bytes()).await?)
    }
}

/// Who set out with this browser, if they are still signed in here.
fn traveller(visitor: &Visitor, trip: &StoredTrip) -> Result<Uuid, TripError> {
    trip.account
        .filter(|account| visitor.account == Some(*account))
        .ok_or(TripError::SignedOut)
}

fn newcomer(trip: &StoredTrip, vouched: Vouched) -> Newcomer {
    Newcomer {
        provider: trip.provider.clone(),
        issuer: vouched.issuer,
        subject: vouched.subject,
        name: vouched.name,
        email: vouched.email,
        email_verified: vouched.email_verified,
    }
}

fn told(provider: &Provider, source: ProviderError) -> TripError {
    TripError::Provider {
        label: provider.label.clone(),
        source,
    }
}

fn hash(state: &str) -> [u8; 32] {
    Sha256::digest(state.as_bytes()).into()
}
