//! One sign-in: open the browser, wait for its answer, exchange the code.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use oauth2::RedirectUrl;

use super::auth_server::{Attempt, AuthError, AuthServer, Wanted};
use super::grant::{Clock, Grant};
use super::loopback::Loopback;
use super::oversight::Oversight;
use super::server::Server;

/// Opens a link in the system browser; may block.
pub type Opener = Arc<dyn Fn(&str) -> std::io::Result<()> + Send + Sync>;

/// How long the person may take in the browser.
pub const SIGN_IN_LIMIT: Duration = Duration::from_mins(5);

/// Why a sign-in did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The server could not be asked, or said no.
    #[error(transparent)]
    Server(#[from] AuthError),
    /// No port to wait for the answer on.
    #[error("Guildhall could not listen for the browser's answer. Restart it and try again.")]
    NoLoopback(#[source] std::io::Error),
    /// The person gave up.
    #[error("The sign-in was cancelled.")]
    Cancelled,
    /// Nothing came back in time.
    #[error("No answer came from the browser within five minutes. Sign in again.")]
    TimedOut,
    /// The person said no in the browser.
    #[error("You declined the sign-in in the browser.")]
    Declined,
    /// The server could not go on.
    #[error("The server refused the sign-in ({0}). Try again.")]
    Refused(String),
}

/// A sign-in that waits for the browser. Dropping it gives it up.
pub struct SignIn {
    server: AuthServer,
    loopback: Loopback,
    attempt: Attempt,
    browser_opened: bool,
}

impl SignIn {
    /// Finds the server, takes a port and opens the browser. That no browser opens is no failure:
    /// the link can be copied. Where the browser will warn, because it knows no pin, it is not opened unasked.
    pub async fn begin(
        server: &Server,
        wanted: Wanted<'_>,
        open: Opener,
    ) -> Result<Self, SignInError> {
        let server = AuthServer::discover(server).await?;
        let loopback = Loopback::bind().await.map_err(SignInError::NoLoopback)?;
        let redirect = RedirectUrl::new(loopback.redirect())
            .map_err(|error| SignInError::Refused(error.to_string()))?;
        let attempt = server.attempt(redirect, wanted);
        let link = attempt.link.to_string();
        let browser_opened = server.server().pin.is_none()
            && matches!(
                tokio::task::spawn_blocking(move || open(&link)).await,
                Ok(Ok(()))
            );
        Ok(Self {
            server,
            loopback,
            attempt,
            browser_opened,
        })
    }

    /// The link to open, for a person whose browser did not.
    pub fn link(&self) -> &str {
        self.attempt.link.as_str()
    }

    /// The fingerprint of the certificate about which the browser will warn, if it will.
    pub fn warned_of(&self) -> Option<&str> {
        self.server.server().pin.and(self.server.fingerprint())
    }

    /// Whether the system took the link.
    pub fn browser_opened(&self) -> bool {
        self.browser_opened
    }

    /// Waits for the answer and exchanges its code, until `cancelled` comes true or the limit passes.
    pub async fn finish(
        self,
        clock: &Clock,
        limit: Duration,
        cancelled: impl Future<Output = ()>,
    ) -> Result<(AuthServer, Grant), SignInError> {
        self.answered(
            limit,
            cancelled,
            async |server: AuthServer, code, attempt| {
                let grant = server.exchange(code, attempt, clock).await?;
                Ok((server, grant))
            },
        )
        .await
    }

    /// The same for a sign-in to keep order.
    pub async fn finish_oversight(
        self,
        clock: &Clock,
        limit: Duration,
        cancelled: impl Future<Output = ()>,
    ) -> Result<Oversight, SignInError> {
        self.answered(
            limit,
            cancelled,
            async |server: AuthServer, code, attempt| {
                server.exchange_for_oversight(code, attempt, clock).await
            },
        )
        .await
    }

    async fn answered<T>(
        self,
        limit: Duration,
        cancelled: impl Future<Output = ()>,
        exchange: impl AsyncFnOnce(AuthServer, String, Attempt) -> Result<T, AuthError>,
    ) -> Result<T, SignInError> {
        let judge = self.server.clone();
        let state = self.attempt.state.secret().clone();
        let answered = async {
            let answer = self
                .loopback
                .answer(&state, move |callback| {
                    judge.is_issuer(callback.issuer.as_deref())
                })
                .await;
            match answer.outcome {
                Ok(code) => Ok(exchange(self.server, code, self.attempt).await?),
                Err(error) if error == "access_denied" => Err(SignInError::Declined),
                Err(error) => Err(SignInError::Refused(plain(&error))),
            }
        };
        tokio::select! {
            answered = tokio::time::timeout(limit, answered) => answered.map_err(|_| SignInError::TimedOut)?,
            () = cancelled => Err(SignInError::Cancelled),
        }
    }
}

/// Takes over a sign-in that somebody else did in their browser: a one-time code and its verifier, as given on
/// the command line. The code was asked for with [`super::HAND_OVER_REDIRECT`].
pub async fn hand_over(
    server: &Server,
    code: &str,
    verifier: &str,
    clock: &Clock,
) -> Result<(AuthServer, Grant), SignInError> {
    let server = AuthServer::discover(server).await?;
    let grant = server
        .exchange_handed_over(code.to_owned(), verifier.to_owned(), clock)
        .await?;
    Ok((server, grant))
}

/// An error code as the standard allows it, so that no server can put words into our mouth.
fn plain(error: &str) -> String {
    error
        .chars()
        .filter(|c| c.is_ascii_lowercase() || *c == '_')
        .take(40)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::super::fake_server::FakeServer;
    use super::super::grant::system_clock;
    use super::*;

    const MARKETPLACE: Wanted<'static> = Wanted::Marketplace { invitation: None };

    fn no_browser() -> Opener {
        Arc::new(|_| Err(std::io::Error::other("no browser here")))
    }

    #[tokio::test]
    async fn a_sign_in_ends_with_a_grant() {
        let server = FakeServer::start().await;
        let opened: Opener = Arc::new(|_| Ok(()));
        let sign_in = SignIn::begin(&server.known(), MARKETPLACE, opened)
            .await
            .expect("begins");
        assert!(sign_in.browser_opened());

        let link = sign_in.link().to_owned();
        let clock = system_clock();
        let (finished, page) = tokio::join!(
            sign_in.finish(&clock, SIGN_IN_LIMIT, pending()),
            server.approve_in_browser(&link)
        );

        let (auth, grant) = finished.expect("signs in");
        assert_eq!(grant.account(), "account-1");
        assert_eq!(auth.address(), &server.address());
        assert!(page.contains("You are signed in"), "{page}");
    }

    #[tokio::test]
    async fn a_sign_in_to_keep_order_yields_what_cannot_be_renewed() {
        let server = FakeServer::start().await;
        let sign_in = SignIn::begin(&server.known(), Wanted::Oversight, no_browser())
            .await
            .expect("begins");

        let link = sign_in.link().to_owned();
        assert!(link.contains("scope=oversight"), "{link}");
        let clock = system_clock();
        let (finished, _) = tokio::join!(
            sign_in.finish_oversight(&clock, SIGN_IN_LIMIT, pending()),
            server.approve_in_browser(&link)
        );

        let oversight = finished.expect("signs in");
        assert_eq!(oversight.account(), "account-1");
        assert!(oversight.access(clock()).is_some());
        assert!(oversight.access(clock() + 3_600_000).is_none());
    }

    #[tokio::test]
    async fn without_a_browser_the_link_still_works() {
        let server = FakeServer::start().await;

        let sign_in = SignIn::begin(&server.known(), MARKETPLACE, no_browser())
            .await
            .expect("begins");

        assert!(!sign_in.browser_opened());
        assert!(
            sign_in.link().contains("code_challenge_method=S256"),
            "{}",
            sign_in.link()
        );
    }

    #[tokio::test]
    async fn saying_no_in_the_browser_is_told_apart() {
        let server = FakeServer::start().await;
        let sign_in = SignIn::begin(&server.known(), MARKETPLACE, no_browser())
            .await
            .expect("begins");

        let link = sign_in.link().to_owned();
        let clock = system_clock();
        let (finished, _) = tokio::join!(
            sign_in.finish(&clock, SIGN_IN_LIMIT, pending()),
            server.decline_in_browser(&link)
        );

        assert!(matches!(finished, Err(SignInError::Declined)));
    }

    #[tokio::test]
    async fn a_sign_in_can_be_cancelled_and_runs_out() {
        let server = FakeServer::start().await;
        let clock = system_clock();

        let sign_in = SignIn::begin(&server.known(), MARKETPLACE, no_browser())
            .await
            .expect("begins");
        let cancelled = sign_in
            .finish(&clock, SIGN_IN_LIMIT, std::future::ready(()))
            .await;
        let sign_in = SignIn::begin(&server.known(), MARKETPLACE, no_browser())
            .await
            .expect("begins");
        let timed_out = sign_in.finish(&clock, Duration::ZERO, pending()).await;

        assert!(matches!(cancelled, Err(SignInError::Cancelled)));
        assert!(matches!(timed_out, Err(SignInError::TimedOut)));
    }

    #[tokio::test]
    async fn a_code_may_be_handed_over() {
        let server = FakeServer::start().await;
        let clock = system_clock();
        let (code, verifier) = server.code_to_hand_over();

        let (_, grant) = hand_over(&server.known(), &code, &verifier, &clock)
            .await
            .expect("signs in");
        let again = hand_over(&server.known(), &code, &verifier, &clock).await;

        assert_eq!(grant.account(), "account-1");
        assert!(matches!(
            again,
            Err(SignInError::Server(AuthError::InvalidGrant))
        ));
    }

    #[tokio::test]
    async fn a_wrong_verifier_gets_nothing() {
        let server = FakeServer::start().await;
        let (code, _) = server.code_to_hand_over();

        let refused = hand_over(&server.known(), &code, &"w".repeat(43), &system_clock()).await;

        assert!(matches!(
            refused,
            Err(SignInError::Server(AuthError::InvalidGrant))
        ));
    }

    #[test]
    fn a_server_cannot_put_words_into_our_mouth() {
        assert_eq!(plain("server_error"), "server_error");
        assert_eq!(plain("<b>Call 0800</b>"), "ballb");
    }
}
