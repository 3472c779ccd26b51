//! Invitations, of whose codes only hashes are kept.

use super::{Accounts, NewAccount, insert, on_pool, on_transaction, read_id};
use crate::error::StoreError;
use crate::server::audit::{self, AuditKind, AuditNote};
use uuid::Uuid;

/// An invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: Uuid,
    /// Whom it is for, as whoever made it wrote down.
    pub note: String,
    /// How many accounts may be made with it.
    pub uses: i64,
    /// How many were.
    pub used: i64,
    /// When it was made.
    pub created_at: i64,
    /// When it runs out.
    pub expires_at: i64,
    /// When it was taken back, if it was.
    pub withdrawn_at: Option<i64>,
}

/// For how long an invitation that came to its end is still listed.
const REMEMBERED_MS: i64 = 30 * 86_400_000;

/// How an invitation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// An account can be made with it.
    Good,
    /// It was taken back.
    Withdrawn,
    /// It has run out.
    Expired,
    /// As many accounts as it was for were made.
    UsedUp,
}

impl Invitation {
    /// How it stands.
    pub fn standing(&self, now: i64) -> Standing {
        if self.withdrawn_at.is_some() {
            Standing::Withdrawn
        } else if self.used >= self.uses {
            Standing::UsedUp
        } else if self.expires_at <= now {
            Standing::Expired
        } else {
            Standing::Good
        }
    }
}

/// An invitation as the database gives it.
type Stored = (String, String, i64, i64, i64, i64, Option<i64>);

fn read(stored: Stored) -> Result<Invitation, StoreError> {
    Ok(Invitation {
        id: read_id(&stored.0)?,
        note: stored.1,
        uses: stored.2,
        used: stored.3,
        created_at: stored.4,
        expires_at: stored.5,
        withdrawn_at: stored.6,
    })
}

fn invited(who: Option<Uuid>, invitation: Uuid, note: impl Into<String>) -> AuditNote {
    AuditNote {
        kind: AuditKind::Invited,
        who,
        whom: Some(invitation),
        note: note.into(),
    }
}

impl Accounts {
    /// Keeps an invitation under the hash of its code, and writes down who made it.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn keep_invitation(
        &self,
        hash: &[u8],
        invitation: &Invitation,
        who: Option<Uuid>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        on_transaction!(&mut transaction, connection => {
            sqlx::query(
                "insert into invitation (id, hash, note, uses, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)",
            )
            .bind(invitation.id.to_string())
            .bind(hash)
            .bind(invitation.note.as_str())
            .bind(invitation.uses)
            .bind(invitation.created_at)
            .bind(invitation.expires_at)
            .execute(connection)
            .await?;
        });
        let made = match invitation.uses {
            1 => "for one account".to_owned(),
            uses => format!("for {uses} accounts"),
        };
        let note = invited(who, invitation.id, made);
        audit::append(&mut transaction, &[note], invitation.created_at).await?;
        transaction.commit().await
    }

    /// The newest invitations, the newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn invitations(&self, at_most: i64) -> Result<Vec<Invitation>, StoreError> {
        let found: Vec<Stored> = on_pool!(&self.pool, pool => {
            sqlx::query_as(
                "select id, note, uses, used, created_at, expires_at, withdrawn_at from invitation \
                 order by created_at desc, id desc limit $1",
            )
            .bind(at_most)
            .fetch_all(pool)
            .await?
        });
        found.into_iter().map(read).collect()
    }

    /// The invitation whose code has this hash.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn invitation(&self, hash: &[u8]) -> Result<Option<Invitation>, StoreError> {
        let found: Option<Stored> = on_pool!(&self.pool, pool => {
            sqlx::query_as(
                "select id, note, uses, used, created_at, expires_at, withdrawn_at from invitation where hash = $1",
            )
            .bind(hash)
            .fetch_optional(pool)
            .await?
        });
        found.map(read).transpose()
    }

    /// Takes an invitation back, and writes down who did; false when there is none that could be.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn withdraw_invitation(
        &self,
        id: Uuid,
        who: Option<Uuid>,
        now: i64,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let withdrawn = on_transaction!(&mut transaction, connection => {
            sqlx::query("update invitation set withdrawn_at = $2 where id = $1 and withdrawn_at is null")
                .bind(id.to_string())
                .bind(now)
                .execute(connection)
                .await?
                .rows_affected()
        });
        if withdrawn != 1 {
            return Ok(false);
        }
        let note = invited(who, id, "taken back");
        audit::append(&mut transaction, &[note], now).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Throws away invitations that were taken back, or have run out, a month ago. What became of them stands in the log.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub(super) async fn forget_invitations(&self, now: i64) -> Result<(), StoreError> {
        on_pool!(&self.pool, pool => {
            sqlx::query("delete from invitation where expires_at <= $1 or withdrawn_at <= $1")
                .bind(now - REMEMBERED_MS)
                .execute(pool)
                .await?;
        });
        Ok(())
    }

    /// Makes an account with an invitation, both or neither; false when the invitation is not good.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::is_taken`] when another has this address.
    pub async fn insert_invited(
        &self,
        account: &NewAccount<'_>,
        invitation: Uuid,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let now = account.created_at;
        on_transaction!(&mut transaction, connection => {
            let spent = sqlx::query(
                "update invitation set used = used + 1 \
                 where id = $1 and used < uses and expires_at > $2 and withdrawn_at is null",
            )
            .bind(invitation.to_string())
            .bind(now)
            .execute(&mut *connection)
            .await?
            .rows_affected();
            if spent != 1 {
                return Ok(false);
            }
        });
        insert(&mut transaction, account).await?;
        let note = invited(Some(account.id), invitation, "accepted");
        audit::append(&mut transaction, &[note], now).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Takes an account away that came to nothing, and gives the use of its invitation back.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn delete_invited(
        &self,
        account: Uuid,
        invitation: Uuid,
        now: i64,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        on_transaction!(&mut transaction, connection => {
            sqlx::query("delete from account where id = $1")
                .bind(account.to_string())
                .execute(&mut *connection)
                .await?;
            sqlx::query("update invitation set used = used - 1 where id = $1 and used > 0")
                .bind(invitation.to_string())
                .execute(connection)
                .await?;
        });
        let note = invited(Some(account), invitation, "came to nothing");
        audit::append(&mut transaction, &[note], now).await?;
        transaction.commit().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_is_good_until_it_is_withdrawn_used_up_or_runs_out() {
        let fresh = Invitation {
            id: Uuid::nil(),
            note: String::new(),
            uses: 2,
            used: 1,
            created_at: 0,
            expires_at: 100,
            withdrawn_at: None,
        };
        assert_eq!(fresh.standing(99), Standing::Good);
        assert_eq!(fresh.standing(100), Standing::Expired);
        let used = Invitation {
            used: 2,
            ..fresh.clone()
        };
        assert_eq!(used.standing(100), Standing::UsedUp);
        let withdrawn = Invitation {
            withdrawn_at: Some(5),
            ..used
        };
        assert_eq!(withdrawn.standing(0), Standing::Withdrawn);
    }
}
