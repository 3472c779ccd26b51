//! Browsers that were sent to a provider, and people who came back from one without an account.

use super::{Accounts, on_pool, read_id};
use crate::error::StoreError;
use uuid::Uuid;

/// Why a browser was sent to a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TripPurpose {
    /// To sign in, or to make an account.
    SignIn,
    /// To give an account another way to sign in.
    Link,
    /// To show that it is still the same person.
    Confirm,
}

impl TripPurpose {
    const ALL: [Self; 3] = [Self::SignIn, Self::Link, Self::Confirm];

    fn stored(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Link => "link",
            Self::Confirm => "confirm",
        }
    }

    fn read(text: &str) -> Result<Self, StoreError> {
        Self::ALL
            .into_iter()
            .find(|purpose| purpose.stored() == text)
            .ok_or(StoreError::Corrupt {
                what: "purpose of a trip to a provider",
            })
    }
}

/// A browser that was sent to a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTrip {
    /// Which provider.
    pub provider: String,
    /// What for.
    pub purpose: TripPurpose,
    /// Who went, unless it was to sign in.
    pub account: Option<Uuid>,
    /// What waits for the sign-in.
    pub request: String,
    /// When it went.
    pub begun_at: i64,
}

/// Somebody whom a provider knows and this server does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newcomer {
    /// Which provider.
    pub provider: String,
    /// Who vouches for them.
    pub issuer: String,
    /// What that one calls them.
    pub subject: String,
    /// What it says their name is; empty where it says nothing.
    pub name: String,
    /// What it says their address is; empty where it says nothing.
    pub email: String,
    /// Whether it says that letters to the address reach them.
    pub email_verified: bool,
}

impl Accounts {
    /// Notes that a browser is sent to a provider.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn begin_trip(
        &self,
        state: &[u8],
        browser: &[u8],
        trip: &StoredTrip,
        expires_at: i64,
    ) -> Result<(), StoreError> {
        on_pool!(&self.pool, pool => {
            sqlx::query(
                "insert into provider_trip (state, browser, provider, purpose, account, request, begun_at, expires_at) \
                 values ($1, $2, $3, $4, $5, $6, $7, $8)",
            )
            .bind(state)
            .bind(browser)
            .bind(&trip.provider)
            .bind(trip.purpose.stored())
            .bind(trip.account.map(|account| account.to_string()))
            .bind(&trip.request)
            .bind(trip.begun_at)
            .bind(expires_at)
            .execute(pool)
            .await?;
        });
        Ok(())
    }

    /// Ends the trip of a browser that came back. None when this browser is on no such trip, or for too long.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn end_trip(
        &self,
        state: &[u8],
        browser: &[u8],
        now: i64,
    ) -> Result<Option<StoredTrip>, StoreError> {
        let found: Option<(String, String, Option<String>, String, i64)> = on_pool!(&self.pool, pool => {
            sqlx::query_as(
                "delete from provider_trip where state = $1 and browser = $2 and expires_at > $3 \
                 returning provider, purpose, account, request, begun_at",
            )
            .bind(state)
            .bind(browser)
            .bind(now)
            .fetch_optional(pool)
            .await?
        });
        found
            .map(|(provider, purpose, account, request, begun_at)| {
                Ok(StoredTrip {
                    provider,
                    purpose: TripPurpose::read(&purpose)?,
                    account: account.map(|account| read_id(&account)).transpose()?,
                    request,
                    begun_at,
                })
            })
            .transpose()
    }

    /// Notes who came back with a browser, in place of whoever came back with it before.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn keep_newcomer(
        &self,
        browser: &[u8],
        newcomer: &Newcomer,
        expires_at: i64,
    ) -> Result<(), StoreError> {
        on_pool!(&self.pool, pool => {
            sqlx::query(
                "insert into newcomer (browser, provider, issuer, subject, name, email, email_verified, expires_at) \
                 values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (browser) do update set \
                 provider = excluded.provider, issuer = excluded.issuer, subject = excluded.subject, name = excluded.name, \
                 email = excluded.email, email_verified = excluded.email_verified, expires_at = excluded.expires_at",
            )
            .bind(browser)
            .bind(&newcomer.provider)
            .bind(&newcomer.issuer)
            .bind(&newcomer.subject)
            .bind(&newcomer.name)
            .bind(&newcomer.email)
            .bind(newcomer.email_verified)
            .bind(expires_at)
            .execute(pool)
            .await?;
        });
        Ok(())
    }

    /// Who came back with a browser, if it is not too long ago.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn newcomer(&self, browser: &[u8], now: i64) -> Result<Option<Newcomer>, StoreError> {
        let found: Option<(String, String, String, String, String, bool)> = on_pool!(&self.pool, pool => {
            sqlx::query_as(
                "select provider, issuer, subject, name, email, email_verified from newcomer \
                 where browser = $1 and expires_at > $2",
            )
            .bind(browser)
            .bind(now)
            .fetch_optional(pool)
            .await?
        });
        Ok(found.map(
            |(provider, issuer, subject, name, email, email_verified)| Newcomer {
                provider,
                issuer,
                subject,
                name,
                email,
                email_verified,
            },
        ))
    }

    /// Forgets who came back with a browser.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn forget_newcomer(&self, browser: &[u8]) -> Result<(), StoreError> {
        on_pool!(&self.pool, pool => {
            sqlx::query("delete from newcomer where browser = $1").bind(browser).execute(pool).await?;
        });
        Ok(())
    }
}
