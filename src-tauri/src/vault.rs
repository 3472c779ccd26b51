//! The system's keychain behind the desktop's `Vault` port.
//!
//! The store is connected to on first use and forgotten when it fails, so that *Try again* can succeed
//! after the person started or unlocked a keychain.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use guildhall_desktop::sign_in::{KEYCHAIN_SERVICE, Secret, Vault, VaultError, VaultKey};
use keyring_core::{CredentialStore, Entry, Error};

/// The keychain of this system.
pub struct SystemVault {
    /// Which profile's probe entry is written, so that two windows that start at once do not delete each other's.
    profile: String,
    store: Mutex<Option<Arc<CredentialStore>>>,
}

impl SystemVault {
    /// Prepares the vault of a profile without touching the keychain.
    pub fn new(profile: &str) -> Self {
        Self {
            profile: profile.to_owned(),
            store: Mutex::new(None),
        }
    }

    /// Runs one call on an entry; none when there is no such entry.
    fn on<T>(
        &self,
        key: &VaultKey,
        call: impl Fn(&Entry) -> keyring_core::Result<T>,
    ) -> Result<Option<T>, VaultError> {
        let answer = self
            .connected()?
            .build(KEYCHAIN_SERVICE, &key.entry(), Some(&label()))
            .and_then(|e| call(&e));
        match answer {
            Ok(value) => Ok(Some(value)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => {
                *self.store.lock().unwrap_or_else(PoisonError::into_inner) = None;
                Err(explain(error))
            }
        }
    }

    fn connected(&self) -> Result<Arc<CredentialStore>, VaultError> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(store) = store.as_ref() {
            return Ok(Arc::clone(store));
        }
        let connected = connect().map_err(|error| VaultError::Missing(Some(Box::new(error))))?;
        Ok(Arc::clone(store.insert(connected)))
    }
}

impl Vault for SystemVault {
    fn load(&self, key: &VaultKey) -> Result<Option<Secret>, VaultError> {
        self.on(key, Entry::get_secret)?
            .map(Secret::new)
            .transpose()
    }

    fn store(&self, key: &VaultKey, secret: &Secret) -> Result<(), VaultError> {
        self.on(key, |entry| entry.set_secret(secret.reveal()))
            .map(drop)
    }

    fn delete(&self, key: &VaultKey) -> Result<(), VaultError> {
        self.on(key, Entry::delete_credential).map(drop)
    }

    fn probe(&self) -> Result<(), VaultError> {
        let key = VaultKey::probe(&self.profile);
        self.store(&key, &Secret::new(b"probe".to_vec())?)?;
        self.delete(&key)
    }
}

fn explain(error: Error) -> VaultError {
    match error {
        Error::NoStorageAccess(source) if cfg!(target_os = "linux") => {
            VaultError::Locked(Some(source))
        }
        Error::NoStorageAccess(source) => VaultError::Denied(Some(source)),
        Error::TooLong(..) => VaultError::TooLarge,
        error => VaultError::Failed(Box::new(error)),
    }
}

#[cfg(target_os = "linux")]
fn connect() -> keyring_core::Result<Arc<CredentialStore>> {
    let store: Arc<CredentialStore> = zbus_secret_service_keyring_store::Store::new()?;
    Ok(store)
}

#[cfg(target_os = "macos")]
fn connect() -> keyring_core::Result<Arc<CredentialStore>> {
    let store: Arc<CredentialStore> = apple_native_keyring_store::keychain::Store::new()?;
    Ok(store)
}

#[cfg(target_os = "windows")]
fn connect() -> keyring_core::Result<Arc<CredentialStore>> {
    let store: Arc<CredentialStore> = windows_native_keyring_store::Store::new()?;
    Ok(store)
}

/// What the entry is called in the system's keychain window, where entries have a name of their own.
fn label() -> HashMap<&'static str, &'static str> {
    if cfg!(target_os = "linux") {
        HashMap::from([("label", "Guildhall session")])
    } else {
        HashMap::new()
    }
}
