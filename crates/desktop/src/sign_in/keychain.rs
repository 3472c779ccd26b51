//! The keychain as the app uses it: never on the main thread, never for longer than a few seconds,
//! and in memory (never in a file) for as long as it does not work.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;

use super::vault::{Secret, Vault, VaultError, VaultKey};
use crate::view::session::KeychainView;

/// How long one call may take. A locked keychain waits for a person, so there must be an end.
pub const VAULT_LIMIT: Duration = Duration::from_secs(5);

/// The keychain behind a time limit, with memory as the fallback for this run.
#[derive(Clone)]
pub struct Keychain {
    inner: Arc<Inner>,
    limit: Duration,
}

struct Inner {
    vault: Box<dyn Vault>,
    /// What the vault should hold but does not yet: a secret to store, or none to delete.
    wanted: Mutex<BTreeMap<VaultKey, Option<Secret>>>,
    view: Mutex<KeychainView>,
    /// One call at a time: a call that outlived its limit still blocks a thread, and there should be only one such.
    turn: Arc<Semaphore>,
}

impl Keychain {
    /// Wraps a vault. Nothing is asked of it before the first call.
    pub fn new(vault: Box<dyn Vault>) -> Self {
        Self::with_limit(vault, VAULT_LIMIT)
    }

    /// Wraps a vault with another limit.
    pub fn with_limit(vault: Box<dyn Vault>, limit: Duration) -> Self {
        let inner = Inner {
            vault,
            wanted: Mutex::default(),
            view: Mutex::new(KeychainView::Ready),
            turn: Arc::new(Semaphore::new(1)),
        };
        Self {
            inner: Arc::new(inner),
            limit,
        }
    }

    /// Whether tokens are kept safely, and if not, how to mend it.
    pub fn view(&self) -> KeychainView {
        lock(&self.inner.view).clone()
    }

    /// Tries the keychain and writes into it whatever had to stay in memory. Call it at the start and on *Try again*.
    pub async fn probe(&self) -> KeychainView {
        let probed = self.run(|inner| {
            inner.vault.probe()?;
            inner.write_all()
        });
        let _ = probed.await;
        self.view()
    }

    /// Reads an entry. An error means that one cannot know whether there is one.
    pub async fn load(&self, key: &VaultKey) -> Result<Option<Secret>, VaultError> {
        if let Some(wanted) = self.inner.wanted().get(key) {
            return Ok(wanted.clone());
        }
        let key = key.clone();
        self.run(move |inner| inner.vault.load(&key)).await
    }

    /// Keeps a secret: in the keychain if it works, else in memory until it does. Says whether it is safe.
    pub async fn store(&self, key: &VaultKey, secret: Secret) -> KeychainView {
        self.want(key, Some(secret)).await;
        self.view()
    }

    /// Removes an entry. An error means that the keychain may still hold it.
    pub async fn delete(&self, key: &VaultKey) -> Result<(), VaultError> {
        self.inner.wanted().insert(key.clone(), None);
        self.run(Inner::write_all).await
    }

    async fn want(&self, key: &VaultKey, secret: Option<Secret>) {
        self.inner.wanted().insert(key.clone(), secret);
        // While it is known not to work, each try would cost the limit or raise a password prompt.
        if self.view() == KeychainView::Ready {
            let _ = self.run(Inner::write_all).await;
        }
    }

    /// Runs one blocking call within the limit and notes how it went. A call that is given up on goes on
    /// in its thread; should it succeed late, the note is corrected.
    async fn run<T: Send + 'static>(
        &self,
        call: impl FnOnce(&Inner) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let inner = Arc::clone(&self.inner);
        let answer = tokio::time::timeout(self.limit, async move {
            let turn = Arc::clone(&inner.turn).acquire_owned().await;
            let call = tokio::task::spawn_blocking(move || {
                let answer = call(&inner);
                inner.note(answer.as_ref().err());
                drop(turn);
                answer
            });
            call.await
                .unwrap_or_else(|error| Err(VaultError::Failed(error.into())))
        });
        answer.await.unwrap_or_else(|_| {
            let locked = VaultError::Locked(None);
            self.inner.note(Some(&locked));
            Err(locked)
        })
    }
}

