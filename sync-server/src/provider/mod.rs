//! Providers of others, through which people sign in: how they are asked, and what they say.
//!
//! Whom a provider's word makes of somebody here is decided in [`crate::oauth`].

mod file;
mod github;
mod oidc;

use std::fmt;
use std::sync::Arc;

use url::Url;

pub use file::{ProvidersFileError, read};
use github::GitHub;
use oidc::Oidc;

use crate::outgoing::OutgoingError;

/// The longest name that a provider has for somebody, in bytes (OpenID Connect Core, section 2).
const SUBJECT_MAXIMUM: usize = 255;
/// How much of a person's name is kept, in characters.
const NAME_MAXIMUM: usize = 80;
/// The longest address, in bytes.
const EMAIL_MAXIMUM: usize = 254;

/// The providers that the operator named, in the order of the file.
#[derive(Debug, Clone, Default)]
pub struct Providers(Arc<[Provider]>);

impl Providers {
    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Provider> {
        self.0.iter()
    }

    /// The one with this key.
    pub(crate) fn find(&self, key: &str) -> Option<&Provider> {
        self.iter().find(|provider| provider.key == key)
    }

    /// The one that vouches under this name.
    pub(crate) fn of_issuer(&self, issuer: &str) -> Option<&Provider> {
        self.iter().find(|provider| provider.issuer() == issuer)
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// One provider.
#[derive(Debug)]
pub struct Provider {
    /// What it is called in addresses.
    pub(crate) key: String,
    /// What people call it.
    pub(crate) label: String,
    /// Whether an account with the same verified address is the same person's.
    pub(crate) trusts_email: bool,
    /// What this server is called there.
    pub(crate) client_id: String,
    client_secret: Secret,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Oidc(Box<Oidc>),
    GitHub(Box<GitHub>),
}

/// Something that is never written down.
#[derive(Clone)]
struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

/// What belongs to one browser's way to a provider and back.
#[derive(Clone)]
pub(crate) struct Way {
    /// Where the provider sends the browser back to.
    pub(crate) redirect: Url,
    /// What comes back with it.
    pub(crate) state: String,
    /// What the provider must repeat.
    pub(crate) nonce: String,
    /// What shows that the one who brings the code is the one who asked for it.
    pub(crate) verifier: String,
    /// When it began.
    pub(crate) begun_at: i64,
    /// Whether the person must sign in there once more, now.
    pub(crate) anew: bool,
}

/// What a browser brings back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answer<'a> {
    pub(crate) code: Option<&'a str>,
    pub(crate) error: Option<&'a str>,
    pub(crate) issuer: Option<&'a str>,
}

/// Whom a provider vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Vouched {
    /// The provider.
    pub(crate) issuer: String,
    /// What it calls them, for ever.
    pub(crate) subject: String,
    /// Their name; empty where it says nothing.
    pub(crate) name: String,
    /// Their address; empty where it says nothing.
    pub(crate) email: String,
    /// Whether letters to it reach them.
    pub(crate) email_verified: bool,
}

/// What cannot be trusted, in words for the log. Nothing of what was said is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Lie {
    /// The browser is on no such way, or not any more.
    #[error("nobody was on that way")]
    State,
    /// The way led to another provider.
    #[error("the way led to another provider")]
    OtherProvider,
    /// The answer names another issuer, or none although it should.
    #[error("the answer came from another issuer")]
    AnswerIssuer,
    /// The answer holds neither a code nor an error.
    #[error("the answer held no code")]
    NoCode,
    /// The provider does not take the code, or the secret.
    #[error("the code was not taken")]
    Code,
    /// What it publishes about itself is of another issuer, or makes no sense.
    #[error("what the provider publishes about itself makes no sense")]
    Metadata,
    /// What it says makes no sense.
    #[error("the answer makes no sense")]
    Nonsense,
    /// There is no token.
    #[error("there was no token")]
    NoToken,
    /// The token is of another issuer.
    #[error("the token names another issuer")]
    Issuer,
    /// The token is for somebody else.
    #[error("the token is for another client")]
    Audience,
    /// The token is not signed, in a way that is not taken, or by nobody known.
    #[error("the token is not signed by the provider")]
    Signature,
    /// The token was made for another way.
    #[error("the token was made for another sign-in")]
    Nonce,
    /// The token has run out, or is not of this time.
    #[error("the token is not of this time")]
    Time,
    /// The person did not sign in there anew.
    #[error("the person did not sign in anew")]
    NotAnew,
    /// What else it says is about somebody else.
    #[error("the provider spoke of two people")]
    Subject,
}

/// Why nobody is vouched for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProviderError {
    /// The provider cannot be asked at the moment.
    #[error("the provider cannot be reached")]
    Unreachable(#[from] OutgoingError),
    /// The provider answers that it cannot.
    #[error("the provider fails ({0})")]
    Failing(u16),
    /// The person turned back, or the provider does not let them in.
    #[error("the person did not sign in there")]
    Declined,
    /// What was said cannot be trusted.
    #[error("{0}")]
    Lie(#[from] Lie),
    /// This provider cannot make somebody sign in anew.
    #[error("the provider does not tell when somebody signed in")]
    NeverAnew,
}

impl Provider {
    /// Who vouches.
    pub(crate) fn issuer(&self) -> &str {
        match &self.kind {
            Kind::Oidc(oidc) => oidc.issuer(),
            Kind::GitHub(github) => github.issuer(),
        }
    }

    /// What kind it is, in a word.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.kind {
            Kind::Oidc(_) => "OpenID Connect",
            Kind::GitHub(_) => "GitHub",
        }
    }

    /// Whether it can have somebody sign in anew, and say so.
    pub(crate) fn confirms(&self) -> bool {
        match &self.kind {
            Kind::Oidc(_) => true,
            Kind::GitHub(_) => false,
        }
    }

    /// Where a browser begins its way.
    pub(crate) async fn leave(&self, way: &Way, now: i64) -> Result<Url, ProviderError> {
        match &self.kind {
            Kind::Oidc(oidc) => oidc.leave(self, way, now).await,
            Kind::GitHub(github) => github.leave(self, way),
        }
    }

    /// Whom it vouches for, by what a browser brought back.
    pub(crate) async fn arrive(
        &self,
        way: &Way,
        answer: Answer<'_>,
        now: i64,
    ) -> Result<Vouched, ProviderError> {
        let vouched = match &self.kind {
            Kind::Oidc(oidc) => oidc.arrive(self, way, answer, now).await,
            Kind::GitHub(github) => github.arrive(self, way, answer).await,
        }?;
        vouched.within_bounds().map_err(ProviderError::Lie)
    }
}

impl Vouched {
    /// What of it is kept: a name and an address only where they could be typed.
    fn within_bounds(mut self) -> Result<Self, Lie> {
        if !(1..=SUBJECT_MAXIMUM).contains(&self.subject.len()) {
            return Err(Lie::Nonsense);
        }
        let name = self.name.chars().filter(|letter| !letter.is_control());
        self.name = name.take(NAME_MAXIMUM).collect();
        if self.email.len() > EMAIL_MAXIMUM || self.email.chars().any(char::is_control) {
            self.email.clear();
        }
        Ok(self)
    }
}

/// The code of an answer, unless it says that there is none.
fn code_of(answer: Answer<'_>) -> Result<&str, ProviderError> {
    match (answer.error, answer.code) {
        (Some(_), _) => Err(ProviderError::Declined),
        (None, Some(code)) if !code.is_empty() => Ok(code),
        (None, _) => Err(Lie::NoCode.into()),
    }
}
