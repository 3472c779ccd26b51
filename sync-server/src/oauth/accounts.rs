//! Accounts: made, given passwords, and never left without their person.

use sqlx::Row as _;
use uuid::Uuid;

use super::caller::read_id;
use super::registration::{Email, fold, parse_password};
use super::{Failure, OAuth, PeopleError, PersonSummary, Registration, Roles, chance};
use crate::problem::FieldError;

/// Why an account could not be made or changed.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Parts of what was given are wrong.
    #[error("{}", .0.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join(" "))]
    Invalid(Vec<FieldError>),
    /// There is no account with this address.
    #[error("there is no account with the address {0}")]
    Unknown(String),
    /// The server failed.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl AccountError {
    fn at(pointer: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(pointer, code, message)])
    }
}

impl From<sqlx::Error> for AccountError {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl OAuth {
    /// Makes an account and its person.
    pub async fn create_account(
        &self,
        email: &str,
        password: &str,
        name: &str,
        roles: Roles,
    ) -> Result<Uuid, AccountError> {
        let registration =
            Registration::parse(email, password, name, roles).map_err(AccountError::Invalid)?;
        self.register(registration).await
    }

    /// Makes an account that has an id and a person already and cannot sign in with a password.
    /// Asked twice for one id, it changes nothing.
    pub async fn adopt_account(
        &self,
        account: Uuid,
        email: &str,
        name: &str,
        roles: Roles,
    ) -> Result<(), AccountError> {
        self.adopt_accounts([(account, email, name, roles)]).await
    }

    /// Makes many accounts as [`Self::adopt_account`] does, all of them or none.
    pub async fn adopt_accounts<'a>(
        &self,
        accounts: impl IntoIterator<Item = (Uuid, &'a str, &'a str, Roles)>,
    ) -> Result<(), AccountError> {
        let now = self.now();
        let mut transaction = self.begin().await?;
        for (account, email, name, roles) in accounts {
            let email = Email::parse(email).map_err(|error| AccountError::Invalid(vec![error]))?;
            sqlx::query(
                "insert into account (id, email, email_folded, name, is_freelancer, is_client,
                                      person_ready_at, created_at)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)
                 on conflict (id) do nothing",
            )
            .bind(account.to_string())
            .bind(email.typed)
            .bind(email.folded)
            .bind(name)
            .bind(roles.freelancer)
            .bind(roles.client)
            .bind(now)
            .execute(&mut *transaction)
            .await
            .map_err(taken_or_failed)?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Finds the accounts that cannot sign in with a password, and when the last of them was made.
    pub async fn accounts_without_password(&self) -> Result<(Vec<Uuid>, i64), Failure> {
        let rows = sqlx::query("select id, created_at from account where password_hash is null")
            .fetch_all(&self.pool)
            .await?;
        let mut accounts = Vec::with_capacity(rows.len());
        let mut last = 0;
        for row in rows {
            accounts.push(read_id(row.try_get("id")?, "account")?);
            last = row.try_get::<i64, _>("created_at")?.max(last);
        }
        Ok((accounts, last))
    }

    /// Gives an account another password and ends all its sign-ins.
    pub async fn set_password(&self, email: &str, password: &str) -> Result<(), AccountError> {
        let account = self
            .account_by_email(email)
            .await?
            .ok_or_else(|| AccountError::Unknown(email.to_owned()))?;
        let typed = Email::parse(email).ok();
        let password = parse_password(password, typed.as_ref())
            .map_err(|error| AccountError::Invalid(vec![error]))?;
        let hash = self
            .passwords
            .hash(&password)
            .await
            .map_err(Failure::from)?;
        sqlx::query("update account set password_hash = ?2 where id = ?1")
            .bind(account.to_string())
            .bind(hash)
            .execute(&self.pool)
            .await?;
        self.revoke_account(account, "password_changed").await?;
        Ok(())
    }

    /// Finds an account by its address, however it is spelled.
    pub async fn account_by_email(&self, email: &str) -> Result<Option<Uuid>, Failure> {
        let id: Option<String> =
            sqlx::query_scalar("select id from account where email_folded = ?1")
                .bind(fold(email))
                .fetch_optional(&self.pool)
                .await?;
        id.map(|id| read_id(&id, "account")).transpose()
    }

    /// Makes the account first and its person second. Were it the other way round, a crash
    /// between the two would leave somebody in the market who can never sign in; so it leaves an
    /// account whose next sign-in makes up for it.
    pub(crate) async fn register(&self, registration: Registration) -> Result<Uuid, AccountError> {
        let Registration {
            email,
            password,
            name,
            roles,
        } = registration;
        if self.account_by_email(&email.folded).await?.is_some() {
            return Err(taken());
        }
        let hash = self
            .passwords
            .hash(&password)
            .await
            .map_err(Failure::from)?;
        let now = self.now();
        let account = chance::id(now).map_err(Failure::from)?;
        sqlx::query(
            "insert into account (id, email, email_folded, password_hash, name, is_freelancer,
                                  is_client, created_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )
        .bind(account.to_string())
        .bind(email.typed)
        .bind(email.folded)
        .bind(hash)
        .bind(&name)
        .bind(roles.freelancer)
        .bind(roles.client)
        .bind(now)
        .execute(&self.pool)
        .await
        .map_err(taken_or_failed)?;
        match self.people.register(account, name, roles).await {
            Ok(()) => {}
            Err(PeopleError::Refused { message }) => {
                sqlx::query("delete from account where id = ?1")
                    .bind(account.to_string())
                    .execute(&self.pool)
                    .await?;
                return Err(AccountError::at("/name", "refused", message));
            }
            Err(error @ PeopleError::Failed(_)) => return Err(Failure::from(error).into()),
        }
        self.mark_person_ready(account).await?;
        Ok(account)
    }

    /// Finds the person of an account, and makes them where a registration was cut short.
    pub(crate) async fn person(&self, account: Uuid) -> Result<Option<PersonSummary>, Failure> {
        if let Some(person) = self.people.find(account).await? {
            return Ok(Some(person));
        }
        let row = sqlx::query(
            "select name, is_freelancer, is_client from account
             where id = ?1 and person_ready_at is null",
        )
        .bind(account.to_string())
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let roles = Roles {
            freelancer: row.try_get("is_freelancer")?,
            client: row.try_get("is_client")?,
        };
        self.people
            .register(account, row.try_get("name")?, roles)
            .await?;
        self.mark_person_ready(account).await?;
        Ok(self.people.find(account).await?)
    }

    async fn mark_person_ready(&self, account: Uuid) -> Result<(), sqlx::Error> {
        sqlx::query("update account set person_ready_at = ?2 where id = ?1")
            .bind(account.to_string())
            .bind(self.now())
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

fn taken() -> AccountError {
    AccountError::at(
        "/email",
        "taken",
        "There is an account with this address. Sign in instead.",
    )
}

/// Two that register one address at once are told apart by the database.
fn taken_or_failed(error: sqlx::Error) -> AccountError {
    let is_taken = error
        .as_database_error()
        .is_some_and(sqlx::error::DatabaseError::is_unique_violation);
    if is_taken { taken() } else { error.into() }
}
