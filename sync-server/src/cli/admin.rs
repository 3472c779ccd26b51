//! `guildhall-server admin …`: accounts from the command line.

use super::data::Data;
use super::mail::MailServer;
use super::{invite, newcomers, people};
use anyhow::Context as _;
use clap::Subcommand;
use guildhall_domain::denied::Code;
use guildhall_domain::mutation::{Mutation, TrustedRole};
use guildhall_server::admin::secret;
use guildhall_server::blob::BlobLimits;
use guildhall_server::clock;
use guildhall_server::leaving::is_last_admin;
use guildhall_server::mail;
use guildhall_server::oauth::OAuthConfig;
use guildhall_server::state::{Market, OUTBOX};
use std::sync::Arc;

/// What can be done to them.
#[derive(Debug, Subcommand)]
pub(crate) enum Admin {
    /// Prints a new one-time secret; who enters it in the desktop's settings becomes an admin.
    Secret(Data),
    /// Trusts the account with this e-mail with a role.
    Grant {
        #[command(flatten)]
        data: Data,
        /// Which role.
        #[arg(long, value_enum, default_value_t = Trust::Admin)]
        role: Trust,
        /// E-mail of the account.
        email: String,
    },
    /// Takes such a role from the account with this e-mail. The only admin stays one.
    Revoke {
        #[command(flatten)]
        data: Data,
        /// Which role.
        #[arg(long, value_enum, default_value_t = Trust::Admin)]
        role: Trust,
        /// E-mail of the account.
        email: String,
    },
    /// Sets a new password for the account with this e-mail; reads it from standard input. Ends all its sign-ins.
    SetPassword {
        #[command(flatten)]
        data: Data,
        /// E-mail of the account.
        email: String,
    },
    /// Turns off the second factor of the account with this e-mail, for somebody who lost the app and the recovery codes: make sure who asks.
    EndSecondFactor {
        #[command(flatten)]
        data: Data,
        /// E-mail of the account.
        email: String,
    },
    /// Lists mail that was not sent, with its links. Hand each link to its person only.
    #[command(args_conflicts_with_subcommands = true)]
    Mail {
        #[command(flatten)]
        data: Data,
        #[command(subcommand)]
        act: Option<MailAct>,
    },
    /// Says or changes who may make an account: everybody, the invited, or people with an address of certain domains.
    Registration(invite::Registration),
    /// Says or changes the share of the first ten places of a list that newcomers have, in percent: 0 to 50, 15 at first.
    Newcomers(newcomers::Newcomers),
    /// Makes an invitation and prints its link, this once.
    Invite(invite::Invite),
    /// Lists invitations, newest first.
    Invitations(Data),
    /// Does something to one invitation.
    #[command(subcommand)]
    Invitation(invite::One),
    /// Lists people, newest first.
    People {
        #[command(flatten)]
        data: Data,
        /// Part of a name.
        #[arg(default_value = "")]
        search: String,
    },
}

/// A role that one is trusted with.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum Trust {
    /// Keeps order: suspends people and takes requests down.
    Moderator,
    /// Runs the marketplace.
    Admin,
}

impl Trust {
    fn role(self) -> TrustedRole {
        match self {
            Self::Moderator => TrustedRole::Moderator,
            Self::Admin => TrustedRole::Admin,
        }
    }
}

/// What else can be done about mail.
#[derive(Debug, Subcommand)]
pub(crate) enum MailAct {
    /// Sends a letter to an address, to see that the mail server takes it.
    Test {
        #[command(flatten)]
        server: MailServer,
        /// What people call this marketplace.
        #[arg(long, env = "GUILDHALL_NAME", default_value = "Guildhall")]
        name: String,
        /// To whom.
        address: String,
    },
}

