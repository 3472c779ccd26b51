//! Who may make an account: everybody, the invited, or people with an address of certain domains.

use super::registration::Email;
use super::{Failure, OAuth, chance};
use crate::admin::secret::{self, fingerprint};
use crate::limit::{Limited, network};
use crate::problem::FieldError;
use guildhall_protocol::join::JoinLink;
use guildhall_storage::StoreError;
use guildhall_storage::server::accounts::{Accounts, Invitation, Standing};
use guildhall_storage::server::{AuditKind, AuditNote};
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use uuid::Uuid;

/// Where it is kept.
const ADMISSION: &str = "registration";
/// Where the link is kept that leads to this server.
const ADDRESS: &str = "address";
/// A day in milliseconds.
const DAY_MS: i64 = 86_400_000;
/// The most domains that can be named.
const DOMAINS_MAXIMUM: usize = 50;
/// The longest name of a domain.
const DOMAIN_MAXIMUM: usize = 253;
/// The most accounts of one invitation.
pub const USES_MAXIMUM: u32 = 1_000;
/// The most days that an invitation is good.
pub const DAYS_MAXIMUM: u32 = 365;
/// The longest note, in characters.
const NOTE_MAXIMUM: usize = 120;

/// What the operator decided.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Admission {
    /// Everybody.
    #[default]
    Open,
    /// Who was invited.
    Invited,
    /// Who has an address of one of these domains, or was invited.
    Domains(Vec<String>),
}

/// This is no way to admit people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write open, invited, or the domains of mail addresses such as example.org")]
pub struct AdmissionError;

impl FromStr for Admission {
    type Err = AdmissionError;

    fn from_str(text: &str) -> Result<Self, AdmissionError> {
        let words: Vec<String> = text
            .split(|sign: char| sign.is_whitespace() || sign == ',')
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        match words.as_slice() {
            [one] if one == "open" => Ok(Self::Open),
            [one] if one == "invited" => Ok(Self::Invited),
            domains
                if (1..=DOMAINS_MAXIMUM).contains(&domains.len())
                    && domains.iter().all(|domain| is_domain(domain)) =>
            {
                Ok(Self::Domains(domains.to_vec()))
            }
            _ => Err(AdmissionError),
        }
    }
}

fn is_domain(text: &str) -> bool {
    text.len() <= DOMAIN_MAXIMUM
        && text.contains('.')
        && text.split('.').all(|label| {
            !label.is_empty()
                && label
                    .chars()
                    .all(|letter| letter.is_alphanumeric() || letter == '-')
        })
}

impl fmt::Display for Admission {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => formatter.write_str("open"),
            Self::Invited => formatter.write_str("invited"),
            Self::Domains(domains) => formatter.write_str(&domains.join(" ")),
        }
    }
}

impl Admission {
    /// What is decided in this database.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn of(accounts: &Accounts) -> Result<Self, StoreError> {
        Ok(match accounts.setting(ADMISSION).await? {
            None => Self::Open,
            // What makes no sense lets nobody in who was not invited.
            Some(text) => text.parse().unwrap_or(Self::Invited),
        })
    }

    /// Decides, and writes down who did; nobody in particular is the operator.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be kept.
    pub async fn keep(
        &self,
        accounts: &Accounts,
        who: Option<Uuid>,
        now: i64,
    ) -> Result<(), StoreError> {
        let note = AuditNote {
            kind: AuditKind::SettingChanged,
            who,
            whom: None,
            note: format!("registration: {self}"),
        };
        let value = self.to_string();
        accounts.set(ADMISSION, &value, Some(note), now).await
    }

    fn has_domain(&self, email: &Email) -> bool {
        match self {
            Self::Open | Self::Invited => false,
            Self::Domains(domains) => email
                .folded
                .rsplit_once('@')
                .is_some_and(|(_, domain)| domains.iter().any(|one| one == domain)),
        }
    }
}

/// What an invitation shall be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// For how many accounts.
    pub uses: u32,
    /// For how many days.
    pub days: u32,
    /// Whom it is for.
    pub note: &'a str,
}

