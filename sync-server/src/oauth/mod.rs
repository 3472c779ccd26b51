//! Sign-in: the authorization server around the rules of `guildhall-oauth`.
//!
//! Every other endpoint needs only [`OAuth::authenticate`]. The pages on which a person signs in
//! are in [`crate::pages`]; [`router`] has both.

mod accounts;
mod admission;
mod authorize;
mod browser;
mod caller;
mod chance;
mod codes;
mod config;
mod device;
mod errands;
mod failure;
mod families;
mod form;
mod ledger;
mod links;
mod metadata;
mod passkeys;
mod people;
mod personal;
mod providers;
mod registration;
mod revoke;
mod second_factor;
mod sign_in;
mod sign_ins;
#[cfg(test)]
pub(crate) mod testing;
mod token;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::routing::{get, post};
use guildhall_storage::server::Accounts;
use tokio::sync::broadcast;
use utoipa::OpenApi;
use uuid::Uuid;

pub use accounts::AccountError;
pub(crate) use admission::Ticket;
pub use admission::{
    Admission, AdmissionError, DAYS_MAXIMUM, InviteError, USES_MAXIMUM, Wanted, invite,
    keep_address,
};
pub(crate) use browser::{CSRF_FIELD, Visitor};
pub use caller::{Caller, bearer};
pub use config::OAuthConfig;
pub(crate) use failure::BUSY_RETRY_S;
pub use failure::Failure;
pub(crate) use form::{Form, FormError};
pub use guildhall_oauth::{Scope, TokenResponse};
pub(crate) use links::LinkError;
pub(crate) use passkeys::PasskeyError;
pub use people::{Boxed, People, PeopleError, PersonSummary, Roles};
pub use personal::{TOKEN_DAYS, TokenRefused, WantedToken};
pub(crate) use providers::{Known, TripError};
pub(crate) use registration::Registration;
pub(crate) use second_factor::{CodeError, SecondFactor, ShownCode};
pub(crate) use sign_in::SignInError;

use errands::{Errands, Notice, Postman};

use crate::limit::Limiter;
use crate::mail::Mailroom;
use crate::password::{PasswordError, Passwords};

/// Tells the time in milliseconds since 1970.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// How many ended sign-ins a slow listener may lag behind.
const REVOCATIONS: usize = 256;

/// The authorization server.
pub struct OAuth {
    config: OAuthConfig,
    accounts: Accounts,
    people: Arc<dyn People>,
    clock: Clock,
    passwords: Passwords,
    limiter: Limiter,
    callers: caller::Callers,
    failed_sign_ins: ledger::FailedSignIns,
    errands: Errands,
    mailroom: Arc<Mailroom>,
    /// None where the address of this server cannot have any.
    passkeys: Option<webauthn_rs::Webauthn>,
    revocations: broadcast::Sender<Uuid>,
}

impl OAuth {
    /// Builds the authorization server over the tables of sign-in, within a runtime of tokio.
    pub fn new(
        accounts: Accounts,
        config: OAuthConfig,
        people: Arc<dyn People>,
        clock: Clock,
    ) -> Result<Self, PasswordError> {
        let passwords = Passwords::new(config.password_cost)?;
        let mailroom = Arc::new(Mailroom::new(&config.mail));
        let postman = Postman::new(&accounts, &config, &mailroom, &clock);
        Ok(Self {
            passwords,
            errands: postman.start(),
            mailroom,
            passkeys: passkeys::rules(&config),
            limiter: Limiter::new(accounts.clone()),
            callers: caller::Callers::default(),
            failed_sign_ins: ledger::FailedSignIns::default(),
            revocations: broadcast::Sender::new(REVOCATIONS),
            config,
            accounts,
            people,
            clock,
        })
    }

    /// The settings it was built with.
    pub fn config(&self) -> &OAuthConfig {
        &self.config
    }

    /// Hears of each sign-in that ends before its time, so that its connections can be closed.
    pub fn revocations(&self) -> broadcast::Receiver<Uuid> {
        self.revocations.subscribe()
    }

    /// Forgets what it knows of callers for the moment: a person was suspended, or got a role.
    pub fn forget_callers(&self) {
        self.callers.clear();
    }

    /// Throws away what has expired. To be called now and then.
    pub async fn purge(&self) -> Result<(), Failure> {
        let now = self.now();
        self.accounts.purge(now).await?;
        self.limiter.purge(now).await?;
        self.errands.sweep();
        Ok(())
    }

    /// Has somebody told what was done with their account, so that they hear of it when it was not them.
    fn tell(&self, account: Uuid, notice: Notice) {
        if self.errands.tell(account, notice).is_err() {
            tracing::warn!("too many letters wait; somebody was not told of a change");
        }
    }

    pub(crate) fn now(&self) -> i64 {
        (self.clock)()
    }
}

/// All routes of sign-in: those for programs and those for people.
pub fn router(oauth: Arc<OAuth>) -> Router {
    Router::new()
        .route(
            "/.well-known/oauth-authorization-server",
            get(metadata::show),
        )
        .route(
            "/.well-known/openid-configuration",
            get(metadata::show_alias),
        )
        .route(
            "/oauth/authorize",
            get(authorize::ask).post(authorize::answer),
        )
        .route("/oauth/token", post(token::issue))
        .route("/oauth/revoke", post(revoke::revoke))
        .merge(crate::pages::routes())
        .with_state(oauth)
}

/// The address that a request comes from, if the accept loop told it.
pub(crate) fn peer(parts: &Parts) -> Option<IpAddr> {
    parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map(|ConnectInfo(peer)| peer.ip())
}

/// What the document says of these.
pub(crate) fn described() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(metadata::show, metadata::show_alias, token::issue, revoke::revoke))]
    struct Described;
    Described::openapi()
}