impl Inner {
    fn wanted(&self) -> MutexGuard<'_, BTreeMap<VaultKey, Option<Secret>>> {
        lock(&self.wanted)
    }

    /// Brings the vault to what is wanted of it. What is wanted may change meanwhile (a sign-out while a
    /// store waits for a password), so an entry is done only when what was written is still what is wanted.
    fn write_all(&self) -> Result<(), VaultError> {
        loop {
            let next = self
                .wanted()
                .iter()
                .next()
                .map(|(key, secret)| (key.clone(), secret.clone()));
            let Some((key, secret)) = next else {
                return Ok(());
            };
            match &secret {
                Some(secret) => self.vault.store(&key, secret)?,
                None => self.vault.delete(&key)?,
            }
            let mut wanted = self.wanted();
            if wanted.get(&key) == Some(&secret) {
                wanted.remove(&key);
            }
        }
    }

    fn note(&self, error: Option<&VaultError>) {
        match error {
            // Reading may work where writing does not.
            None if !self.wanted().is_empty() => {}
            None => *lock(&self.view) = KeychainView::Ready,
            Some(error) => {
                *lock(&self.view) = KeychainView::MemoryOnly {
                    hint: error.to_string(),
                }
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::super::address::ServerAddress;
    use super::super::vault::MemoryVault;
    use super::*;

    /// A vault whose every call waits until the test lets it go on.
    struct Gated {
        inner: Arc<MemoryVault>,
        gate: Mutex<mpsc::Receiver<()>>,
    }

    fn gated() -> (Box<Gated>, Arc<MemoryVault>, mpsc::Sender<()>) {
        let (open, gate) = mpsc::channel();
        let inner = Arc::new(MemoryVault::default());
        (
            Box::new(Gated {
                inner: Arc::clone(&inner),
                gate: Mutex::new(gate),
            }),
            inner,
            open,
        )
    }

    impl Gated {
        fn wait(&self) {
            let _ = lock(&self.gate).recv();
        }
    }

    impl Vault for Gated {
        fn load(&self, key: &VaultKey) -> Result<Option<Secret>, VaultError> {
            self.wait();
            self.inner.load(key)
        }
        fn store(&self, key: &VaultKey, secret: &Secret) -> Result<(), VaultError> {
            self.wait();
            self.inner.store(key, secret)
        }
        fn delete(&self, key: &VaultKey) -> Result<(), VaultError> {
            self.wait();
            self.inner.delete(key)
        }
        fn probe(&self) -> Result<(), VaultError> {
            self.wait();
            self.inner.probe()
        }
    }

    /// A vault that is missing until it is put there.
    #[derive(Default)]
    struct Absent(Arc<Mutex<Option<MemoryVault>>>);

    impl Absent {
        fn with<T>(
            &self,
            call: impl FnOnce(&MemoryVault) -> Result<T, VaultError>,
        ) -> Result<T, VaultError> {
            lock(&self.0)
                .as_ref()
                .map_or(Err(VaultError::Missing(None)), call)
        }
    }

    impl Vault for Absent {
        fn load(&self, key: &VaultKey) -> Result<Option<Secret>, VaultError> {
            self.with(|vault| vault.load(key))
        }
        fn store(&self, key: &VaultKey, secret: &Secret) -> Result<(), VaultError> {
            self.with(|vault| vault.store(key, secret))
        }
        fn delete(&self, key: &VaultKey) -> Result<(), VaultError> {
            self.with(|vault| vault.delete(key))
        }
        fn probe(&self) -> Result<(), VaultError> {
            self.with(Vault::probe)
        }
    }

    const SOON: Duration = Duration::from_millis(20);

    fn key() -> VaultKey {
        VaultKey::new(
            &ServerAddress::parse("localhost").expect("is good"),
            "acc",
            "",
        )
    }

    fn secret(text: &str) -> Secret {
        Secret::new(text.into()).expect("fits")
    }

    #[tokio::test]
    async fn without_a_keychain_secrets_stay_in_memory_and_the_hint_says_how_to_mend_it() {
        let keychain = Keychain::new(Box::new(Absent::default()));

        let view = keychain.store(&key(), secret("one")).await;

        assert!(
            matches!(view, KeychainView::MemoryOnly { hint } if hint.contains("Secret Service"))
        );
        assert_eq!(
            keychain.load(&key()).await.expect("is in memory"),
            Some(secret("one"))
        );
    }

    #[tokio::test]
    async fn an_unreachable_keychain_is_not_an_empty_one() {
        let keychain = Keychain::new(Box::new(Absent::default()));

        assert!(matches!(
            keychain.load(&key()).await,
            Err(VaultError::Missing(_))
        ));
    }

    #[tokio::test]
    async fn try_again_moves_what_is_in_memory_into_the_keychain() {
        let absent = Absent::default();
        let place = Arc::clone(&absent.0);
        let keychain = Keychain::new(Box::new(absent));
        keychain.store(&key(), secret("one")).await;

        *lock(&place) = Some(MemoryVault::default());
        let view = keychain.probe().await;

        assert_eq!(view, KeychainView::Ready);
        let held = lock(&place).as_ref().map(|vault| vault.load(&key()));
        assert!(matches!(held, Some(Ok(Some(found))) if found == secret("one")));
    }

    #[tokio::test]
    async fn a_locked_keychain_is_given_up_on() {
        let (vault, _, open) = gated();
        let keychain = Keychain::with_limit(vault, SOON);

        let loaded = keychain.load(&key()).await;

        assert!(matches!(loaded, Err(VaultError::Locked(None))));
        assert!(matches!(keychain.view(), KeychainView::MemoryOnly { .. }));
        drop(open);
    }

    #[tokio::test]
    async fn a_store_that_succeeds_late_writes_what_is_wanted_by_then() {
        let (vault, held, open) = gated();
        let keychain = Keychain::with_limit(vault, SOON);
        keychain.store(&key(), secret("old")).await;
        keychain.store(&key(), secret("new")).await;

        drop(open);
        let turn = keychain
            .inner
            .turn
            .acquire()
            .await
            .expect("is never closed");

        assert_eq!(held.load(&key()).expect("works"), Some(secret("new")));
        assert_eq!(keychain.view(), KeychainView::Ready);
        drop(turn);
    }

    #[tokio::test]
    async fn a_sign_out_while_a_store_waits_leaves_nothing_behind() {
        let (vault, held, open) = gated();
        let keychain = Keychain::with_limit(vault, SOON);
        keychain.store(&key(), secret("one")).await;

        assert!(keychain.delete(&key()).await.is_err());
        assert_eq!(keychain.load(&key()).await.expect("is known"), None);
        drop(open);
        let turn = keychain
            .inner
            .turn
            .acquire()
            .await
            .expect("is never closed");

        assert_eq!(held.entries(), 0);
        drop(turn);
    }
}
