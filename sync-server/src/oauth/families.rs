//! Families of tokens in the database: issued, exchanged, revoked.

use guildhall_oauth::{
    DESKTOP_CLIENT, Family, MARKETPLACE_SCOPE, OAuthError, Refresh, RefreshState, RotationDecision,
    Token, TokenKind, rotate,
};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, Sqlite, SqliteConnection, Transaction};
use uuid::Uuid;

use super::token::TokenFailure;
use super::{Failure, OAuth, TokenResponse, chance};

/// A family that was just begun.
pub(super) struct Started {
    /// Its id, which is the session that others know.
    pub(super) family: Uuid,
    /// Its first pair.
    pub(super) response: TokenResponse,
}

/// The place of the next pair in its family.
struct Place<'a> {
    family: &'a str,
    account: &'a str,
    generation: i64,
    expires_at: i64,
}

impl OAuth {
    /// Signs an account in without a browser: for tests and for markets that are only for show.
    pub async fn issue_for(&self, account: Uuid) -> Result<TokenResponse, Failure> {
        let mut transaction = self.begin().await?;
        let now = self.now();
        let started = self
            .start_family(&mut transaction, &account.to_string(), DESKTOP_CLIENT, now)
            .await?;
        transaction.commit().await?;
        Ok(started.response)
    }

    /// Ends every sign-in of an account, in desktops and browsers.
    pub async fn revoke_account(&self, account: Uuid, why: &str) -> Result<(), Failure> {
        let ended: Vec<String> = sqlx::query_scalar(
            "update token_family set revoked_at = ?2, revoked_why = ?3
             where account = ?1 and revoked_at is null returning id",
        )
        .bind(account.to_string())
        .bind(self.now())
        .bind(why)
        .fetch_all(&self.pool)
        .await?;
        sqlx::query("delete from browser_session where account = ?1")
            .bind(account.to_string())
            .execute(&self.pool)
            .await?;
        for family in ended {
            self.tell_revoked(&family);
        }
        Ok(())
    }

