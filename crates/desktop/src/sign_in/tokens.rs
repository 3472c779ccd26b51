//! The session: hands out access tokens that work, and renews them so that a crash at any point costs no sign-in.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, OnceCell};

use super::address::ServerAddress;
use super::auth_server::{AuthError, AuthServer};
use super::grant::{Clock, Grant};
use super::keychain::Keychain;
use super::oversight::Oversight;
use super::server::Server;
use super::vault::{VaultError, VaultKey};

/// How long sign-out waits for the server before it goes on without.
const REVOKE_LIMIT: Duration = Duration::from_secs(5);

/// Why there is no access token at the moment.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The server is not reached or busy: try again later, nothing is lost.
    #[error("The server is not reached.")]
    Offline(#[source] AuthError),
    /// The session ended on the server: only a new sign-in helps.
    #[error("The session has ended. Sign in again.")]
    SignInNeeded,
    /// The server is not believed to be the one it was: nothing was sent.
    #[error(transparent)]
    Distrusted(AuthError),
    /// What answers is not a server this version understands.
    #[error(transparent)]
    Server(AuthError),
    /// It is for those who keep order, who show anew who they are first.
    #[error("Sign in once more to do this.")]
    StepUpNeeded,
}

/// How thorough a sign-out was. Either way this app no longer has the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignedOut {
    /// Whether the server was reached and ended the session there too.
    pub revoked: bool,
    /// Whether the keychain entry is gone for certain.
    pub forgotten: bool,
}

/// The session of one account on one server. Clones are the same session.
#[derive(Clone)]
pub struct Tokens {
    inner: Arc<Inner>,
}

struct Inner {
    keychain: Keychain,
    key: VaultKey,
    clock: Clock,
    known: Server,
    server: OnceCell<AuthServer>,
    /// None once the session ended. The lock is held through a renewal, so that many callers cause one.
    grant: Mutex<Option<Grant>>,
    /// What was given for some minutes to keep order with.
    oversight: Mutex<Option<Oversight>>,
}

impl Tokens {
    /// Takes up the session that the keychain holds, without asking the server. None if it holds none;
    /// an error if the keychain cannot say.
    pub async fn open(
        keychain: Keychain,
        known: Server,
        account: &str,
        profile: &str,
        clock: Clock,
    ) -> Result<Option<Self>, VaultError> {
        let key = VaultKey::new(&known.address, account, profile);
        let Some(secret) = keychain.load(&key).await? else {
            return Ok(None);
        };
        let Some(grant) = Grant::from_secret(account, &secret) else {
            return Ok(None);
        };
        Ok(Some(Self::new(
            keychain,
            key,
            clock,
            known,
            OnceCell::new(),
            grant,
        )))
    }

    /// Begins the session that a sign-in yielded and keeps it for the next start.
    pub async fn keep(
        keychain: Keychain,
        server: AuthServer,
        grant: Grant,
        profile: &str,
        clock: Clock,
    ) -> Self {
        let known = server.server().clone();
        let key = VaultKey::new(&known.address, grant.account(), profile);
        if let Ok(secret) = grant.to_secret() {
            keychain.store(&key, secret).await;
        }
        Self::new(
            keychain,
            key,
            clock,
            known,
            OnceCell::new_with(Some(server)),
            grant,
        )
    }

