//! `admin registration`, `admin invite`, `admin invitations` and `admin invitation withdraw`: who may join.

use super::data::Data;
use anyhow::Context as _;
use clap::{Args, Subcommand};
use guildhall_domain::time::Timestamp;
use guildhall_server::clock;
use guildhall_server::oauth::{Admission, DAYS_MAXIMUM, USES_MAXIMUM, Wanted, invite};
use guildhall_storage::server::ServerStore;
use guildhall_storage::server::accounts::{Invitation, Standing};
use uuid::Uuid;

/// How many are printed at most.
const LINES: i64 = 1_000;

/// Who may make an account.
#[derive(Debug, Args)]
pub(crate) struct Registration {
    #[command(flatten)]
    data: Data,
    /// `open`, `invited`, or the domains of mail addresses; without it, what holds is printed.
    #[arg(value_name = "open|invited|DOMAIN")]
    who: Vec<String>,
}

/// A new invitation.
#[derive(Debug, Args)]
pub(crate) struct Invite {
    #[command(flatten)]
    data: Data,
    /// How many accounts may be made with it.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=i64::from(USES_MAXIMUM)))]
    uses: u32,
    /// How many days it is good.
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=i64::from(DAYS_MAXIMUM)))]
    days: u32,
    /// Whom it is for, for the list.
    #[arg(long, default_value = "")]
    note: String,
}

/// What can be done to an invitation.
#[derive(Debug, Subcommand)]
pub(crate) enum One {
    /// Takes an invitation back: no more accounts are made with it.
    Withdraw {
        #[command(flatten)]
        data: Data,
        /// Its id, as `admin invitations` prints it.
        id: Uuid,
    },
}

#[expect(clippy::print_stdout, reason = "the answer to the operator")]
pub(crate) async fn registration(asked: Registration) -> anyhow::Result<()> {
    let accounts = open(&asked.data).await?.accounts();
    if !asked.who.is_empty() {
        let admission: Admission = asked.who.join(" ").parse()?;
        admission.keep(&accounts, None, now()).await?;
    }
    println!("{}", words(&Admission::of(&accounts).await?));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the answer to the operator")]
pub(crate) async fn make(asked: Invite) -> anyhow::Result<()> {
    let accounts = open(&asked.data).await?.accounts();
    let wanted = Wanted {
        uses: asked.uses,
        days: asked.days,
        note: &asked.note,
    };
    println!("{}", invite(&accounts, wanted, None, now()).await?);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the answer to the operator")]
pub(crate) async fn list(data: &Data) -> anyhow::Result<()> {
    let found = open(data).await?.accounts().invitations(LINES).await?;
    if found.is_empty() {
        println!("nobody was invited yet");
        return Ok(());
    }
    println!("id\tused\tgood until\tstate\tnote");
    for invitation in found {
        println!("{}", line(&invitation, now()));
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the answer to the operator")]
pub(crate) async fn one(asked: One) -> anyhow::Result<()> {
    let One::Withdraw { data, id } = asked;
    let accounts = open(&data).await?.accounts();
    if !accounts.withdraw_invitation(id, None, now()).await? {
        anyhow::bail!("there is no invitation {id} that could be taken back");
    }
    println!("nobody can join with it any more");
    Ok(())
}

pub(super) async fn open(data: &Data) -> anyhow::Result<ServerStore> {
    data.require_known()?;
    let epoch = clock::fresh_id();
    let store = match &data.database {
        Some(url) => ServerStore::connect(url, epoch).await,
        None => ServerStore::open(&data.known_file()?, epoch).await,
    };
    store.context("cannot open the database")
}

fn now() -> i64 {
    clock::system()().0
}

fn words(admission: &Admission) -> String {
    match admission {
        Admission::Open => "everybody may make an account".to_owned(),
        Admission::Invited => "who was invited may make an account".to_owned(),
        Admission::Domains(domains) => format!(
            "who was invited, or has an address at {}, may make an account",
            domains.join(" or ")
        ),
    }
}

fn line(invitation: &Invitation, now: i64) -> String {
    let state = match invitation.standing(now) {
        Standing::Good => "good",
        Standing::UsedUp => "used up",
        Standing::Expired => "run out",
        Standing::Withdrawn => "withdrawn",
    };
    format!(
        "{}\t{}/{}\t{}\t{state}\t{}",
        invitation.id,
        invitation.used,
        invitation.uses,
        Timestamp(invitation.expires_at).day(),
        invitation.note
    )
}
