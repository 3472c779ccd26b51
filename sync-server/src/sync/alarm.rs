//! Devices that hold something else than the server says. They mend it by themselves; that it happened at all is an alarm.

use guildhall_domain::id::AccountId;
use guildhall_protocol::sync::Pull;
use guildhall_storage::server::ServerStore;
use std::sync::atomic::{AtomicU64, Ordering};

/// So many scopes of one pull are written down: a device that lies must not fill the log.
const MOST_LINES: usize = 20;

/// How often devices were found to differ since the server started.
#[derive(Debug, Default)]
pub struct Alarms(AtomicU64);

impl Alarms {
    /// How many scopes of devices were found to differ.
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Writes down what a device says it found.
    pub(super) async fn hear(&self, store: &ServerStore, account: AccountId, pull: &Pull) {
        // With later pages the same is said again.
        if pull.differing.is_empty() || pull.after.is_some() {
            return;
        }
        let kept = match store.digests(account).await {
            Ok(kept) => kept,
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "what a device found to differ cannot be looked at"
                );
                return;
            }
        };
        for (scope, held) in pull.differing.iter().take(MOST_LINES) {
            let said = kept.get(scope).copied().unwrap_or_default();
            if said == *held {
                continue;
            }
            let alarms = self.0.fetch_add(1, Ordering::Relaxed) + 1;
            tracing::error!(
                %account, device = %pull.device, scope = %scope.0, %held, %said, alarms,
                "a device held something else than the server says; it fetches the scope again"
            );
        }
    }
}
