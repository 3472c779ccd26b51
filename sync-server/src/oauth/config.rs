//! What the operator decides about sign-in.

use guildhall_oauth::Lifetimes;

use crate::limit::{Limits, SharedNetworks};
use crate::mail::MailConfig;
use crate::password::PasswordCost;
use crate::provider::Providers;
use crate::texts::Texts;

/// The settings of the authorization server.
#[derive(Debug, Clone)]
pub struct OAuthConfig {
    /// The address that people and desktops know the server by, without a slash at the end:
    /// `http://localhost:4810`.
    pub issuer: String,
    /// What the market calls itself on the pages.
    pub market_name: String,
    /// How long things stay good.
    pub lifetimes: Lifetimes,
    /// How often things may be tried.
    pub limits: Limits,
    /// Where many people share an address, and with it the limits of a network.
    pub shared: SharedNetworks,
    /// What a password hash costs.
    pub password_cost: PasswordCost,
    /// Where letters go.
    pub mail: MailConfig,
    /// What people agree to.
    pub texts: Texts,
    /// Through whom people sign in besides.
    pub providers: Providers,
}

impl OAuthConfig {
    /// The defaults for a server that is known under this address.
    pub fn new(issuer: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into().trim_end_matches('/').to_owned(),
            market_name: "Guildhall".to_owned(),
            lifetimes: Lifetimes::default(),
            limits: Limits::default(),
            shared: SharedNetworks::default(),
            password_cost: PasswordCost::default(),
            mail: MailConfig::default(),
            texts: Texts::default(),
            providers: Providers::default(),
        }
    }

    /// Whether browsers reach the server by TLS, so that cookies can demand it.
    pub fn is_secure(&self) -> bool {
        self.issuer.starts_with("https://")
    }
}