    /// Begins a transaction that is sure to be able to write.
    pub(super) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        self.pool.begin_with("begin immediate").await
    }

    /// Begins a family and issues its first pair.
    pub(super) async fn start_family(
        &self,
        connection: &mut SqliteConnection,
        account: &str,
        client_id: &str,
        now: i64,
    ) -> Result<Started, Failure> {
        let lifetimes = &self.config.lifetimes;
        let family = chance::id(now)?;
        let ends_at = now + lifetimes.refresh_absolute_ms;
        sqlx::query(
            "insert into token_family (id, account, client_id, created_at, expires_at)
             values (?1, ?2, ?3, ?4, ?5)",
        )
        .bind(family.to_string())
        .bind(account)
        .bind(client_id)
        .bind(now)
        .bind(ends_at)
        .execute(&mut *connection)
        .await?;
        let place = Place {
            family: &family.to_string(),
            account,
            generation: 0,
            expires_at: ends_at.min(now + lifetimes.refresh_idle_ms),
        };
        let (_, response) = self.insert_pair(connection, &place, now).await?;
        Ok(Started { family, response })
    }

    async fn insert_pair(
        &self,
        connection: &mut SqliteConnection,
        place: &Place<'_>,
        now: i64,
    ) -> Result<(Token, TokenResponse), Failure> {
        let access = chance::token(TokenKind::Access)?;
        let refresh = chance::token(TokenKind::Refresh)?;
        let access_ms = self.config.lifetimes.access_ms;
        sqlx::query(
            "insert into refresh_token (hash, family, generation, expires_at)
             values (?1, ?2, ?3, ?4)",
        )
        .bind(refresh.hash().as_bytes())
        .bind(place.family)
        .bind(place.generation)
        .bind(place.expires_at)
        .execute(&mut *connection)
        .await?;
        sqlx::query("insert into access_token (hash, refresh, expires_at) values (?1, ?2, ?3)")
            .bind(access.hash().as_bytes())
            .bind(refresh.hash().as_bytes())
            .bind(now + access_ms)
            .execute(&mut *connection)
            .await?;
        let response = TokenResponse {
            access_token: access.reveal().to_owned(),
            token_type: "Bearer".to_owned(),
            expires_in: access_ms / 1_000,
            refresh_token: refresh.reveal().to_owned(),
            refresh_expires_in: (place.expires_at - now) / 1_000,
            scope: MARKETPLACE_SCOPE.to_owned(),
            account: place.account.to_owned(),
        };
        Ok((refresh, response))
    }

    /// Exchanges a refresh token for the next pair.
    pub(super) async fn refresh(
        &self,
        token: &Token,
        client_id: &str,
    ) -> Result<TokenResponse, TokenFailure> {
        let now = self.now();
        let mut transaction = self.begin().await?;
        let row = sqlx::query(
            "select r.generation, r.expires_at, r.successor, r.superseded_at, r.reissues,
                    r.reissues_since, n.used_at as successor_used_at,
                    f.id, f.account, f.client_id, f.expires_at as ends_at, f.revoked_at
             from refresh_token r
             join token_family f on f.id = r.family
             left join refresh_token n on n.hash = r.successor
             where r.hash = ?1",
        )
        .bind(token.hash().as_bytes())
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(OAuthError::invalid_grant("the token is not known"))?;
        let (id, account): (String, String) = (row.try_get("id")?, row.try_get("account")?);
        let shown = read_refresh(&row)?;
        let decision = rotate(
            &read_family(&row)?,
            &shown,
            client_id,
            now,
            &self.config.lifetimes,
        );
        let (generation, expires_at, reissues, reissues_since) = match decision {
            RotationDecision::Issue {
                generation,
                expires_at,
            } => (generation, expires_at, shown.reissues, shown.reissues_since),
            RotationDecision::Reissue {
                generation,
                expires_at,
                reissues,
                reissues_since,
            } => {
                supersede(&mut transaction, row.try_get("successor")?, now).await?;
                (generation, expires_at, reissues, reissues_since)
            }
            RotationDecision::SlowDown { retry_after_ms } => {
                return Err(TokenFailure::SlowDown { retry_after_ms });
            }
            RotationDecision::Refused(error) => return Err(error.into()),
            RotationDecision::Replayed => {
                self.revoke_within(&mut transaction, &id, "token_replayed", now)
                    .await?;
                transaction.commit().await?;
                self.tell_revoked(&id);
                tracing::warn!(family = %id, "a spent token was shown; its sign-in is ended");
                return Err(OAuthError::invalid_grant("the token was used before").into());
            }
        };
        let place = Place {
            family: &id,
            account: &account,
            generation,
            expires_at,
        };
        let (next, response) = self.insert_pair(&mut transaction, &place, now).await?;
        sqlx::query(
            "update refresh_token set successor = ?2, used_at = coalesce(used_at, ?3),
                    reissues = ?4, reissues_since = ?5
             where hash = ?1",
        )
        .bind(token.hash().as_bytes())
        .bind(next.hash().as_bytes())
        .bind(now)
        .bind(reissues)
        .bind(reissues_since)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(response)
    }

    /// Revokes a family within a transaction. After its commit, `tell_revoked` must follow.
    pub(super) async fn revoke_within(
        &self,
        connection: &mut SqliteConnection,
        family: &str,
        why: &str,
        now: i64,
    ) -> Result<(), sqlx::Error> {
        sqlx::query(
            "update token_family set revoked_at = ?2, revoked_why = ?3
             where id = ?1 and revoked_at is null",
        )
        .bind(family)
        .bind(now)
        .bind(why)
        .execute(connection)
        .await?;
        Ok(())
    }

    /// Lets everybody know that a family has ended.
    pub(super) fn tell_revoked(&self, family: &str) {
        self.callers.clear();
        if let Ok(family) = Uuid::parse_str(family) {
            // Nobody listens where there are no connections to close.
            let _ = self.revocations.send(family);
        }
    }
}

/// Takes back a pair whose reply is taken for lost.
async fn supersede(
    connection: &mut SqliteConnection,
    lost: Vec<u8>,
    now: i64,
) -> Result<(), sqlx::Error> {
    // Its access token needs no cache cleared: had it been used, this would be a replay.
    sqlx::query("update refresh_token set superseded_at = ?2 where hash = ?1")
        .bind(lost)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

fn read_family(row: &SqliteRow) -> Result<Family, sqlx::Error> {
    Ok(Family {
        client_id: row.try_get("client_id")?,
        expires_at: row.try_get("ends_at")?,
        revoked_at: row.try_get("revoked_at")?,
    })
}

fn read_refresh(row: &SqliteRow) -> Result<Refresh, sqlx::Error> {
    let is_superseded = row.try_get::<Option<i64>, _>("superseded_at")?.is_some();
    let is_consumed = row.try_get::<Option<Vec<u8>>, _>("successor")?.is_some();
    let successor_used = row
        .try_get::<Option<i64>, _>("successor_used_at")?
        .is_some();
    Ok(Refresh {
        generation: row.try_get("generation")?,
        expires_at: row.try_get("expires_at")?,
        state: if is_superseded {
            RefreshState::Superseded
        } else if is_consumed {
            RefreshState::Consumed { successor_used }
        } else {
            RefreshState::Fresh
        },
        reissues: row.try_get("reissues")?,
        reissues_since: row.try_get("reissues_since")?,
    })
}
