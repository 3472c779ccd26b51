//! `guildhall-server audit …`: the log of what happened to accounts and roles.

use super::data::Data;
use anyhow::Context as _;
use clap::Subcommand;
use guildhall_domain::id::AccountId;
use guildhall_domain::person::Person;
use guildhall_storage::server::{AuditHead, AuditKind, AuditLine, ServerStore};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What can be done with it.
#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// Lists what happened, oldest first.
    List {
        #[command(flatten)]
        data: Data,
        /// Only this kind of line.
        #[arg(long, value_parser = kind)]
        what: Option<AuditKind>,
        /// Only lines by or about the account with this e-mail.
        #[arg(long, value_name = "E-MAIL")]
        who: Option<String>,
        /// Only lines after this number.
        #[arg(long, value_name = "NUMBER", default_value_t = 0)]
        after: u64,
    },
    /// Prints where the log ends. Keep it away from this machine: with it, a log that was cut or written anew is found.
    Head(Data),
    /// Checks every line, and names the first one that is not as it was written.
    Verify {
        #[command(flatten)]
        data: Data,
        /// A head that was kept; the log must lead through it.
        #[arg(long)]
        head: Option<AuditHead>,
    },
}

fn kind(text: &str) -> Result<AuditKind, String> {
    let known = AuditKind::ALL;
    let found = known.into_iter().find(|kind| kind.name() == text);
    found.ok_or_else(|| format!("is one of {}", known.map(AuditKind::name).join(", ")))
}

#[expect(clippy::print_stdout, reason = "the answer to the operator")]
pub(crate) async fn run(audit: Audit) -> anyhow::Result<()> {
    match audit {
        Audit::List {
            data,
            what,
            who,
            after,
        } => {
            let store = open(&data).await?;
            let who = match who {
                Some(email) => Some(account(&store, &email).await?),
                None => None,
            };
            list(&store, what, who, after).await?;
        }
        Audit::Head(data) => println!("{}", open(&data).await?.audit().head().await?),
        Audit::Verify { data, head } => {
            let store = open(&data).await?;
            let checked = store.audit().verify(head).await?;
            let head = checked.context("the audit log is not as it was written")?;
            println!("{} lines, all as they were written", head.seq);
            println!("head: {head}");
        }
    }
    Ok(())
}

async fn open(data: &Data) -> anyhow::Result<ServerStore> {
    data.require_known()?;
    let epoch = guildhall_server::clock::fresh_id();
    let store = match &data.database {
        Some(url) => ServerStore::connect(url, epoch).await,
        None => ServerStore::open(&data.known_file()?, epoch).await,
    };
    store.context("cannot open the database")
}

async fn account(store: &ServerStore, email: &str) -> anyhow::Result<Uuid> {
    let folded = email.trim().to_lowercase();
    let found = store.accounts().by_email(&folded).await?;
    found.with_context(|| format!("there is no account with the e-mail {email}"))
}

#[expect(clippy::print_stdout, reason = "the answer to the operator")]
async fn list(
    store: &ServerStore,
    what: Option<AuditKind>,
    who: Option<Uuid>,
    mut after: u64,
) -> anyhow::Result<()> {
    let mut names = Names::default();
    let who = who.map(|id| id.to_string());
    println!("number\twhen\twhat\twho\twhom\tnote");
    loop {
        let lines = store.audit().after(after).await?;
        let Some(last) = lines.last() else {
            return Ok(());
        };
        after = last.seq;
        for line in lines {
            let is_wanted = what.is_none_or(|what| what.name() == line.kind)
                && who
                    .as_ref()
                    .is_none_or(|id| *id == line.who || *id == line.whom);
            if is_wanted {
                println!("{}", names.told(store, &line).await?);
            }
        }
    }
}

/// What accounts are called, each looked up once.
#[derive(Debug, Default)]
struct Names(BTreeMap<String, String>);

impl Names {
    async fn told(&mut self, store: &ServerStore, line: &AuditLine) -> anyhow::Result<String> {
        let at = guildhall_domain::time::Timestamp(line.at);
        let who = self.of(store, &line.who).await?;
        let whom = self.of(store, &line.whom).await?;
        // A note is a person's text: no sign in it shall move the cursor of a terminal.
        let note: String = line
            .note
            .chars()
            .map(|sign| if sign.is_control() { ' ' } else { sign })
            .collect();
        let time = at.0.rem_euclid(guildhall_domain::time::DAY_MS) / 1_000;
        Ok(format!(
            "{}\t{} {:02}:{:02}:{:02}\t{}\t{who}\t{whom}\t{note}",
            line.seq,
            at.day(),
            time / 3_600,
            time / 60 % 60,
            time % 60,
            line.kind,
        ))
    }

    /// The e-mail or the name of an account; the id of everything else.
    async fn of(&mut self, store: &ServerStore, id: &str) -> anyhow::Result<String> {
        if let Some(known) = self.0.get(id) {
            return Ok(known.clone());
        }
        let Ok(account) = id.parse::<Uuid>() else {
            return Ok("-".to_owned());
        };
        let name = match store.accounts().email(account).await? {
            Some(email) => email,
            None => store
                .find::<Person>(AccountId(account))
                .await?
                .map_or_else(|| id.to_owned(), |person| person.name),
        };
        self.0.insert(id.to_owned(), name.clone());
        Ok(name)
    }
}
