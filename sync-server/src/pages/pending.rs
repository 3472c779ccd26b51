//! The request of a desktop that waits while its person signs in.
//!
//! It travels with the pages as the query it came with and is read anew each time, so there is
//! nothing to keep, nothing to forge that could not be asked for openly, and no way to be sent
//! anywhere but to where such a request may lead.

use guildhall_oauth::{AuthorizationRequest, Host, Parameters, Refusal, Scope};

/// A page of one's own account, which a sign-in leads to when no desktop waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Destination {
    /// What there is to know and do about it.
    Account,
    /// Another password.
    Password,
    /// Through whom one can sign in.
    Linked,
    /// The second factor.
    SecondFactor,
    /// Passkeys.
    Passkeys,
    /// Tokens for one's own programs.
    Tokens,
    /// Signing out everywhere.
    SignOut,
    /// What the server holds about one.
    Export,
    /// Leaving for good.
    Delete,
    /// Mail that was not sent, for admins.
    Mail,
    /// Who may join, for admins.
    Joining,
    /// Through whom people sign in, for admins.
    Providers,
    /// Who is seen, for admins.
    Exposure,
    /// Who is trusted with which role, for admins.
    People,
}

impl Destination {
    const ALL: [Self; 14] = [
        Self::Account,
        Self::Password,
        Self::Linked,
        Self::SecondFactor,
        Self::Passkeys,
        Self::Tokens,
        Self::SignOut,
        Self::Export,
        Self::Delete,
        Self::Mail,
        Self::Joining,
        Self::Providers,
        Self::Exposure,
        Self::People,
    ];

    /// Where it is.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Account => "/account",
            Self::Password => "/account/password",
            Self::Linked => "/account/providers",
            Self::SecondFactor => "/account/second-factor",
            Self::Passkeys => "/account/passkeys",
            Self::Tokens => "/account/tokens",
            Self::SignOut => "/account/sign-out",
            Self::Export => "/account/export",
            Self::Delete => "/account/delete",
            Self::Mail => "/admin/mail",
            Self::Joining => "/admin/joining",
            Self::Providers => "/admin/providers",
            Self::Exposure => "/admin/exposure",
            Self::People => "/admin/people",
        }
    }

    /// The page at a path; one's own account where there is none.
    pub(crate) fn at(path: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|destination| destination.path() == path)
            .unwrap_or(Self::Account)
    }
}

/// What waits for a sign-in; possibly nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pending {
    query: String,
}

impl Pending {
    /// Takes the query of an authorization request.
    pub(crate) fn of(query: &str) -> Self {
        Self {
            query: query.to_owned(),
        }
    }

    /// A page of one's own that waits.
    pub(crate) fn page(destination: Destination) -> Self {
        match destination {
            // Where a sign-in leads by itself.
            Destination::Account => Self::of(""),
            Destination::Password
            | Destination::Linked
            | Destination::SecondFactor
            | Destination::Passkeys
            | Destination::Tokens
            | Destination::SignOut
            | Destination::Export
            | Destination::Delete
            | Destination::Mail
            | Destination::Joining
            | Destination::Providers
            | Destination::Exposure
            | Destination::People => Self {
                query: url::form_urlencoded::Serializer::new(String::new())
                    .append_pair("page", destination.path())
                    .finish(),
            },
        }
    }

    /// Takes what a page was given in its own query.
    pub(super) fn from_page(query: Option<&str>) -> Self {
        let parameters = Parameters::parse(query.unwrap_or_default().as_bytes());
        Self::of(parameters.get("request").unwrap_or_default())
    }

    /// The query, for the hidden field that carries it on.
    pub(super) fn query(&self) -> &str {
        &self.query
    }

    /// Reads the request.
    pub(crate) fn parse(&self) -> Result<AuthorizationRequest, Refusal> {
        AuthorizationRequest::parse(&Parameters::parse(self.query.as_bytes()))
    }

    /// The page to go to when no desktop waits: one of a few, so that no link can lead anywhere else.
    pub(super) fn destination(&self) -> Destination {
        let parameters = Parameters::parse(self.query.as_bytes());
        Destination::at(parameters.get("page").unwrap_or_default())
    }

    /// Where the desktop listens, if one waits.
    pub(super) fn host(&self) -> Option<Host> {
        self.parse().ok().map(|request| request.redirect.host())
    }

    /// The code of the invitation that the desktop came with; empty without one.
    pub(crate) fn invitation(&self) -> String {
        let parameters = Parameters::parse(self.query.as_bytes());
        parameters.get("invitation").unwrap_or_default().to_owned()
    }

    /// Where it goes on for somebody who is signed in.
    pub(super) fn onward(&self) -> String {
        if self.parse().is_ok() {
            format!("/oauth/authorize?{}", self.query)
        } else {
            self.destination().path().to_owned()
        }
    }

    /// What the program that waits wants to be signed in for.
    pub(super) fn scope(&self) -> Scope {
        self.parse()
            .map_or_else(|_| Scope::default(), |request| request.scope)
    }

    /// What the program that waits is called.
    pub(super) fn client_name(&self) -> Option<&'static str> {
        self.parse().ok().map(|request| request.client.name())
    }

    /// The address of a page that takes the request along.
    pub(crate) fn address(&self, path: &str) -> String {
        if self.query.is_empty() {
            return path.to_owned();
        }
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("request", &self.query)
            .finish();
        format!("{path}?{query}")
    }
}
