//! The tables of sign-in, on either database: accounts, what a sign-in has handed out, limits, invitations, settings, and admin
//! secrets.
//!
//! Which token is good and what follows from showing one is decided by the authorization server; here it is only kept.

mod browser;
mod code;
mod identity;
mod invitation;
mod leaving;
mod limit;
mod link;
mod passkey;
mod personal_token;
mod second_factor;
mod secret;
mod setting;
mod sign_in;
mod terms;
mod token;
mod trip;
mod way;

pub use browser::StoredBrowser;
pub use code::{NewCode, StoredCode};
pub use identity::{NewIdentity, StoredIdentity};
pub use invitation::{Invitation, Standing};
pub use limit::Try;
pub use link::LinkPurpose;
pub use passkey::{CeremonyKind, StoredPasskey};
pub use personal_token::{NewPersonalToken, StoredPersonalToken};
pub(in crate::server) use personal_token::{revoke_suspended_postgres, revoke_suspended_sqlite};
pub use second_factor::StoredSecondFactor;
pub use sign_in::StoredSignIn;
pub use token::{Exchange, NewDevice, NewFamily, NewPair, SignIns, StoredCaller, StoredRefresh};
pub use trip::{Newcomer, StoredTrip, TripPurpose};
pub use way::{Removal, Ways};

use super::audit::Audit;
use super::group::Group;
use super::pool::{Pool, Transaction, on_pool, on_transaction};
use crate::error::StoreError;
use uuid::Uuid;

/// The tables of sign-in.
#[derive(Debug, Clone)]
pub struct Accounts {
    pool: Pool,
    /// For what many do at once, where only one can write at a time.
    group: Option<Group>,
}

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount<'a> {
    /// Its id, which is also its person's.
    pub id: Uuid,
    /// The address as typed.
    pub email: String,
    /// The address as compared.
    pub folded: String,
    /// None: it cannot sign in with a password.
    pub password_hash: Option<String>,
    /// What its person is called.
    pub name: &'a str,
    /// Whether they look for work.
    pub freelancer: bool,
    /// Whether they hire.
    pub client: bool,
    /// Whether it may be used only once its address is known to reach its owner.
    pub must_confirm: bool,
    /// Since when its person exists, if they do.
    pub person_ready_at: Option<i64>,
    /// When.
    pub created_at: i64,
    /// Which version of the operator's texts its owner agreed to by that.
    pub terms: &'a str,
    /// Since when its address is known to reach its owner, if it is.
    pub verified_at: Option<i64>,
    /// Who its owner is at a provider.
    pub identity: Option<NewIdentity<'a>>,
}

/// An account whose registration was cut short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CutShort {
    /// What its person shall be called.
    pub name: String,
    /// Whether they look for work.
    pub freelancer: bool,
    /// Whether they hire.
    pub client: bool,
}

const INSERT: &str = "insert into account \
     (id, email, email_folded, password_hash, name, is_freelancer, is_client, must_confirm, person_ready_at, created_at, \
     terms_version, terms_at, email_verified_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $10, $12)";
const ADOPT: &str = "insert into account \
     (id, email, email_folded, password_hash, name, is_freelancer, is_client, must_confirm, person_ready_at, created_at, \
     terms_version, terms_at, email_verified_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $10, $12) on conflict (id) do nothing";

impl Accounts {
    /// The tables in this database.
    pub fn new(pool: Pool) -> Self {
        Self { pool, group: None }
    }

    /// The tables in this file, where what many do at once shares its commits.
    pub(super) fn shared(group: &Group) -> Self {
        Self {
            pool: Pool::Sqlite(group.pool().clone()),
            group: Some(group.clone()),
        }
    }

    /// Begins a transaction, if it can be with others in one commit.
    async fn begin_shared(&self) -> Result<Transaction, StoreError> {
        match &self.group {
            Some(group) => Ok(Transaction::Shared(group.begin().await?)),
            None => self.pool.begin().await,
        }
    }

    /// The log of what happens to accounts.
    pub fn audit(&self) -> Audit {
        Audit::new(self.pool.clone())
    }

