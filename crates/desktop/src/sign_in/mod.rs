//! Signing in through the system browser, keeping the session safe, and handing out fresh access tokens.
//!
//! The way through this folder: [`ServerAddress`] is what the person types, [`AuthServer`] is what is found there,
//! [`SignIn`] is one attempt in the browser, [`Grant`] is what it yields, [`Keychain`] is where that is kept,
//! and [`Tokens`] is the session that the rest of the app asks for access tokens.

mod address;
mod auth_server;
mod flow;
mod grant;
mod keychain;
mod loopback;
mod oversight;
mod page;
mod server;
mod tokens;
mod vault;

#[cfg(test)]
mod fake_server;

pub use address::{AddressError, DEFAULT_PORT, ServerAddress};
pub use auth_server::{AuthError, AuthServer, HAND_OVER_REDIRECT, Wanted};
pub use flow::{Opener, SIGN_IN_LIMIT, SignIn, SignInError, hand_over};
pub use grant::{Clock, Grant, system_clock};
pub use keychain::{Keychain, VAULT_LIMIT};
pub use oversight::Oversight;
pub(crate) use server::Named;
pub use server::Server;
pub use tokens::{SignedOut, TokenError, Tokens};
pub use vault::{
    KEYCHAIN_SERVICE, MAXIMUM_SECRET_BYTES, MemoryVault, Secret, Source, Vault, VaultError,
    VaultKey,
};
