//! The right to keep order for some minutes. It lies in memory only, and cannot be renewed.

use std::fmt;

/// What the server gave to whoever showed anew who they are.
pub struct Oversight {
    account: String,
    access: String,
    ends_at_ms: i64,
}

impl Oversight {
    pub(super) fn new(account: String, access: String, ends_at_ms: i64) -> Self {
        Self {
            account,
            access,
            ends_at_ms,
        }
    }

    /// Whose it is.
    pub(super) fn account(&self) -> &str {
        &self.account
    }

    /// The access token, while it holds.
    pub(super) fn access(&self, now_ms: i64) -> Option<&str> {
        (now_ms < self.ends_at_ms).then_some(&*self.access)
    }
}

impl fmt::Debug for Oversight {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Oversight")
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_until_its_end_and_is_not_printed() {
        let oversight = Oversight::new("ada".to_owned(), "gdha_secret".to_owned(), 1_000);

        assert_eq!(oversight.access(999), Some("gdha_secret"));
        assert_eq!(oversight.access(1_000), None);
        assert!(!format!("{oversight:?}").contains("gdha_"));
    }
}