    /// Makes an account.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::is_taken`] when another has this address, or this identity.
    pub async fn insert(&self, account: &NewAccount<'_>) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        insert(&mut transaction, account).await?;
        transaction.commit().await
    }

    /// Makes accounts, all of them or none; those whose id is known are left as they are.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::is_taken`] when another has one of these addresses.
    pub async fn adopt(&self, accounts: &[NewAccount<'_>]) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        for account in accounts {
            on_transaction!(&mut transaction, connection => {
                bind(sqlx::query(ADOPT), account).execute(connection).await?;
            });
        }
        transaction.commit().await
    }

    /// Takes an account away.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn delete(&self, account: Uuid) -> Result<(), StoreError> {
        on_pool!(&self.pool, pool => {
            sqlx::query("delete from account where id = $1").bind(account.to_string()).execute(pool).await?;
        });
        Ok(())
    }

    /// The accounts that can sign in neither with a password nor through a provider, each with when it was made.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn without_password(&self) -> Result<Vec<(Uuid, i64)>, StoreError> {
        let found: Vec<(String, i64)> = on_pool!(&self.pool, pool => {
            sqlx::query_as(
                "select id, created_at from account a where password_hash is null \
                 and not exists (select 1 from account_identity i where i.account = a.id)",
            )
            .fetch_all(pool)
            .await?
        });
        found
            .into_iter()
            .map(|(id, at)| Ok((read_id(&id)?, at)))
            .collect()
    }

    /// The account with this address, as compared.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn by_email(&self, folded: &str) -> Result<Option<Uuid>, StoreError> {
        Ok(self.credentials(folded).await?.map(|(id, _)| id))
    }

    /// The address of an account, as it was typed.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn email(&self, account: Uuid) -> Result<Option<String>, StoreError> {
        let found: Option<String> = on_pool!(&self.pool, pool => {
            sqlx::query_scalar("select email from account where id = $1")
                .bind(account.to_string())
                .fetch_optional(pool)
                .await?
        });
        Ok(found)
    }

    /// Since when the address of an account is known to reach its owner, if it is.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn verified_at(&self, account: Uuid) -> Result<Option<i64>, StoreError> {
        let found: Option<Option<i64>> = on_pool!(&self.pool, pool => {
            sqlx::query_scalar("select email_verified_at from account where id = $1")
                .bind(account.to_string())
                .fetch_optional(pool)
                .await?
        });
        Ok(found.flatten())
    }

    /// Whether an account may not be used yet, because nobody showed that its address reaches its owner.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn must_confirm(&self, account: Uuid) -> Result<bool, StoreError> {
        let found: Option<bool> = on_pool!(&self.pool, pool => {
            sqlx::query_scalar("select must_confirm from account where id = $1 and email_verified_at is null")
                .bind(account.to_string())
                .fetch_optional(pool)
                .await?
        });
        Ok(found.unwrap_or(false))
    }

    /// Since when there is an account.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn created_at(&self, account: Uuid) -> Result<Option<i64>, StoreError> {
        Ok(on_pool!(&self.pool, pool => {
            sqlx::query_scalar("select created_at from account where id = $1")
                .bind(account.to_string())
                .fetch_optional(pool)
                .await?
        }))
    }

    /// The account with this address, as compared, and the hash of its password.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn credentials(
        &self,
        folded: &str,
    ) -> Result<Option<(Uuid, Option<String>)>, StoreError> {
        let found: Option<(String, Option<String>)> = on_pool!(&self.pool, pool => {
            sqlx::query_as("select id, password_hash from account where email_folded = $1")
                .bind(folded)
                .fetch_optional(pool)
                .await?
        });
        found
            .map(|(id, hash)| Ok((read_id(&id)?, hash)))
            .transpose()
    }

    /// Whether an account can sign in with a password.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn has_password(&self, account: Uuid) -> Result<bool, StoreError> {
        let found: Option<Option<String>> = on_pool!(&self.pool, pool => {
            sqlx::query_scalar("select password_hash from account where id = $1")
                .bind(account.to_string())
                .fetch_optional(pool)
                .await?
        });
        Ok(found.flatten().is_some())
    }

    /// Gives an account another password.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn set_password(&self, account: Uuid, hash: &str) -> Result<(), StoreError> {
        on_pool!(&self.pool, pool => {
            sqlx::query("update account set password_hash = $2 where id = $1")
                .bind(account.to_string())
                .bind(hash)
                .execute(pool)
                .await?;
        });
        Ok(())
    }

    /// What an account was registered with, if its person was never made.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn cut_short(&self, account: Uuid) -> Result<Option<CutShort>, StoreError> {
        let found: Option<(String, bool, bool)> = on_pool!(&self.pool, pool => {
            sqlx::query_as(
                "select name, is_freelancer, is_client from account where id = $1 and person_ready_at is null",
            )
            .bind(account.to_string())
            .fetch_optional(pool)
            .await?
        });
        Ok(found.map(|(name, freelancer, client)| CutShort {
            name,
            freelancer,
            client,
        }))
    }

    /// Notes that an account has its person.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn mark_person_ready(&self, account: Uuid, now: i64) -> Result<(), StoreError> {
        on_pool!(&self.pool, pool => {
            sqlx::query("update account set person_ready_at = $2 where id = $1")
                .bind(account.to_string())
                .bind(now)
                .execute(pool)
                .await?;
        });
        Ok(())
    }

    /// Throws away what has expired.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be written.
    pub async fn purge(&self, now: i64) -> Result<(), StoreError> {
        for statement in [
            "delete from browser_session where expires_at <= $1",
            "delete from half_sign_in where expires_at <= $1",
            "delete from provider_trip where expires_at <= $1",
            "delete from newcomer where expires_at <= $1",
            "delete from account_link where expires_at <= $1",
            "delete from personal_token where expires_at <= $1",
            "delete from passkey_ceremony where expires_at <= $1",
            "delete from authorization_code where expires_at <= $1 and family is null",
            "delete from access_token where expires_at <= $1",
            "delete from refresh_token where expires_at <= $1",
            "delete from token_family where expires_at <= $1",
        ] {
            on_pool!(&self.pool, pool => {
                sqlx::query(statement).bind(now).execute(pool).await?;
            });
        }
        self.forget_invitations(now).await
    }
}

