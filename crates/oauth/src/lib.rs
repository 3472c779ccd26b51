//! The rules of the authorization server. Pure: clock and chance are arguments.
//!
//! OAuth 2.0 with one grant that a person starts (the authorization code with PKCE) and one that
//! keeps a device signed in (the rotating refresh token). What is stored arrives here as plain
//! rows and what is to be done leaves as decisions; the server loads the one and carries out the
//! other. The reasons stand in `docs/adr/0008-embedded-authorization-server.md`.

mod client;
mod code;
mod error;
mod family;
mod lifetimes;
mod metadata;
mod parameters;
mod pkce;
mod recovery;
mod redirect;
mod request;
mod response;
mod scope;
mod token;
mod totp;

pub use client::{Client, DESKTOP_CLIENT};
pub use code::{Code, CodeDecision, CodeExchange};
pub use error::{ErrorCode, OAuthError};
pub use family::{Family, Refresh, RefreshState, RotationDecision, rotate};
pub use lifetimes::Lifetimes;
pub use metadata::Metadata;
pub use parameters::Parameters;
pub use pkce::{Challenge, Verifier};
pub use recovery::{RECOVERY_CODES, RECOVERY_ENTROPY, RecoveryCode};
pub use redirect::{Host, LoopbackRedirect, RedirectError};
pub use request::{AuthorizationRequest, Refusal};
pub use response::{TokenRequest, TokenResponse};
pub use scope::{ApiScope, ApiScopes, Scope};
pub use token::{TOKEN_ENTROPY, Token, TokenError, TokenHash, TokenKind};
pub use totp::{TOTP_ENTROPY, TotpSecret};

/// A point in time in milliseconds since 1970, as the caller's clock gives it.
pub type Millis = i64;
