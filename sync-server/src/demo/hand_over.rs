//! Hands a sign-in over to a desktop that is about to start: a one-time code and its verifier.

use crate::oauth::{Failure, OAuth};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use guildhall_oauth::{
    AuthorizationRequest, Client, LoopbackRedirect, OAuthError, RedirectError, Scope, Verifier,
};

/// Where the code is said to go; nobody listens there. The desktop names the same address when it exchanges the code.
pub const REDIRECT: &str = "http://127.0.0.1:1/cb";
/// How long the code is good.
pub const LIFE_MS: i64 = 10 * 60 * 1_000;

/// Why nothing can be handed over.
#[derive(Debug, thiserror::Error)]
pub enum HandOverError {
    /// There is no such account.
    #[error("there is no account with the address {0}")]
    Unknown(String),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    Chance,
    /// The verifier is not one.
    #[error("the verifier is not one")]
    Verifier(#[from] OAuthError),
    /// The address is not one of ours.
    #[error("the redirect address is not one of ours")]
    Redirect(#[from] RedirectError),
    /// The server failed.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// The answer carries no code.
    #[error("the answer carries no code")]
    NoCode,
}

/// Makes `CODE:VERIFIER` for the account with this address, without asking for its password.
///
/// # Errors
/// [`HandOverError`] when there is no such account or the server failed.
pub async fn hand_over(oauth: &OAuth, email: &str) -> Result<String, HandOverError> {
    let account = oauth
        .account_by_email(email)
        .await?
        .ok_or_else(|| HandOverError::Unknown(email.to_owned()))?;
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| HandOverError::Chance)?;
    let secret = URL_SAFE_NO_PAD.encode(bytes);
    let request = AuthorizationRequest {
        client: Client::Desktop,
        redirect: LoopbackRedirect::parse(REDIRECT)?,
        state: None,
        challenge: Verifier::parse(&secret)?.challenge(),
        scope: Scope::Marketplace,
    };
    let answer = oauth.grant(account, &request).await?;
    let answer = url::Url::parse(&answer).map_err(|_| HandOverError::NoCode)?;
    let code = answer.query_pairs().find(|(name, _)| name == "code");
    let (_, code) = code.ok_or(HandOverError::NoCode)?;
    Ok(format!("{code}:{secret}"))
}