/// Makes an account, with who its owner is at a provider.
async fn insert(transaction: &mut Transaction, account: &NewAccount<'_>) -> Result<(), StoreError> {
    on_transaction!(transaction, connection => {
        bind(sqlx::query(INSERT), account).execute(connection).await?;
    });
    match &account.identity {
        Some(identity) => identity::insert(transaction, account.id, identity).await,
        None => Ok(()),
    }
}

type Query<'q, D> = sqlx::query::Query<'q, D, <D as sqlx::Database>::Arguments>;

fn bind<'q, D>(query: Query<'q, D>, account: &'q NewAccount<'_>) -> Query<'q, D>
where
    D: sqlx::Database,
    String: sqlx::Encode<'q, D> + sqlx::Type<D>,
    &'q str: sqlx::Encode<'q, D> + sqlx::Type<D>,
    Option<String>: sqlx::Encode<'q, D> + sqlx::Type<D>,
    bool: sqlx::Encode<'q, D> + sqlx::Type<D>,
    i64: sqlx::Encode<'q, D> + sqlx::Type<D>,
    Option<i64>: sqlx::Encode<'q, D> + sqlx::Type<D>,
{
    query
        .bind(account.id.to_string())
        .bind(account.email.clone())
        .bind(account.folded.clone())
        .bind(account.password_hash.clone())
        .bind(account.name)
        .bind(account.freelancer)
        .bind(account.client)
        .bind(account.must_confirm)
        .bind(account.person_ready_at)
        .bind(account.created_at)
        .bind(account.terms)
        .bind(account.verified_at)
}

fn read_id(text: &str) -> Result<Uuid, StoreError> {
    Uuid::parse_str(text).map_err(|_| StoreError::Corrupt {
        what: "id of a sign-in",
    })
}
