//! Accounts: made, given passwords, and never left without their person.

use guildhall_storage::StoreError;
use guildhall_storage::server::AuditKind;
use guildhall_storage::server::accounts::{NewAccount, NewIdentity};
use uuid::Uuid;

use super::admission::refused;
use super::registration::{Email, Means, fold, parse_password};
use super::{
    Failure, Notice, OAuth, PeopleError, PersonSummary, Registration, Roles, Ticket, chance,
};
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

impl From<StoreError> for AccountError {
    fn from(error: StoreError) -> Self {
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
        self.register(registration, Ticket::Open).await
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
        let (now, terms) = (self.now(), self.config.texts.version());
        let mut adopted = Vec::new();
        for (account, email, name, roles) in accounts {
            let email = Email::parse(email).map_err(|error| AccountError::Invalid(vec![error]))?;
            adopted.push(NewAccount {
                id: account,
                email: email.typed,
                folded: email.folded,
                password_hash: None,
                name,
                freelancer: roles.freelancer,
                client: roles.client,
                must_confirm: false,
                person_ready_at: Some(now),
                created_at: now,
                terms: &terms,
                verified_at: None,
                identity: None,
            });
        }
        self.accounts.adopt(&adopted).await.map_err(taken_or_failed)
    }

    /// Finds the accounts that can sign in neither with a password nor through a provider, and when the last of them was made.
    pub async fn accounts_without_password(&self) -> Result<(Vec<Uuid>, i64), Failure> {
        let found = self.accounts.without_password().await?;
        let last = found.iter().map(|(_, at)| *at).max().unwrap_or(0);
        Ok((found.into_iter().map(|(id, _)| id).collect(), last))
    }

    /// Gives an account another password and ends all its sign-ins.
    pub async fn set_password(&self, email: &str, password: &str) -> Result<(), AccountError> {
        let account = self
            .account_by_email(email)
            .await?
            .ok_or_else(|| AccountError::Unknown(email.to_owned()))?;
        self.give_password(account, email, password).await
    }

    /// Gives an account another password that its owner chose, and ends all its sign-ins.
    pub(crate) async fn change_password(
        &self,
        account: Uuid,
        password: &str,
    ) -> Result<(), AccountError> {
        let email = self.accounts.email(account).await?;
        let email = email.ok_or_else(|| AccountError::Unknown(account.to_string()))?;
        self.give_password(account, &email, password).await?;
        self.tell(account, Notice::PasswordChanged);
        Ok(())
    }

    async fn give_password(
        &self,
        account: Uuid,
        email: &str,
        password: &str,
    ) -> Result<(), AccountError> {
        let typed = Email::parse(email).ok();
        let password = parse_password(password, typed.as_ref())
            .map_err(|error| AccountError::Invalid(vec![error]))?;
        let hash = self
            .passwords
            .hash(&password)
            .await
            .map_err(Failure::from)?;
        self.accounts.set_password(account, &hash).await?;
        self.revoke_account(account, "password_changed").await?;
        self.audit(AuditKind::PasswordSet, account, "").await?;
        Ok(())
    }

    /// Whether an account has agreed to the texts as they stand.
    pub(crate) async fn has_agreed(&self, account: Uuid) -> Result<bool, Failure> {
        let agreed = self.accounts.agreed(account).await?;
        Ok(agreed.is_some_and(|(version, _)| version == self.config.texts.version()))
    }

    /// Notes that an account agrees to the texts as they stand.
    pub(crate) async fn agree(&self, account: Uuid) -> Result<(), Failure> {
        let version = self.config.texts.version();
        Ok(self.accounts.agree(account, &version, self.now()).await?)
    }

    /// Finds an account by its address, however it is spelled.
    pub async fn account_by_email(&self, email: &str) -> Result<Option<Uuid>, Failure> {
        Ok(self.accounts.by_email(&fold(email)).await?)
    }

    /// Makes the account first and its person second. Were it the other way round, a crash
    /// between the two would leave somebody in the market who can never sign in; so it leaves an
    /// account whose next sign-in makes up for it.
    pub(crate) async fn register(
        &self,
        registration: Registration,
        ticket: Ticket,
    ) -> Result<Uuid, AccountError> {
        let Registration {
            email,
            means,
            name,
            roles,
        } = registration;
        if self.account_by_email(&email.folded).await?.is_some() {
            return Err(taken());
        }
        let (password_hash, newcomer) = match means {
            Means::Password(password) => {
                let hash = self.passwords.hash(&password).await;
                (Some(hash.map_err(Failure::from)?), None)
            }
            Means::Provider(newcomer) => (None, Some(newcomer)),
        };
        let (now, terms) = (self.now(), self.config.texts.version());
        let account = chance::id(now).map_err(Failure::from)?;
        let made = NewAccount {
            id: account,
            password_hash,
            name: &name,
            freelancer: roles.freelancer,
            client: roles.client,
            must_confirm: ticket == Ticket::Domain,
            person_ready_at: None,
            created_at: now,
            terms: &terms,
            verified_at: newcomer
                .as_ref()
                .filter(|newcomer| self.knows_address(newcomer, &email.folded))
                .map(|_| now),
            identity: match &newcomer {
                Some(newcomer) => Some(NewIdentity {
                    id: chance::id(now).map_err(Failure::from)?,
                    issuer: &newcomer.issuer,
                    subject: &newcomer.subject,
                    linked_at: now,
                }),
                None => None,
            },
            folded: email.folded,
            email: email.typed,
        };
        match ticket {
            Ticket::Open | Ticket::Domain => {
                self.accounts.insert(&made).await.map_err(taken_or_failed)?;
            }
            Ticket::Invitation(id) => {
                let inserted = self.accounts.insert_invited(&made, id).await;
                if !inserted.map_err(taken_or_failed)? {
                    // Somebody was faster, or it was taken back this moment.
                    let message = "This invitation is not good any more. Ask for a new one.";
                    return Err(AccountError::Invalid(vec![refused(message)]));
                }
            }
        }
        match self.people.register(account, name, roles).await {
            Ok(()) => {}
            Err(PeopleError::Refused { message }) => {
                match ticket {
                    Ticket::Open | Ticket::Domain => self.accounts.delete(account).await?,
                    Ticket::Invitation(id) => {
                        let now = self.now();
                        self.accounts.delete_invited(account, id, now).await?;
                    }
                }
                return Err(AccountError::at("/name", "refused", message));
            }
            Err(error @ PeopleError::Failed(_)) => return Err(Failure::from(error).into()),
        }
        self.accounts.mark_person_ready(account, self.now()).await?;
        if let Some(newcomer) = newcomer {
            self.audit(AuditKind::IdentityLinked, account, &newcomer.provider)
                .await?;
        }
        Ok(account)
    }

    /// Finds the person of an account, and makes them where a registration was cut short.
    pub(crate) async fn person(&self, account: Uuid) -> Result<Option<PersonSummary>, Failure> {
        if let Some(person) = self.people.find(account).await? {
            return Ok(Some(person));
        }
        let Some(cut_short) = self.accounts.cut_short(account).await? else {
            return Ok(None);
        };
        let roles = Roles {
            freelancer: cut_short.freelancer,
            client: cut_short.client,
        };
        self.people.register(account, cut_short.name, roles).await?;
        self.accounts.mark_person_ready(account, self.now()).await?;
        Ok(self.people.find(account).await?)
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
fn taken_or_failed(error: StoreError) -> AccountError {
    if error.is_taken() {
        taken()
    } else {
        error.into()
    }
}