/// Why somebody was not invited.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// Too many accounts, or none.
    #[error("an invitation is for 1 to {USES_MAXIMUM} accounts")]
    Uses,
    /// Too many days, or none.
    #[error("an invitation is good for 1 to {DAYS_MAXIMUM} days")]
    Days,
    /// The note is too long, or has lines.
    #[error("a note is one line of {NOTE_MAXIMUM} characters at most")]
    Note,
    /// Nobody knows what the link should lead to.
    #[error("start the server once, so that the link can name its address")]
    NoAddress,
    /// It could not be made.
    #[error("the invitation could not be made")]
    Secret(#[from] secret::SecretError),
    /// It could not be kept.
    #[error("the invitation could not be kept")]
    Database(#[from] StoreError),
}

/// Keeps where people find the server, for the links of invitations.
///
/// # Errors
/// [`StoreError`] when it cannot be kept.
pub async fn keep_address(accounts: &Accounts, link: &JoinLink) -> Result<(), StoreError> {
    accounts.set(ADDRESS, &link.to_string(), None, 0).await
}

/// Where people find the server, if it was ever started.
async fn address(accounts: &Accounts) -> Result<Option<JoinLink>, StoreError> {
    let kept = accounts.setting(ADDRESS).await?;
    Ok(kept.and_then(|text| text.parse().ok()))
}

/// Makes an invitation, and the link that is told once; `who` made it, or the operator.
///
/// # Errors
/// [`InviteError`] when it is too much, or cannot be kept.
pub async fn invite(
    accounts: &Accounts,
    wanted: Wanted<'_>,
    who: Option<Uuid>,
    now: i64,
) -> Result<JoinLink, InviteError> {
    let link = address(accounts).await?.ok_or(InviteError::NoAddress)?;
    invite_to(accounts, link, wanted, who, now).await
}

async fn invite_to(
    accounts: &Accounts,
    link: JoinLink,
    wanted: Wanted<'_>,
    who: Option<Uuid>,
    now: i64,
) -> Result<JoinLink, InviteError> {
    let note = wanted.note.trim();
    if !(1..=USES_MAXIMUM).contains(&wanted.uses) {
        return Err(InviteError::Uses);
    }
    if !(1..=DAYS_MAXIMUM).contains(&wanted.days) {
        return Err(InviteError::Days);
    }
    if note.chars().count() > NOTE_MAXIMUM || note.chars().any(char::is_control) {
        return Err(InviteError::Note);
    }
    let code = secret::letters()?;
    let invitation = Invitation {
        id: chance::id(now).map_err(|_| secret::SecretError::Chance)?,
        note: note.to_owned(),
        uses: wanted.uses.into(),
        used: 0,
        created_at: now,
        expires_at: now + i64::from(wanted.days) * DAY_MS,
        withdrawn_at: None,
    };
    accounts
        .keep_invitation(&fingerprint(&code), &invitation, who)
        .await?;
    Ok(JoinLink {
        code: Some(code),
        ..link
    })
}

/// What lets somebody register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ticket {
    /// Everybody may.
    Open,
    /// Their address, once it is confirmed.
    Domain,
    /// An invitation.
    Invitation(Uuid),
}

impl OAuth {
    /// Who may make an account.
    pub(crate) async fn admission(&self) -> Result<Admission, Failure> {
        Ok(Admission::of(&self.accounts).await?)
    }

    /// Decides who may make an account.
    pub(crate) async fn admit(&self, admission: &Admission, who: Uuid) -> Result<(), Failure> {
        Ok(admission
            .keep(&self.accounts, Some(who), self.now())
            .await?)
    }

    /// The newest invitations.
    pub(crate) async fn invitations(&self, at_most: i64) -> Result<Vec<Invitation>, Failure> {
        Ok(self.accounts.invitations(at_most).await?)
    }

    /// Makes an invitation to this server.
    pub(crate) async fn invite(
        &self,
        wanted: Wanted<'_>,
        who: Uuid,
    ) -> Result<JoinLink, InviteError> {
        // With another address, a server before this one kept it, and the key may be another as well.
        let kept = address(&self.accounts).await?;
        let link = kept.filter(|link| link.server == self.config.issuer);
        let link = link.unwrap_or_else(|| JoinLink {
            server: self.config.issuer.clone(),
            pin: None,
            code: None,
        });
        invite_to(&self.accounts, link, wanted, Some(who), self.now()).await
    }

    /// Takes an invitation back; false when there is none that could be.
    pub(crate) async fn withdraw_invitation(&self, id: Uuid, who: Uuid) -> Result<bool, Failure> {
        Ok(self
            .accounts
            .withdraw_invitation(id, Some(who), self.now())
            .await?)
    }

