//! What a sign-in yields: the pair of tokens, whose they are, and until when.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::vault::{Secret, VaultError};

/// Milliseconds since 1970, however the caller measures them.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// The clock of this computer.
pub fn system_clock() -> Clock {
    Arc::new(|| {
        let passed = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        i64::try_from(passed.as_millis()).unwrap_or(i64::MAX)
    })
}

/// How long before its end an access token is no longer handed out.
const MARGIN_MS: i64 = 30_000;

/// A pair of tokens as the server gave it.
#[derive(Clone, PartialEq, Eq)]
pub struct Grant {
    account: String,
    stored: Stored,
}

/// What lies in the keychain: compact, because the smallest keychain is small.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Stored {
    #[serde(rename = "r")]
    refresh: String,
    #[serde(rename = "a")]
    access: String,
    #[serde(rename = "e")]
    expires_at_ms: i64,
}

impl Grant {
    /// Holds what the token endpoint answered.
    pub(super) fn new(
        account: String,
        access: String,
        refresh: String,
        expires_at_ms: i64,
    ) -> Self {
        Self {
            account,
            stored: Stored {
                refresh,
                access,
                expires_at_ms,
            },
        }
    }

    /// The account that signed in.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The access token, for the first question to the server.
    pub fn access(&self) -> &str {
        &self.stored.access
    }

    pub(super) fn refresh(&self) -> &str {
        &self.stored.refresh
    }

    pub(super) fn is_fresh(&self, now_ms: i64) -> bool {
        now_ms.saturating_add(MARGIN_MS) < self.stored.expires_at_ms
    }

    pub(super) fn to_secret(&self) -> Result<Secret, VaultError> {
        let bytes =
            serde_json::to_vec(&self.stored).map_err(|error| VaultError::Failed(error.into()))?;
        Secret::new(bytes)
    }

    /// Reads an entry back; none when it is not one of ours, which is as good as not there.
    pub(super) fn from_secret(account: &str, secret: &Secret) -> Option<Self> {
        let stored = serde_json::from_slice(secret.reveal()).ok()?;
        Some(Self {
            account: account.to_owned(),
            stored,
        })
    }
}

impl fmt::Debug for Grant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Grant")
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::vault::MAXIMUM_SECRET_BYTES;
    use super::*;

    fn grant() -> Grant {
        Grant::new(
            "acc".into(),
            format!("gdha_{}", "a".repeat(49)),
            format!("gdhr_{}", "r".repeat(49)),
            100_000,
        )
    }

    #[test]
    fn a_grant_survives_the_keychain_and_fits_into_it() {
        let secret = grant().to_secret().expect("fits");

        assert!(secret.reveal().len() < MAXIMUM_SECRET_BYTES / 4);
        assert_eq!(Grant::from_secret("acc", &secret), Some(grant()));
    }

    #[test]
    fn rubbish_in_the_keychain_is_no_grant() {
        for rubbish in ["", "{}", "null", r#"{"r":1,"a":"","e":0}"#] {
            let secret = Secret::new(rubbish.into()).expect("fits");
            assert_eq!(Grant::from_secret("acc", &secret), None, "{rubbish}");
        }
    }

    #[test]
    fn an_access_token_is_renewed_before_it_ends() {
        assert!(grant().is_fresh(69_999));
        assert!(!grant().is_fresh(70_000));
        assert!(!grant().is_fresh(i64::MAX));
    }

    #[test]
    fn tokens_are_not_printed() {
        let printed = format!("{:?}", grant());

        assert!(
            !printed.contains("gdha_") && !printed.contains("gdhr_"),
            "{printed}"
        );
    }
}
