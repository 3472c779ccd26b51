//! The port to the system's keychain: what it must do, and how it can fail.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;

use super::address::ServerAddress;

/// The service name under which every entry of this app stands in the keychain.
pub const KEYCHAIN_SERVICE: &str = "org.guildhall.desktop";

/// What a secret may weigh. The Windows Credential Manager holds 2,560 bytes; this leaves room to grow.
pub const MAXIMUM_SECRET_BYTES: usize = 1024;

/// Which entry of the keychain: one per server, account and profile.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct VaultKey {
    server: String,
    account: String,
    profile: String,
}

impl VaultKey {
    /// Names the entry of an account on a server, as used by one profile of this app.
    pub fn new(server: &ServerAddress, account: &str, profile: &str) -> Self {
        Self {
            server: server.usual(),
            account: account.to_owned(),
            profile: profile.to_owned(),
        }
    }

    /// Names an entry that no session uses, to try the keychain with.
    pub fn probe(profile: &str) -> Self {
        Self {
            server: "probe".to_owned(),
            account: String::new(),
            profile: profile.to_owned(),
        }
    }

    /// The account this entry belongs to.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The user name of the entry, as the keychain shows it.
    pub fn entry(&self) -> String {
        let profile = if self.profile.is_empty() {
            "default"
        } else {
            &self.profile
        };
        format!("{}|{}|{profile}", self.server, self.account)
    }
}

/// Bytes that must never be printed or written to a file.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// Takes the bytes under guard; more than [`MAXIMUM_SECRET_BYTES`] are refused.
    pub fn new(bytes: Vec<u8>) -> Result<Self, VaultError> {
        if bytes.len() > MAXIMUM_SECRET_BYTES {
            Err(VaultError::TooLarge)
        } else {
            Ok(Self(bytes))
        }
    }

    /// Shows the bytes to the code that stores or uses them.
    pub fn reveal(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(..)")
    }
}

/// Why the keychain cannot be used, and how to mend it.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// No keychain is there.
    #[error(
        "This computer has no keychain service running. Install and start one that offers the Secret Service \
         (GNOME Keyring, KWallet or KeePassXC), then press Try again."
    )]
    Missing(#[source] Option<Source>),
    /// It is there but locked, and nobody unlocked it in time.
    #[error("The keychain is locked. Unlock it, then press Try again.")]
    Locked(#[source] Option<Source>),
    /// It refused this app.
    #[error(
        "The keychain refused Guildhall. Allow it in the keychain's settings, then press Try again."
    )]
    Denied(#[source] Option<Source>),
    /// A secret would be too large for the smallest keychain.
    #[error(
        "The session is too large for the keychain. Sign in again; if that does not help, update the app."
    )]
    TooLarge,
    /// It answered with something else.
    #[error("The keychain did not work: {0}. Restart it, then press Try again.")]
    Failed(#[source] Source),
}

/// The keychain's own words for what went wrong.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// The system's keychain. Every call may block for as long as a person takes to type a password.
pub trait Vault: Send + Sync {
    /// Reads an entry; none if there is none.
    fn load(&self, key: &VaultKey) -> Result<Option<Secret>, VaultError>;

    /// Writes an entry over whatever stood there.
    fn store(&self, key: &VaultKey, secret: &Secret) -> Result<(), VaultError>;

    /// Removes an entry; one that is not there counts as removed.
    fn delete(&self, key: &VaultKey) -> Result<(), VaultError>;

    /// Proves that entries can be written and removed. Reading alone would prove nothing:
    /// a keychain without a collection says *no such entry*.
    fn probe(&self) -> Result<(), VaultError>;
}

/// A vault that lasts as long as the process, for tests and for runs that must leave nothing behind.
#[derive(Debug, Default)]
pub struct MemoryVault(Mutex<BTreeMap<VaultKey, Secret>>);

impl MemoryVault {
    /// How many entries it holds.
    pub fn entries(&self) -> usize {
        self.held().len()
    }

    fn held(&self) -> std::sync::MutexGuard<'_, BTreeMap<VaultKey, Secret>> {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Vault for MemoryVault {
    fn load(&self, key: &VaultKey) -> Result<Option<Secret>, VaultError> {
        Ok(self.held().get(key).cloned())
    }

    fn store(&self, key: &VaultKey, secret: &Secret) -> Result<(), VaultError> {
        self.held().insert(key.clone(), secret.clone());
        Ok(())
    }

    fn delete(&self, key: &VaultKey) -> Result<(), VaultError> {
        self.held().remove(key);
        Ok(())
    }

    fn probe(&self) -> Result<(), VaultError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_server_account_and_profile_has_its_own_entry() {
        let here = ServerAddress::parse("localhost:4810").expect("is good");
        let there = ServerAddress::parse("localhost:4811").expect("is good");
        let here_again = ServerAddress::parse("127.0.0.1:4810").expect("is good");

        let entries: std::collections::BTreeSet<String> = [
            VaultKey::new(&here, "a", ""),
            VaultKey::new(&here, "b", ""),
            VaultKey::new(&there, "a", ""),
            VaultKey::new(&here, "a", "work"),
            VaultKey::probe(""),
        ]
        .iter()
        .map(VaultKey::entry)
        .collect();

        assert_eq!(
            VaultKey::new(&here_again, "a", ""),
            VaultKey::new(&here, "a", "")
        );
        assert_eq!(entries.len(), 5);
        assert!(entries.contains("http://localhost:4810|a|default"));
    }

    #[test]
    fn a_secret_is_neither_printed_nor_too_large() {
        let secret = Secret::new(b"gdhr_abc".to_vec()).expect("is small");

        assert_eq!(format!("{secret:?}"), "Secret(..)");
        assert!(matches!(
            Secret::new(vec![0; MAXIMUM_SECRET_BYTES + 1]),
            Err(VaultError::TooLarge)
        ));
        assert!(Secret::new(vec![0; MAXIMUM_SECRET_BYTES]).is_ok());
    }
}
