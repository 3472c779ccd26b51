//! What is done after an answer was given, so that neither the answer nor its time tells anything: looking somebody up and writing to
//! them.

use std::sync::Arc;

use guildhall_domain::mutation::TrustedRole;
use guildhall_oauth::{Lifetimes, TokenKind};
use guildhall_storage::server::Accounts;
use guildhall_storage::server::accounts::LinkPurpose;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::{Clock, Failure, OAuthConfig, chance};
use crate::mail::{LOOK_EVERY, Letter, MailError, Mailroom};

/// How many errands may wait. Whoever comes when it is full is told to come back, whoever it is.
const WAITING: usize = 256;

/// For how long it is worth telling somebody what was done.
const NEWS_MS: i64 = 7 * 86_400_000;

/// Something to be done later.
#[derive(Debug)]
enum Errand {
    /// Sends whoever has this address a link to set a password.
    Recover { folded: String },
    /// Sends an account a link that shows that its address is right.
    Verify { account: Uuid },
    /// Tells an account that it is to be deleted, with a link that takes it back.
    Leave { account: Uuid },
    /// Tells an account what was done with it.
    Tell { account: Uuid, notice: Notice },
    /// Throws away letters that have run out, and sends what waits.
    Sweep,
    /// Says when all before it is done.
    Settle(oneshot::Sender<()>),
}

/// What somebody is told of their own account, in case it was not them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notice {
    /// It has another passkey.
    PasskeyAdded,
    /// It has a passkey less.
    PasskeyRemoved,
    /// It has a second factor.
    SecondFactorOn,
    /// It has no second factor any more.
    SecondFactorOff,
    /// It has other recovery codes.
    RecoveryCodesRenewed,
    /// It has another token for programs.
    TokenMade,
    /// It can be signed in to through another provider.
    Linked,
    /// It can be signed in to through a provider less.
    Unlinked,
    /// It has another password.
    PasswordChanged,
    /// A key of one of its sign-ins came twice, and the sign-in is ended.
    KeyReplayed,
    /// Its owner is trusted with a role.
    Trusted(TrustedRole),
    /// Its owner is trusted with a role no more.
    Distrusted(TrustedRole),
}

impl Notice {
    fn subject(self) -> &'static str {
        match self {
            Self::PasskeyAdded => "A passkey was added",
            Self::PasskeyRemoved => "A passkey was removed",
            Self::SecondFactorOn => "Your second factor is on",
            Self::SecondFactorOff => "Your second factor is off",
            Self::RecoveryCodesRenewed => "You have other recovery codes",
            Self::TokenMade => "An API token was made",
            Self::Linked => "A sign-in provider was linked",
            Self::Unlinked => "A sign-in provider was unlinked",
            Self::PasswordChanged => "Your password was changed",
            Self::KeyReplayed => "One of your sign-ins was ended",
            Self::Trusted(TrustedRole::Moderator) => "You are a moderator",
            Self::Trusted(TrustedRole::Admin) => "You are an admin",
            Self::Distrusted(TrustedRole::Moderator) => "You are a moderator no more",
            Self::Distrusted(TrustedRole::Admin) => "You are an admin no more",
        }
    }

    fn sentence(self) -> &'static str {
        match self {
            Self::PasskeyAdded => "a passkey was added: it signs in without the password.",
            Self::PasskeyRemoved => "a passkey was removed: it signs in no more.",
            Self::SecondFactorOn => "a code is asked for after the password from now on.",
            Self::SecondFactorOff => "no code is asked for after the password any more.",
            Self::RecoveryCodesRenewed => {
                "new recovery codes were made; the old ones are good no more."
            }
            Self::TokenMade => "an API token was made: a script can read with it.",
            Self::Linked => "a provider was linked: whoever is you there can sign in here.",
            Self::Unlinked => "a provider was unlinked: it signs in no more.",
            Self::PasswordChanged => "the password was changed, and every device signed out.",
            Self::KeyReplayed => {
                "a key of one of your desktops was shown twice, as after a theft. That desktop is signed out; sign in again there."
            }
            Self::Trusted(TrustedRole::Moderator) => {
                "an admin made you a moderator: your desktop has the people and requests of this market now, under Mod."
            }
            Self::Trusted(TrustedRole::Admin) => {
                "you were made an admin: your desktop and your account\u{2019}s page have what runs this market now."
            }
            Self::Distrusted(TrustedRole::Moderator) => {
                "an admin took the role of moderator back. Everything else is as it was."
            }
            Self::Distrusted(TrustedRole::Admin) => {
                "the role of admin was taken back. Everything else is as it was."
            }
        }
    }

    /// What to do about it.
    fn advice(self) -> &'static str {
        match self {
            Self::PasskeyAdded
            | Self::PasskeyRemoved
            | Self::SecondFactorOn
            | Self::SecondFactorOff
            | Self::RecoveryCodesRenewed
            | Self::TokenMade
            | Self::Linked
            | Self::Unlinked
            | Self::PasswordChanged
            | Self::KeyReplayed => {
                "If it was not you, change your password and look at your account:"
            }
            Self::Trusted(_) => {
                "Whoever is you can act in this role now. A second factor or a passkey keeps others out:"
            }
            Self::Distrusted(_) => "Ask an admin if you do not know why. Your account is here:",
        }
    }
}