    /// Finds out what lets somebody register: an invitation if they have one, else what everybody has.
    pub(crate) async fn ticket(
        &self,
        admission: &Admission,
        email: &Email,
        code: &str,
    ) -> Result<Result<Ticket, FieldError>, Failure> {
        if !code.trim().is_empty() {
            let found = self
                .accounts
                .invitation(&fingerprint(&code_of(code)))
                .await?;
            let Some(invitation) = found else {
                return Ok(Err(refused(
                    "There is no such invitation. Look at the code again, or ask for a new link.",
                )));
            };
            return Ok(match invitation.standing(self.now()) {
                Standing::Good => Ok(Ticket::Invitation(invitation.id)),
                Standing::UsedUp => Err(refused("This invitation is used up. Ask for a new one.")),
                Standing::Expired => {
                    Err(refused("This invitation has run out. Ask for a new one."))
                }
                Standing::Withdrawn => Err(refused(
                    "This invitation was taken back. Ask for a new one.",
                )),
            });
        }
        Ok(match admission {
            Admission::Open => Ok(Ticket::Open),
            Admission::Domains(_) if admission.has_domain(email) => Ok(Ticket::Domain),
            Admission::Domains(domains) => Err(FieldError::new(
                "/email",
                "refused",
                format!(
                    "Use an address at {}, or the code of an invitation.",
                    domains.join(" or ")
                ),
            )),
            Admission::Invited => Err(FieldError::new(
                "/invitation",
                "required",
                "Enter the code of your invitation. Whoever runs this market can invite you.",
            )),
        })
    }

    /// Takes one registration out of a bucket: that of a network, or that of an invitation, so that the invited are not stopped by
    /// where they are.
    pub(crate) async fn may_register(
        &self,
        ticket: Ticket,
        peer: Option<IpAddr>,
    ) -> Result<Result<(), Limited>, Failure> {
        let limits = &self.config.limits;
        let (rate, key) = match ticket {
            Ticket::Open | Ticket::Domain => (
                self.config.shared.widen(limits.register, peer),
                format!("register:{}", network(peer)),
            ),
            Ticket::Invitation(id) => (limits.register_invited, format!("invited:{id}")),
        };
        Ok(self.limiter.take(rate, &key, self.now()).await?)
    }

    /// Whether an account waits for its address to be confirmed before anything else.
    pub(crate) async fn must_confirm(&self, account: Uuid) -> Result<bool, Failure> {
        Ok(self.accounts.must_confirm(account).await?)
    }
}

pub(super) fn refused(message: &str) -> FieldError {
    FieldError::new("/invitation", "refused", message)
}

/// The code in what was typed, which may be the whole link.
fn code_of(typed: &str) -> String {
    let link = typed.parse::<JoinLink>().ok();
    link.and_then(|link| link.code)
        .unwrap_or_else(|| typed.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_decided_is_read_as_it_was_written() {
        for (text, written) in [
            ("open", "open"),
            (" Invited ", "invited"),
            ("Example.org,  guild.example", "example.org guild.example"),
        ] {
            let admission: Admission = text.parse().expect("is one");
            assert_eq!(admission.to_string(), written);
            assert_eq!(written.parse(), Ok(admission));
        }
        let many = "a.example ".repeat(DOMAINS_MAXIMUM + 1);
        let long = format!("{}.example", "a".repeat(DOMAIN_MAXIMUM));
        for text in [
            "",
            ",",
            "closed",
            "example.org open",
            "@example.org",
            "a..b",
            "*.org",
            &many,
            &long,
        ] {
            assert_eq!(text.parse::<Admission>(), Err(AdmissionError), "{text}");
        }
    }

    #[test]
    fn a_domain_is_meant_whole() {
        let admission: Admission = "example.org".parse().expect("is one");
        for (email, has) in [
            ("ada@example.org", true),
            ("ada@EXAMPLE.org", true),
            ("ada@sub.example.org", false),
            ("ada@notexample.org", false),
            ("ada@example.org.evil.example", false),
        ] {
            let email = Email::parse(email).expect("is good");
            assert_eq!(admission.has_domain(&email), has, "{email:?}");
        }
    }

    #[test]
    fn a_code_is_found_in_the_link_it_came_in() {
        for typed in [
            "ABCDE-FGHJK",
            "guildhall://join?server=http%3A%2F%2Flocalhost&code=ABCDE-FGHJK",
        ] {
            assert_eq!(code_of(typed), "ABCDE-FGHJK");
        }
    }
}
