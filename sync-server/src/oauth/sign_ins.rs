//! The sign-ins of an account: seen by their owner, and ended one by one or all but one.

use guildhall_storage::server::accounts::StoredSignIn;
use uuid::Uuid;

use super::{Failure, OAuth};

impl OAuth {
    /// The sign-ins of an account that hold, the one last used first.
    pub(crate) async fn sign_ins(&self, account: Uuid) -> Result<Vec<StoredSignIn>, Failure> {
        Ok(self.accounts.sign_ins(account, self.now()).await?)
    }

    /// Ends one sign-in of an account; false when the account has none of that id.
    pub(crate) async fn end_sign_in(
        &self,
        account: Uuid,
        family: Uuid,
        why: &str,
    ) -> Result<bool, Failure> {
        let ended = self
            .accounts
            .revoke_one(account, family, why, self.now())
            .await?;
        if ended {
            self.tell_revoked(family).await;
        }
        Ok(ended)
    }

    /// Ends every sign-in of an account but the one that asks.
    pub(crate) async fn end_other_sign_ins(
        &self,
        account: Uuid,
        current: Uuid,
    ) -> Result<(), Failure> {
        self.revoke_all_but(account, Some(current), "ended_by_owner")
            .await
    }
}