/// Too much is waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Full;

/// The list of errands.
#[derive(Debug)]
pub(super) struct Errands {
    sender: mpsc::Sender<Errand>,
}

impl Errands {
    pub(super) fn recover(&self, folded: String) -> Result<(), Full> {
        self.add(Errand::Recover { folded })
    }

    pub(super) fn verify(&self, account: Uuid) -> Result<(), Full> {
        self.add(Errand::Verify { account })
    }

    pub(super) fn leave(&self, account: Uuid) -> Result<(), Full> {
        self.add(Errand::Leave { account })
    }

    pub(super) fn tell(&self, account: Uuid, notice: Notice) -> Result<(), Full> {
        self.add(Errand::Tell { account, notice })
    }

    /// Has letters thrown away that have run out; in a hurry that can wait.
    pub(super) fn sweep(&self) {
        let _ = self.add(Errand::Sweep);
    }

    fn add(&self, errand: Errand) -> Result<(), Full> {
        self.sender.try_send(errand).map_err(|_| Full)
    }

    /// Waits until everything asked for so far is done.
    pub(super) async fn settle(&self) {
        let (done, settled) = oneshot::channel();
        if self.sender.send(Errand::Settle(done)).await.is_ok() {
            // Gone without an answer, there is nothing more to wait for.
            let _ = settled.await;
        }
    }
}

/// Who does the errands, one after the other.
pub(super) struct Postman {
    accounts: Accounts,
    mailroom: Arc<Mailroom>,
    issuer: String,
    market: String,
    lifetimes: Lifetimes,
    clock: Clock,
}