#[expect(clippy::print_stdout, reason = "the answer to the operator")]
pub(crate) async fn run(admin: Admin) -> anyhow::Result<()> {
    match admin {
        Admin::Secret(data) => {
            let market = open(&data).await?;
            println!(
                "{}",
                secret::make(&market.store.accounts(), false, (market.clock)().0).await?
            );
        }
        Admin::Grant { data, role, email } => appoint(&data, &email, role.role(), true).await?,
        Admin::Revoke { data, role, email } => appoint(&data, &email, role.role(), false).await?,
        Admin::SetPassword { data, email } => {
            let market = open(&data).await?;
            let mut password = String::new();
            std::io::stdin()
                .read_line(&mut password)
                .context("cannot read the password from standard input")?;
            market
                .oauth
                .set_password(&email, password.trim_end_matches(['\r', '\n']))
                .await?;
            println!("{email} has a new password; all its sign-ins have ended");
        }
        Admin::EndSecondFactor { data, email } => {
            let market = open(&data).await?;
            let account = market
                .oauth
                .account_by_email(&email)
                .await?
                .with_context(|| format!("there is no account with the e-mail {email}"))?;
            if market
                .oauth
                .end_second_factor(account, "by the operator")
                .await?
            {
                market.oauth.settle_mail().await;
                println!("{email} signs in with the password alone");
            } else {
                println!("{email} has no second factor");
            }
        }
        Admin::Mail {
            act:
                Some(MailAct::Test {
                    server,
                    name,
                    address,
                }),
            ..
        } => {
            let smtp = server
                .smtp()?
                .context("name the mail server with --smtp-file and --mail-from")?;
            mail::try_out(&smtp, &name, &address, clock::system()().0).await?;
            println!("the mail server took a letter to {address}; look whether it arrives");
        }
        Admin::Mail { data, act: None } => {
            data.require_known()?;
            let folder = data.data.join(OUTBOX);
            let unsent = mail::unsent_in(&folder, clock::system()().0)
                .with_context(|| format!("cannot read {}", folder.display()))?;
            if unsent.is_empty() {
                println!("no mail is unsent");
            }
            for letter in unsent {
                println!("{}: {}", letter.to, letter.subject);
                if let Some(link) = letter.link {
                    println!("  {link}");
                }
            }
        }
        Admin::Registration(asked) => invite::registration(asked).await?,
        Admin::Newcomers(asked) => newcomers::share(asked).await?,
        Admin::Invite(asked) => invite::make(asked).await?,
        Admin::Invitations(data) => invite::list(&data).await?,
        Admin::Invitation(asked) => invite::one(asked).await?,
        Admin::People { data, search } => {
            let market = open(&data).await?;
            people::list(&market.store, &search).await?;
        }
    }
    Ok(())
}

/// Gives or takes a role, in the name of the person: the operator has no account.
#[expect(clippy::print_stdout, reason = "the answer to the operator")]
async fn appoint(
    data: &Data,
    email: &str,
    role: TrustedRole,
    is_granted: bool,
) -> anyhow::Result<()> {
    let market = open(data).await?;
    let account = market
        .oauth
        .account_by_email(email)
        .await?
        .with_context(|| format!("there is no account with the e-mail {email}"))?;
    let reason = "By the operator".to_owned();
    let person = account.into();
    let mutation = if is_granted {
        Mutation::GrantRole {
            person,
            role,
            reason,
        }
    } else {
        if role == TrustedRole::Admin && is_last_admin(&market, account).await? {
            anyhow::bail!("{email} is the only admin; make somebody else an admin first");
        }
        Mutation::RevokeRole {
            person,
            role,
            reason,
        }
    };
    let done = market
        .writer
        .act(person, true, clock::mutation_id(), mutation)
        .await?;
    let what = match role {
        TrustedRole::Moderator => "a moderator",
        TrustedRole::Admin => "an admin",
    };
    match (done, is_granted) {
        (Ok(_), _) => {
            market.oauth.write_of_role(account, role, is_granted);
            market.oauth.settle_mail().await;
            let not = if is_granted { "" } else { "not " };
            println!("{email} is {not}{what} now");
        }
        (Err(denied), true) if denied.code == Code::AlreadyDone => {
            println!("{email} is {what} already");
        }
        (Err(denied), false) if denied.code == Code::AlreadyDone => {
            println!("{email} is not {what}");
        }
        (Err(denied), _) => anyhow::bail!(denied.message),
    }
    Ok(())
}

async fn open(data: &Data) -> anyhow::Result<Arc<Market>> {
    data.require_known()?;
    let config = OAuthConfig::new("http://localhost");
    crate::open_with(data, config, BlobLimits::default()).await
}