    fn new(
        keychain: Keychain,
        key: VaultKey,
        clock: Clock,
        known: Server,
        server: OnceCell<AuthServer>,
        grant: Grant,
    ) -> Self {
        let inner = Inner {
            keychain,
            key,
            clock,
            known,
            server,
            grant: Mutex::new(Some(grant)),
            oversight: Mutex::new(None),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Whose session it is.
    pub fn account(&self) -> &str {
        self.inner.key.account()
    }

    /// Where it is.
    pub fn address(&self) -> &ServerAddress {
        &self.inner.known.address
    }

    /// The server, with what is known of it.
    pub fn server(&self) -> &Server {
        &self.inner.known
    }

    /// Gives an access token that has not run out, renewing it if need be.
    pub async fn access(&self) -> Result<String, TokenError> {
        self.unless(|_| false).await
    }

    /// Gives another access token than the one the server refused.
    pub async fn renew(&self, refused: &str) -> Result<String, TokenError> {
        let refused = refused.to_owned();
        self.unless(move |access| access == refused).await
    }

    async fn unless(
        &self,
        is_bad: impl FnOnce(&str) -> bool + Send + 'static,
    ) -> Result<String, TokenError> {
        let inner = Arc::clone(&self.inner);
        // In a task of its own: a caller that is dropped halfway must not drop the renewed tokens with it.
        let task = tokio::spawn(async move {
            let mut held = inner.grant.lock().await;
            let grant = held.as_ref().ok_or(TokenError::SignInNeeded)?;
            if grant.is_fresh((inner.clock)()) && !is_bad(grant.access()) {
                return Ok(grant.access().to_owned());
            }
            match inner.renewed(grant).await {
                Ok(renewed) => Ok(held.insert(renewed).access().to_owned()),
                Err(error) => {
                    if matches!(error, TokenError::SignInNeeded) {
                        *held = None;
                        let _ = inner.keychain.delete(&inner.key).await;
                    }
                    Err(error)
                }
            }
        });
        task.await.unwrap_or(Err(TokenError::SignInNeeded))
    }

    /// Takes what a sign-in to keep order yielded. False if somebody else signed in there: nothing is taken then.
    pub async fn oversee(&self, oversight: Oversight) -> bool {
        let is_theirs = oversight.account() == self.account();
        if is_theirs {
            *self.inner.oversight.lock().await = Some(oversight);
        }
        is_theirs
    }

    /// Gives the access token to keep order with.
    pub async fn oversight(&self) -> Result<String, TokenError> {
        let held = self.inner.oversight.lock().await;
        let access = held
            .as_ref()
            .and_then(|held| held.access((self.inner.clock)()));
        access.map(str::to_owned).ok_or(TokenError::StepUpNeeded)
    }

    /// Forgets that token, which the server refused.
    pub async fn forget_oversight(&self) {
        *self.inner.oversight.lock().await = None;
    }

    /// Ends the session: on the server if it is reached, on this computer in any case.
    pub async fn sign_out(&self) -> SignedOut {
        let grant = self.inner.grant.lock().await.take();
        let revoked = match &grant {
            Some(grant) => {
                let revoke = async { self.inner.server().await?.revoke(grant.refresh()).await };
                matches!(tokio::time::timeout(REVOKE_LIMIT, revoke).await, Ok(Ok(())))
            }
            None => true,
        };
        let forgotten = self.inner.keychain.delete(&self.inner.key).await.is_ok();
        SignedOut { revoked, forgotten }
    }
}

impl Inner {
    async fn server(&self) -> Result<&AuthServer, AuthError> {
        self.server
            .get_or_try_init(|| AuthServer::discover(&self.known))
            .await
    }

    /// Fetches the next pair and keeps it. Invariant: the new refresh token is in the keychain before the new
    /// access token is used, because its first use makes the server forget the old one for good.
    async fn renewed(&self, grant: &Grant) -> Result<Grant, TokenError> {
        let renewed = async {
            self.server()
                .await?
                .refresh(grant.refresh(), &self.clock)
                .await
        };
        let renewed = renewed.await.map_err(|error| match error {
            AuthError::InvalidGrant => TokenError::SignInNeeded,
            AuthError::Offline { .. } | AuthError::Busy { .. } => TokenError::Offline(error),
            AuthError::Changed { .. } | AuthError::Untrusted { .. } => {
                TokenError::Distrusted(error)
            }
            AuthError::NotGuildhall { .. }
            | AuthError::NoAuthorities(_)
            | AuthError::Refused(_) => TokenError::Server(error),
        })?;
        if renewed.account() != self.key.account() {
            return Err(TokenError::SignInNeeded);
        }
        if let Ok(secret) = renewed.to_secret() {
            self.keychain.store(&self.key, secret).await;
        }
        Ok(renewed)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use futures_util::FutureExt as _;

    use super::super::fake_server::FakeServer;
    use super::super::flow::hand_over;
    use super::super::vault::{MemoryVault, Secret, Vault};
    use super::*;

    /// A vault that outlives the keychain around it, as the real one outlives the process.
    #[derive(Clone, Default)]
    struct Shared(Arc<MemoryVault>);

    impl Vault for Shared {
        fn load(&self, key: &VaultKey) -> Result<Option<Secret>, VaultError> {
            self.0.load(key)
        }
        fn store(&self, key: &VaultKey, secret: &Secret) -> Result<(), VaultError> {
            self.0.store(key, secret)
        }
        fn delete(&self, key: &VaultKey) -> Result<(), VaultError> {
            self.0.delete(key)
        }
        fn probe(&self) -> Result<(), VaultError> {
            self.0.probe()
        }
    }

    struct World {
        server: FakeServer,
        vault: Shared,
        now_ms: Arc<AtomicI64>,
        tokens: Tokens,
    }

    impl World {
        async fn signed_in() -> Self {
            let server = FakeServer::start().await;
            let vault = Shared::default();
            let now_ms = Arc::new(AtomicI64::new(1_000_000));
            let clock = clock(&now_ms);
            let (code, verifier) = server.code_to_hand_over();
            let (auth, grant) = hand_over(&server.known(), &code, &verifier, &clock)
                .await
                .expect("signs in");
            let tokens = Tokens::keep(
                Keychain::new(Box::new(vault.clone())),
                auth,
                grant,
                "",
                clock,
            )
            .await;
            Self {
                server,
                vault,
                now_ms,
                tokens,
            }
        }

        fn an_hour_passes(&self) {
            self.now_ms.fetch_add(3_600_000, Ordering::SeqCst);
        }

        async fn restart(&self) -> Option<Tokens> {
            let keychain = Keychain::new(Box::new(self.vault.clone()));
            Tokens::open(
                keychain,
                self.server.known(),
                "account-1",
                "",
                clock(&self.now_ms),
            )
            .await
            .expect("is there")
        }
    }

    fn clock(now_ms: &Arc<AtomicI64>) -> Clock {
        let now_ms = Arc::clone(now_ms);
        Arc::new(move || now_ms.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn a_session_survives_a_restart_without_asking_the_server() {
        let world = World::signed_in().await;
        let before = world.tokens.access().await.expect("is fresh");
        world.server.go_offline();

        let after = world.restart().await.expect("is kept").access().await;

        assert_eq!(after.expect("is fresh"), before);
    }

    #[tokio::test]
    async fn many_callers_cause_one_renewal() {
        let world = World::signed_in().await;
        world.an_hour_passes();

        let callers: Vec<_> = (0..50)
            .map(|_| {
                let tokens = world.tokens.clone();
                tokio::spawn(async move { tokens.access().await.expect("is renewed") })
            })
            .collect();
        let mut given = std::collections::BTreeSet::new();
        for caller in callers {
            given.insert(caller.await.expect("ends"));
        }

        assert_eq!(given.len(), 1);
        assert_eq!(world.server.renewals(), 1);
    }

    #[tokio::test]
    async fn the_new_refresh_token_is_kept_before_the_new_access_token_is_given_out() {
        let world = World::signed_in().await;
        world.an_hour_passes();

        let access = world.tokens.access().await.expect("is renewed");

        // A crash here: what the keychain holds is the whole pair.
        let again = world.restart().await.expect("is kept");
        assert_eq!(again.access().await.expect("is fresh"), access);
        world.an_hour_passes();
        assert!(again.access().await.is_ok());
        assert_eq!(world.server.renewals(), 2);
    }

    #[tokio::test]
    async fn a_caller_that_gives_up_does_not_lose_the_renewed_tokens() {
        let world = World::signed_in().await;
        world.an_hour_passes();

        assert!(world.tokens.access().now_or_never().is_none());

        assert!(world.tokens.access().await.is_ok());
        assert_eq!(world.server.renewals(), 1);
    }

    #[tokio::test]
    async fn a_refused_access_token_is_renewed_once() {
        let world = World::signed_in().await;
        let refused = world.tokens.access().await.expect("is fresh");

        let first = world.tokens.renew(&refused).await.expect("is renewed");
        let second = world.tokens.renew(&refused).await.expect("is renewed");

        assert_ne!(first, refused);
        assert_eq!(first, second);
        assert_eq!(world.server.renewals(), 1);
    }

    #[tokio::test]
    async fn offline_is_not_signed_out() {
        let world = World::signed_in().await;
        world.an_hour_passes();

        world.server.be_busy(true);
        assert!(matches!(
            world.tokens.access().await,
            Err(TokenError::Offline(_))
        ));
        world.server.be_busy(false);
        assert!(world.tokens.access().await.is_ok());
        world.an_hour_passes();
        world.server.go_offline();

        assert!(matches!(
            world.tokens.access().await,
            Err(TokenError::Offline(_))
        ));
        assert_eq!(world.vault.0.entries(), 1);
    }

    #[tokio::test]
    async fn a_session_that_ended_on_the_server_needs_a_new_sign_in() {
        let world = World::signed_in().await;
        world.server.revoke_everything();
        world.an_hour_passes();

        assert!(matches!(
            world.tokens.access().await,
            Err(TokenError::SignInNeeded)
        ));
        assert!(matches!(
            world.tokens.access().await,
            Err(TokenError::SignInNeeded)
        ));
        assert_eq!(world.vault.0.entries(), 0);
    }

    #[tokio::test]
    async fn signing_out_revokes_on_the_server_and_leaves_nothing_behind() {
        let world = World::signed_in().await;

        let signed_out = world.tokens.sign_out().await;

        assert_eq!(
            signed_out,
            SignedOut {
                revoked: true,
                forgotten: true
            }
        );
        assert_eq!(world.server.live_tokens(), 0);
        assert_eq!(world.vault.0.entries(), 0);
        assert!(world.restart().await.is_none());
        assert!(matches!(
            world.tokens.access().await,
            Err(TokenError::SignInNeeded)
        ));
    }

    #[tokio::test]
    async fn signing_out_works_offline() {
        let world = World::signed_in().await;
        world.server.go_offline();

        let signed_out = world.tokens.sign_out().await;

        assert_eq!(
            signed_out,
            SignedOut {
                revoked: false,
                forgotten: true
            }
        );
        assert_eq!(world.vault.0.entries(), 0);
    }
}