#[derive(Debug, thiserror::Error)]
enum Undone {
    #[error(transparent)]
    Failed(#[from] Failure),
    #[error(transparent)]
    Mail(#[from] MailError),
}

impl Postman {
    pub(super) fn new(
        accounts: &Accounts,
        config: &OAuthConfig,
        mailroom: &Arc<Mailroom>,
        clock: &Clock,
    ) -> Self {
        Self {
            accounts: accounts.clone(),
            mailroom: Arc::clone(mailroom),
            issuer: config.issuer.clone(),
            market: config.market_name.clone(),
            lifetimes: config.lifetimes,
            clock: Arc::clone(clock),
        }
    }

    /// Begins to work, until the list of errands is dropped.
    pub(super) fn start(self) -> Errands {
        let (sender, errands) = mpsc::channel(WAITING);
        tokio::spawn(self.work(errands));
        Errands { sender }
    }

    async fn work(self, mut errands: mpsc::Receiver<Errand>) {
        loop {
            let next = if self.mailroom.sends() {
                tokio::time::timeout(LOOK_EVERY, errands.recv()).await
            } else {
                Ok(errands.recv().await)
            };
            let (done, settled) = match next {
                Ok(None) => return,
                Ok(Some(Errand::Settle(settled))) => (Ok(()), Some(settled)),
                Ok(Some(Errand::Recover { folded })) => (self.recover(&folded).await, None),
                Ok(Some(Errand::Verify { account })) => (self.verify(account).await, None),
                Ok(Some(Errand::Leave { account })) => (self.leave(account).await, None),
                Ok(Some(Errand::Tell { account, notice })) => {
                    (self.tell(account, notice).await, None)
                }
                Ok(Some(Errand::Sweep)) | Err(_) => (Ok(()), None),
            };
            let sent = self.mailroom.send((self.clock)()).await;
            for error in [done.err(), sent.err().map(Undone::from)]
                .into_iter()
                .flatten()
            {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "a letter is not on its way"
                );
            }
            if let Some(settled) = settled {
                // Whoever asked may have gone.
                let _ = settled.send(());
            }
        }
    }

    async fn recover(&self, folded: &str) -> Result<(), Undone> {
        let Some(account) = self
            .accounts
            .by_email(folded)
            .await
            .map_err(Failure::from)?
        else {
            return Ok(());
        };
        let life = self.lifetimes.recover_ms;
        self.write(account, LinkPurpose::Recover, "/recover/set", life)
            .await
    }

    async fn verify(&self, account: Uuid) -> Result<(), Undone> {
        let known = self.accounts.verified_at(account).await;
        if known.map_err(Failure::from)?.is_some() {
            return Ok(());
        }
        let life = self.lifetimes.verify_ms;
        self.write(account, LinkPurpose::Verify, "/verify", life)
            .await
    }

    async fn leave(&self, account: Uuid) -> Result<(), Undone> {
        let life = self.lifetimes.leave_ms;
        self.write(account, LinkPurpose::Keep, "/account/keep", life)
            .await
    }

    async fn tell(&self, account: Uuid, notice: Notice) -> Result<(), Undone> {
        let to = self.accounts.email(account).await.map_err(Failure::from)?;
        let Some(to) = to else { return Ok(()) };
        let now = (self.clock)();
        let text = format!(
            "Hello,\n\nat your account at {market} {sentence}\n\n\
             {advice}\n\n{issuer}/account\n",
            market = self.market,
            advice = notice.advice(),
            sentence = notice.sentence(),
            issuer = self.issuer,
        );
        let letter = Letter {
            to,
            subject: notice.subject(),
            text,
            expires_at: now + NEWS_MS,
        };
        let id = chance::id(now).map_err(Failure::from)?;
        Ok(self.mailroom.keep(letter, id, now).await?)
    }

    async fn write(
        &self,
        account: Uuid,
        purpose: LinkPurpose,
        path: &str,
        life: i64,
    ) -> Result<(), Undone> {
        let to = self.accounts.email(account).await.map_err(Failure::from)?;
        let Some(to) = to else { return Ok(()) };
        let now = (self.clock)();
        let token = chance::token(TokenKind::Link).map_err(Failure::from)?;
        let expires_at = now + life;
        self.accounts
            .insert_link(token.hash().as_bytes(), account, purpose, expires_at)
            .await
            .map_err(Failure::from)?;
        let link = format!("{}{path}?token={}", self.issuer, token.reveal());
        let market = &self.market;
        let (subject, text) = match purpose {
            LinkPurpose::Verify => (
                "Confirm your e-mail address",
                format!(
                    "Hello,\n\nsomebody, most likely you, has an account at {market} with this address. \
                     Open this link within 24 hours to confirm that it is yours:\n\n{link}\n\n\
                     If it was not you, do nothing.\n"
                ),
            ),
            LinkPurpose::Keep => (
                "Your account will be deleted",
                format!(
                    "Hello,\n\nsomebody, most likely you, asked to delete your account at {market}. It is done in 14 days. \
                     Open this link before then to keep it:\n\n{link}\n\n\
                     If it was not you, open the link and change your password.\n"
                ),
            ),
            LinkPurpose::Recover => (
                "Set a new password",
                format!(
                    "Hello,\n\nsomebody, most likely you, has forgotten the password of your account at {market}. \
                     Open this link within 30 minutes to set a new one:\n\n{link}\n\n\
                     If it was not you, do nothing: your password stays as it is.\n"
                ),
            ),
        };
        let letter = Letter {
            to,
            subject,
            text,
            expires_at,
        };
        let id = chance::id(now).map_err(Failure::from)?;
        Ok(self.mailroom.keep(letter, id, now).await?)
    }
}
