//! What sign-in tells the audit log. Failures are counted and written together, so that nobody fills the disk by guessing.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use guildhall_storage::StoreError;
use guildhall_storage::server::{AuditKind, AuditNote};
use uuid::Uuid;

use super::OAuth;

/// How many accounts are counted apart; beyond that, failures are counted as those of nobody in particular.
const COUNTED: usize = 1_000;

/// Failed sign-ins since they were last written down, by account; none for addresses that have no account.
#[derive(Debug, Default)]
pub(super) struct FailedSignIns(Mutex<BTreeMap<Option<Uuid>, u64>>);

impl FailedSignIns {
    /// Counts one.
    pub(super) fn count(&self, account: Option<Uuid>) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let full = counted.len() >= COUNTED;
        let account = account.filter(|id| !full || counted.contains_key(&Some(*id)));
        *counted.entry(account).or_default() += 1;
    }

    fn take(&self) -> BTreeMap<Option<Uuid>, u64> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn give_back(&self, taken: BTreeMap<Option<Uuid>, u64>) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (account, times) in taken {
            *counted.entry(account).or_default() += times;
        }
    }
}

impl OAuth {
    /// Writes something into the audit log.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn audit(
        &self,
        kind: AuditKind,
        account: Uuid,
        note: impl Into<String>,
    ) -> Result<(), StoreError> {
        let note = AuditNote {
            kind,
            who: Some(account),
            whom: None,
            note: note.into(),
        };
        self.accounts.audit().add(&[note], self.now()).await
    }

    /// Writes down how many sign-ins have failed since the last time. To be called now and then, and at the end.
    ///
    /// # Errors
    /// When the database cannot be written; then they are counted on.
    pub async fn note_failed_sign_ins(&self) -> Result<(), StoreError> {
        let taken = self.failed_sign_ins.take();
        let notes: Vec<AuditNote> = taken
            .iter()
            .map(|(account, times)| AuditNote {
                kind: AuditKind::SignInsFailed,
                who: None,
                whom: *account,
                note: times.to_string(),
            })
            .collect();
        if notes.is_empty() {
            return Ok(());
        }
        let written = self.accounts.audit().add(&notes, self.now()).await;
        if written.is_err() {
            self.failed_sign_ins.give_back(taken);
        }
        written
    }
}
